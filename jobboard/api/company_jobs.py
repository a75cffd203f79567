"""A job as a program sends it, put into the form that people fill in: so the form's rules hold, and
there are no others. Errors of the form get the names of the fields that were sent.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils.datastructures import MultiValueDict
from ninja import Schema

from jobboard.listings import lifecycle
from jobboard.listings.choices import Need
from jobboard.listings.data.one_job import listing_data
from jobboard.listings.models import Company, Feed, Listing
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.forms.job_content import get_initial
from jobboard.recruiting.forms.job_rows import PAY, PLACES
from jobboard.recruiting.forms.rows import RowKind, field_name
from roles.models import Role, Skill

from .company_schemas import EligibilityIn, JobIn, NewJobIn, RoleRef, SalaryIn, SkillIn

NAMESPACE = UUID("0b0f6f4e-6a43-5f0c-9d1a-6d5b0c6a3f51")
# Fields that are called the same in the form.
SAME = {
    "title",
    "description",
    "level",
    "level_max",
    "pay_note",
    "client_name",
    "visa",
    "apply_url",
    "apply_email",
    "closes_on",
}
# Fields that a GET answers with too, so a program may send them back.
READ_ONLY = {
    "id",
    "url",
    "company",
    "relevance_family",
    "workplace",
    "featured",
    "posted_at",
    "published_at",
    "expires_at",
    "submitted_at",
    "is_sample",
    "state",
    "reason",
    "change",
    "version",
    "outcome",
    "external_id",
    "ignored",
}
# By the fields of a row of the form.
PLACE_FIELDS = {
    "place": "text",
    "city": "city",
    "country": "country",
    "workplace": "workplace",
    "hybrid_days": "hybrid_days",
}
PAY_FIELDS = {
    "salary_min": "min",
    "salary_max": "max",
    "salary_currency": "currency",
    "salary_period": "period",
    "pay_kind": "kind",
    "pay_gross": "gross",
    "pay_place": "place",
    "pay_level": "level",
}
SKILL_FIELDS = {Need.REQUIRED: "skills_required", Need.NICE: "skills_nice"}
OF_FORM = {
    "eligible_countries": "eligibility.countries",
    "eligibility": "eligibility.state",
    "skills_required": "skills",
    "skills_nice": "skills",
    "__all__": "job",
}

Errors = dict[str, list[str]]


class NotUsableError(Exception):
    """By field, what is wrong with a job that was sent."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


def submission_of(company: Company, external_id: str) -> UUID:
    """The same for the same ID, so that the database itself allows only one job with it."""
    return uuid5(NAMESPACE, f"{company.pk} {external_id}")


def job_of(company: Company, external_id: str) -> Listing | None:
    """The company's job with this ID of theirs, sent by a program or read from their file."""
    jobs = Listing.objects.filter(company=company, external_id=external_id)
    of_people = Q(feed=None) | Q(feed__kind=Feed.Kind.CSV)
    return jobs.filter(of_people).select_related("company", "role").order_by("-pk").first()


def form_of(sent: JobIn, listing: Listing | None) -> ListingForm:
    """A valid form. Fields that were not sent keep the values of ``listing``. Raises
    NotUsableError.
    """
    before: dict[str, Any] = {}
    submission = UUID(int=0)
    if listing:
        before = _as_typed(get_initial(listing, lifecycle.latest_content(listing)))
        submission = listing.submission
    errors: Errors = {}
    typed = before | _fill_fields(sent, before, errors)
    typed |= {"submission": str(submission), "version": "1"}
    data: MultiValueDict[str, str] = MultiValueDict()
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = ListingForm(data, listing=listing)
    if not form.is_valid() or errors:
        raise NotUsableError(_collect_errors(form, sent) | errors)
    return form


def sent_fields(sent: JobIn) -> set[str]:
    """The names of the fields that were sent. When a job is posted, null or empty values count as
    left out, so that the same request twice changes nothing; when it is changed, they clear it.
    """
    names = sent.model_fields_set & set(JobIn.model_fields)
    if not isinstance(sent, NewJobIn):
        return names
    return {name for name in names if getattr(sent, name) not in (None, "", [])}


def unknown_fields(body: bytes, sent: JobIn) -> list[str]:
    """The names in ``body`` that nobody reads."""
    return sorted(set(json.loads(body)) - READ_ONLY - set(type(sent).model_fields))


# --- Into the form --------------------------------------------------------------------------------


def _as_typed(initial: dict[str, Any]) -> dict[str, Any]:
    """The values of a form's fields as they would be sent."""
    return {name: _texts(value) for name, value in initial.items()}


def _texts(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [_text(item) for item in value]
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Role):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _fill_fields(sent: JobIn, before: dict[str, Any], errors: Errors) -> dict[str, Any]:
    """The values that were sent, by the fields of the form."""
    names = sent_fields(sent)
    typed: dict[str, Any] = {name: _text(getattr(sent, name)) for name in names & SAME}
    if "description_html" in names and "description" not in names:
        typed["description"] = _text(sent.description_html)
    if "employment_types" in names:
        typed["employment_types"] = list(map(str, sent.employment_types or []))
    if "for_client" in names:
        typed["for_client"] = "on" if sent.for_client else ""
    if "role" in names:
        typed["role"] = _find_role(sent, errors)
    if "places" in names:
        typed |= _fill_rows(PLACES, PLACE_FIELDS, sent.places or [], before)
    if names & {"pay", "salary"}:
        typed |= _fill_rows(PAY, PAY_FIELDS, _get_pay(sent), before)
    if "eligibility" in names:
        typed |= _fill_eligibility(sent.eligibility)
    if "skills" in names:
        typed |= _fill_skills(sent.skills or [], errors)
    return typed


def _get_pay(sent: JobIn) -> list[SalaryIn]:
    """A GET answers with both ``pay`` and ``salary``, and the salary is part of the pay."""
    if sent.pay:
        return list(sent.pay)
    if sent.salary:
        return [sent.salary]
    return []


def _fill_rows(
    kind: RowKind, fields: dict[str, str], sent: Sequence[Schema], before: dict[str, Any]
) -> dict[str, Any]:
    """In place of the rows of ``before``."""
    typed: dict[str, Any] = {name: "" for name in before if kind.has(name)}
    for number, row in enumerate(sent, start=1):
        for name, name_in_row in fields.items():
            typed[field_name(name, number)] = _text(getattr(row, name_in_row, None))
    return typed


def _find_role(sent: JobIn, errors: Errors) -> str:
    if not sent.role:
        return ""
    slug = sent.role.slug if isinstance(sent.role, RoleRef) else sent.role
    role = Role.objects.published().filter(slug=slug).first()
    if role is None:
        errors["role"] = [f"There is no role “{slug[:60]}”. Use a slug from /api/v1/roles."]
    return _text(role)


def _fill_eligibility(sent: EligibilityIn | None) -> dict[str, str]:
    if sent is None:
        return {"eligibility": "", "eligible_countries": ""}
    return {"eligibility": sent.state, "eligible_countries": ", ".join(sent.countries)}


def _fill_skills(sent: Sequence[SkillIn], errors: Errors) -> dict[str, str]:
    """Skills that are only mentioned are read from the text, so they are skipped here."""
    slugs = {skill.slug for skill in sent if skill.slug}
    by_slug = dict(Skill.objects.current().filter(slug__in=slugs).values_list("slug", "name"))
    names_by_field: dict[str, list[str]] = {field: [] for field in SKILL_FIELDS.values()}
    for number, skill in enumerate(sent):
        name = by_slug.get(skill.slug, "") if skill.slug else skill.name
        if not name:
            errors[f"skills.{number}"] = [
                "Enter the slug of a skill from /api/v1/skills, or the name of one."
            ]
        elif skill.need in SKILL_FIELDS:
            names_by_field[SKILL_FIELDS[skill.need]].append(name)
    return {field: ", ".join(names) for field, names in names_by_field.items()}


# --- Errors of the form ---------------------------------------------------------------------------


def _collect_errors(form: ListingForm, sent: JobIn) -> Errors:
    """The form's errors, by the names of the fields that were sent."""
    errors: Errors = {}
    for name, messages in form.errors.items():
        errors.setdefault(_name_sent(name, sent), []).extend(map(str, messages))
    return errors


def _name_sent(name: str, sent: JobIn) -> str:
    """The sent field that filled a field of the form: “place_2” is places.1.text."""
    if PLACES.has(name):
        return _name_in_row(name, PLACE_FIELDS, "places", sent)
    if PAY.has(name):
        return _name_in_row(name, PAY_FIELDS, "pay", sent)
    if name == "description" and sent.description is None and sent.description_html is not None:
        return "description_html"
    return OF_FORM.get(name, name)


def _name_in_row(name: str, fields: dict[str, str], list_name: str, sent: JobIn) -> str:
    field, _, number = name.rpartition("_")
    if name in fields:
        field, number = name, "1"
    if list_name == "pay" and not sent.pay and sent.salary:
        return f"salary.{fields[field]}"
    return f"{list_name}.{int(number) - 1}.{fields[field]}"


# --- The answer -----------------------------------------------------------------------------------


def state_of(listing: Listing) -> str:
    if listing.is_hidden:
        return "hidden"
    if listing.status != Listing.Status.PUBLISHED:
        return listing.status
    if not listing.is_open:
        return "expired"
    if listing.folded_into_id:
        return "part_of_another"
    return "live"


def _state_of_change(listing: Listing) -> str | None:
    if listing.waiting_change:
        return "in_review"
    if listing.returned_change:
        return "returned"
    return None


def company_job(listing: Listing) -> dict[str, Any]:
    """The data of a listing from for_data() with its texts and its change."""
    return listing_data(listing) | {
        "external_id": listing.external_id or None,
        "state": state_of(listing),
        "reason": listing.reason,
        "change": _state_of_change(listing),
        "version": listing.version,
        "description": listing.description_source,
        "description_html": listing.description_html,
        "pay_note": listing.pay_note,
        "apply_url": listing.apply_url,
        "apply_email": listing.apply_email,
        "visa": listing.visa,
        "closes_on": listing.closes_on,
        "outcome": listing.outcome or None,
        "submitted_at": listing.submitted_at,
    }

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
    """Says by field what is wrong with a job that was sent."""

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


def form_of(payload: JobIn, listing: Listing | None) -> ListingForm:
    """A valid form. Fields that were not sent keep the values of ``listing``. Raises
    NotUsableError.
    """
    before: dict[str, Any] = {}
    submission = UUID(int=0)
    if listing:
        before = _as_typed(get_initial(listing, lifecycle.latest_content(listing)))
        submission = listing.submission
    errors: Errors = {}
    typed = before | _fill_fields(payload, before, errors)
    typed |= {"submission": str(submission), "version": "1"}
    data: MultiValueDict[str, str] = MultiValueDict()
    for name, value in typed.items():
        if isinstance(value, list):
            data.setlist(name, value)
        else:
            data[name] = value
    form = ListingForm(data, listing=listing)
    if not form.is_valid() or errors:
        raise NotUsableError(_collect_errors(form, payload) | errors)
    return form


def sent_fields(payload: JobIn) -> set[str]:
    """The names of the fields that were sent. When a job is posted, null or empty values count as
    left out, so that the same request twice changes nothing; when it is changed, they clear it.
    """
    names = payload.model_fields_set & set(JobIn.model_fields)
    if not isinstance(payload, NewJobIn):
        return names
    return {name for name in names if getattr(payload, name) not in (None, "", [])}


def unknown_fields(body: bytes, payload: JobIn) -> list[str]:
    """The names in ``body`` that nobody reads."""
    return sorted(set(json.loads(body)) - READ_ONLY - set(type(payload).model_fields))


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


def _fill_fields(payload: JobIn, before: dict[str, Any], errors: Errors) -> dict[str, Any]:
    """The values that were sent, by the fields of the form."""
    names = sent_fields(payload)
    typed: dict[str, Any] = {name: _text(getattr(payload, name)) for name in names & SAME}
    if "description_html" in names and "description" not in names:
        typed["description"] = _text(payload.description_html)
    if "employment_types" in names:
        typed["employment_types"] = list(map(str, payload.employment_types or []))
    if "for_client" in names:
        typed["for_client"] = _box(payload.for_client)
    if "role" in names:
        typed["role"] = _find_role(payload, errors)
    if "places" in names:
        typed |= _fill_rows(PLACES, PLACE_FIELDS, payload.places or [], before)
    if names & {"pay", "salary"}:
        typed |= _fill_rows(PAY, PAY_FIELDS, _get_pay(payload), before)
    if "eligibility" in names:
        typed |= _fill_eligibility(payload.eligibility)
    if "skills" in names:
        typed |= _fill_skills(payload.skills or [], errors)
    return typed


def _box(is_checked: bool | None) -> str:
    """The value that a browser sends for a box of a form."""
    if is_checked:
        return "on"
    return ""


def _get_pay(payload: JobIn) -> list[SalaryIn]:
    """A GET answers with both ``pay`` and ``salary``, and the salary is part of the pay."""
    if payload.pay:
        return list(payload.pay)
    if payload.salary:
        return [payload.salary]
    return []


def _fill_rows(
    kind: RowKind, fields: dict[str, str], rows: Sequence[Schema], before: dict[str, Any]
) -> dict[str, Any]:
    """The rows that replace those of ``before``."""
    typed: dict[str, Any] = {name: "" for name in before if kind.has(name)}
    for number, row in enumerate(rows, start=1):
        for name, name_in_row in fields.items():
            typed[field_name(name, number)] = _text(getattr(row, name_in_row, None))
    return typed


def _find_role(payload: JobIn, errors: Errors) -> str:
    if not payload.role:
        return ""
    slug = payload.role
    if isinstance(slug, RoleRef):
        slug = slug.slug
    role = Role.objects.published().filter(slug=slug).first()
    if role is None:
        errors["role"] = [f"There is no role “{slug[:60]}”. Use a slug from /api/v1/roles."]
    return _text(role)


def _fill_eligibility(eligibility: EligibilityIn | None) -> dict[str, str]:
    if eligibility is None:
        return {"eligibility": "", "eligible_countries": ""}
    countries = ", ".join(eligibility.countries)
    return {"eligibility": eligibility.state, "eligible_countries": countries}


def _fill_skills(skills: Sequence[SkillIn], errors: Errors) -> dict[str, str]:
    """Skills that are only mentioned are read from the text, so they are skipped here."""
    slugs = {skill.slug for skill in skills if skill.slug}
    by_slug = dict(Skill.objects.current().filter(slug__in=slugs).values_list("slug", "name"))
    names_by_field: dict[str, list[str]] = {field: [] for field in SKILL_FIELDS.values()}
    for number, skill in enumerate(skills):
        name = skill.name
        if skill.slug:
            name = by_slug.get(skill.slug, "")
        if not name:
            errors[f"skills.{number}"] = [
                "Enter the slug of a skill from /api/v1/skills, or the name of one."
            ]
        elif skill.need in SKILL_FIELDS:
            names_by_field[SKILL_FIELDS[skill.need]].append(name)
    return {field: ", ".join(names) for field, names in names_by_field.items()}


# --- Errors of the form ---------------------------------------------------------------------------


def _collect_errors(form: ListingForm, payload: JobIn) -> Errors:
    """The form's errors, by the names of the fields that were sent."""
    errors: Errors = {}
    for name, messages in form.errors.items():
        errors.setdefault(_name_sent(name, payload), []).extend(map(str, messages))
    return errors


def _name_sent(name: str, payload: JobIn) -> str:
    """The sent field that filled a field of the form: “place_2” is places.1.text."""
    if PLACES.has(name):
        return _name_in_row(name, PLACE_FIELDS, "places", payload)
    if PAY.has(name):
        return _name_in_row(name, PAY_FIELDS, "pay", payload)
    is_html = payload.description is None and payload.description_html is not None
    if name == "description" and is_html:
        return "description_html"
    return OF_FORM.get(name, name)


def _name_in_row(name: str, fields: dict[str, str], list_name: str, payload: JobIn) -> str:
    field, _, number = name.rpartition("_")
    if name in fields:
        field = name
        number = "1"
    if list_name == "pay" and not payload.pay and payload.salary:
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

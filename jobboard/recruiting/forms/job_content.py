"""Turns a job into the values of its form, and the values of the form into the job's content."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from jobboard.feeds.chosen import kept_eligibility, with_quotes, with_regions
from jobboard.feeds.parsing.texts.closing import read_closing_date
from jobboard.feeds.parsing.texts.eligibility import read_eligibility
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.texts.visa import read_visa
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.read_values import (
    kept_values,
    quoted_closing_date,
    quoted_level,
    quoted_types,
    quoted_visa,
)
from jobboard.listings.choices import Need, Visa
from jobboard.listings.content import ListingContent, QuotedValue
from jobboard.listings.models import Listing, ListingSkill
from jobboard.recruiting.posting.advice import role_of_title, skills_of_text
from roles.models import Skill

from .fields import check_last_day
from .job_rows import PAY, PLACES, initial_rows

# Fields of the form with the same name in ListingContent.
SAME_NAMES = [
    "title",
    "description",
    "role",
    "level",
    "level_max",
    "employment_types",
    "eligibility",
    "eligible_countries",
    "pay_note",
    "apply_url",
    "apply_email",
    "visa",
    "for_client",
    "client_name",
    "closes_on",
]


def get_initial(listing: Listing, content: ListingContent) -> dict:
    """The values with which the form of ``listing`` starts: its content, or a change of it."""
    initial = {name: getattr(content, name) for name in SAME_NAMES}
    initial |= {
        "description": _description_as_markdown(content),
        "employment_types": list(content.employment_types),
        "eligible_countries": ", ".join(content.eligible_countries),
        "skills_required": _skill_names(content, "required"),
        "skills_nice": _skill_names(content, "nice"),
        "submission": listing.submission,
        "version": listing.version,
    }
    return initial | initial_rows(content.places, content.pay)


def _description_as_markdown(content: ListingContent) -> str:
    """The description as Markdown, also where a feed brought HTML."""
    if content.description_is_html:
        return as_markdown(content.description)
    return content.description


def _skill_names(content: ListingContent, need: str) -> str:
    return ", ".join(skill.name for skill, its_need in content.skills if its_need == need)


def build_content(
    data: dict[str, Any], before: ListingContent | None, stored: tuple[QuotedValue, ...] = ()
) -> ListingContent:
    """The content that the cleaned ``data`` of the form states. What the form does not show of a
    job stays as it was ``before``, and so do the quotes of ``stored`` values that did not change.

    Blank fields are read: role and level from the title; for a new job also type, visa, last day
    and skills from its texts, and who may apply from its locations. Those of an existing job stay
    blank: somebody may have cleared them.
    """
    values = {name: data[name] for name in SAME_NAMES}
    if not data["role"]:
        values["role"] = role_of_title(data["title"])
        values["role_from"] = Listing.RoleFrom.MATCHED
    read_values = _read_blank_fields(data, values, is_new=before is None)
    values["places"] = tuple(data["places"])
    values["pay"] = tuple(data["pay"])
    skills = [(skill, "required") for skill in data["skills_required"]]
    skills += [(skill, "nice") for skill in data["skills_nice"]]
    if before is None:
        return _build_new(data, values, skills, read_values)
    changed = _build_changed(before, values, skills)
    names_read = {value.name for value in read_values}
    for value in kept_values(stored, before, changed):
        if value.name not in names_read:
            read_values.append(value)
    return replace(changed, read_values=tuple(read_values))


def _read_blank_fields(
    data: dict[str, Any], values: dict[str, Any], *, is_new: bool
) -> list[QuotedValue]:
    """Read the fields that are blank in ``data`` into ``values``. Returns the quotes."""
    read_values = []
    if not data["level"]:
        levels = read_level(data["title"])
        values |= {"level": levels.level, "level_max": levels.highest}
        read_values.append(quoted_level(levels))
    types = read_types_of_text(data["title"], data["description"])
    if is_new and not data["employment_types"]:
        values["employment_types"] = types.value
    if tuple(values["employment_types"]) == types.value:
        read_values.append(quoted_types(types))
    visa = read_visa(data["description"])
    if is_new and data["visa"] == Visa.UNKNOWN:
        values["visa"] = visa.value
    if values["visa"] == visa.value:
        read_values.append(quoted_visa(visa))
    return [value for value in read_values if value.quote]


def _read_last_day(text: str, values: dict[str, Any]) -> list[QuotedValue]:
    """A day that the form would reject is ignored."""
    closing_date = read_closing_date(text)
    try:
        day = check_last_day(closing_date.value)
    except ValidationError:
        return []
    if day is None:
        return []
    values["closes_on"] = day
    return [quoted_closing_date(day, closing_date.quote)]


def _build_new(
    data: dict[str, Any],
    values: dict[str, Any],
    skills: list[tuple[Skill, str]],
    read_values: list[QuotedValue],
) -> ListingContent:
    read_values = list(read_values)
    if not data["closes_on"]:
        read_values += _read_last_day(data["description"], values)
    if not skills:
        for skill, need, quote in skills_of_text(data["title"], data["description"]):
            skills.append((skill, need))
            read_values.append(QuotedValue(skill.name, Need(need).label, quote))
        values["skills_from"] = ListingSkill.Origin.EXTRACTED
    if data["eligibility"] == Listing.Eligibility.UNSTATED:
        values |= read_eligibility(data["places"])
    quoted = tuple(value for value in read_values if value.quote)
    return ListingContent(**values, skills=tuple(skills), read_values=quoted)


def _build_changed(
    before: ListingContent, values: dict[str, Any], skills: list[tuple[Skill, str]]
) -> ListingContent:
    values.setdefault("role_from", Listing.RoleFrom.EMPLOYER)
    if values["role"] == before.role:
        values["role_from"] = before.role_from
    values["skills"] = _with_mentioned(skills, before)
    values["skills_from"] = ListingSkill.Origin.STATED
    if values["skills"] == before.skills:
        values["skills_from"] = before.skills_from
    places = with_regions(values["places"], before.places)
    pay = with_quotes(values["pay"], before.pay)
    # Places and pay beyond the rows that the form can show stay.
    values["places"] = (*places, *before.places[PLACES.max_rows :])
    values["pay"] = (*pay, *before.pay[PAY.max_rows :])
    values |= _eligibility(before, values)
    if values["description"] == _description_as_markdown(before):
        values["description"] = before.description
    else:
        values["description_is_html"] = False
    return replace(before, **values)


def _with_mentioned(
    skills: list[tuple[Skill, str]], before: ListingContent
) -> tuple[tuple[Skill, str], ...]:
    """The form does not show skills that are only mentioned; they stay."""
    in_form = {skill for skill, _ in skills}
    mentioned = []
    for skill, need in before.skills:
        if need == "mentioned" and skill not in in_form:
            mentioned.append((skill, need))
    return (*skills, *mentioned)


def _eligibility(before: ListingContent, values: dict[str, Any]) -> dict[str, Any]:
    """The text of before stays, unless somebody chose something else."""
    is_same_choice = values["eligibility"] == before.eligibility
    if is_same_choice and set(values["eligible_countries"]) == set(before.eligible_countries):
        return kept_eligibility(before, values["places"])
    return {"eligibility_text": ""}

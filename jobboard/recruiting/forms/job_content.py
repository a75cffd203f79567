"""From a job to what its form shows, and from what was typed there to the job's content."""

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
from jobboard.feeds.read_values import kept_values
from jobboard.listings.choices import EmploymentType, Level, Need, Visa
from jobboard.listings.content import ListingContent, QuotedValue
from jobboard.listings.models import Listing, ListingSkill
from jobboard.recruiting.posting.advice import role_of_title, skills_of_text
from roles.models import Skill

from .fields import check_last_day
from .job_rows import PAY, PLACES, initial_rows

# What the form and the value it builds call by the same name.
SAME_IN_FORM = [
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


def initial_of(listing: Listing, content: ListingContent) -> dict:
    """The form's values for a listing that exists, and what was said of it last."""
    return {
        **{name: getattr(content, name) for name in SAME_IN_FORM},
        "description": _text_shown(content),
        **initial_rows(content.places, content.pay),
        "employment_types": list(content.employment_types),
        "eligible_countries": ", ".join(content.eligible_countries),
        "skills_required": _named(content, "required"),
        "skills_nice": _named(content, "nice"),
        "submission": listing.submission,
        "version": listing.version,
    }


def _text_shown(content: ListingContent) -> str:
    """The description as Markdown, also where a feed brought HTML."""
    if content.description_is_html:
        return as_markdown(content.description)
    return content.description


def _named(content: ListingContent, wanted: str) -> str:
    return ", ".join(skill.name for skill, need in content.skills if need == wanted)


def content_typed(
    data: dict[str, Any], before: ListingContent | None, stored: tuple[QuotedValue, ...] = ()
) -> ListingContent:
    """What a valid form says. What the form does not show of a job stays as it was ``before``, and
    so do the words of ``stored`` values that are as they were.

    Where nothing is chosen, role and level are read from the title, and of a new job type, visa,
    last day and skills from its texts, and who may apply from its places. Of a job that is here
    somebody may have cleared them.
    """
    shown = {name: data[name] for name in SAME_IN_FORM}
    if not data["role"]:
        shown |= {"role": role_of_title(data["title"]), "role_from": Listing.RoleFrom.MATCHED}
    read_values = _read_what_is_not_chosen(data, shown, is_new=before is None)
    shown |= {"places": tuple(data["places"]), "pay": tuple(data["pay"])}
    skills = [(skill, "required") for skill in data["skills_required"]]
    skills += [(skill, "nice") for skill in data["skills_nice"]]
    if before is None:
        return _new(data, shown, skills, read_values)
    changed = _changed(before, shown, skills)
    names = {value.name for value in read_values}
    kept = [one for one in kept_values(stored, before, changed) if one.name not in names]
    return replace(changed, read_values=(*read_values, *kept))


def _read_what_is_not_chosen(
    data: dict[str, Any], shown: dict[str, Any], *, is_new: bool
) -> list[QuotedValue]:
    """Sets it in ``shown``; returns the words that say what is there."""
    found = []
    if not data["level"]:
        level = read_level(data["title"])
        shown |= {"level": level.level, "level_max": level.highest}
        labels = [Level(one).label for one in (level.level, level.highest) if one]
        found.append(QuotedValue("Level", " to ".join(labels), level.quote))
    types = read_types_of_text(data["title"], data["description"])
    if is_new and not data["employment_types"]:
        shown["employment_types"] = types.value
    if tuple(shown["employment_types"]) == types.value:
        labels = [EmploymentType(one).label for one in types.value]
        found.append(QuotedValue("Employment type", ", ".join(labels), types.quote))
    visa = read_visa(data["description"])
    if is_new and data["visa"] == Visa.UNKNOWN:
        shown["visa"] = visa.value
    if shown["visa"] == visa.value:
        found.append(QuotedValue("Visa sponsorship", Visa(visa.value).label, visa.quote))
    return [value for value in found if value.quote]


def _read_last_day(text: str, shown: dict[str, Any]) -> list[QuotedValue]:
    """A day that the form would not take is left out."""
    read = read_closing_date(text)
    try:
        day = check_last_day(read.value)
    except ValidationError:
        return []
    if day is None:
        return []
    shown["closes_on"] = day
    return [QuotedValue("Closing date", f"{day:%-d %b %Y}", read.quote)]


def _new(
    data: dict[str, Any],
    shown: dict[str, Any],
    skills: list[tuple[Skill, str]],
    read_values: list[QuotedValue],
) -> ListingContent:
    if not data["closes_on"]:
        read_values = read_values + _read_last_day(data["description"], shown)
    if not skills:
        found = skills_of_text(data["title"], data["description"])
        skills = [(skill, need) for skill, need, _ in found]
        read_values = read_values + [
            QuotedValue(skill.name, Need(need).label, quote) for skill, need, quote in found
        ]
        shown["skills_from"] = ListingSkill.Origin.EXTRACTED
    if data["eligibility"] == Listing.Eligibility.UNSTATED:
        shown |= read_eligibility(data["places"])
    quoted = tuple(value for value in read_values if value.quote)
    return ListingContent(**shown, skills=tuple(skills), read_values=quoted)


def _changed(
    before: ListingContent, shown: dict[str, Any], skills: list[tuple[Skill, str]]
) -> ListingContent:
    named = {skill for skill, _ in skills}
    mentioned = [pair for pair in before.skills if pair[1] == "mentioned"]
    skills = [*skills, *(pair for pair in mentioned if pair[0] not in named)]
    if shown["role"] == before.role:
        shown["role_from"] = before.role_from
    places = with_regions(shown["places"], before.places)
    pay = with_quotes(shown["pay"], before.pay)
    # Rows beyond what the form shows stay.
    shown["places"] = (*places, *before.places[PLACES.most :])
    shown["pay"] = (*pay, *before.pay[PAY.most :])
    shown |= _eligibility(before, shown)
    if shown["description"] == _text_shown(before):
        shown["description"] = before.description
    else:
        shown["description_is_html"] = False
    return replace(
        before,
        **{"role_from": Listing.RoleFrom.EMPLOYER} | shown,
        skills=tuple(skills),
        skills_from=(
            before.skills_from if tuple(skills) == before.skills else ListingSkill.Origin.STATED
        ),
    )


def _eligibility(before: ListingContent, shown: dict[str, Any]) -> dict[str, Any]:
    """In the words of before, unless it was chosen anew."""
    is_same_choice = shown["eligibility"] == before.eligibility
    if is_same_choice and set(shown["eligible_countries"]) == set(before.eligible_countries):
        return kept_eligibility(before, shown["places"])
    return {"eligibility_text": ""}

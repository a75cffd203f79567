"""The values that were read from a job's title and text, as labels with their quotes."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from jobboard.listings.choices import EmploymentType, Level, Need, Visa
from jobboard.listings.content import ListingContent, QuotedValue

from .parsing.facts import Facts, SkillKey
from .parsing.texts.quoted import Quoted
from .parsing.titles.levels import LevelRange


def read_values(
    content: ListingContent, facts: Facts[int, SkillKey], skill_name: Callable[[SkillKey], str]
) -> tuple[QuotedValue, ...]:
    """The values of ``content`` that come from the text: what the feed states overrules the text.
    Values without a quote are left out.
    """
    values = list(_values_of_job(content, facts))
    for skill in facts.skills:
        values.append(QuotedValue(skill_name(skill.skill), Need(skill.need).label, skill.quote))
    return tuple(value for value in values if value.quote)


def _values_of_job(content: ListingContent, facts: Facts[int, SkillKey]) -> Iterator[QuotedValue]:
    last_day = facts.closes_on.value
    days = facts.office_days.value
    if (content.level, content.level_max) == (facts.level.level, facts.level.highest):
        yield quoted_level(facts.level)
    if content.employment_types == facts.types.value:
        yield quoted_types(facts.types)
    if content.visa == facts.visa.value:
        yield quoted_visa(facts.visa)
    if last_day and content.closes_on == last_day:
        yield quoted_closing_date(last_day, facts.closes_on.quote)
    if days and any(place.hybrid_days == days for place in content.places):
        yield QuotedValue("Days on-site", f"{days} a week", facts.office_days.quote)


def quoted_level(levels: LevelRange) -> QuotedValue:
    labels = [Level(level).label for level in (levels.level, levels.highest) if level]
    return QuotedValue("Level", " to ".join(labels), levels.quote)


def quoted_types(types: Quoted[tuple[str, ...]]) -> QuotedValue:
    labels = [EmploymentType(value).label for value in types.value]
    return QuotedValue("Employment type", ", ".join(labels), types.quote)


def quoted_visa(visa: Quoted[str]) -> QuotedValue:
    return QuotedValue("Visa sponsorship", Visa(visa.value).label, visa.quote)


def quoted_closing_date(day: date, quote: str) -> QuotedValue:
    return QuotedValue("Closing date", f"{day:%-d %b %Y}", quote)


# The fields of ListingContent behind each name above. Every other name is that of a skill.
FIELDS = {
    "Level": ("level", "level_max"),
    "Employment type": ("employment_types",),
    "Visa sponsorship": ("visa",),
    "Closing date": ("closes_on",),
    "Days on-site": ("places",),
}


def kept_values(
    stored: Iterable[QuotedValue], before: ListingContent, after: ListingContent
) -> tuple[QuotedValue, ...]:
    """The values of ``stored`` whose text and value are the same ``after`` as ``before``."""
    if (before.title, before.description) != (after.title, after.description):
        return ()
    return still_said(stored, before, after)


def still_said(
    values: Iterable[QuotedValue], before: ListingContent, after: ListingContent
) -> tuple[QuotedValue, ...]:
    """The ``values`` of ``before`` that ``after`` has too."""
    return tuple(value for value in values if _is_same(value, before, after))


def _is_same(value: QuotedValue, before: ListingContent, after: ListingContent) -> bool:
    fields = FIELDS.get(value.name)
    if fields is None:
        needs = [Need(need).label for skill, need in after.skills if skill.name == value.name]
        return needs == [value.value]
    return all(getattr(before, field) == getattr(after, field) for field in fields)

"""What was read from a title and a text, in words, each with the words it was read from."""

from collections.abc import Callable, Iterable, Iterator

from jobboard.listings.choices import EmploymentType, Level, Need, Visa
from jobboard.listings.content import ListingContent, QuotedValue

from .parsing.facts import Facts, SkillKey


def read_values(
    content: ListingContent, facts: Facts[int, SkillKey], skill_name: Callable[[SkillKey], str]
) -> tuple[QuotedValue, ...]:
    """Of what ``content`` says: where the feed states something else, the text does not count."""
    values = [*_of_job(content, facts), *_of_skills(facts, skill_name)]
    return tuple(value for value in values if value.quote)


def _of_job(content: ListingContent, facts: Facts[int, SkillKey]) -> Iterator[QuotedValue]:
    level, types, visa = facts.level, facts.types, facts.visa
    closes_on, days = facts.closes_on, facts.office_days
    if (content.level, content.level_max) == (level.level, level.highest):
        labels = [Level(one).label for one in (level.level, level.highest) if one]
        yield QuotedValue("Level", " to ".join(labels), level.quote)
    if content.employment_types == types.value:
        labels = [EmploymentType(one).label for one in types.value]
        yield QuotedValue("Employment type", ", ".join(labels), types.quote)
    if content.visa == visa.value:
        yield QuotedValue("Visa sponsorship", Visa(visa.value).label, visa.quote)
    if closes_on.value and content.closes_on == closes_on.value:
        yield QuotedValue("Closing date", f"{closes_on.value:%-d %b %Y}", closes_on.quote)
    if days.value and any(place.hybrid_days == days.value for place in content.places):
        yield QuotedValue("Days on-site", f"{days.value} a week", days.quote)


def _of_skills(
    facts: Facts[int, SkillKey], skill_name: Callable[[SkillKey], str]
) -> Iterator[QuotedValue]:
    for skill in facts.skills:
        yield QuotedValue(skill_name(skill.skill), Need(skill.need).label, skill.quote)


# The names above, and what of a job's content each is a value of. Every other is a skill's.
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
    """Those of ``stored`` whose words and value are the same ``after`` as ``before``."""
    if (before.title, before.description) != (after.title, after.description):
        return ()
    return still_said(stored, before, after)


def still_said(
    values: Iterable[QuotedValue], before: ListingContent, after: ListingContent
) -> tuple[QuotedValue, ...]:
    """Those of ``values``, which ``before`` says, that ``after`` says too."""
    return tuple(value for value in values if _is_same(value, before, after))


def _is_same(value: QuotedValue, before: ListingContent, after: ListingContent) -> bool:
    fields = FIELDS.get(value.name)
    if fields is None:
        needs = [Need(need).label for skill, need in after.skills if skill.name == value.name]
        return needs == [value.value]
    return all(getattr(before, field) == getattr(after, field) for field in fields)

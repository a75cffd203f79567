"""Answers on the page of a job for a visitor who said something about themselves: pay at their
level and in their currency, and the skills that they have and lack.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jobboard.common.text.words import full_amount, plural
from jobboard.insights.your.pay import YourFigure, figure_for, pay_in
from jobboard.listings.choices import Level, Need
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing, ListingSkill
from jobboard.you.visitor import Visitor
from roles.pay.formulas import PERIODS_COUNTED

SURELY = "surely"
MAYBE = "maybe"
BELOW = "below"
REACHES = {
    SURELY: "The whole range is at or above",
    MAYBE: "Part of the range reaches",
    BELOW: "The range is below",
}


# --- Skills ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SkillsForYou:
    """The skills that the job requires or, where it requires none, that are nice to have, by
    whether the visitor has them. Of those they lack, ``rare`` are the ones that few jobs of the
    role mention.
    """

    need: str
    have: list[str]
    lack: list[str]
    rare: list[str]

    @property
    def total(self) -> int:
        return len(self.have) + len(self.lack)

    @property
    def title(self) -> str:
        return f"You have {len(self.have)} of the {plural(self.total, f'{self.need} skill')}"


def skills_for(
    items: Sequence[ListingSkill], visitor: Visitor, unusual: Collection[int]
) -> SkillsForYou | None:
    """The visitor's share of the skills; None where the job lists no skills, or they named none.
    ``unusual``: ids of skills that few jobs of its role mention.
    """
    if not visitor.skills:
        return None
    need = Need.REQUIRED
    of_need = _of_need(items, need)
    if not of_need:
        need = Need.NICE
        of_need = _of_need(items, need)
    if not of_need:
        return None
    have: list[str] = []
    lack: list[str] = []
    rare: list[str] = []
    for item in of_need:
        name = item.skill.name
        if item.skill_id in visitor.skill_ids:
            have.append(name)
            continue
        lack.append(name)
        if item.skill_id in unusual:
            rare.append(name)
    return SkillsForYou(need.label.lower(), have, lack, rare)


def _of_need(items: Sequence[ListingSkill], need: Need) -> list[ListingSkill]:
    return [item for item in items if item.need == need]


def rarely_asked(skills: SkillsForYou, listing: Listing, facts: MarketFacts) -> str:
    """“Few of 40 open Data Analyst jobs mention Airflow.”; '' for none."""
    if not skills.rare:
        return ""
    jobs = plural(facts.naming_skills, f"open {listing.public_role} job")
    return f"Few of the {jobs} mention {' or '.join(skills.rare)}."


# --- Pay ------------------------------------------------------------------------------------------


def pay_for(listing: Listing, visitor: Visitor, *, covers_several: bool) -> list[str]:
    """Sentences: the job's pay in their currency, against what they want, and the survey at their
    level. The last is compared with the job only where both are of one level.
    """
    sentences = [in_their_currency(listing, visitor), compare_with_wanted(listing, visitor)]
    role = listing.public_role
    if role and visitor.level:
        figure = figure_for(role, visitor)
        if figure is None:
            sentences.append(
                f"Too few {visitor.level_words} survey responses for {role} to compare."
            )
        else:
            sentences += [_explain_other_level(listing, visitor), figure.said]
            if not covers_several:
                sentences.append(_compare_with(figure, listing, visitor))
    return list(filter(None, sentences))


def in_their_currency(listing: Listing, visitor: Visitor) -> str:
    ends = (listing.pay_year_min_usd, listing.pay_year_max_usd)
    rate = visitor.rate
    if not any(ends) or rate is None:
        return ""
    of_periods = PERIODS_COUNTED.get(listing.salary_period)
    is_converted = listing.salary_currency != rate.currency
    if not of_periods and not is_converted:
        return ""
    sentence = f"That is about {pay_in(rate, *ends)} a year"
    if is_converted:
        sentence += f" at the rate of {rate.date.year}"
    if of_periods:
        sentence += f", counting {of_periods} a year"
    return f"{sentence}."


def compare_with_wanted(listing: Listing, visitor: Visitor) -> str:
    state = reaches(listing, visitor)
    if not state:
        return ""
    amount = f"{visitor.money_currency} {full_amount(visitor.you.salary_from)}"
    return f"{REACHES[state]} the {amount} you want."


def reaches(listing: Listing, visitor: Visitor) -> str:
    """SURELY, MAYBE or BELOW what they want, as the filter of the list says; '' where one of both
    is not known.
    """
    wanted = visitor.wanted_usd
    lowest = listing.pay_year_min_usd
    highest = listing.pay_year_max_usd
    if wanted is None or (lowest is None and highest is None):
        return ""
    if lowest is not None and lowest >= wanted:
        return SURELY
    if highest is None or highest >= wanted:
        return MAYBE
    return BELOW


def _explain_other_level(listing: Listing, visitor: Visitor) -> str:
    """Why nothing is compared; '' where the job is of their level."""
    if not listing.level:
        return "The job doesn’t state a level."
    if visitor.level in listing.levels:
        return ""
    return f"The job is {Level(listing.level).short.lower()}. You said {visitor.level_words}."


def _compare_with(figure: YourFigure, listing: Listing, visitor: Visitor) -> str:
    """Compares the middle of its range; '' for a job of another level, of several, or where the
    figure is of all countries.
    """
    lowest = listing.pay_year_min_usd
    highest = listing.pay_year_max_usd
    is_of_level = listing.level == visitor.level and not listing.level_max
    if not is_of_level or not figure.is_near or lowest is None or highest is None:
        return ""
    over = round(((lowest + highest) / 2 / float(figure.median_usd) - 1) * 100)
    if not over:
        return "The midpoint of this job is at that median."
    if over > 0:
        return f"The midpoint of this job is {over}% above it."
    return f"The midpoint of this job is {-over}% below it."

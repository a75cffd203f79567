"""The answer to “How does its pay compare?”"""

from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from jobboard.common.text.words import country_with_article, plural
from jobboard.listings.choices import Level, PayStatement
from jobboard.listings.facts import MarketFacts, range_width
from jobboard.listings.models import Listing
from jobboard.listings.readers.asked import open_questions
from roles.pay.formulas import Spread

from .answer import NEUTRAL, OPEN, STATED, Answer, position

UNUSUALLY_WIDE = 2


@dataclass(frozen=True)
class PayAnswer(Answer):
    """An answer with the range and the figures that it is drawn with, where there are some: both in
    the currency of ``spread``, per year.
    """

    lowest: Decimal | int | None = None
    highest: Decimal | int | None = None
    spread: Spread | None = None


@dataclass(frozen=True)
class SurveyFigure:
    """The survey's figure of one role at one level, in ``country`` or everywhere ('')."""

    country: str
    spread: Spread
    top_country: str
    top_share: float

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "SurveyFigure":
        spread = Spread(*itemgetter("n", "p10", "p25", "p50", "p75", "p90", "currency")(row))
        return cls(row["country"], spread, row["top_country"], float(row["top_share"]))


def how_pay_compares(
    listing: Listing,
    pay: PayStatement | None,
    facts: MarketFacts | None,
    at_level: MarketFacts | None,
    *,
    covers_several: bool,
) -> PayAnswer:
    """Compare with the role's pay at the same level, or not at all: posted pay in its own currency,
    else the survey's. ``facts`` are of its role, ``at_level`` of its level in it.
    """
    if not pay:
        return _answer_without_pay(listing)
    why_not = _why_not_compared(listing, covers_several=covers_several)
    if why_not:
        return PayAnswer(_title_without_comparison(listing), NEUTRAL, [why_not])
    wide = _warn_of_wide_range(listing, facts)
    if at_level and listing.salary_period == "year":
        posted = at_level.posted_in(listing.salary_currency)
        if not posted.is_suppressed:
            ends = (listing.salary_min, listing.salary_max)
            return _compare(ends, posted, _describe_posted(listing, posted), wide)
    return _compare_with_survey(listing, wide)


def _answer_without_pay(listing: Listing) -> PayAnswer:
    sentences = []
    figure = _find_survey_figure(listing)
    if figure:
        sentences.append(_describe_figure(listing, figure))
    asks = []
    if "pay" in open_questions(listing):
        asks.append("pay")
    return PayAnswer("Pay not stated", OPEN, sentences, asks=asks)


def _describe_posted(listing: Listing, posted: Spread) -> str:
    sample = ""
    if posted.few:
        sample = " (small sample)"
    return (
        f"Compared with the midpoints of {posted.n} open {_level_and_role(listing)} jobs that "
        f"state yearly pay in {posted.currency}{sample}."
    )


def _title_without_comparison(listing: Listing) -> str:
    if listing.salary_from == Listing.SalaryFrom.TEXT:
        return "Pay read from the description"
    return "Pay stated by the employer"


def _why_not_compared(listing: Listing, *, covers_several: bool) -> str:
    """A sentence; '' where nothing stands in the way."""
    if not listing.has_pay:
        return "We only compare base pay."
    if covers_several:
        return "This covers several pay ranges, so we don’t compare it."
    if None in (listing.salary_min, listing.salary_max):
        return "One end of the range isn’t stated, so we don’t compare it."
    has_role = listing.public_role is not None
    if has_role and not listing.level:
        return "The job doesn’t state a level, so we don’t compare its pay."
    if has_role and listing.level_max:
        return "The job is open to several levels, so we don’t compare its pay."
    return ""


def _warn_of_wide_range(listing: Listing, facts: MarketFacts | None) -> list[str]:
    """A sentence if its range is at least UNUSUALLY_WIDE times the role's usual width."""
    if facts is None or facts.usual_width is None:
        return []
    usual = facts.usual_width
    width = round(range_width(listing.salary_min, listing.salary_max))
    if width < UNUSUALLY_WIDE * usual or not width:
        return []
    return [
        f"The gap between the minimum and maximum pay here is {width}% of the midpoint. For half "
        f"of {listing.public_role} jobs it is {usual}% or less."
    ]


def _compare(ends: tuple, spread: Spread, basis: str, more: list[str]) -> PayAnswer:
    """``ends`` and ``spread`` are in one currency, per year."""
    lowest, highest = ends
    over = round((float(lowest + highest) / 2 / float(spread.p50 or 1) - 1) * 100)
    title = "Pay is at the median"
    if over > 0:
        title = f"Pay is {over}% above the median"
    elif over < 0:
        title = f"Pay is {-over}% below the median"
    return PayAnswer(
        f"{title} at this level",
        STATED,
        [basis, *more],
        lowest=lowest,
        highest=highest,
        spread=spread,
    )


def _compare_with_survey(listing: Listing, more: list[str]) -> PayAnswer:
    """Compare with responses from the job's own country; those from elsewhere are told, not
    compared.
    """
    figure = _find_survey_figure(listing)
    country = first_country(listing)
    ends = (listing.pay_year_min_usd, listing.pay_year_max_usd)
    if not listing.public_role:
        why_not = "We have no profile of this role, so there is nothing to compare it with."
        return PayAnswer(_title_without_comparison(listing), NEUTRAL, [why_not])
    if figure is None or None in ends:
        why_not = f"There isn’t enough data on {_level_and_role(listing)} pay to compare it."
        return PayAnswer(_title_without_comparison(listing), NEUTRAL, [why_not, *more])
    is_in_usd = listing.salary_currency == "USD"
    if figure.country != country or not (country or is_in_usd):
        why_not = "The job mentions no country to compare its pay in."
        if country:
            why_not = f"Too few responses from {country_with_article(country)} to compare it with."
        sentences = [why_not, _describe_figure(listing, figure), *more]
        return PayAnswer(_title_without_comparison(listing), NEUTRAL, sentences)
    if (listing.salary_currency, listing.salary_period) != ("USD", "year"):
        rate = ""
        if listing.pay_rate_on:
            rate = f" at the rate of {listing.pay_rate_on:%Y}"
        more = [f"We converted this job’s pay to USD a year{rate}.", *more]
    return _compare(ends, figure.spread, _describe_figure(listing, figure), more)


def _find_survey_figure(listing: Listing) -> SurveyFigure | None:
    """The figure at the job's one level, in the country of its first place where there are enough
    responses, else everywhere. ``listing`` is from ``listing_for_page()``.
    """
    if not listing.public_role:
        return None
    figures = map(SurveyFigure.of_row, listing.survey_rows or ())
    enough = {figure.country: figure for figure in figures if not figure.spread.is_suppressed}
    return enough.get(first_country(listing)) or enough.get("")


def first_country(listing: Listing) -> str:
    for row in sorted(listing.place_rows or (), key=position):
        if row["country"]:
            return row["country"]
    return ""


def _describe_figure(listing: Listing, figure: SurveyFigure) -> str:
    """“The survey median for AI Engineer, senior-level, is USD 150,000 a year (…)”"""
    spread = figure.spread
    if figure.country:
        scope = f" in {country_with_article(figure.country)}"
        share = ""
    else:
        scope = ""
        share = f", {figure.top_share * 100:.0f}% from {country_with_article(figure.top_country)}"
    sample = ""
    if spread.few:
        sample = ", small sample"
    return (
        f"The survey median for {listing.public_role}, {_level(listing)}{scope}, is "
        f"{spread.currency} {spread.p50:,.0f} a year before tax "
        f"({plural(spread.n, 'response')}{share}{sample})."
    )


def _level_and_role(listing: Listing) -> str:
    return f"{_level(listing)} {listing.public_role}"


def _level(listing: Listing) -> str:
    return Level(listing.level).short.lower()

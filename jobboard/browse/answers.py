"""Four answers above the text of a job: who may do it and from where, how its pay compares, how
fresh it is, and who the employer is. Each says what the employer said, or that it did not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jobboard.common.text.words import plural, the_country
from jobboard.feeds.parsing.texts.whereabouts import ANYWHERE, AUTHORIZED, MUST, Whereabouts
from jobboard.listings.asked import open_questions
from jobboard.listings.choices import Level, PayStatement, Workplace
from jobboard.listings.employers.standing import CAREERS
from jobboard.listings.facts import MarketFacts, range_width
from jobboard.listings.models import Listing, ListingEvent
from jobboard.listings.querysets import CONFIRM_AFTER
from roles.pay.formulas import Spread

from .eligibility import VISA

STATED, OPEN, NEUTRAL = "stated", "open", "neutral"
COUNTRIES_SHOWN = 60  # characters of a list of countries that still fit into a heading
QUOTES_SHOWN = 2
UNUSUALLY_WIDE = 2
CHANGES = {
    ListingEvent.Kind.PAY_CHANGED,
    ListingEvent.Kind.PLACE_CHANGED,
    ListingEvent.Kind.DATES_CHANGED,
    ListingEvent.Kind.APPLY_CHANGED,
}


@dataclass(frozen=True)
class Answer:
    """``tone`` is STATED, OPEN where the job leaves something out, or NEUTRAL. ``quotes`` are the
    employer's own words; ``asks`` names what a reader may ask for (see ``asking``).
    """

    title: str
    tone: str
    sentences: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PayAnswer(Answer):
    """With the range and the figures that it is drawn with, where there are some: both in the
    currency of ``spread``, per year.
    """

    lowest: Decimal | int | None = None
    highest: Decimal | int | None = None
    spread: Spread | None = None


@dataclass(frozen=True)
class SurveyFigure:
    """What the survey says of one role at one level, in ``country`` or everywhere ('')."""

    country: str
    spread: Spread
    top_country: str
    top_share: float

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "SurveyFigure":
        names = ("n", "p10", "p25", "p50", "p75", "p90", "currency")
        spread = Spread(*(row[name] for name in names))
        return cls(row["country"], spread, row["top_country"], float(row["top_share"]))


# --- Who may do it --------------------------------------------------------------------------------


def who_may(listing: Listing, said: Sequence[Whereabouts]) -> Answer:
    """From where, in the employer's words, and how: on-site, hybrid or remote."""
    remote, office = _remote_route(listing, said), _office_route(listing)
    routes = [route for route in (remote, office) if route]
    title = ", or ".join([*routes[:1], *map(_lowered, routes[1:])])
    says_in_text = any(one.kind in (MUST, ANYWHERE) for one in said)
    asks = [about for about in open_questions(listing) if about in ABOUT_WHO]
    if says_in_text and listing.has_remote and not office:
        asks = [about for about in asks if about != "where"]  # the page quotes the answer
    sentences = [f"Working hours: {listing.utc_note}."] if listing.utc_note else []
    sentences.append(VISA[Listing.Visa(listing.visa)])
    return Answer(
        title or "Location not stated",
        OPEN if "where" in asks else STATED,
        sentences,
        _quotes(listing, said),
        asks,
    )


ABOUT_WHO = ("where", "visa")
NO_COUNTRIES = "Remote, but the countries aren’t stated"
BASED = "Based in "
# “Remote - Canada”: what comes after it is where from.
HOW_IT_STARTS = re.compile(r"^remote\b(?:[- ]friendly)?[\s,:–-]*(?:(?:in|from|within)\b\s*)?", re.I)


def _remote_route(listing: Listing, said: Sequence[Whereabouts]) -> str:
    """“Remote from Portugal, Spain, France or Italy”; '' where none of it is remote. What the text
    rules out goes before what was chosen in the form.
    """
    if not listing.has_remote:
        return ""
    required = [one for one in said if one.kind == MUST]
    if required:
        return _required_route(required[0])
    if listing.eligibility == Listing.Eligibility.LISTED:
        text = HOW_IT_STARTS.sub("", listing.eligibility_text).rstrip(".")
        is_short = 0 < len(text) <= COUNTRIES_SHOWN
        return f"Remote from {text}" if is_short else "Remote from a list of countries"
    says_anywhere = any(one.kind == ANYWHERE for one in said)
    if says_anywhere or listing.eligibility == Listing.Eligibility.ANYWHERE:
        return "Remote from anywhere"
    remote = [row for row in listing.place_rows or () if row["workplace"] == Workplace.REMOTE]
    named = [row["text"] for row in sorted(remote, key=_position) if row["country"]]
    return named[0] if named else NO_COUNTRIES


def _required_route(one: Whereabouts) -> str:
    names = " or ".join(map(the_country, one.countries))
    is_short = bool(names) and len(names) <= COUNTRIES_SHOWN
    return f"Remote from {names}" if is_short and not one.is_part else "Remote from certain places"


def _position(row: dict[str, Any]) -> int:
    return row["position"]


def _office_route(listing: Listing) -> str:
    """“Hybrid in Lisbon, Portugal, 2 days on-site”; '' where all of it is remote."""
    rows = [row for row in listing.places.all() if row.workplace != Workplace.REMOTE]
    if not rows:
        return "" if listing.has_remote or not listing.place_line else BASED + listing.place_line
    first = rows[0]
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    if not first.workplace:
        return f"{BASED}{first.text}{more}. On-site or remote isn’t stated"
    how, _, days = first.workplace_line.partition(", ")
    return f"{how} in {first.text}{more}" + (f" ({days})" if days else "")


def _lowered(route: str) -> str:
    return route[:1].lower() + route[1:]


def _quotes(listing: Listing, said: Sequence[Whereabouts]) -> list[str]:
    """What the employer typed of countries, where the title does not say it, then sentences of the
    text, each once.
    """
    deciding = [one.quote for one in said if one.kind in (MUST, ANYWHERE, AUTHORIZED)]
    typed = listing.eligibility_text
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    is_in_title = is_listed and len(typed) <= COUNTRIES_SHOWN
    quotes = deciding if is_in_title else [typed, *deciding]
    return list(dict.fromkeys(filter(None, quotes)))[:QUOTES_SHOWN]


# --- Pay ------------------------------------------------------------------------------------------


def how_pay_compares(
    listing: Listing,
    pay: PayStatement | None,
    facts: MarketFacts | None,
    at_level: MarketFacts | None,
    *,
    covers_several: bool,
) -> PayAnswer:
    """With the role's pay at the same level, or not at all: posted pay in its own currency, else
    the survey's. ``facts`` are of its role, ``at_level`` of its level in it.
    """
    if not pay:
        figure = _survey_at_level(listing)
        said = [_figure_in_words(listing, figure)] if figure else []
        asks = [about for about in open_questions(listing) if about == "pay"]
        return PayAnswer("Pay not stated", OPEN, said, asks=asks)
    why_not = _why_not_compared(listing, covers_several=covers_several)
    if why_not:
        return PayAnswer(_pay_stated(listing), NEUTRAL, [why_not])
    wide = _how_wide(listing, facts)
    posted = at_level.posted_in(listing.salary_currency) if at_level else None
    if posted and not posted.held_back and listing.salary_period == "year":
        ends = (listing.salary_min, listing.salary_max)
        basis = (
            f"Compared with the midpoints of {posted.n} open {_level_and_role(listing)} jobs that "
            f"state yearly pay in {posted.currency}{' (small sample)' if posted.few else ''}."
        )
        return _compared(ends, posted, basis, wide)
    return _with_survey(listing, wide)


def _pay_stated(listing: Listing) -> str:
    is_read = listing.salary_from == Listing.SalaryFrom.TEXT
    return "Pay read from the description" if is_read else "Pay stated by the employer"


def _why_not_compared(listing: Listing, *, covers_several: bool) -> str:
    """A sentence; '' where nothing stands in the way."""
    is_open_ended = None in (listing.salary_min, listing.salary_max)
    has_role = listing.public_role is not None
    reasons = [
        (not listing.has_pay, "We only compare base pay."),
        (covers_several, "This covers several pay ranges, so we don’t compare it."),
        (is_open_ended, "One end of the range isn’t stated, so we don’t compare it."),
        (
            has_role and not listing.level,
            "The job doesn’t state a level, so we don’t compare its pay.",
        ),
        (
            has_role and bool(listing.level_max),
            "The job is open to several levels, so we don’t compare its pay.",
        ),
    ]
    return next((sentence for holds, sentence in reasons if holds), "")


def _how_wide(listing: Listing, facts: MarketFacts | None) -> list[str]:
    """A sentence where its range is UNUSUALLY_WIDE times as wide as half of the role's are."""
    usual = facts.usual_width if facts else None
    width = round(range_width(listing.salary_min, listing.salary_max))
    if usual is None or width < UNUSUALLY_WIDE * usual or not width:
        return []
    return [
        f"The gap between the minimum and maximum pay here is {width}% of the midpoint. For half "
        f"of {listing.public_role} jobs it is {usual}% or less."
    ]


def _compared(ends: tuple, spread: Spread, basis: str, more: list[str]) -> PayAnswer:
    """``ends`` and ``spread`` are in one currency, per year."""
    lowest, highest = ends
    over = round((float(lowest + highest) / 2 / float(spread.p50 or 1) - 1) * 100)
    title = "Pay is at the median"
    if over:
        title = f"Pay is {abs(over)}% {'above' if over > 0 else 'below'} the median"
    return PayAnswer(
        f"{title} at this level",
        STATED,
        [basis, *more],
        lowest=lowest,
        highest=highest,
        spread=spread,
    )


def _with_survey(listing: Listing, more: list[str]) -> PayAnswer:
    """With responses from the job's own country; those from elsewhere are told, not compared."""
    figure = _survey_at_level(listing)
    country = _first_country(listing)
    ends = (listing.pay_year_min_usd, listing.pay_year_max_usd)
    if not listing.public_role:
        nothing = "We have no profile of this role, so there is nothing to compare it with."
        return PayAnswer(_pay_stated(listing), NEUTRAL, [nothing])
    if figure is None or None in ends:
        little = f"There isn’t enough data on {_level_and_role(listing)} pay to compare it."
        return PayAnswer(_pay_stated(listing), NEUTRAL, [little, *more])
    is_in_usd = listing.salary_currency == "USD"
    if figure.country != country or not (country or is_in_usd):
        little = "The job mentions no country to compare its pay in."
        if country:
            little = f"Too few responses from {the_country(country)} to compare it with."
        return PayAnswer(
            _pay_stated(listing), NEUTRAL, [little, _figure_in_words(listing, figure), *more]
        )
    if (listing.salary_currency, listing.salary_period) != ("USD", "year"):
        rate = f" at the rate of {listing.pay_rate_on:%Y}" if listing.pay_rate_on else ""
        more = [f"We converted this job’s pay to USD a year{rate}.", *more]
    return _compared(ends, figure.spread, _figure_in_words(listing, figure), more)


def _survey_at_level(listing: Listing) -> SurveyFigure | None:
    """At the job's one level, in the country of its first place where there are enough responses,
    else everywhere. Of a job from ``listings_for_page()``.
    """
    if not listing.public_role:
        return None
    figures = map(SurveyFigure.of_row, listing.survey_rows or ())
    enough = {figure.country: figure for figure in figures if not figure.spread.held_back}
    return enough.get(_first_country(listing)) or enough.get("")


def _first_country(listing: Listing) -> str:
    rows = sorted(listing.place_rows or (), key=_position)
    return next((row["country"] for row in rows if row["country"]), "")


def _figure_in_words(listing: Listing, figure: SurveyFigure) -> str:
    """“The survey median for AI Engineer, senior-level, is USD 150,000 a year (…)”"""
    spread = figure.spread
    sample = ", small sample" if spread.few else ""
    share = f", {figure.top_share * 100:.0f}% from {the_country(figure.top_country)}"
    scope = f" in {the_country(figure.country)}" if figure.country else ""
    return (
        f"The survey median for {listing.public_role}, {_level(listing)}{scope}, is "
        f"{spread.currency} "
        f"{spread.p50:,.0f} a year before tax ({plural(spread.n, 'response')}"
        f"{'' if figure.country else share}{sample})."
    )


def _level_and_role(listing: Listing) -> str:
    return f"{_level(listing)} {listing.public_role}"


def _level(listing: Listing) -> str:
    return Level(listing.level).short.lower()


# --- How fresh ------------------------------------------------------------------------------------


def how_fresh(listing: Listing, record: Sequence[ListingEvent], copies: int) -> Answer:
    """When it was first seen and last known to be open, what changed, and how often it is listed.

    Ages are in whole days (UTC).
    """
    seen = listing.last_seen_at if listing.feed_id and not listing.created_by_id else None
    known = max(filter(None, (seen, listing.confirmed_at)), default=None)
    posted = f"Posted {_ago(listing.posted_at)}"
    title = posted
    if known:
        how = "Seen in the employer’s feed" if known == seen else "Confirmed open"
        title = f"{how} {_ago(known)}"
    last = known or listing.published_at or listing.posted_at
    # By whole days, like the words beside it: a kept page is made anew when the day changes.
    is_fresh = timezone.now().date() - last.date() <= CONFIRM_AFTER
    sentences = [f"First seen {_day(listing.first_seen_at)}."]
    if known:
        sentences.insert(0, f"{posted}.")
    changes = sum(event.kind in CHANGES for event in record)
    if changes:
        sentences.append(f"Changed {plural(changes, 'time')} since. See the job history.")
    if listing.reposted_from_id:
        sentences.append("Reposted from an earlier job.")
    if copies:
        sentences.append(f"The employer lists it {copies + 1} times. We show it once.")
    sentences.append(_how_long(listing))
    return Answer(title, STATED if is_fresh else NEUTRAL, sentences)


def _how_long(listing: Listing) -> str:
    if listing.closes_on:
        return f"Closing date: {_day(listing.closes_on)}."
    last = listing.last_day
    comes_down = f" We remove it after {_day(last)} unless it is confirmed again." if last else ""
    return f"No closing date is stated.{comes_down}"


def _ago(moment: datetime) -> str:
    days = (timezone.now().date() - moment.date()) // timedelta(days=1)
    return ["today", "yesterday"][max(days, 0)] if days < 2 else f"{days} days ago"


def _day(day: date | datetime) -> str:
    return f"{day:%-d %b %Y}"


# --- The employer ---------------------------------------------------------------------------------


def who_it_is(listing: Listing) -> Answer:
    company, standing = listing.company, listing.standing
    sentences = []
    if company.is_demo:
        return Answer("Made-up company", NEUTRAL, ["This is a sample, so nothing is verified."])
    if standing.is_known and standing.checked_at:
        checked = "Seen" if standing.how == CAREERS else "Checked"
        sentences.append(f"{checked} {_day(standing.checked_at)}.")
    if listing.for_client:
        name = listing.client_name or "a client it doesn’t name"
        sentences.append(f"{company} recruits for {name}. We don’t verify clients.")
    if not standing.is_known:
        sentences.append(
            f"We haven’t confirmed who posts for {company}. Before you send anything, look for "
            "the same job on its own website."
        )
    if listing.apply_url:
        sentences.append(f"Applying opens {listing.apply_host}.")
    return Answer(standing.sentence, STATED if standing.is_known else NEUTRAL, sentences)


def four_answers(
    listing: Listing,
    context: dict,
    said: Sequence[Whereabouts],
    at_level: MarketFacts | None,
) -> dict[str, Answer]:
    """``context`` is that of ``listing_context`` with the open copies, ``sources``."""
    return {
        "who": who_may(listing, said),
        "pay": how_pay_compares(
            listing,
            context["pay"],
            context["facts"],
            at_level,
            covers_several=context["covers_several"],
        ),
        "fresh": how_fresh(listing, context["record"], len(context["sources"])),
        "employer": who_it_is(listing),
    }

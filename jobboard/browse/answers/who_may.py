"""The answer to “Who may do the job, and from where?”"""

import re
from collections.abc import Sequence

from jobboard.browse.eligibility import CERTAIN, VISA, countries_in_words
from jobboard.common.text.words import country_with_article
from jobboard.feeds.parsing.texts.named_areas import is_only_names, names_in
from jobboard.feeds.parsing.texts.whereabouts import (
    ANYWHERE,
    AUTHORIZED,
    BOUNDED,
    MUST,
    Whereabouts,
)
from jobboard.listings.choices import Workplace
from jobboard.listings.models import Listing
from jobboard.listings.readers.asked import open_questions

from .answer import OPEN, STATED, Answer, position

COUNTRIES_SHOWN = 60  # characters of a list of countries that still fit into a heading
QUOTES_SHOWN = 2
ABOUT_WHO = ("where", "visa")
NO_COUNTRIES = "Remote, but the countries aren’t stated"
DECIDING = (MUST, ANYWHERE, BOUNDED, AUTHORIZED)
BASED = "Based in "
# “Remote - Canada”: what comes after it is where from.
HOW_IT_STARTS = re.compile(r"^remote\b(?:[- ]friendly)?[\s,:–-]*(?:(?:in|from|within)\b\s*)?", re.I)
SENTENCE_END = re.compile(r"(?<!\b[A-Z])\.$")  # the dot of “U.S.” stays


def who_may(listing: Listing, statements: Sequence[Whereabouts]) -> Answer:
    """Says from where one may work, in the employer's words, and how: on-site, hybrid or remote."""
    remote = _remote_route(listing, statements)
    office = _office_route(listing)
    title = remote or office or "Location not stated"
    if remote and office:
        title = f"{remote}, or {_with_lower_start(office)}"
    asks = [about for about in open_questions(listing) if about in ABOUT_WHO]
    is_in_text = not {MUST, ANYWHERE, BOUNDED}.isdisjoint(_kinds(statements))
    if "where" in asks and is_in_text and listing.has_remote and not office:
        asks.remove("where")  # the page quotes the answer
    sentences = [VISA[Listing.Visa(listing.visa)]]
    if listing.utc_note:
        sentences.insert(0, f"Working hours: {listing.utc_note}.")
    tone = STATED
    if "where" in asks:
        tone = OPEN
    return Answer(title, tone, sentences, _get_quotes(listing, statements), asks)


def _remote_route(listing: Listing, statements: Sequence[Whereabouts]) -> str:
    """“Remote from Portugal, Spain, France or Italy”; '' where none of it is remote. What the text
    rules out goes before what was chosen in the form.
    """
    if not listing.has_remote:
        return ""
    for statement in statements:
        if statement.kind == MUST:
            return _required_route(statement)
    if listing.eligibility == Listing.Eligibility.LISTED:
        return _listed_route(HOW_IT_STARTS.sub("", listing.eligibility_text))
    return _open_route(listing, statements)


def _listed_route(typed: str) -> str:
    """“Remote from Spain”, “Remote: residents of Spain”, as it reads with what was ``typed``."""
    text = SENTENCE_END.sub("", typed)
    if not 0 < len(text) <= COUNTRIES_SHOWN:
        return "Remote from a list of countries"
    if text.startswith("Anywhere"):
        return f"Remote from {_with_lower_start(text)}"
    if is_only_names(text):
        return f"Remote from {text}"
    first_word = text.split(maxsplit=1)[0]
    if names_in(first_word) == ((), False):
        text = _with_lower_start(text)  # “must live in Spain”, while names stay as they are
    return f"Remote: {text}"


def _open_route(listing: Listing, statements: Sequence[Whereabouts]) -> str:
    """The route of remote work that no list of countries limits."""
    kinds = _kinds(statements)
    if BOUNDED in kinds:
        return f"Remote from {CERTAIN}"
    place = _first_remote_place(listing)
    if place and ANYWHERE not in kinds:
        return place
    for statement in statements:
        if statement.kind == AUTHORIZED:
            countries = countries_in_words(statement)
            return f"Remote, with authorization to work in {countries}"
    if ANYWHERE in kinds:
        return "Remote from anywhere"
    return NO_COUNTRIES


def _required_route(statement: Whereabouts) -> str:
    names = " or ".join(map(country_with_article, statement.countries))
    is_short = bool(names) and len(names) <= COUNTRIES_SHOWN
    if is_short and not statement.is_part:
        return f"Remote from {names}"
    return "Remote from certain places"


def _kinds(statements: Sequence[Whereabouts]) -> set[str]:
    return {statement.kind for statement in statements}


def _first_remote_place(listing: Listing) -> str:
    """The text of the first one that is in a country; '' for none."""
    for row in sorted(listing.place_rows or (), key=position):
        if row["workplace"] == Workplace.REMOTE and row["country"]:
            return row["text"]
    return ""


def _office_route(listing: Listing) -> str:
    """“Hybrid in Lisbon, Portugal, 2 days on-site”; '' where all of it is remote."""
    rows = [row for row in listing.places.all() if row.workplace != Workplace.REMOTE]
    if not rows:
        if listing.has_remote or not listing.place_line:
            return ""
        return BASED + listing.place_line
    first = rows[0]
    more = ""
    if len(rows) > 1:
        more = f" and {len(rows) - 1} more"
    if not first.workplace:
        return f"{BASED}{first.text}{more}. On-site or remote isn’t stated"
    how, _, days = first.workplace_line.partition(", ")
    route = f"{how} in {first.text}{more}"
    if days:
        route += f" ({days})"
    return route


def _with_lower_start(route: str) -> str:
    return route[:1].lower() + route[1:]


def _get_quotes(listing: Listing, statements: Sequence[Whereabouts]) -> list[str]:
    """The employer's own text about countries, unless the title says it, then sentences of the
    text, each once.
    """
    quotes = [statement.quote for statement in statements if statement.kind in DECIDING]
    text = listing.eligibility_text
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    is_in_title = is_listed and len(text) <= COUNTRIES_SHOWN
    if not is_in_title:
        quotes.insert(0, text)
    return list(dict.fromkeys(filter(None, quotes)))[:QUOTES_SHOWN]

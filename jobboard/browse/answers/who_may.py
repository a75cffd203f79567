"""Who may do the job, and from where."""

import re
from collections.abc import Sequence

from jobboard.browse.eligibility import CERTAIN, VISA, countries_in_words
from jobboard.common.text.words import the_country
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
BASED = "Based in "
# “Remote - Canada”: what comes after it is where from.
HOW_IT_STARTS = re.compile(r"^remote\b(?:[- ]friendly)?[\s,:–-]*(?:(?:in|from|within)\b\s*)?", re.I)
SENTENCE_END = re.compile(r"(?<!\b[A-Z])\.$")  # the dot of “U.S.” stays


def who_may(listing: Listing, said: Sequence[Whereabouts]) -> Answer:
    """From where, in the employer's words, and how: on-site, hybrid or remote."""
    remote, office = _remote_route(listing, said), _office_route(listing)
    routes = [route for route in (remote, office) if route]
    title = ", or ".join([*routes[:1], *map(_lowered, routes[1:])])
    says_in_text = any(one.kind in (MUST, ANYWHERE, BOUNDED) for one in said)
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
        return _listed_route(HOW_IT_STARTS.sub("", listing.eligibility_text))
    return _open_route(listing, said)


def _listed_route(typed: str) -> str:
    """“Remote from Spain”, “Remote: residents of Spain”, as it reads with what was ``typed``."""
    text = SENTENCE_END.sub("", typed)
    if not 0 < len(text) <= COUNTRIES_SHOWN:
        return "Remote from a list of countries"
    if text.startswith("Anywhere"):
        return f"Remote from {_lowered(text)}"
    return f"Remote from {text}" if is_only_names(text) else f"Remote: {_with_small_start(text)}"


def _with_small_start(text: str) -> str:
    """“must live in Spain”; names and abbreviations stay as they are."""
    first = text.split(maxsplit=1)[0]
    return text if names_in(first) != ((), False) else _lowered(text)


def _open_route(listing: Listing, said: Sequence[Whereabouts]) -> str:
    """Of remote work that no list of countries limits."""
    kinds = {one.kind for one in said}
    if BOUNDED in kinds:
        return f"Remote from {CERTAIN}"
    remote = [row for row in listing.place_rows or () if row["workplace"] == Workplace.REMOTE]
    named = [row["text"] for row in sorted(remote, key=position) if row["country"]]
    if named and ANYWHERE not in kinds:
        return named[0]
    if AUTHORIZED in kinds:
        required = next(one for one in said if one.kind == AUTHORIZED)
        return f"Remote, with authorization to work in {countries_in_words(required)}"
    return "Remote from anywhere" if ANYWHERE in kinds else NO_COUNTRIES


def _required_route(one: Whereabouts) -> str:
    names = " or ".join(map(the_country, one.countries))
    is_short = bool(names) and len(names) <= COUNTRIES_SHOWN
    return f"Remote from {names}" if is_short and not one.is_part else "Remote from certain places"


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
    deciding = [one.quote for one in said if one.kind in (MUST, ANYWHERE, BOUNDED, AUTHORIZED)]
    typed = listing.eligibility_text
    is_listed = listing.eligibility == Listing.Eligibility.LISTED
    is_in_title = is_listed and len(typed) <= COUNTRIES_SHOWN
    quotes = deciding if is_in_title else [typed, *deciding]
    return list(dict.fromkeys(filter(None, quotes)))[:QUOTES_SHOWN]

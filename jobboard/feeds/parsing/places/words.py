"""Words in the texts of places that name none: how one works there, time zones, fillers."""

import re

from jobboard.feeds.parsing.phrases import WITHOUT_BLANKS, any_of, read_table
from jobboard.listings.choices import Workplace

WORDS = read_table("places/words.csv")
BEFORE = any_of(WORDS["before a workplace"])
BEHIND = any_of(WORDS["behind a workplace"])


def _words_for(workplace: str) -> str:
    words = WORDS[workplace]
    bare = any_of(word for word in words if not WITHOUT_BLANKS.search(word))
    rest = any_of(word for word in words if WITHOUT_BLANKS.search(word))
    spaced = rf"(?:(?:{BEFORE})[ -])?(?<!\w)(?:{bare})(?!\w)(?:[ -](?:{BEHIND})\b){{0,2}}"
    return f"{spaced}|{rest}" if rest else spaced


NEVER = r"\b(?:no|not|non)[ -]remote\b|\bremote\ (?:is\ )?not\b"
REMOTE, HYBRID, ON_SITE = map(_words_for, ("remote", "hybrid", "on_site"))

WORKPLACE = re.compile(
    rf"(?P<never>{NEVER})|(?P<hybrid>{HYBRID})|(?P<remote>{REMOTE})"
    rf"|(?P<on_site>{ON_SITE}|^in[ -]office$)",
    re.IGNORECASE,
)
WORKPLACES = {
    "remote": Workplace.REMOTE,
    "hybrid": Workplace.HYBRID,
    "on_site": Workplace.ON_SITE,
}

TIME_ZONE = re.compile(
    rf"(?:\b(?:{any_of(WORDS['time zone'])})\b|[-+±/ ,&0-9:]|\b(?:to|and|or)\b)+",
    re.IGNORECASE,
)
SURE_TIME_ZONE = re.compile(rf"\b(?:{any_of(WORDS['time zone'])})\b", re.IGNORECASE)
TIME_ZONE_CODES = frozenset(WORDS["time zone code"])
NO_PLACE = re.compile(rf"(?:\b(?:{any_of(WORDS['no place'])})\b[ ,/&-]*)+", re.IGNORECASE)


def workplace_of(match: re.Match[str]) -> str:
    """The value of Workplace that a match of WORKPLACE means; '' of "not remote"."""
    return str(WORKPLACES.get(match.lastgroup or "", ""))


def is_time_zone(text: str) -> bool:
    """Whether ``text`` speaks of hours and names no place: "EST hours", "UTC-5 to UTC+1"."""
    return bool(TIME_ZONE.fullmatch(text) and SURE_TIME_ZONE.search(text))


def is_no_place(text: str) -> bool:
    """Whether ``text`` is only words such as "Multiple locations"."""
    return bool(NO_PLACE.fullmatch(text))

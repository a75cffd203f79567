"""Words in the texts of places that name none: how one works there, time zones, fillers."""

import re

from jobboard.feeds.parsing.phrases import WITHOUT_BLANKS, any_of, read_table
from jobboard.listings.choices import Workplace

WORDS = read_table("places/words.csv")
MAYBE = "maybe"
"""Remote beside an office: "Madrid (remote possible)"."""
IS_MAYBE = re.compile(rf"\b(?:{any_of(WORDS[MAYBE])})(?: available)?$", re.IGNORECASE)
BEFORE = any_of(WORDS["before a workplace"])
BEHIND = any_of([*WORDS["behind a workplace"], *WORDS["maybe"]])


def _words_for(workplace: str) -> str:
    words = WORDS[workplace]
    bare = any_of(word for word in words if not WITHOUT_BLANKS.search(word))
    rest = any_of(word for word in words if WITHOUT_BLANKS.search(word))
    spaced = rf"(?:(?:{BEFORE})[ -])?(?<!\w)(?:{bare})(?!\w)(?:[ -](?:{BEHIND})\b){{0,2}}"
    if rest:
        return f"{spaced}|{rest}"
    return spaced


NEVER_REMOTE = r"\b(?:no|not|non)[ -]remote\b|\bremote\ (?:is\ )?not\b"
REMOTE, HYBRID, ON_SITE = map(_words_for, ("remote", "hybrid", "on_site"))

# "2 days a week in the office", "60% remote", "télétravail 2 jours/semaine"
SOME_DAYS = (
    rf"(?:[1-4](?:[-–][2-4])?|{any_of(WORDS['some'])})[ -]?(?:{any_of(WORDS['day'])})"
    rf"(?: ?/ ?(?:{any_of(WORDS['week'])})| (?:{any_of(WORDS['a week'])}))?"
)
AWAY = any_of(
    [*WORDS["remote"], *WORDS["on_site"], *WORDS["remote some days"], *WORDS["in an office"]]
)
PARTLY = (
    rf"(?<!\w){SOME_DAYS} ?(?:{AWAY})\b|(?<!\w)(?:{AWAY}):? {SOME_DAYS}(?!\w)"
    rf"|(?<!\w)(?:{any_of(WORDS['partly'])})[ -](?:{any_of(WORDS['remote'])})\b"
    rf"|(?<!\w)(?:{any_of(WORDS['remote'])}) (?:{any_of(WORDS['partly'])})\b"
    rf"|(?<![\w.])[1-9][0-9]? ?% (?:{any_of(WORDS['remote'])})\b"
)
LATER_POSSIBLE = rf"(?:(?=(?: [\w-]+){{1,4}} (?:{any_of(WORDS[MAYBE])})\b)(?P<maybe>))?"

WORKPLACE = re.compile(
    rf"(?P<never>{NEVER_REMOTE})|(?P<partly>{PARTLY})|(?P<hybrid>{HYBRID})"
    rf"|(?P<remote>(?:{REMOTE}){LATER_POSSIBLE})"
    rf"|(?P<on_site>{ON_SITE}|^in[ -]office$)",
    re.IGNORECASE,
)
WORKPLACES = {
    "remote": Workplace.REMOTE,
    "hybrid": Workplace.HYBRID,
    "partly": Workplace.HYBRID,
    "on_site": Workplace.ON_SITE,
}

TIME_ZONE = re.compile(
    rf"(?:\b(?:{any_of(WORDS['time zone'])})\b|[-+±/ ,&0-9:]|\b(?:to|and|or)\b)+",
    re.IGNORECASE,
)
SURE_TIME_ZONE = re.compile(rf"\b(?:{any_of(WORDS['time zone'])})\b", re.IGNORECASE)
TIME_ZONE_CODES = frozenset(WORDS["time zone code"])
# "Multiple locations" is one of them, and two: what is read is not read anew, or long texts of
# strangers could take for ever.
NO_PLACE = re.compile(rf"(?>\b(?:{any_of(WORDS['no place'])})\b[ ,/&-]*)++", re.IGNORECASE)
PLACEHOLDERS = re.compile(
    rf"[\W_]*+(?>(?:{any_of(WORDS['placeholder'])})(?:[\W_]+|$))*+", re.IGNORECASE
)


def get_workplace(match: re.Match[str]) -> str:
    """The value of Workplace that a match of WORKPLACE means, or MAYBE; '' of "not remote"."""
    workplace = str(WORKPLACES.get(match.lastgroup or "", ""))
    is_maybe = match["maybe"] is not None or IS_MAYBE.search(match[0])
    if workplace == Workplace.REMOTE and is_maybe:
        return MAYBE
    return workplace


def is_time_zone(text: str) -> bool:
    """Whether ``text`` speaks of hours and names no place: "EST hours", "UTC-5 to UTC+1"."""
    return bool(TIME_ZONE.fullmatch(text) and SURE_TIME_ZONE.search(text))


def is_no_place(text: str) -> bool:
    """Whether ``text`` is only words such as "Multiple locations"."""
    return bool(NO_PLACE.fullmatch(text))


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is what a system writes where nothing is known: "BLANK, N/A"."""
    return bool(PLACEHOLDERS.fullmatch(text))

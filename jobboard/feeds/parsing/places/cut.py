"""Cuts the text of a place into parts, and a part into names and words for the workplace."""

import re
from collections.abc import Iterator

from jobboard.feeds.parsing.phrases import any_of
from jobboard.listings.geo.gazetteer import MIN_POPULATION_WITHOUT_COUNTRY

from .names import Name, find_names, get_cities
from .pieces import Item, TextPart
from .words import (
    SOME_DAYS,
    TIME_ZONE_CODES,
    WORDS,
    WORKPLACE,
    WORKPLACES,
    get_workplace,
    is_time_zone,
)

SEPARATORS = {
    "end": ",",
    "open": "(",
    "close": ")",
    "word": "o",
    "word_of_names": "o",
    "slash": "/",
    "comma": ",",
    "dash": "-",
}

OR = any_of(WORDS["between places"])
# ", OR" is the state, but behind another state's code the word.
CAPITAL_OR = r"(?:(?<!,)|(?<=(?-i:[A-Z]{2}),)) (?-i:OR) "
# Words that stand within names too, such as "of" and "en", part what is a place on either side.
BETWEEN_NAMES = rf" (?-i:{any_of(WORDS['between names'])}) "
# What the signs and words below do not part.
ONE_NAME = (
    r"\b(?:bosnia|trinidad|antigua|newfoundland|jammu|uk|north|castile|castilla|tyne|tom[eé])"
    r" (?:and|&|y|e) (?=[hbtlkipsw])"
    r"|congo - (?=kinshasa|brazzaville)|frankfurt \((?=oder)"
    rf"|\b(?:{any_of(WORDS['day'])}) ?/ ?(?:{any_of(WORDS['week'])})\b"
)
TOKEN = re.compile(
    rf"(?P<name>{ONE_NAME})|{WORKPLACE.pattern}"
    r"|(?P<end>[;|•·])|(?P<open>[(\[])|(?P<close>[)\]])"
    rf"|(?P<word>,? (?:(?-i:{OR})|&|\+) |{CAPITAL_OR})|(?P<word_of_names>{BETWEEN_NAMES})"
    r"|(?P<slash>/)|(?P<comma>[,，、])"
    r"|(?P<dash> ?[-–—:] | [-–—] ?|[–—:])",
    re.IGNORECASE,
)
BARS = re.compile(r"[|•·]")
SAYS_NO_PLACE = re.compile(rf"[\W_]*(?:{SOME_DAYS})?[\W_]*", re.IGNORECASE)
EXCEPT = re.compile(
    r"\b(?:but|except\w*|exclud\w*|not|outside|other than|apart from|ohne|ausser|außer)\b",
    re.IGNORECASE,
)
EXCLUDED = "not there"  # nothing is known of what is left out, and it limits the rest


def cut(text: str) -> Iterator[TextPart]:
    """The parts of ``text``, which strong separators outside brackets end."""
    return Cutter(text).read_parts()


class Cutter:
    """Cuts one text from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bar = _sign_of_bar(text)
        self.depth = 0
        self._begin_part(0)

    def _begin_part(self, start: int) -> None:
        self.part_start = start
        self.items: list[Item] = []
        self.between = ""
        self.is_left_out = False  # behind "except"

    def read_parts(self) -> Iterator[TextPart]:
        start = 0
        for mark in _find_marks(self.text):
            kind = str(mark.lastgroup)
            self._add_name(start, mark.start())
            if kind == "end" and not self.depth and not self.bar:
                yield self._end_part(mark.start())
                self._begin_part(mark.end())
            elif kind in SEPARATORS:
                self._add_separator(kind)
            else:
                self._add_item(mark[0], mark.start(), get_workplace(mark))
            start = mark.end()
        self._add_name(start, len(self.text))
        yield self._end_part(len(self.text))

    def _end_part(self, end: int) -> TextPart:
        text = self.text[self.part_start : end].strip(" ,-")
        return TextPart(text, self.text.index(text, self.part_start), self.items)

    def _add_name(self, start: int, end: int) -> None:
        """The words between two marks, and apart from them what they leave out."""
        name = self.text[start:end].strip(" -.'\"")
        if not name:
            return
        at = self.text.index(name, start)
        stated = name
        left_out = None
        if self.is_left_out and ")" not in self.between:
            stated = ""
            left_out = name
        elif exception := EXCEPT.search(name):
            stated = name[: exception.start()].rstrip()
            left_out = name
        self.is_left_out = left_out is not None
        if stated:
            self._add_item(stated, at)
        if left_out:
            self._add_item(EXCLUDED, at, length=len(name))
        self.between = ""

    def _add_item(self, text: str, start: int, workplace: str = "", length: int = 0) -> None:
        end = start + (length or len(text))
        self.items.append(Item(text, start, end, self.between, self.depth, workplace))
        self.between = ""

    def _add_separator(self, kind: str) -> None:
        if kind == "end" and self.bar:
            self.between += self.bar
        else:
            self.between += SEPARATORS[kind]
        if kind == "open":
            self.depth += 1
        elif kind == "close":
            self.depth = max(0, self.depth - 1)


def _sign_of_bar(text: str) -> str:
    """What the one bar of a text means: "-" in "Remote | Berlin", where one side only says how one
    works, "/" in "Berlin | Munich"; '' where bars or semicolons part a list.
    """
    sides = BARS.split(text)
    if len(sides) != 2 or ";" in text:
        return ""
    left, right = map(WORKPLACE.search, sides)
    one_says_how = (left is None) != (right is None)
    if one_says_how and any(map(_says_only_how, sides)):
        return "-"
    return "/"


def _says_only_how(side: str) -> bool:
    return bool(SAYS_NO_PLACE.fullmatch(WORKPLACE.sub("", side, count=1)))


def _find_marks(text: str) -> Iterator[re.Match[str]]:
    """The signs that part a text and the words that say how one works."""
    marks = [match for match in TOKEN.finditer(text) if match.lastgroup != "name"]
    befores = [None, *marks]
    behinds = [*marks[1:], None]
    for before, mark, behind in zip(befores, marks, behinds, strict=False):
        if mark.lastgroup != "word_of_names" or _parts_places(text, before, mark, behind):
            yield mark


def _parts_places(
    text: str, last: re.Match[str] | None, mark: re.Match[str], after: re.Match[str] | None
) -> bool:
    """Whether a place, or how one works, stands on either side: "Berlin of Amsterdam", and neither
    "Port of Spain" nor "Bergen of zo".
    """
    start = 0
    end = len(text)
    if last:
        start = last.end()
    if after:
        end = after.start()
    if any(name.spots and " " in name.text for name in find_names(text[start:end])):
        return False
    before = text[start : mark.start()]
    behind = text[mark.end() : end]
    if not before.strip() and mark[0].strip() in WORDS["before a name"]:
        return False  # "100% remoto en España"
    return _is_place(before, last) and _is_place(behind, after)


def _is_place(text: str, beside: re.Match[str] | None) -> bool:
    if not text.strip():
        return beside is not None and beside.lastgroup in WORKPLACES
    names = find_names(text.strip(" -.'\""))
    return bool(names) and all(map(_is_clear, names))


def _is_clear(name: Name) -> bool:
    """Whether it is a region, a country, or a city large enough to be named alone."""
    cities = get_cities(name.spots)
    is_large = any(city.population >= MIN_POPULATION_WITHOUT_COUNTRY for city in cities)
    return is_large or len(cities) < len(name.spots)


def without_time_zones(items: list[Item]) -> list[Item]:
    """The items without names of time zones, which are codes of countries too: "(Pacific/PT)"."""
    time_zones = _find_time_zones(items)
    others: list[Item] = []
    between = ""
    for item in items:
        between += item.between
        if item not in time_zones:
            others.append(item._replace(between=between))
            between = ""
    return others


def _find_time_zones(items: list[Item]) -> list[Item]:
    names = [item for item in items if not item.workplace]
    hours = [item for item in names if is_time_zone(item.text)]
    codes = [item for item in names if item.text in TIME_ZONE_CODES]
    if hours or len(codes) > 1:
        return hours + codes
    if codes and any(_is_american(item) for item in names if item not in codes):
        return [code for code in codes if code.depth]
    return []


def _is_american(item: Item) -> bool:
    has_spots = False
    for name in find_names(item.text):
        for spot in name.spots:
            if spot.country not in ("US", "CA"):
                return False
            has_spots = True
    return has_spots

"""Reads from a pasted ad where the work is done, and how: in a labelled line, in the lines below
its title, or in a sentence about the job. Where the company is says nothing of the job.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from jobboard.feeds.parsing.phrases import PhraseFinder, any_of
from jobboard.feeds.parsing.places.names import find_names
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.feeds.parsing.places.words import WORDS, WORKPLACE
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote, only_value
from jobboard.feeds.parsing.texts.sections import (
    BENEFITS,
    COMPANY,
    INTERVIEW,
    Sentence,
    find_section,
    sentences,
)
from jobboard.listings.choices import PlaceText, Workplace

from .lines import BAR, LINES_OF_HEAD, MAX_SENTENCE_LENGTH, bare_line, line_of_title, split_line
from .workplace import (
    BRACKETS,
    DAYS,
    FILLERS,
    IN_AN_OFFICE,
    OFFICE,
    only_workplace,
    open_to,
    read_days,
    read_workplace,
    says_how,
)

OFFICES = {str(Workplace.HYBRID), str(Workplace.ON_SITE)}
OF_THE_JOB = PhraseFinder("ads/words.csv", "place of the job")
AT_THE_START = PhraseFinder("ads/words.csv", "place at the start")
OF_OTHERS = (INTERVIEW, BENEFITS, COMPANY)  # sections that speak of other places too
COMMA = re.compile(r",\s+")
PINS = ("📍", "🌍", "🌎", "🌏", "🗺", "🏢", "🏠")
MAX_STOPS = 12  # at which the places that a sentence begins with may end
# Characters of a line that may stand below a title without being prose; of “Acme – Oslo (hybrid)”.
MAX_PROSE_LENGTH = 60
MAX_PARTED_LENGTH = 100
PIECES = re.compile(
    rf"[,;/|()\[\]·•]| [-–—] |\s(?:(?:{any_of(WORDS['between places'])})|and|&|und|et|y|in|en)\s",
    re.IGNORECASE,
)
BEFORE_A_PLACE = re.compile(
    r"(?:,|\s[-–—|@])\s+|\((?=\w)|\s(?:in|at|à|en|em|no|na|till|til|i|w|we|a)\s+(?=[A-ZÀ-Þ])"
)
MAX_CODE_LENGTH = 3  # characters
SIGNS = re.compile(r"[,;:()]|\s[-–—]\s")
STOPS = re.compile(rf"{SIGNS.pattern}|\s(?=[\w’']+\s)")
AROUND_A_PLACE = re.compile(rf"\b(?:{OFFICE}|our|the|unser\w*)\b", re.IGNORECASE)
TAIL_OF_PLACE = re.compile(r"(?:[,;|·•]|\s[-–—])\s*[^,;|·•]+$")


@dataclass(frozen=True)
class JobPlaces:
    """Places and how many days on site, each with the words that say it."""

    places: tuple[Quoted[PlaceText], ...]
    workplace: Quoted[str]  # '' where the places say it themselves
    days: Quoted[int | None]


def read_where(text: str, html: str, title: str) -> JobPlaces:
    """``text`` is Markdown, ``html`` what it becomes; ``title`` is the line that names the job."""
    lines = text.splitlines()
    prose = sentences(html)
    days = read_days(prose)
    workplace = read_workplace(lines, _find_head_lines(lines, title), prose)
    if days.value and workplace.value in ("", Workplace.HYBRID):
        workplace = Quoted(str(Workplace.HYBRID), workplace.quote or days.quote)
    places = (
        _read_label_line(lines)
        or _read_below_title(lines, title)
        or _read_prose(prose)
        or _read_title(lines, title)
        or _read_remote(prose, workplace)
    )
    return JobPlaces(tuple(places), workplace, days)


def with_workplace(place: PlaceText, where: JobPlaces) -> PlaceText:
    """``place`` with what is said of all places beside it."""
    only = len(where.places) == 1
    if not place.workplace and (only or where.workplace.value in OFFICES):
        place = replace(place, workplace=where.workplace.value)
    if place.workplace == Workplace.HYBRID:
        place = replace(place, hybrid_days=where.days.value)
    return place


# --- Where a place is named -----------------------------------------------------------------------


def _read_label_line(lines: Sequence[str]) -> list[Quoted[PlaceText]]:
    """The places of the first line that is called so, or is below a heading that is."""
    for heading, line in _below_headings(lines):
        label, value = _find_label(heading, line)
        if label != "place":
            continue
        places = _places_of_label(_before_other_labels(value))
        if any(map(_is_certain, places)):
            return _quoted(map(without_workplace, places), line.strip("-*# "))
    return []


def _find_label(heading: str, line: str) -> tuple[str, str]:
    label, value = read_label(line)
    if not label and heading:
        label, value = read_label(f"{heading}: {line}")
    if not label and line.strip("-* ").startswith(PINS):
        return "place", bare_line(line)
    return label, value


def _is_certain(place: PlaceText) -> bool:
    return bool(place.country) or place.workplace == Workplace.REMOTE


def _quoted(places: Iterable[PlaceText], quote: str) -> list[Quoted[PlaceText]]:
    return [Quoted(place, quote) for place in places]


def _below_headings(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line with the one above it, where that is a heading or in bold, without its signs."""
    heading = ""
    for line in filter(str.strip, lines):
        yield heading, line
        heading = ""
        if line.startswith(("#", "**")):
            heading = bare_line(line)


def _before_other_labels(value: str) -> str:
    """“Berlin” of “Berlin | **Pay:** €70–90k”."""
    for bar in BAR.finditer(value):
        if ":" in value[bar.end() :]:
            return value[: bar.start()]
    return value


def _places_of_label(value: str) -> list[PlaceText]:
    """“Berlin or Munich (hybrid, 2 days a week)” says of both how one works."""
    text, workplace = _without_workplace_behind(value)
    places = []
    for place in read_place(PlaceText(text)):
        if workplace:
            place = replace(place, workplace=workplace)
        if place.country or place.workplace:
            places.append(place)
    return places


def _without_workplace_behind(value: str) -> tuple[str, str]:
    """``value`` without the brackets at its end that say how one works, and what they say."""
    brackets = BRACKETS.findall(value)
    if len(brackets) != 1 or not value.endswith(brackets[0]):
        return value, ""
    before = value.removesuffix(brackets[0])
    workplace = only_workplace(brackets[0])
    if not workplace or WORKPLACE.search(before):
        return value, ""
    return before, workplace


def _read_below_title(lines: Sequence[str], title: str) -> list[Quoted[PlaceText]]:
    for line in _find_head_lines(lines, title):
        parts = split_line(line)
        if BRACKETS.fullmatch(line):
            parts = [line.strip(" ()[]")]
        for part in parts:
            part = part.rstrip(".")
            if places := only_places(part) or _read_end(part):
                return _quoted(places, line.strip("-*# "))
    return []


def _ends_with_where(line: str) -> bool:
    text = bare_line(line).rstrip(".")
    if len(line) > MAX_PARTED_LENGTH or _end_of_start(text):
        return False
    return bool(_read_end(text) or (says_how(text) and only_places(text)))


def _end_of_start(sentence: str) -> int:
    """The end of words such as “based in” with which ``sentence`` begins; 0 if it begins with
    others.
    """
    for mark in AT_THE_START.find(sentence):
        if mark.start == 0:
            return mark.end
    return 0


def _read_end(text: str) -> tuple[PlaceText, ...]:
    """“Leeds (UK), 3 days per week in the office” of a line that begins with something else. A town
    without its country may be a word: “Team: Reading, hybrid”.
    """
    if not says_how(text):
        return ()
    for comma in islice(COMMA.finditer(text), MAX_STOPS):
        places = only_places(text[comma.end() :])
        if places and all(place.city and _says_country(place) for place in places):
            return places
    return ()


def _says_country(place: PlaceText) -> bool:
    """Whether the place names its country in words, beside the town."""
    pieces = [piece for piece in PIECES.split(place.text) if piece.strip(" .")]
    return len(pieces) > 1


def _read_title(lines: Sequence[str], title: str) -> list[Quoted[PlaceText]]:
    """“Data Scientist – Köln”, “We’re hiring a Data Engineer in Oslo!”. A code of few letters is
    rather a field: “Engineer, ML”.
    """
    number = line_of_title(lines, title)
    if number is None:
        return []
    line = lines[number]
    for sign in BEFORE_A_PLACE.finditer(line, 0, MAX_SENTENCE_LENGTH):
        rest = _without_end(line[sign.end() :])
        # Behind a sign “Nice to meet you” may follow, behind “in” hardly.
        stops = STOPS if sign[0].strip().isalpha() else SIGNS
        places = only_places(rest) or _read_beginning(rest, stops)
        if places and all(map(_is_no_code, places)):
            return _quoted(places, bare_line(line))
    return []


def _is_no_code(place: PlaceText) -> bool:
    return bool(place.city or place.workplace) or len(place.text) > MAX_CODE_LENGTH


def _without_end(text: str) -> str:
    """The text without the signs that end a sentence or a bracket which began before."""
    text = text.strip(" .,:!?")
    if "(" in text:
        return text
    return text.rstrip(")")


def _find_head_lines(lines: Sequence[str], title: str) -> Iterator[str]:
    """The short lines right below the title, and its own where bars or brackets part that."""
    lines = list(filter(str.strip, lines))
    number = line_of_title(lines, title)
    if number is None:
        number = 0
    elif BAR.search(lines[number]):
        yield lines[number]  # “AI Engineer | Oslo (Hybrid)”
    else:
        # “AI Engineer (Remote - EMEA)”, but not “(ML)”, which is Mali too
        yield from filter(says_how, BRACKETS.findall(lines[number]))
    for line in lines[number + 1 : number + 1 + LINES_OF_HEAD]:
        label, _, value = line.partition(":")
        begins_section = find_section(bare_line(label)) and not value.strip(" *")
        if begins_section or _is_prose(line):
            return
        yield line


def _is_prose(line: str) -> bool:
    max_length = MAX_PARTED_LENGTH if len(split_line(line)) > 1 else MAX_PROSE_LENGTH
    is_sentence = len(line) > max_length or bare_line(line).endswith((".", "!", "?"))
    return is_sentence and not _ends_with_where(line)


def _read_prose(prose: Sequence[Sentence]) -> list[Quoted[PlaceText]]:
    """The places of the sentences that say where the job is; [] where they differ."""
    quotes: dict[tuple[PlaceText, ...], str] = {}
    for sentence in prose:
        places = _read_sentence(bare_line(sentence.text)[:MAX_SENTENCE_LENGTH], sentence.section)
        if places:
            quotes.setdefault(places, make_quote(sentence.text))
    stated = only_value(quotes, ())
    return _quoted(stated.value, stated.quote)


def _read_sentence(sentence: str, section: str) -> tuple[PlaceText, ...]:
    """“This role is based in” is said of the job below “About us” too, “Based in” is not."""
    if section in (INTERVIEW, BENEFITS):
        return ()
    for mark in OF_THE_JOB.find(sentence):
        if places := _read_beginning(sentence[mark.end :]):
            return places
    if section == COMPANY:
        return ()
    end = _end_of_start(sentence)
    if end:
        return only_places(_without_offices(_before_days(sentence[end:])))
    return ()


def _before_days(text: str) -> str:
    """“Berlin” of “Berlin, three days per week in the office”."""
    days = DAYS.search(text)
    is_last = days and not FILLERS.sub("", text[days.end() :].casefold())
    if days and is_last:
        return text[: days.start()]
    return text


def _read_beginning(text: str, ends: re.Pattern[str] = STOPS) -> tuple[PlaceText, ...]:
    """The places that ``text`` begins with, as many as there are; at ``ends`` they may end."""
    end = len(text)
    for pattern in (WORKPLACE, DAYS):
        if match := pattern.search(text):
            end = min(end, match.start())
    text = text[:end]
    stops = [stop.start() for stop in ends.finditer(text)]
    for stop in [len(text), *reversed(stops[:MAX_STOPS])]:
        if places := only_places(_without_offices(text[:stop])):
            return places
    return ()


def _without_offices(text: str) -> str:
    """“our Dublin office in Ireland” is Dublin, Ireland."""
    bare = re.sub(r"\boffices? in\b(?=.*\w)", ",", text.strip(" .,:"))
    bare = " ".join(AROUND_A_PLACE.sub(" ", bare).replace(" ,", ",").split())
    return re.sub(r"^(?:in|at|à|en) ", "", bare.strip(" ,.("))


def only_places(text: str) -> tuple[PlaceText, ...]:
    """The places in ``text`` if it names nothing else; () where one is unsure."""
    text = bare_line(text)
    how = WORKPLACE.sub(" , ", IN_AN_OFFICE.sub(" , ", DAYS.sub(" , ", text)))
    pieces = list(filter(None, map(_bare_piece, PIECES.split(how))))
    if not pieces or not all(map(_is_place, pieces)):
        return ()
    places = filter(_is_certain, read_place(PlaceText(text)))
    return tuple(map(without_workplace, places))


def says_only_where(text: str) -> bool:
    """Whether ``text`` says where the work is, or how one works, and nothing else: “Remote US /
    NYC”, but not “ML”.
    """
    places = only_places(text)
    return bool(only_workplace(text)) or (bool(places) and all(map(_is_no_code, places)))


def _bare_piece(piece: str) -> str:
    if FILLERS.sub("", piece.casefold()):
        return piece.strip(" .'\"").removeprefix("the ")
    return ""


def _is_place(piece: str) -> bool:
    names = find_names(piece)
    return not piece[:1].islower() and all(name.spots or name.is_area for name in names)


def without_workplace(place: PlaceText) -> PlaceText:
    """Its text without the words for what its own field says: “Berlin (hybrid, 2 days on site)”."""
    if place.workplace not in OFFICES:
        return place
    text = place.text
    for pattern in (BRACKETS, TAIL_OF_PLACE):
        while (match := pattern.search(text)) and says_how(match[0]) and match.start():
            text = text[: match.start()] + text[match.end() :]
    (*_, shorter) = read_place(PlaceText(text)) or (place,)
    if (shorter.city, shorter.country) == (place.city, place.country):
        return replace(place, text=text.strip(" ,;|·•-–—"))
    return place


def _read_remote(prose: Sequence[Sentence], workplace: Quoted[str]) -> list[Quoted[PlaceText]]:
    """“Remote (Spain)” of “Fully remote from Spain”: the workplace and whom it is open to."""
    if workplace.value != Workplace.REMOTE:
        return []
    names: dict[str, str] = {}
    for sentence in prose:
        if sentence.section not in OF_OTHERS:
            names |= dict.fromkeys(open_to(sentence.text), make_quote(sentence.text))
    if len(names) != 1:
        return []
    ((name, quote),) = names.items()
    text = f"Remote ({name})" if name else "Remote"
    (place, *_) = read_place(PlaceText(text))
    return [Quoted(replace(place, text=text), quote)]

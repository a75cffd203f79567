"""Where a pasted ad says that the work is done, and how: in a labelled line, in the lines below its
title, or in a sentence about the job. Where the company is says nothing of the job.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jobboard.feeds.parsing.phrases import PhraseFinder, any_of
from jobboard.feeds.parsing.places.names import find_names
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.feeds.parsing.places.words import WORDS, WORKPLACE
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.quoted import Quoted, quote_of
from jobboard.feeds.parsing.texts.sections import (
    BENEFITS,
    COMPANY,
    INTERVIEW,
    Sentence,
    section_of,
    sentences,
)
from jobboard.listings.choices import PlaceText, Workplace

from .lines import BAR, LINES_OF_HEAD, MAX_SENTENCE_LENGTH, bare_line, parts_of
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
MAX_PROSE_LENGTH, MAX_PARTED_LENGTH = 60, 100
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
    said = sentences(html)
    days = read_days(said)
    stated = read_workplace(lines, _head(lines, title), said)
    if days.value and stated.value in ("", Workplace.HYBRID):
        stated = Quoted(str(Workplace.HYBRID), stated.quote or days.quote)
    places = _labelled(lines) or _below_title(lines, title)
    places = places or _in_prose(said) or _in_title(lines, title)
    places = places or _remote(said, stated)
    return JobPlaces(tuple(places), stated, days)


def with_workplace(place: PlaceText, where: JobPlaces) -> PlaceText:
    """``place`` with what is said of all places beside it."""
    only = len(where.places) == 1
    if not place.workplace and (only or where.workplace.value in OFFICES):
        place = replace(place, workplace=where.workplace.value)
    if place.workplace == Workplace.HYBRID:
        place = replace(place, hybrid_days=where.days.value)
    return place


# --- Where a place is named -----------------------------------------------------------------------


def _labelled(lines: Sequence[str]) -> list[Quoted[PlaceText]]:
    """Of the first line that is called so, or is below a heading that is."""
    for heading, line in _below_headings(lines):
        label, said = read_label(line)
        if not label and heading:
            label, said = read_label(f"{heading}: {line}")
        if not label and line.strip("-* ").startswith(PINS):
            label, said = "place", bare_line(line)
        if label != "place":
            continue
        read = _places_of_label(_before_other_labels(said))
        if any(place.country or place.workplace == Workplace.REMOTE for place in read):
            quote = line.strip("-*# ")
            return [Quoted(without_workplace(place), quote) for place in read]
    return []


def _below_headings(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each line with the one above it, where that is a heading or in bold, without its signs."""
    heading = ""
    for line in filter(str.strip, lines):
        yield heading, line
        heading = bare_line(line) if line.startswith(("#", "**")) else ""


def _before_other_labels(said: str) -> str:
    """“Berlin” of “Berlin | **Pay:** €70–90k”."""
    bars = [bar.start() for bar in BAR.finditer(said) if ":" in said[bar.end() :]]
    if bars:
        return said[: bars[0]]
    return said


def _places_of_label(said: str) -> list[PlaceText]:
    """“Berlin or Munich (hybrid, 2 days a week)” says of both how one works."""
    brackets = BRACKETS.findall(said)
    how = only_workplace(brackets[0]) if len(brackets) == 1 else ""
    before = said[: said.rfind(brackets[0])] if how else said
    if how and said.endswith(brackets[0]) and not WORKPLACE.search(before):
        read = [replace(place, workplace=how) for place in read_place(PlaceText(before))]
    else:
        read = list(read_place(PlaceText(said)))
    return [place for place in read if place.country or place.workplace]


def _below_title(lines: Sequence[str], title: str) -> list[Quoted[PlaceText]]:
    for line in _head(lines, title):
        for part in [line.strip(" ()[]")] if BRACKETS.fullmatch(line) else parts_of(line):
            part = part.rstrip(".")
            if places := only_places(part) or _at_the_end(part):
                return [Quoted(place, line.strip("-*# ")) for place in places]
    return []


def _ends_with_where(line: str) -> bool:
    words = bare_line(line).rstrip(".")
    if len(line) > MAX_PARTED_LENGTH or any(not mark.start for mark in AT_THE_START.find(words)):
        return False
    return bool(_at_the_end(words) or (says_how(words) and only_places(words)))


def _at_the_end(words: str) -> tuple[PlaceText, ...]:
    """“Leeds (UK), 3 days per week in the office” of a line that begins with something else. A town
    without its country may be a word: “Team: Reading, hybrid”.
    """
    if not says_how(words):
        return ()
    starts = [sign.end() for sign in COMMA.finditer(words)]
    for start in starts[:MAX_STOPS]:
        places = only_places(words[start:])
        if places and all(place.city and _says_country(place) for place in places):
            return places
    return ()


def _says_country(place: PlaceText) -> bool:
    """In its words, beside the town."""
    pieces = [piece.strip(" .") for piece in PIECES.split(place.text)]
    return len(list(filter(None, pieces))) > 1


def _in_title(lines: Sequence[str], title: str) -> list[Quoted[PlaceText]]:
    """“Data Scientist – Köln”, “We’re hiring a Data Engineer in Oslo!”. A code of few letters is
    rather a field: “Engineer, ML”.
    """
    named = next((line for line in lines if title and title in line), "")
    for found in BEFORE_A_PLACE.finditer(named, 0, MAX_SENTENCE_LENGTH):
        rest = _without_end(named[found.end() :])
        # Behind a sign “Nice to meet you” may follow, behind “in” hardly.
        stops = STOPS if found[0].strip().isalpha() else SIGNS
        places = only_places(rest) or _beginning(rest, stops)
        if places and all(map(_is_no_code, places)):
            return [Quoted(place, bare_line(named)) for place in places]
    return []


def _is_no_code(place: PlaceText) -> bool:
    return bool(place.city or place.workplace) or len(place.text) > MAX_CODE_LENGTH


def _without_end(words: str) -> str:
    """Without the signs that end a sentence or a bracket which began before."""
    words = words.strip(" .,:!?")
    if "(" in words:
        return words
    return words.rstrip(")")


def _head(lines: Sequence[str], title: str) -> Iterator[str]:
    """The short lines right below the title, and its own where bars or brackets part that."""
    full = [line for line in lines if line.strip()]
    starts = [at for at, line in enumerate(full) if title and title in line]
    first = starts[0] + 1 if starts else 1
    if starts and BAR.search(full[starts[0]]):
        yield full[starts[0]]  # “AI Engineer | Oslo (Hybrid)”
    elif starts:
        # “AI Engineer (Remote - EMEA)”, but not “(ML)”, which is Mali too
        yield from filter(says_how, BRACKETS.findall(full[starts[0]]))
    for line in full[first : first + LINES_OF_HEAD]:
        longest = MAX_PARTED_LENGTH if len(parts_of(line)) > 1 else MAX_PROSE_LENGTH
        is_prose = len(line) > longest or bare_line(line).endswith((".", "!", "?"))
        is_prose = is_prose and not _ends_with_where(line)
        label, _, said = line.partition(":")
        if is_prose or (section_of(bare_line(label)) and not said.strip(" *")):
            return
        yield line


def _in_prose(said: Sequence[Sentence]) -> list[Quoted[PlaceText]]:
    """Of the sentences that say where the job is; [] where they differ."""
    found: dict[tuple[PlaceText, ...], str] = {}
    for sentence in said:
        places = _of_sentence(bare_line(sentence.text)[:MAX_SENTENCE_LENGTH], sentence.section)
        if places:
            found.setdefault(places, quote_of(sentence.text))
    if len(found) != 1:
        return []
    ((places, quote),) = found.items()
    return [Quoted(place, quote) for place in places]


def _of_sentence(sentence: str, section: str) -> tuple[PlaceText, ...]:
    """“This role is based in” is said of the job below “About us” too, “Based in” is not."""
    if section in (INTERVIEW, BENEFITS):
        return ()
    for mark in OF_THE_JOB.find(sentence):
        if places := _beginning(sentence[mark.end :]):
            return places
    if section == COMPANY:
        return ()
    starts = [mark for mark in AT_THE_START.find(sentence) if mark.start == 0]
    if starts:
        return only_places(_without_offices(_before_days(sentence[starts[0].end :])))
    return ()


def _before_days(words: str) -> str:
    """“Berlin” of “Berlin, three days per week in the office”."""
    days = DAYS.search(words)
    is_last = days and not FILLERS.sub("", words[days.end() :].casefold())
    if days and is_last:
        return words[: days.start()]
    return words


def _beginning(words: str, ends: re.Pattern[str] = STOPS) -> tuple[PlaceText, ...]:
    """The places that ``words`` begin with, as many as there are; at ``ends`` they may end."""
    how = [pattern.search(words) for pattern in (WORKPLACE, DAYS)]
    words = words[: min([match.start() for match in how if match], default=len(words))]
    stops = [stop.start() for stop in ends.finditer(words)]
    for stop in [len(words), *reversed(stops[:MAX_STOPS])]:
        if places := only_places(_without_offices(words[:stop])):
            return places
    return ()


def _without_offices(words: str) -> str:
    """“our Dublin office in Ireland” is Dublin, Ireland."""
    bare = re.sub(r"\boffices? in\b(?=.*\w)", ",", words.strip(" .,:"))
    bare = " ".join(AROUND_A_PLACE.sub(" ", bare).replace(" ,", ",").split())
    return re.sub(r"^(?:in|at|à|en) ", "", bare.strip(" ,.("))


def only_places(words: str) -> tuple[PlaceText, ...]:
    """The places in ``words`` if they name nothing else; () where one is unsure."""
    words = bare_line(words)
    how = WORKPLACE.sub(" , ", IN_AN_OFFICE.sub(" , ", DAYS.sub(" , ", words)))
    pieces = list(filter(None, map(_bare_piece, PIECES.split(how))))
    if not pieces or not all(map(_is_place, pieces)):
        return ()
    read = read_place(PlaceText(words))
    read = tuple(place for place in read if place.country or place.workplace == Workplace.REMOTE)
    return tuple(map(without_workplace, read))


def says_only_where(words: str) -> bool:
    """Where the work is, or how one works, and nothing else: “Remote US / NYC”, but not “ML”."""
    places = only_places(words)
    return bool(only_workplace(words)) or (bool(places) and all(map(_is_no_code, places)))


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
        while (found := pattern.search(text)) and says_how(found[0]) and found.start():
            text = text[: found.start()] + text[found.end() :]
    (*_, shorter) = read_place(PlaceText(text)) or (place,)
    same = (shorter.city, shorter.country) == (place.city, place.country)
    if same:
        return replace(place, text=text.strip(" ,;|·•-–—"))
    return place


def _remote(said: Sequence[Sentence], stated: Quoted[str]) -> list[Quoted[PlaceText]]:
    """“Remote (Spain)” of “Fully remote from Spain”: the workplace and whom it is open to."""
    if stated.value != Workplace.REMOTE:
        return []
    names: dict[str, str] = {}
    for sentence in said:
        if sentence.section not in OF_OTHERS:
            names |= {name: quote_of(sentence.text) for name in open_to(sentence.text)}
    if len(names) != 1:
        return []
    ((name, quote),) = names.items()
    text = f"Remote ({name})" if name else "Remote"
    (place, *_) = read_place(PlaceText(text))
    return [Quoted(replace(place, text=text), quote)]

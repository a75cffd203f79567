"""Sentences that ask applicants for money or papers, lead them to a messenger, or lure them with
what no employer gives or away from the way to apply, in the languages that we read. Words are in
warning_words.csv, written as in ``feeds/parsing/words``.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, pairwise, product
from pathlib import Path
from typing import Literal

from jobboard.common.text.words import fold

FOLDER = Path(__file__).parent
Kind = Literal["payment", "contact", "mention", "lure", "denial"]
# Other kinds of the table are “no” and “without”, before what would be asked; “nothing”, after it;
# “except”, which undoes them.
Readings = tuple[str, str]  # of one word

ASKING: tuple[Kind, ...] = ("payment", "contact")
WEIGHTIEST_FIRST: tuple[Kind, ...] = (*ASKING, "mention", "lure")
GAP = r"(?:\w+ ){0,6}"
MAX_SENTENCE_LENGTH = 600  # characters that are looked at together
OVERLAP = 100  # of two parts of a longer one: nothing hides where it is cut
AROUND_AN_END = 6  # words on each side, which may be one sentence that was cut in two
_ENDS = re.compile(r"[.!?;•·|\n\r…]+(?=\s|$)|[\n\r]+")
_WORDS = re.compile(r"\w+")
# Letters that stand alone, as in “W h a t s A p p” or “W-h-a-t-s-A-p-p”.
_SPELLED_OUT = re.compile(r"(?<!\w)(?:[^\W_][ ._*·\-]){3,}[^\W_](?!\w)")
# The same over the ends of lines, or with any signs between them.
_SPREAD_OUT = re.compile(r"(?<!\w)(?:[^\W\d_][\W_]{1,3}){4,}[^\W\d_](?!\w)")
_AT_FOR_A = re.compile(r"(?<=[^\W_])@(?=[^\W_]+\b(?!\.\w))")
# Scripts that put no blanks between words: each sign is one here.
_WITHOUT_BLANKS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Of other alphabets, and digits, in words that have letters of ours too.
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0442\u043a\u043c\u043d\u0432\u03b1\u03bf\u03c1\u03c4\u03b9\u03ba\u03bd\u03b5",
    "aeopcyxijshdqwtkmhbaoptikve",
)
# A “1” is an “i” or an “l”, so there are two readings.
_DIGITS = [str.maketrans("0134578$", f"o{one}eastbs") for one in "il"]
_FORM_OF_A_LETTER = re.compile(
    "(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|"
    "REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])"
)


@dataclass(frozen=True)
class WarningSentence:
    """A sentence, and the words in it that say so, as it spells them where they can be found."""

    kind: Kind
    words: str
    sentence: str

    @property
    def same(self) -> str:
        """The form in which two sentences are the same."""
        return " ".join(_WORDS.findall(fold(self.sentence)))


def warnings_in(text: str) -> list[WarningSentence]:
    """The sentences of ``text`` that ask for something, or that deny it. One kind a sentence: the
    weightiest.
    """
    warnings: list[WarningSentence] = []
    pieces: list[list[Readings]] = []
    for part in _ENDS.split(_SPREAD_OUT.sub(_without_gaps, text)):
        sentence = part.strip()
        words = _words(sentence)
        if words:
            warnings += _warnings_of_sentence(sentence, words)
            pieces.append(words)
    return [*warnings, *_cut_in_two(pieces)]


def _without_gaps(match: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", match[0])


def _warnings_of_sentence(sentence: str, words: list[Readings]) -> Iterator[WarningSentence]:
    """Find warnings of a sentence; a long one is read by its parts."""
    if len(sentence) <= MAX_SENTENCE_LENGTH:
        warnings = [_find_warning(_joined(words), sentence)]
    else:
        warnings = [_find_warning(_joined(_words(part)), part) for part in _parts(sentence)]
    yield from filter(None, warnings)


def is_denial(sentence: str) -> bool:
    return _first("denial", _joined(_words(sentence))) is not None


def _cut_in_two(pieces: list[list[Readings]]) -> Iterator[WarningSentence]:
    """Find what no sentence asks for alone: “registration” ends a line, “fee” begins the next."""
    words = list(chain.from_iterable(pieces))
    ends = list(accumulate(map(len, pieces)))
    for end, (piece, following) in zip(ends, pairwise(pieces), strict=False):
        before = words[max(0, end - AROUND_AN_END) : end]
        after = words[end : end + AROUND_AN_END]
        warning = _over_an_end(before, after)
        if warning and not _first("denial", _joined([*piece, *following])):
            yield warning


def _over_an_end(before: list[Readings], after: list[Readings]) -> WarningSentence | None:
    readings = _joined([*before, *after])
    cut = len(" ".join(word for word, _ in before)) + 1
    for kind, reading in product(ASKING, readings):
        for match in _pattern(kind).finditer(reading):
            if match.start("words") < cut < match.end("words"):
                return _find_warning(readings, reading.strip())
    return None


def _parts(sentence: str) -> Iterator[str]:
    yield sentence[:MAX_SENTENCE_LENGTH]
    for start in range(MAX_SENTENCE_LENGTH, len(sentence), MAX_SENTENCE_LENGTH):
        yield sentence[start - OVERLAP : start + MAX_SENTENCE_LENGTH]


def _find_warning(readings: list[str], sentence: str) -> WarningSentence | None:
    for kind in WEIGHTIEST_FIRST:
        match = _first(kind, readings)
        if match is None:
            continue
        if kind == "contact":
            # The name of a messenger says more than the words that lead there.
            match = _first("mention", readings) or match
        phrase = _as_spelled(match["words"], sentence)
        if _is_denied(kind, readings):
            return WarningSentence("denial", phrase, sentence)
        return WarningSentence(kind, phrase, sentence)
    return None


def _is_denied(kind: Kind, readings: list[str]) -> bool:
    if kind == "mention":
        return False
    if _first("denial", readings):
        return True
    if _first("except", readings):
        return False
    matches = chain.from_iterable(map(_pattern(kind).finditer, readings))
    has_no = _first("no", readings) is not None
    return all(_is_of_none(match, has_no) for match in matches)


def _is_of_none(match: re.Match[str], has_no: bool) -> bool:
    """“No contract without a deposit” asks for one."""
    if match["without"]:
        return not has_no
    return bool(match["no"] or match["nothing"])


def _first(kind: str, readings: list[str]) -> re.Match[str] | None:
    return next(filter(None, map(_pattern(kind).search, readings)), None)


def _as_spelled(phrase: str, sentence: str) -> str:
    pattern = r"\W*".join(map(re.escape, phrase.split()))
    match = re.search(pattern, sentence, re.IGNORECASE)
    if match:
        return match[0]
    return phrase


def _words(sentence: str) -> list[Readings]:
    """Split a text into words in small letters without accents, whatever disguises them."""
    folded = _letters(sentence)
    folded = _SPELLED_OUT.sub(_without_gaps, folded)
    return [_read(_latin(word)) for word in _WORDS.findall(folded)]


def _read(word: str) -> Readings:
    if word.isalpha():
        return word, word
    as_i, as_l = _DIGITS
    return _without_digits(word, as_i), _without_digits(word, as_l)


def _joined(words: list[Readings]) -> list[str]:
    """Join words in each way to read them, with one blank on each side."""
    readings = set()
    for reading in zip(*words, strict=True):
        joined = f" {' '.join(reading)} ".replace(" what s app ", " whatsapp ")
        readings.add(joined.replace(" whats app ", " whatsapp "))
    return sorted(readings)


def _letters(text: str) -> str:
    plain = fold(text.translate(_forms_of_letters()))
    return _WITHOUT_BLANKS.sub(r" \g<0> ", _AT_FOR_A.sub("a", plain))


@cache
def _forms_of_letters() -> dict[int, str]:
    """Signs that show a Latin letter, and that Unicode does not take for a form of it."""
    blocks = [range(0x250, 0x2B0), range(0x1D00, 0x1D80), range(0x1F150, 0x1F200)]
    letters = {}
    for code in chain(*blocks):
        match = _FORM_OF_A_LETTER.fullmatch(unicodedata.name(chr(code), ""))
        if match:
            letters[code] = match[1].lower()
    return letters


def _latin(word: str) -> str:
    if word.isascii():
        return word
    plain = word.translate(_LOOKS_LIKE)
    if plain.isascii():
        return plain
    return word


def _without_digits(word: str, digits: dict[int, int]) -> str:
    is_disguise = word.isascii() and not word.isalpha() and re.search("[a-z].*[a-z]", word)
    if is_disguise:
        return word.translate(digits)
    return word


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    no, without, nothing = map(_alternatives, ("no", "without", "nothing"))
    before = rf"(?:(?:(?P<no>{no})|(?P<without>{without})) )?"
    # The blank behind it is the first one of the next.
    return re.compile(
        rf" {before}(?P<words>{_alternatives(kind)})(?: (?P<nothing>{nothing}))?(?= )"
    )


def _alternatives(says: str) -> str:
    """Group phrases by first letters: of hundreds of phrases those that begin like a word are tried
    on it.
    """
    by_letter = defaultdict(list)
    for row in _table():
        if row["says"] == says:
            for phrase in _phrases(row):
                by_letter[phrase[0]].append(phrase[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


def _phrases(row: dict[str, str]) -> Iterator[str]:
    for phrase in row["words"].split(";"):
        words = [_word(_latin(word)) for word in _letters(phrase).split()]
        yield " ".join(words).replace(f"{GAP} ", GAP)


def _word(word: str) -> str:
    if word == "_":
        return GAP
    if word.endswith("*"):
        return re.escape(word[:-1]) + r"\w*"
    return re.escape(word)


@cache
def _table() -> tuple[dict[str, str], ...]:
    with (FOLDER / "warning_words.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))

"""Splits what people type into words: the same analysis for the texts of jobs and for what is
looked for in them.
"""

import re
from dataclasses import dataclass, replace

import tantivy
from rapidfuzz.distance import OSA

from jobboard.common.text.unicode import normalized
from jobboard.common.text.words import fold
from jobboard.listings.geo.gazetteer import cities_called

from .names import Names, find_names, get_ids
from .spelling.spellings import is_known, other_spellings

MAX_PIECES = 100  # the form takes no text that has more
MAX_TOKENS = 12  # of one piece
MAX_NAME_WORDS = 5  # words
MIN_CORRECTED_LENGTH = 4  # letters
MIN_LENGTH_FOR_TWO_TYPOS = 8  # letters
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"
# One sign of a script that writes no blanks | .NET | R&D | letters and digits, and a .js, ++ or #
# behind them.
_TOKEN = (
    rf"[{_CJK}]|(?i:\.net\b)|\b\p{{L}}{{1,2}}&\p{{L}}\b"
    rf"|[\p{{L}}\p{{N}}\p{{M}}&&[^{_CJK}]]+(?:(?i:\.js\b)|\+\+|#)?"
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]{1,2}\.){2,}")  # U.S., Ph.D.
# Such as front-end and bachelor's.
_COMPOUND = re.compile(r"(?<![\w-])[^\W_]+(?:[-‐‑'’][^\W_]+){1,2}(?![\w-])")
# Words that stand for each other in titles.
_SAME = [{"sr", "senior"}, {"jr", "junior"}, {"intern", "interns", "internship", "internships"}]
# An address, whose end is no framework; and an American pension.
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_PENSION = re.compile(r"\b(\d{3})\s?\(([a-z])\)", re.IGNORECASE)
_PIECE = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def new_analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case without accents: C++, C#, .NET, Node.js and R stay words of their own.
    Nothing is stemmed, or a search for interns would find whatever is internal; see ``forms``.
    """
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN))
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
    ):
        builder = builder.filter(step)
    return builder.build()


_analyzer = new_analyzer()


def clean(text: str) -> str:
    """``text`` as the index takes it: U.S. as US, 401(k) as 401k, without lone surrogates and
    accents that ``new_analyzer`` leaves.
    """
    text = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    text = _ADDRESS.sub(lambda match: match[0].replace(".", " "), text)
    text = _PENSION.sub(r"\1\2", text)
    if text.isascii():
        return text
    text = normalized("NFKD", text.encode("utf-8", "replace").decode())
    return normalized("NFC", _ACCENTS.sub("", text))


def compounds(text: str) -> list[str]:
    """Words that ``text`` writes with a hyphen or an apostrophe, as one: frontend for front-end."""
    return [re.sub(r"\W", "", word) for word in _COMPOUND.findall(text)]


def tokens(text: str) -> tuple[str, ...]:
    return tuple(_analyzer.analyze(clean(text)))


def forms(word: str) -> list[str]:
    """A word in the singular and the plural, by the rules of English: engineer, engineers; React is
    also React.js.
    """
    for same in _SAME:
        if word in same:
            return sorted(same)
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return [word]
    others = [word, f"{word}.js"]
    if word.endswith("ies"):
        others.append(word[:-3] + "y")
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        others.append(word[:-2])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        others.append(word[:-1])
    elif word.endswith(("ss", "sh", "ch", "x", "z")):
        others.append(f"{word}es")
    elif word.endswith("y") and word[-2] not in "aeiou":
        others.append(f"{word[:-1]}ies")
    else:
        others.append(f"{word}s")
    return others


@dataclass(frozen=True)
class Word:
    """A word as typed; what writes several tokens (CI/CD, 東京, a quoted phrase) is found where
    they stand in a row.
    """

    text: str
    tokens: tuple[str, ...]
    is_quoted: bool = False

    @property
    def typed(self) -> str:
        if self.is_quoted:
            return f'"{self.text}"'
        return self.text

    @property
    def forms(self) -> list[str]:
        """Tokens any of which match: singular and plural of one token; of a compound its joined
        spelling.
        """
        if len(self.tokens) > 1:
            is_compound = not self.is_quoted and _COMPOUND.fullmatch(self.text)
            if is_compound:
                return list(tokens(compounds(self.text)[0]))
            return []
        if self.is_quoted:
            return [self.tokens[0]]
        return forms(self.tokens[0])


@dataclass(frozen=True)
class Piece:
    """Words that all have to be there, or another spelling of them, or one of the skills or roles
    (ids) or cities (folded) that they name.

    Jobs of the companies that they name come first.
    """

    words: tuple[Word, ...]
    is_excluded: bool = False
    skills: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    companies: frozenset[int] = frozenset()
    cities: frozenset[str] = frozenset()
    spellings: tuple[Word, ...] = ()

    @property
    def typed(self) -> str:
        text = " ".join(word.typed for word in self.words)
        if self.is_excluded:
            return f"-{text}"
        return text

    @property
    def is_fixed(self) -> bool:
        """Quoted or excluded: no part of a longer name."""
        return self.is_excluded or self.words[0].is_quoted

    @property
    def is_name(self) -> bool:
        return bool(self.skills or self.roles or self.companies or self.cities or self.spellings)


def names_of_words(text: str, also: set[str]) -> Names:
    """The things that the words of ``text`` name, and those with the folded names ``also``; the
    database is asked once.
    """
    return find_names(_possible_names(_split_pieces(text)) | also)


def parse(text: str, names: Names | None = None) -> list[Piece]:
    """The pieces of a search: -word excludes, quotes hold a phrase together, words that make a name
    are one piece. ``names`` are those of its words; without them the database is asked.
    """
    single = _split_pieces(text)
    if names is None:
        names = find_names(_possible_names(single))
    pieces: list[Piece] = []
    while single:
        run, name = _longest_name(single, names)
        words = tuple(piece.words[0] for piece in run)
        named = names.get(name, ())
        piece = replace(
            run[0],
            words=words,
            cities=city_names(name),
            skills=get_ids(named, "skill"),
            roles=get_ids(named, "role"),
            companies=get_ids(named, "company"),
            spellings=_spellings(run),
        )
        pieces.append(piece)
        single = single[len(run) :]
    return pieces


def _split_pieces(text: str) -> list[Piece]:
    """A piece for each word or phrase."""
    text = text.encode("utf-8", "replace").decode()  # half a sign is no error
    text = _PENSION.sub(r"\1\2", text)
    single = []
    for minus, phrase, bare in _PIECE.findall(text)[:MAX_PIECES]:
        typed = phrase or bare.strip('"(').rstrip(",;:!?)")
        first_tokens = tokens(typed)[:MAX_TOKENS]
        if first_tokens:
            word = Word(typed, first_tokens, is_quoted=bool(phrase))
            single.append(Piece((word,), is_excluded=bool(minus)))
    if not single and text.strip():
        single.append(Piece((Word(text, (text,)),)))  # signs only: no listing holds such a word
    return single


def _run_at(single: list[Piece], start: int) -> list[Piece]:
    """The pieces from ``start`` on that may be one name: bare words one after another, or whatever
    stands there alone.
    """
    run = single[start : start + 1]
    if run[0].is_fixed:
        return run
    for piece in single[start + 1 : start + MAX_NAME_WORDS]:
        if piece.is_fixed:
            break
        run.append(piece)
    return run


def _possible_names(single: list[Piece]) -> set[str]:
    """The folded names of all pieces that may be one name."""
    names = set()
    for start in range(len(single)):
        run = _run_at(single, start)
        for end in range(1, len(run) + 1):
            names.add(fold(_text_of(run[:end])))
    return names


def _text_of(run: list[Piece]) -> str:
    return " ".join(piece.words[0].text for piece in run)


def _longest_name(single: list[Piece], names: Names) -> tuple[list[Piece], str]:
    run = _run_at(single, 0)
    while True:
        name = fold(_text_of(run))
        if len(run) == 1 or name in names or is_known(name) or city_names(name):
            return run, name
        run.pop()


def _spellings(run: list[Piece]) -> tuple[Word, ...]:
    """Other spellings of unquoted words."""
    if run[0].words[0].is_quoted:  # that stands alone
        return ()
    spellings = other_spellings(_text_of(run))
    return tuple(Word(text, tokens(text), is_quoted=True) for text in spellings)


def city_names(name: str) -> frozenset[str]:
    """The folded names of the cities that are called ``name`` somewhere, Munich for München; none
    if no city is.
    """
    cities = cities_called(name)
    if not cities:
        return frozenset()
    return frozenset([fold(name), *(fold(city.name) for city in cities)])


def typos_between(word: str, other: str, most: int) -> int:
    """How many letters are missing, added, wrong or swapped with their neighbour; ``most`` + 1 for
    more than that.

    The optimal string alignment distance (Damerau 1964, Levenshtein 1966).
    """
    return OSA.distance(word, other, score_cutoff=most)


def max_typos(word: str) -> int:
    """How many typing errors a word may hold and still be recognised."""
    if len(word) < MIN_CORRECTED_LENGTH or not word.isalpha():
        return 0
    if len(word) >= MIN_LENGTH_FOR_TWO_TYPOS:
        return 2
    return 1

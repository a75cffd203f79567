"""Whether a text says that the employer sponsors visas."""

import re
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows
from jobboard.listings.choices import Visa

from .quoted import Quoted, quote_of
from .sections import sentences

HEDGED, OTHER = "hedged", "other"  # leaves it open; speaks of another kind of sponsoring
NOT, LIMIT = "not", "limit"  # negates something; holds for some people or times only
SPEAKS_OF_IT = ("visa", "visum", "visto", "sponsor", "parrain", "patroc", "referent", "migrant")
CLAUSE_END = re.compile(r"[,;()!]|\s[-–—]\s|\b(?:but|aber|sondern|mais|pero|mas|maar)\b")


def read_visa(text: str) -> Quoted[str]:
    """A value of Visa. UNKNOWN where the text is silent, leaves it open or contradicts itself."""
    said: dict[str, str] = {}
    for sentence in sentences(text):
        stated = _stated(sentence.text)
        if stated:
            said.setdefault(stated, quote_of(sentence.text))
    if len(said) != 1:
        return Quoted(str(Visa.UNKNOWN))
    ((value, quote),) = said.items()
    return Quoted(value, quote)


def _stated(sentence: str) -> str:
    """Of one sentence. A “no” holds a “yes” in it, as in “not able to sponsor”; a “yes” beside any
    other negation or limit is none, for what it negates may be the “yes”.
    """
    if not _speaks_of_it(sentence) or sentence.rstrip().endswith("?"):
        return ""
    whole = _meanings(sentence)
    if whole & {HEDGED, OTHER}:
        return ""
    clauses = {_of_clause(clause) for clause in CLAUSE_END.split(sentence)} - {""}
    if len(clauses) > 1:
        return ""
    stated = clauses.pop() if clauses else _of_clause(sentence)
    is_sure = not whole & ({LIMIT} if stated == Visa.NO else {LIMIT, NOT})
    if is_sure:
        return stated
    return ""


def _of_clause(clause: str) -> str:
    found = _meanings(clause)
    return next((value for value in (str(Visa.NO), str(Visa.YES)) if value in found), "")


def _meanings(words: str) -> set[str]:
    return {meaning for _, meaning in _patterns().find(words)}


def _speaks_of_it(sentence: str) -> bool:
    words = sentence.lower()
    return any(word in words for word in SPEAKS_OF_IT)


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("visa", "says"))

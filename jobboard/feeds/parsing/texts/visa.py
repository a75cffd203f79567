"""Reads whether a text says that the employer sponsors visas."""

import re
from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows
from jobboard.listings.choices import Visa

from .quoted import Quoted, make_quote, only_value
from .sections import sentences

HEDGED, OTHER = "hedged", "other"  # leaves it open; speaks of another kind of sponsoring
NOT, LIMIT = "not", "limit"  # negates something; holds for some people or times only
SPEAKS_OF_IT = ("visa", "visum", "visto", "sponsor", "parrain", "patroc", "referent", "migrant")
CLAUSE_END = re.compile(r"[,;()!]|\s[-–—]\s|\b(?:but|aber|sondern|mais|pero|mas|maar)\b")


def read_visa(text: str) -> Quoted[str]:
    """A value of Visa. UNKNOWN where the text is silent, leaves it open or contradicts itself."""
    quotes: dict[str, str] = {}
    for sentence in sentences(text):
        answer = _read_sentence(sentence.text)
        if answer:
            quotes.setdefault(answer, make_quote(sentence.text))
    return only_value(quotes, str(Visa.UNKNOWN))


def _read_sentence(sentence: str) -> str:
    """What one sentence says. A “no” holds a “yes” in it, as in “not able to sponsor”; a “yes”
    beside any other negation or limit is none, for what it negates may be the “yes”.
    """
    if not _speaks_of_it(sentence) or sentence.rstrip().endswith("?"):
        return ""
    whole = _find_meanings(sentence)
    if whole & {HEDGED, OTHER}:
        return ""
    answers = set(map(_read_clause, CLAUSE_END.split(sentence))) - {""}
    if len(answers) > 1:
        return ""
    answer = answers.pop() if answers else _read_clause(sentence)
    if LIMIT in whole or (NOT in whole and answer != Visa.NO):
        return ""
    return answer


def _read_clause(clause: str) -> str:
    meanings = _find_meanings(clause)
    for value in (str(Visa.NO), str(Visa.YES)):
        if value in meanings:
            return value
    return ""


def _find_meanings(text: str) -> set[str]:
    return set(_patterns().find_meanings(text))


def _speaks_of_it(sentence: str) -> bool:
    text = sentence.lower()
    return any(word in text for word in SPEAKS_OF_IT)


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("visa", "says"))

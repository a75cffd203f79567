"""Whether a text says that the employer sponsors visas."""

from functools import cache

from jobboard.feeds.parsing.vocabulary import Patterns, pattern_rows
from jobboard.listings.choices import Visa

from .quoted import Quoted, quote_of
from .sections import sentences

HEDGED, OTHER = "hedged", "other"  # leaves it open; speaks of another kind of sponsoring


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
    """Of one sentence: a “no” holds a “yes” in it, as in “not able to sponsor”."""
    if not _speaks_of_it(sentence):
        return ""
    found = {meaning for _, meaning in _patterns().find(sentence)}
    if found & {HEDGED, OTHER} or sentence.rstrip().endswith("?"):
        return ""
    return next((value for value in (str(Visa.NO), str(Visa.YES)) if value in found), "")


def _speaks_of_it(sentence: str) -> bool:
    words = sentence.lower()
    return any(word in words for word in ("visa", "visum", "visto", "sponsor", "parrain", "patroc"))


@cache
def _patterns() -> Patterns[str]:
    return Patterns(pattern_rows("visa", "says"))

"""Lines of a text such as “Location: Berlin”."""

import re
from functools import cache

from jobboard.feeds.parsing.vocabulary import phrases, tokens

AROUND = "-*# \t"
SIGNS_BEHIND = (":", " – ", " — ", " - ")  # “Location – Oslo”
# Emoji and the like before and after the words of a label.
_SIGNS = re.compile(r"^\W+|(?<!\W)\W+$")


def read_label(line: str) -> tuple[str, str]:
    """What the rest of ``line`` is by its label, as words/labels.csv names it, and the rest."""
    for sign in SIGNS_BEHIND:
        label, found, rest = line.partition(sign)
        said = rest.strip(AROUND)
        if found and said:
            says = _labels().get(tokens(_SIGNS.sub("", label)), "")
            if says or sign == ":":
                return says, said
    return "", ""


@cache
def _labels() -> dict[tuple[str, ...], str]:
    return {words: row["says"] for words, row in phrases("labels")}

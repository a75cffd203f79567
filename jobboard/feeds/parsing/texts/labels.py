"""Lines of a text such as “Location: Berlin”."""

import re
from functools import cache

from jobboard.feeds.parsing.vocabulary import phrases, tokens

AROUND = "-*# \t"
# Emoji and the like before and after the words of a label.
_SIGNS = re.compile(r"^\W+|(?<!\W)\W+$")


def read_label(line: str) -> tuple[str, str]:
    """What the rest of ``line`` is by its label, as words/labels.csv names it, and the rest."""
    label, colon, rest = line.partition(":")
    if not (colon and rest.strip(AROUND)):
        return "", ""
    return _labels().get(tokens(_SIGNS.sub("", label)), ""), rest.strip(AROUND)


@cache
def _labels() -> dict[tuple[str, ...], str]:
    return {words: row["says"] for words, row in phrases("labels")}

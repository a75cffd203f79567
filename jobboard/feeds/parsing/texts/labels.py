"""Lines of a text such as “Location: Berlin”."""

import re
from functools import cache

from jobboard.feeds.parsing.vocabulary import Row, phrases, tokens

AROUND = "-*# \t"
SIGNS_BEHIND = (":", " – ", " — ", " - ")  # “Location – Oslo”
NEVER_SMALL = {"title", "closing"}
# Emoji and the like before and after the words of a label.
_SIGNS = re.compile(r"^\W+|(?<!\W)\W+$")


def read_label(line: str) -> tuple[str, str]:
    """What the rest of ``line`` is by its label, as words/labels.csv names it, and the rest."""
    row, value = _split_label(line)
    return row.get("says", ""), value


def read_label_language(line: str, says: str) -> str:
    """The language of a label which ``says`` this; '' where ``line`` has none."""
    row, _ = _split_label(line)
    if row.get("says") == says:
        return row["language"]
    return ""


def _split_label(line: str) -> tuple[Row, str]:
    for sign in sorted(filter(line.__contains__, SIGNS_BEHIND), key=line.find):
        label, _, rest = line.partition(sign)
        value = rest.strip(AROUND)
        row = _labels().get(tokens(_SIGNS.sub("", label)), {})
        # “Role - own the data” is a sentence.
        is_prose = sign != ":" and row.get("says") in NEVER_SMALL and value[:1].islower()
        if value and not is_prose and (row or sign == ":"):
            return row, value
    return {}, ""


@cache
def _labels() -> dict[tuple[str, ...], Row]:
    return dict(phrases("labels"))

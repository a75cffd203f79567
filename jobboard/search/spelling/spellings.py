"""Other ways to write the same: spellings.csv, a row for what stands for each other. Joined and
apart, British and American, short and spelt out.
"""

import csv
from functools import cache
from pathlib import Path

from jobboard.listings.geo.gazetteer import key

PATH = Path(__file__).with_name("spellings.csv")


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """The spellings by each way to write one, as ``key`` returns that."""
    spellings: dict[str, tuple[str, ...]] = {}
    with PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            same = tuple(row["same"].split(";"))
            spellings |= dict.fromkeys(map(key, same), same)
    return spellings


def is_known(text: str) -> bool:
    return key(text) in _table()


def other_spellings(text: str) -> list[str]:
    """Other ways to write ``text``, without its own."""
    own = key(text)
    return [spelling for spelling in _table().get(own, ()) if key(spelling) != own]

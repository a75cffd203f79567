"""Unicode in one form, at a cost that grows with the length of the text and no faster."""

import re
import unicodedata
from typing import Literal

# Of combining marks in a row, as in the Stream-Safe Text Format of UAX #15. No language needs more.
MAX_MARKS = 30
# Marks start at U+0300, so most texts have no run that needs to be looked at sign by sign.
_MAY_BE_A_LONG_RUN = re.compile(f"[^\x00-\u02ff]{{{MAX_MARKS + 1}}}")


def get_scripts(text: str) -> list[str]:
    """The script of each letter of ``text``, as Unicode names it: “LATIN”, “CYRILLIC”."""
    return [unicodedata.name(sign, "").partition(" ")[0] for sign in text if sign.isalpha()]


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Normalise ``text``, without what stands beyond MAX_MARKS combining marks in a row.

    Normalising sorts each run of marks, which takes the square of its length.
    """
    if text.isascii():
        return text
    # Some marks are two in the other form, so the runs are cut once more.
    return _cut_runs_of_marks(unicodedata.normalize(form, _cut_runs_of_marks(text)))


def _cut_runs_of_marks(text: str) -> str:
    if not _MAY_BE_A_LONG_RUN.search(text):
        return text
    characters = []
    marks = 0
    for character in text:
        is_mark = unicodedata.category(character).startswith("M")
        marks = marks + 1 if is_mark else 0
        if marks <= MAX_MARKS:
            characters.append(character)
    return "".join(characters)

"""Employment types that the words of a feed state. Words such as "Permanent" give none."""

import re

from jobboard.common.words import fold
from jobboard.listings.choices import EmploymentType

PATTERNS = {
    EmploymentType.FULL_TIME: r"\bfull(?: ?time|(?: or | and | ?/ ?)part ?time)\b",
    EmploymentType.PART_TIME: r"\bpart ?time\b",
    # A contract alone; "Permanent contract" and "Fixed-term contract" are an employee's.
    EmploymentType.CONTRACTOR: (
        r"\b(?:sub)?contract(?:ors?|ing)\b"
        r"|(?:^|[^\w ] ?|\b(?:or|and) )contract\b|\bfreelanc(?:er?|ing)\b"
    ),
    EmploymentType.TEMPORARY: r"\btemp(?:orary)?\b|\bfixed ?term\b",
    EmploymentType.INTERN: r"\bintern(?:ship)?s?\b|\bco ?op\b",
    EmploymentType.VOLUNTEER: r"\bvolunteer(?:ing)?\b",
    EmploymentType.PER_DIEM: r"\bper ?diem\b",
    EmploymentType.OTHER: r"^other$|\bapprentice(?:ship)?\b",
}


def read_types(*texts: str) -> tuple[str, ...]:
    """Values of EmploymentType, in its order. "Full time or part time" states two."""
    texts = tuple(" ".join(re.split(r"[\s_‐-―-]+", fold(text))).strip() for text in texts)
    return tuple(
        kind.value
        for kind, pattern in PATTERNS.items()
        if any(re.search(pattern, text) for text in texts)
    )

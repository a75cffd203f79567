"""Computes how well a job fits what its reader said about themselves, in whole numbers, so that the
index and the database agree to the last job.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from jobboard.listings.querysets import BETWEEN_MIN_REQUIRED

FIT, OPEN = "fit", "open"  # orders of a list, beside those of a search
# A job that requires fewer skills counts as one of FEW_COUNT_AS, or all who know Python would fit
# best where nothing else is asked for. So whatever is within reach comes before all of those.
MIN_REQUIRED = BETWEEN_MIN_REQUIRED
FEW_COUNT_AS = 4
# Divided by any number up to 16, it leaves no rest; longer lists of skills are rounded down.
WHOLE = 720_720
STEPS = 3  # of level and of place
MATCHES, UNSTATED, DIFFERS = 2, 1, 0  # of level
IS_OPEN, UNCLEAR, NOT_OPEN = 2, 1, 0  # of place


@dataclass(frozen=True)
class Fit:
    """``skills`` are ids, ``country`` is where they would work from; '' for what was not said."""

    skills: frozenset[int] = frozenset()
    level: str = ""
    country: str = ""


def share_of_each(required: int) -> int:
    """The share that each required skill counts that is known, where a job requires so many."""
    if required < MIN_REQUIRED:
        return WHOLE // FEW_COUNT_AS
    return WHOLE // required


def rank(covered: int, required: int, level: int, place: int) -> int:
    """The higher the better: the share of required skills, then the level, then the place."""
    share = covered * share_of_each(required)
    return (share * STEPS + level) * STEPS + place


def level_step(levels: Iterable[str], wanted: str) -> int:
    """MATCHES if a job of these ``levels`` is of the ``wanted`` one, else DIFFERS or UNSTATED."""
    levels = list(levels)
    if not wanted or not levels:
        return UNSTATED
    if wanted in levels:
        return MATCHES
    return DIFFERS

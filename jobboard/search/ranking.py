"""Points that put a job before another in the order by relevance. /methodology/ prints them.

A job gets points for each word that is looked for: BM25 counts how rare the word is and how often
the text holds it. What is below is added.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fresh:
    """``points`` for a job that was posted up to so many weeks ago."""

    weeks: int
    points: float


# Times the points that the word gets in the title.
TITLE_COUNTS = 5.0
# For a role or a skill that the words name.
NAMED = 6.0
# For a skill in common, in “Similar jobs”.
SHARED_SKILL = 1.5
# For jobs of a company that the words name: they come before any that mention it.
COMPANY = 50.0
# Less than what a word counts, so that it only decides between jobs that match as well.
FRESH = [Fresh(weeks=1, points=0.5), Fresh(weeks=4, points=0.3), Fresh(weeks=13, points=0.1)]
# For each of pay, level, employment type, location and skills that a job states.
STATED = 0.1
MAX_FACTS = 5

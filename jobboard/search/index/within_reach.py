"""Jobs whose required skills somebody mostly has."""

from collections.abc import Collection

from tantivy import Occur, Query

from jobboard.listings.querysets import BETWEEN_MIN_COVERED, BETWEEN_MIN_REQUIRED

from .clauses import either, without_score
from .queries import Snapshot

ENOUGH = 1000.0  # the score of who has as many as are needed; one for each more
FIRST_READ = 500


def within_reach(index: Snapshot, query: Query, known: Collection[int]) -> list[int]:
    """Sort keys of the documents that match ``query`` and require at least BETWEEN_MIN_REQUIRED
    skills, BETWEEN_MIN_COVERED per cent of which are ``known``; the newest first.

    The index cannot divide but adds up scores: one for each known skill, to what is left of ENOUGH
    without as many as the job needs.
    """
    by_number = []
    for number in index.count_by(query, "required_count"):
        if number >= BETWEEN_MIN_REQUIRED:
            by_number.append(_scored(index, "required_count", number, ENOUGH - needed(number)))
    if not by_number or not known:
        return []
    clauses = [(Occur.Must, without_score(query)), (Occur.Must, either(by_number))]
    for skill in known:
        clauses.append((Occur.Should, _scored(index, "required", skill, 1.0)))
    scored = Query.boolean_query(clauses)
    limit = FIRST_READ
    while True:
        hits = index.searcher.search(scored, limit).hits
        if len(hits) < limit or hits[-1][0] < ENOUGH:
            break
        limit *= 4
    enough = [hit for hit in hits if hit[0] >= ENOUGH]
    return sorted(index.column("newest", enough), reverse=True)


def needed(required: int) -> int:
    """How many of so many required skills somebody has to have, rounded up."""
    return -(-required * BETWEEN_MIN_COVERED // 100)


def _scored(index: Snapshot, field: str, value: int, score: float) -> Query:
    return Query.const_score_query(index.conditions.any_of(field, [value]), score)

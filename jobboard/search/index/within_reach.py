"""Jobs whose required skills somebody mostly has."""

from collections.abc import Collection, Iterable

from tantivy import Occur, Query

from jobboard.listings.querysets import BETWEEN_LEAST_COVERED, BETWEEN_LEAST_REQUIRED

from .conditions import either
from .queries import Snapshot

ENOUGH = 1000.0  # the score of who has as many as are needed; one for each more
FIRST_READ = 500


def within_reach(index: Snapshot, query: Query, known: Collection[int]) -> list[int]:
    """Sort keys of the documents that match ``query`` and require at least BETWEEN_LEAST_REQUIRED
    skills, BETWEEN_LEAST_COVERED per cent of which are ``known``; the newest first.

    The index cannot divide but adds up scores: one for each known skill, to what is left of ENOUGH
    without as many as the job needs.
    """
    by_number = [
        _scored(index, "required_count", number, ENOUGH - needed(number))
        for number in index.counted(query, "required_count")
        if number >= BETWEEN_LEAST_REQUIRED
    ]
    if not by_number or not known:
        return []
    scored = Query.boolean_query(
        [
            (Occur.Must, Query.const_score_query(query, 0.0)),
            (Occur.Must, either(by_number)),
            *((Occur.Should, _scored(index, "required", skill, 1.0)) for skill in known),
        ]
    )
    limit = FIRST_READ
    while True:
        hits = index.searcher.search(scored, limit).hits
        if len(hits) < limit or hits[-1][0] < ENOUGH:
            break
        limit *= 4
    enough = [hit for hit in hits if hit[0] >= ENOUGH]
    return sorted(index.column("newest", enough), reverse=True)


def within_reach_of(
    index: Snapshot, query: Query, numbers: Iterable[int], known: Collection[int]
) -> Query:
    """Those of ``query`` that require one of so many skills and enough of the ``known`` ones."""
    by_least = [
        Query.boolean_query([(Occur.Must, of_number), (Occur.Must, _at_least(index, known, least))])
        for least, of_number in _by_least(index, numbers)
    ]
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, either(by_least))])


def one_short_of_reach(
    index: Snapshot, query: Query, numbers: Iterable[int], known: Collection[int]
) -> Query:
    """Those that one more skill, whichever they require, would bring within reach."""
    by_least = []
    for least, of_number in _by_least(index, numbers):
        almost, enough = (_at_least(index, known, n) for n in (least - 1, least))
        clauses = [(Occur.Must, of_number), (Occur.Must, almost), (Occur.MustNot, enough)]
        by_least.append(Query.boolean_query(clauses))
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, either(by_least))])


def _by_least(index: Snapshot, numbers: Iterable[int]) -> list[tuple[int, Query]]:
    """How many skills one has to know, and which listings require so many that it is as many."""
    grouped: dict[int, list[int]] = {}
    for number in numbers:
        grouped.setdefault(needed(number), []).append(number)
    any_of = index.conditions.any_of
    return [(least, any_of("required_count", group)) for least, group in grouped.items()]


def _at_least(index: Snapshot, known: Collection[int], least: int) -> Query:
    """``least`` of the ``known`` skills are required."""
    if least > len(known):
        return Query.empty_query()
    skills = [(Occur.Should, index.conditions.any_of("required", [pk])) for pk in known]
    return Query.boolean_query(skills, minimum_number_should_match=least)


def needed(required: int) -> int:
    """Of so many required skills, rounded up."""
    return -(-required * BETWEEN_LEAST_COVERED // 100)


def _scored(index: Snapshot, field: str, value: int, score: float) -> Query:
    return Query.const_score_query(index.conditions.any_of(field, [value]), score)

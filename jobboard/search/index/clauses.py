"""Queries of the index, put together."""

from collections.abc import Iterable, Sequence

from tantivy import Occur, Query


def all_of(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def either(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def all_but(query: Query, unwanted: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, unwanted)])


def without_score(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def lifted(query: Query, lifts: Iterable[Query]) -> Query:
    """The documents that ``query`` finds, with no score but that of each of the ``lifts`` that
    finds them too.
    """
    clauses = [(Occur.Must, without_score(query))]
    clauses += [(Occur.Should, lift) for lift in lifts]
    return Query.boolean_query(clauses)

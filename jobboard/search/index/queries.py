"""Search by the index: one committed state of it, and the questions it answers."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import tantivy
from django.utils import timezone
from tantivy import FieldType, Occur, Query

from jobboard.common.text.words import fold
from jobboard.listings.models import Listing
from jobboard.search import ranking
from jobboard.search.change_log import Position
from jobboard.search.criteria import Criteria
from jobboard.search.database import FEATURED_SHOWN
from jobboard.search.facets.counted import MAX_OPTIONS, Counts, SearchAnswer
from jobboard.search.order.fit import FIT, OPEN
from jobboard.search.words import Word, clean, max_typos, tokens, typos_between

from .clauses import all_of, either, without_score
from .conditions import Conditions
from .counting import (
    FIELDS,
    FacetCounter,
    count_by_key,
    count_hits,
    count_terms,
    count_terms_of_each,
    get_total,
)
from .documents import LEVELS, POSITION_ID, SEPARATOR, from_microseconds, id_in, to_microseconds
from .fitting import best_fitting, open_first

MAX_RESULTS = 10_000  # hits; a huge offset would abort the process
MAX_TERMS = 5_000  # words compared with one that is found nowhere
MAX_SUGGESTED = 300
# (m/f/d) in a title.
_GENDERS = re.compile(r"[(\[]?\b[mfwdhx](?:[/,|][mfwdhx])+\b[)\]]?\*?", re.IGNORECASE)


@dataclass
class Snapshot:
    """One committed state of the index. Safe to use from several threads."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema

    def __post_init__(self) -> None:
        self.conditions = Conditions(self.schema)
        self.facets = FacetCounter(self.searcher, self.conditions)

    def search(
        self,
        criteria: Criteria,
        now: datetime,
        *,
        offset: int = 0,
        limit: int = 25,
        with_facets: bool = True,
    ) -> SearchAnswer:
        limit = min(max(limit, 1), MAX_RESULTS)
        offset = min(max(offset, 0), MAX_RESULTS)
        groups: dict[int, int] = {}
        if criteria.sort == FIT:
            total, ids = best_fitting(self, criteria, now, offset + limit)
            ids = ids[offset:]
        elif criteria.sort == OPEN:
            groups, ids = open_first(self, criteria, now, offset, limit)
            total = sum(groups.values())
        elif criteria.sort == "relevance" and criteria.lifting:
            query = self.conditions.matching(criteria, now, is_scored=True)
            total, ids = self.best(query, offset + limit)
            ids = ids[offset:]
        else:
            key = criteria.sort
            if key == "relevance":
                key = "newest"
            query = self.conditions.matching(criteria, now)
            total, ids = self.sorted_by(key, query, offset, limit)
        answer = SearchAnswer(ids=ids, total=total, featured=[], counts={}, groups=groups)
        if not with_facets:
            return answer
        counts = self.counts(criteria, now)
        featured = []
        if counts["flags"]["featured"]:
            featured = self._newest_featured(criteria, now)
        return replace(answer, counts=counts, featured=featured)

    def _newest_featured(self, criteria: Criteria, now: datetime) -> list[int]:
        query = self.conditions.matching(criteria, now)
        query = self.conditions.featured(query, now)
        _, newest = self.sorted_by("newest", query, 0, FEATURED_SHOWN)
        return newest

    def count(self, criteria: Criteria, now: datetime) -> int:
        return count_hits(self.searcher, self.conditions.matching(criteria, now))

    def counts(self, criteria: Criteria, now: datetime) -> Counts:
        return self.facets.counts(criteria, now)

    def sorted_by(self, key: str, query: Query, offset: int, limit: int) -> tuple[int, list[int]]:
        """How many match, and the ids of the asked page, highest ``key`` first."""
        result = self.searcher.search(query, limit, offset=offset, order_by_field=key)
        return get_total(result), [id_in(value) for value, _ in result.hits]

    def best(self, query: Query, wanted: int) -> tuple[int, list[int]]:
        """The ids with the highest scores; of equal ones the newest first, unless more than
        MAX_RESULTS are equal.
        """
        size = wanted + MAX_OPTIONS
        while True:
            result = self.searcher.search(query, size)
            hits = result.hits
            if len(hits) < size or hits[wanted - 1][0] > hits[-1][0] or size > MAX_RESULTS:
                break
            size *= 4
        scores = [score for score, _ in hits]
        ranked = sorted(zip(scores, self.column("newest", hits), strict=True), reverse=True)
        return get_total(result), [id_in(key) for _, key in ranked[:wanted]]

    def published_since(
        self,
        criteria: Criteria,
        now: datetime,
        since: datetime,
        *,
        without: Collection[int],
        limit: int,
    ) -> tuple[list[int], int]:
        """Ids of those published after ``since``, newest first, and how many there are; ``without``
        some.
        """
        clauses = [
            (Occur.Must, self.conditions.matching(criteria, now)),
            (Occur.Must, self.conditions.above("published", to_microseconds(since))),
        ]
        if without:
            clauses.append((Occur.MustNot, self.conditions.any_of("id", sorted(without))))
        total, ids = self.sorted_by("newest", Query.boolean_query(clauses), 0, limit)
        return ids, total

    def count_by(self, query: Query, name: str) -> dict[int, int]:
        """Value of the field ``name`` → how many match."""
        return count_by_key(self.searcher.aggregate(query, {name: count_terms(name)})[name])

    def last_changes(self, query: Query, name: str) -> dict[int, datetime]:
        """Value of the field ``name`` → when one of those that match changed last."""
        last = {"aggs": {"last": {"max": {"field": "changed"}}}}
        buckets = self.searcher.aggregate(query, {name: count_terms(name) | last})[name]["buckets"]
        return {
            int(bucket["key"]): from_microseconds(bucket["last"]["value"]) for bucket in buckets
        }

    # --- What is like it, what may be meant -------------------------------------------------------

    def similar(self, listing: Listing, now: datetime, *, limit: int) -> list[int]:
        """Live listings most like this one: by title, role and skills, then place and level; not
        itself elsewhere.
        """
        alike = self._alike(listing)
        if not alike:
            return []
        conditions = self.conditions
        others = [
            (Occur.Must, conditions.is_live(now)),
            (Occur.MustNot, conditions.any_of("id", [listing.pk])),
            (Occur.MustNot, conditions.any_of("group", [listing.same_as_id or listing.pk])),
        ]
        also = [conditions.term("text", token) for token in set(tokens(listing.place_line))]
        if listing.level:
            also.append(conditions.any_of("level", list(map(LEVELS.index, listing.levels))))
        clauses = [
            (Occur.Must, without_score(Query.boolean_query(others))),
            (Occur.Must, either(alike)),
        ]
        for lift in also:
            clauses.append((Occur.Should, Query.const_score_query(lift, 1.0)))
        return self.best(Query.boolean_query(clauses), limit)[1]

    def _alike(self, listing: Listing) -> list[Query]:
        """Queries for what another job has in common with it at least: a word of the title, the
        role or a skill.
        """
        conditions = self.conditions
        title = set(tokens(_GENDERS.sub("", listing.title))) - set(tokens(listing.place_line))
        alike = []
        for token in title:
            query = conditions.term("title", token)
            alike.append(Query.boost_query(query, ranking.TITLE_COUNTS))
        if listing.role_id:
            role = conditions.any_of("role", [listing.role_id])
            alike.append(Query.const_score_query(role, ranking.NAMED))
        for item in listing.skills.all():
            skill = conditions.any_of("skill", [item.skill_id])
            alike.append(Query.const_score_query(skill, ranking.SHARED_SKILL))
        return alike

    def is_unknown(self, word: Word, now: datetime) -> bool:
        """Whether it is a single word that stands in no live listing."""
        if len(word.tokens) != 1:
            return False
        has_word = self.conditions.word("text", word)
        query = all_of(self.conditions.is_live(now), has_word)
        return count_hits(self.searcher, query) == 0

    def nearest_word(self, word: Word, now: datetime) -> str | None:
        """The word of a live listing that was probably meant by an unknown one; the most frequent
        of equals.
        """
        typed = word.tokens[0]
        allowed = max_typos(typed)
        if not allowed:
            return None
        # What begins so, however rare; and the most frequent: the first letter may be wrong.
        terms = dict(self._live_terms("text", typed[0], now, MAX_TERMS))
        terms |= dict(self._live_terms("text", "", now, MAX_TERMS))
        ranked = []
        for term, frequency in terms.items():
            typos = typos_between(typed, term, allowed)
            if typos <= allowed and term.isalpha():
                ranked.append((typos, -frequency, term))
        if ranked:
            return min(ranked)[2]
        return None

    def _live_terms(
        self, field: str, prefix: str, now: datetime, limit: int
    ) -> list[tuple[str, int]]:
        """Terms that start so, with the number of live listings that hold them; the most frequent
        first.
        """
        return self.searcher.terms_with_prefix(field, prefix, self.conditions.is_live(now), limit)

    def cities_with_prefix(self, folded: str, now: datetime, limit: int) -> list[tuple[str, int]]:
        """Folded cities that start so, with their live jobs; those with the most first."""
        return self._live_terms("city", folded, now, limit)

    def suggest(self, typed: str, now: datetime) -> tuple[list[str], list[int]]:
        """Titles and ids of companies with a word that starts like ``typed``, the most frequent
        first.
        """
        prefix = fold(clean(typed)).replace(SEPARATOR, "")
        if not prefix:
            return [], []
        frequency: Counter[str] = Counter()
        for term, count in self._live_terms("suggested", prefix, now, MAX_SUGGESTED):
            _, _, suggestion = term.partition(SEPARATOR)
            frequency[suggestion] = max(count, frequency[suggestion])
        titles: list[str] = []
        companies: list[int] = []
        for suggestion, _ in frequency.most_common():
            if suggestion.startswith(SEPARATOR):
                companies.append(int(suggestion[1:]))
            else:
                titles.append(suggestion)
        return titles, companies

    # --- How far it follows the database ----------------------------------------------------------

    def check(self) -> None:
        """Ask a little of each kind of file; whatever is raised means that the index is broken."""
        live = self.conditions.is_live(timezone.now())
        self.searcher.search(live, 1, order_by_field="newest")
        self.searcher.aggregate(live, count_terms_of_each(FIELDS))
        self.searcher.search(Query.phrase_query(self.schema, "text", ["data", "engineer"]), 1)
        self.position  # noqa: B018 (reads it)

    @cached_property
    def position(self) -> Position:
        """The point up to which the log of changes was taken in."""
        query = self.conditions.any_of("id", [POSITION_ID])
        [(_, address)] = self.searcher.search(query, 1).hits
        return Position.from_text(self.searcher.doc(address)["position"][0])

    @property
    def listing_count(self) -> int:
        return self.searcher.num_docs - 1  # one document holds the position

    def changed_at(self, low: int, high: int) -> dict[int, int]:
        """Id → when it was changed (microseconds), of the listings with ids above ``low``, up to
        ``high``.
        """
        query = Query.range_query(
            self.schema, "id", FieldType.Unsigned, low, high, include_lower=False
        )
        count = count_hits(self.searcher, query)
        hits = self.searcher.search(query, max(count, 1), order_by_field="changed").hits
        ids = self.column("id", hits)
        return dict(zip(ids, (changed for changed, _ in hits), strict=True))

    def column(self, name: str, hits: list[tuple[Any, tantivy.DocAddress]]) -> list[int]:
        """The number of each hit in the column ``name``."""
        addresses = [address for _, address in hits]
        column = self.searcher.fast_field_values(name, addresses)
        return column  # type: ignore[return-value]  # the schema has whole numbers alone

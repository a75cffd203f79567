"""Search by the index: one committed state of it, and the questions it answers.

Words are looked for by queries built here, never by a query language, so no text of a stranger is
an instruction.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

import tantivy
from django.utils import timezone
from tantivy import FieldType, Occur, Order, Query

from jobboard.common.words import fold
from jobboard.listings.models import Listing
from jobboard.search.criteria import Criteria
from jobboard.search.database import FEATURED_SHOWN, by_type, type_masks
from jobboard.search.facets import MOST_OPTIONS, Answer, Counts
from jobboard.search.language import UNSTATED
from jobboard.search.words import Piece, Word, clean, most_typos, tokens, typos_between

from .documents import (
    ANYWHERE,
    ID_BITS,
    LEVELS,
    SEPARATOR,
    UNLIMITED,
    WORKPLACES,
    country_code,
    country_number,
    id_in,
    micros,
    moment_of,
)

DEEPEST = 10_000  # hits; a huge offset would abort the process
OVERLAP = timedelta(minutes=2)  # longer than any transaction that changes a listing
# How much more a word counts there than in the text, and what a named skill or role, or one in
# common, adds to a score.
LIFT_OF_TITLE, LIFT_OF_NAME, LIFT_OF_SKILL = 4.0, 6.0, 1.5
# Whoever types the name of a company wants its jobs before any that mention it.
LIFT_OF_COMPANY = 40.0
ALL = 2**31  # no limit
MOST_OPTIONS_ASKED = 1_000_000  # all of a facet
MOST_COMPARED = 500  # of the listings that changed last, before a search
# Companies asked for first; more only if it is not clear which are the largest.
TOP = 4 * MOST_OPTIONS
MOST_KEPT = 500  # searches whose counts are kept
MOST_TERMS = 5_000  # words compared with one that is found nowhere
MOST_SUGGESTED = 300
# The facets, each with the field whose values are counted.
FIELDS = ["role", "level", "type", "workplace", "country", "skill", "company", "visa", "verified"]


_GENDERS = re.compile(
    r"[(\[]?\b[mfwdhx](?:[/,|][mfwdhx])+\b[)\]]?\*?", re.IGNORECASE
)  # (m/f/d) in a title


@dataclass(frozen=True)
class KeptCounts:
    """Counts that hold from one moment to another: nothing is committed in between, and nothing
    ends by the clock.
    """

    since: int
    until: int
    by_criteria: dict[tuple[Criteria, tuple[Piece, ...]], Counts] = field(default_factory=dict)


@dataclass
class Snapshot:
    """One committed state of the index. Safe to use from several threads."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    kept: KeptCounts = KeptCounts(0, 0)

    def search(
        self, criteria: Criteria, now: datetime, *, offset: int = 0, limit: int = 25
    ) -> Answer:
        limit, offset = min(max(limit, 1), DEEPEST), min(max(offset, 0), DEEPEST)
        if criteria.sort == "relevance" and any(not piece.is_excluded for piece in criteria.pieces):
            query = self._query(criteria, now, is_scored=True)
            total, ids = self._best(query, offset + limit)
            ids = ids[offset:]
        else:
            query = self._query(criteria, now)
            key = "newest" if criteria.sort == "relevance" else criteria.sort
            total, ids = self._sorted(query, key, offset, limit)
        counts = self.counts(criteria, now)
        featured = []
        if offset == 0 and counts["flags"]["featured"]:
            featured = self._sorted(
                self._featured(self._query(criteria, now), now), "newest", 0, FEATURED_SHOWN
            )[1]
        return Answer(ids=ids, total=total, featured=featured, counts=counts)

    def count(self, criteria: Criteria, now: datetime) -> int:
        return self.searcher.search(self._query(criteria, now), 1).count

    def _sorted(self, query: Query, key: str, offset: int, limit: int) -> tuple[int, list[int]]:
        found = self.searcher.search(query, limit, offset=offset, order_by_field=key)
        return found.count, [id_in(value) for value, _ in found.hits]

    def _best(self, query: Query, wanted: int) -> tuple[int, list[int]]:
        """The ids with the highest scores; of equal ones the newest first, unless more than DEEPEST
        are equal.
        """
        size = wanted + MOST_OPTIONS
        while True:
            found = self.searcher.search(query, size)
            hits = found.hits
            if len(hits) < size or hits[wanted - 1][0] > hits[-1][0] or size > DEEPEST:
                break
            size *= 4
        keys = self.searcher.fast_field_values("newest", [address for _, address in hits])
        ranked = sorted(zip((score for score, _ in hits), keys, strict=True), reverse=True)
        return found.count, [id_in(key) for _, key in ranked[:wanted]]

    # --- What matches -----------------------------------------------------------------------------

    def _query(
        self, criteria: Criteria, now: datetime, *, without: str = "", is_scored: bool = False
    ) -> Query:
        """Live listings that meet the criteria; those of the field ``without`` are left out. Only
        words score.
        """
        conditions = self._conditions(criteria, now)
        filters = [query for name, query in conditions.items() if name != without]
        required = Query.boolean_query(
            [(Occur.Must, query) for query in [self._is_live(now), *filters]]
        )
        if not criteria.pieces:
            return required
        clauses = [(Occur.Must, Query.const_score_query(required, 0.0) if is_scored else required)]
        for piece in criteria.pieces:
            clauses.append((Occur.MustNot if piece.is_excluded else Occur.Must, self._piece(piece)))
            if is_scored and not piece.is_excluded:
                clauses += [(Occur.Should, lift) for lift in self._lifts(piece)]
        return Query.boolean_query(clauses)

    def _conditions(self, criteria: Criteria, now: datetime) -> dict[str, Query]:
        values = {
            "role": [role.pk for role in criteria.role],
            "level": [LEVELS.index("" if value == UNSTATED else value) for value in criteria.level],
            "type": type_masks(criteria.type),
            "workplace": [
                WORKPLACES.index("" if value == UNSTATED else value) for value in criteria.workplace
            ],
            "country": [country_number(code) for code in criteria.country],
            "company": [company.pk for company in criteria.company],
            "visa": [1] if criteria.visa else [],
            "verified": [1] if criteria.verified else [],
        }
        conditions = {name: self._any(name, numbers) for name, numbers in values.items() if numbers}
        if criteria.work_from:
            conditions["from"] = self._any(
                "eligible", [ANYWHERE, *map(country_number, criteria.work_from)]
            )
        if criteria.city:
            conditions["city"] = self._any("city", sorted(criteria.cities))
        if criteria.salary_from is not None or criteria.salary:
            conditions["salary"] = self._pay(criteria.salary_from or 0, set(criteria.salary))
        if criteria.posted:
            since = math.ceil((now - timedelta(days=criteria.posted)).timestamp())
            conditions["posted"] = self._above("newest", (since << ID_BITS) - 1)
        if criteria.featured:
            conditions["featured"] = self._above("featured", micros(now))
        for skill in criteria.skill:
            conditions[f"skill {skill.pk}"] = self._any("skill", [skill.pk])
        return conditions

    def _pay(self, threshold: int, states: set[str]) -> Query:
        """``threshold`` is gross per year in USD; see ``documents`` for how a range is kept."""
        reaching, surely = self._above("pay_high", threshold), self._above("pay_low", threshold)
        wanted = [self._any("pay_high", [0])] if UNSTATED in states else []
        if {"surely", "maybe"} <= states:
            wanted.append(reaching)
        elif "surely" in states:
            wanted.append(surely)
        elif "maybe" in states:
            wanted.append(Query.boolean_query([(Occur.Must, reaching), (Occur.MustNot, surely)]))
        return _either(wanted)

    def _is_live(self, now: datetime) -> Query:
        return self._above("expires", micros(now))

    def _any(self, field: str, values: list) -> Query:
        if len(values) == 1:
            return Query.term_query(self.schema, field, values[0], "basic")
        return Query.term_set_query(self.schema, field, values)

    def _above(self, field: str, number: int) -> Query:
        return Query.range_query(
            self.schema, field, FieldType.Unsigned, number, None, include_lower=False
        )

    def _piece(self, piece: Piece) -> Query:
        words = Query.boolean_query(
            [(Occur.Must, self._word("text", word)) for word in piece.words]
        )
        cities = [self._any("city", sorted(piece.cities))] if piece.cities else []
        return _either([words, *cities, *self._names(piece)])

    def _names(self, piece: Piece) -> list[Query]:
        named = {"skill": piece.skills, "role": piece.roles}
        return [self._any(field, sorted(ids)) for field, ids in named.items() if ids]

    def _word(self, field: str, word: Word) -> Query:
        phrase = (
            [Query.phrase_query(self.schema, field, list(word.tokens))]
            if len(word.tokens) > 1
            else []
        )
        return _either(
            phrase + [Query.term_query(self.schema, field, form, "freq") for form in word.forms]
        )

    def _lifts(self, piece: Piece) -> Iterable[Query]:
        for word in piece.words:
            for token in {*word.tokens, *word.forms}:
                yield Query.boost_query(
                    Query.term_query(self.schema, "title", token, "freq"), LIFT_OF_TITLE
                )
        for query in self._names(piece):
            yield Query.const_score_query(query, LIFT_OF_NAME)
        if piece.companies:
            yield Query.const_score_query(
                self._any("company", sorted(piece.companies)), LIFT_OF_COMPANY
            )

    # --- What is counted --------------------------------------------------------------------------

    def counts(self, criteria: Criteria, now: datetime) -> Counts:
        """Every facet, exactly, and kept for whoever asks the same."""
        if criteria.posted:  # its listings change at every moment
            return self._count_facets(criteria, now)
        kept = self.kept  # another thread may put another in its place
        if not kept.since <= micros(now) < kept.until or len(kept.by_criteria) > MOST_KEPT:
            kept = self.kept = KeptCounts(micros(now), self._next_end(now))
        key = (criteria, tuple(criteria.pieces))  # what its words mean may change
        if key not in kept.by_criteria:
            kept.by_criteria[key] = self._count_facets(criteria, now)
        return kept.by_criteria[key]

    def _next_end(self, now: datetime) -> int:
        """When the next listing ends, or ceases to be featured (microseconds)."""
        ends = [UNLIMITED]
        for name in ("expires", "featured"):
            query = self._above(name, micros(now))
            ends += [
                at
                for at, _ in self.searcher.search(
                    query, 1, order_by_field=name, order=Order.Asc
                ).hits
            ]
        return min(ends)

    def _count_facets(self, criteria: Criteria, now: datetime) -> Counts:
        """A facet's counts ignore its own selection, but a skill's do not."""
        got = self._aggregate(criteria, now, self._asked(criteria))
        raw = {
            name: {int(b["key"]): b["doc_count"] for b in got[name]["buckets"]} for name in FIELDS
        }
        counts: Counts = {
            name: {pk: n for pk, n in raw[name].items() if pk} for name in ("role", "skill")
        }
        counts["country"] = {
            country_code(number): n for number, n in raw["country"].items() if number
        }
        for name, codes in [("level", LEVELS), ("workplace", WORKPLACES)]:
            counts[name] = {codes[code] or UNSTATED: n for code, n in raw[name].items()}
        counts["type"] = by_type(raw["type"])
        counts["company"] = self._company_counts(criteria, now, got["company"], raw["company"])
        counts["flags"] = {name: raw[name].get(1, 0) for name in ("visa", "verified")}
        featured = self._featured(self._query(criteria, now, without="featured"), now)
        counts["flags"]["featured"] = self.searcher.search(featured, 1).count
        by_high = {int(b.get("from") or 0): b["doc_count"] for b in got["high"]["buckets"]}
        counts["band"] = {
            floor: _reaching(by_high, usd) for floor, usd in criteria.band_floors.items()
        }
        counts["salary"] = {UNSTATED: by_high.get(0, 0)}
        if criteria.salary_from is not None:
            surely = sum(b["doc_count"] for b in got["low"]["buckets"] if b.get("from"))
            maybe = _reaching(by_high, criteria.salary_from) - surely
            counts["salary"] |= {"surely": surely, "maybe": maybe}
        return counts

    def _asked(self, criteria: Criteria) -> dict[str, tuple[str, dict]]:
        """What is counted → the condition it ignores, and the aggregation that counts it."""
        asked = {name: (name, _terms(name)) for name in FIELDS}
        asked["company"] = ("company", _terms("company", TOP))
        cuts = {1, *(usd + 1 for usd in criteria.band_floors.values())}
        if criteria.salary_from is not None:
            cuts.add(criteria.salary_from + 1)
            asked["low"] = ("salary", _ranges("pay_low", [criteria.salary_from + 1]))
        asked["high"] = ("salary", _ranges("pay_high", sorted(cuts)))
        return asked

    def _featured(self, query: Query, now: datetime) -> Query:
        """They are few, so looking them up costs less than looking at every listing."""
        since = micros(now) + 1
        few = Query.range_query(
            self.schema, "featured", FieldType.Unsigned, since, None, use_inverted_index=True
        )
        return Query.boolean_query([(Occur.Must, few), (Occur.Must, query)])

    def _aggregate(
        self, criteria: Criteria, now: datetime, asked: dict[str, tuple[str, dict]]
    ) -> dict:
        """One pass for all facets without a selection of their own, and one for each selection."""
        chosen = self._conditions(criteria, now)
        passes: dict[str, dict] = {}
        for name, (ignored, aggregation) in asked.items():
            passes.setdefault(ignored if ignored in chosen else "", {})[name] = aggregation
        got = {}
        for ignored, aggregations in passes.items():
            got |= self.searcher.aggregate(
                self._query(criteria, now, without=ignored), aggregations
            )
        return got

    def _company_counts(
        self, criteria: Criteria, now: datetime, top: dict, counts: dict[int, int]
    ) -> dict[int, int]:
        """The largest, for certain, and the chosen ones."""
        ranked = sorted(counts.values(), reverse=True)
        if top.get("sum_other_doc_count") and ranked[MOST_OPTIONS - 1] == ranked[-1]:
            asked = {"company": ("company", _terms("company"))}
            buckets = self._aggregate(criteria, now, asked)["company"]["buckets"]
            return {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}
        for company in criteria.company:
            if company.pk not in counts:
                others = self._query(criteria, now, without="company")
                its_own = [(Occur.Must, others), (Occur.Must, self._any("company", [company.pk]))]
                counts[company.pk] = self.searcher.search(Query.boolean_query(its_own), 1).count
        return {pk: n for pk, n in counts.items() if n}

    # --- What is like it, what may be meant -------------------------------------------------------

    def similar(self, listing: Listing, now: datetime, *, most: int) -> list[int]:
        """Live listings most like this one: by title, role and skills, then place and level; not
        itself elsewhere.
        """
        alike = [
            Query.boost_query(Query.term_query(self.schema, "title", token, "freq"), LIFT_OF_TITLE)
            for token in set(tokens(_GENDERS.sub("", listing.title)))
            - set(tokens(listing.place_line))
        ]
        if listing.role_id:
            alike.append(
                Query.const_score_query(self._any("role", [listing.role_id]), LIFT_OF_NAME)
            )
        for item in listing.skills.all():
            alike.append(
                Query.const_score_query(self._any("skill", [item.skill_id]), LIFT_OF_SKILL)
            )
        also = [
            Query.term_query(self.schema, "text", token, "freq")
            for token in set(tokens(listing.place_line))
        ]
        also += [self._any("level", [LEVELS.index(listing.level)])] if listing.level else []
        others = [
            (Occur.Must, self._is_live(now)),
            (Occur.MustNot, self._any("id", [listing.pk])),
            (Occur.MustNot, self._any("group", [listing.same_as_id or listing.pk])),
        ]
        query = Query.boolean_query(
            [
                (Occur.Must, Query.const_score_query(Query.boolean_query(others), 0.0)),
                (Occur.Must, _either(alike)),
                *((Occur.Should, Query.const_score_query(one, 1.0)) for one in also),
            ]
        )
        return self._best(query, most)[1] if alike else []

    def is_unknown(self, word: Word, now: datetime) -> bool:
        """Whether it is a single word that stands in no live listing."""
        here = Query.boolean_query(
            [(Occur.Must, self._is_live(now)), (Occur.Must, self._word("text", word))]
        )
        return len(word.tokens) == 1 and not self.searcher.search(here, 1).count

    def nearest_word(self, word: Word, now: datetime) -> str | None:
        """The word of a live listing that was probably meant by an unknown one; the most frequent
        of equals.
        """
        typed = word.tokens[0]
        best = most_typos(typed)
        ranked = []
        for term, frequency in self._live_terms("text", typed[0], now, MOST_TERMS) if best else []:
            typos = typos_between(typed, term, best)
            if typos <= best and term.isalpha():
                ranked.append((typos, -frequency, term))
        return min(ranked)[2] if ranked else None

    def _live_terms(
        self, field: str, prefix: str, now: datetime, most: int
    ) -> list[tuple[str, int]]:
        """Terms that start so, with the number of live listings that hold them; the most frequent
        first.
        """
        return self.searcher.terms_with_prefix(field, prefix, self._is_live(now), most)

    def suggested(self, typed: str, now: datetime) -> tuple[list[str], list[int]]:
        """Titles and ids of companies with a word that starts like ``typed``, the most frequent
        first.
        """
        prefix = fold(clean(typed)).replace(SEPARATOR, "")
        frequency: Counter = Counter()
        for term, count in (
            self._live_terms("suggested", prefix, now, MOST_SUGGESTED) if prefix else []
        ):
            frequency[term.partition(SEPARATOR)[2]] = max(
                count, frequency[term.partition(SEPARATOR)[2]]
            )
        said = [name for name, _ in frequency.most_common()]
        companies = [int(name[1:]) for name in said if name.startswith(SEPARATOR)]
        return [name for name in said if not name.startswith(SEPARATOR)], companies

    # --- How far it follows the database ----------------------------------------------------------

    def check(self) -> None:
        """Ask a little of each kind of file; whatever is raised means that the index is broken."""
        live = self._is_live(timezone.now())
        self.searcher.search(live, 1, order_by_field="newest")
        self.searcher.aggregate(live, {name: _terms(name) for name in FIELDS})
        self.searcher.search(Query.phrase_query(self.schema, "text", ["data", "engineer"]), 1)

    @cached_property
    def position(self) -> datetime:
        """When the listing that changed last was changed."""
        hits = self.searcher.search(Query.all_query(), 1, order_by_field="changed").hits
        return moment_of(hits[0][0] if hits else 0)

    @property
    def since(self) -> datetime:
        """All changes before are in the index; the clock may have been ahead when one was made."""
        return min(self.position, timezone.now()) - OVERLAP

    @cached_property
    def seen(self) -> dict[int, int]:
        """Id → when it was changed (microseconds), of more listings than a search compares, and
        their equals.
        """
        newest = self.changes_since(self.since, most=2 * MOST_COMPARED)
        if len(newest) < 2 * MOST_COMPARED:
            return newest
        return self.changes_since(moment_of(min(newest.values()) - 1))

    def changes_since(self, moment: datetime, most: int = ALL) -> dict[int, int]:
        """Id → when it was changed (microseconds), of the ``most`` that changed last after
        ``moment``.
        """
        most = min(most, self.searcher.num_docs)
        if not most:
            return {}
        query = self._above("changed", micros(moment))
        hits = self.searcher.search(query, most, order_by_field="changed").hits
        ids = self.searcher.fast_field_values("id", [address for _, address in hits])
        return dict(zip(ids, (changed for changed, _ in hits), strict=True))


def _either(queries: list[Query]) -> Query:
    return (
        queries[0]
        if len(queries) == 1
        else Query.boolean_query([(Occur.Should, query) for query in queries])
    )


def _terms(field: str, size: int = MOST_OPTIONS_ASKED) -> dict:
    return {"terms": {"field": field, "size": size, "segment_size": MOST_OPTIONS_ASKED}}


def _ranges(field: str, cuts: list[int]) -> dict:
    """Ranges that start at each of ``cuts``; what is below the first has a range too."""
    ranges = [{"from": low, "to": high} for low, high in pairwise(cuts)]
    return {"range": {"field": field, "ranges": [*ranges, {"from": cuts[-1]}]}}


def _reaching(by_high: dict[int, int], usd: int) -> int:
    """How many may pay ``usd``, of counts by where the range starts that their highest pay
    is in.
    """
    return sum(n for start, n in by_high.items() if start > usd)

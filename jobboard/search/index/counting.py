"""How many listings each value of a facet would give."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

import tantivy
from tantivy import Occur, Order, Query

from jobboard.search.criteria import Criteria, chosen_of_places
from jobboard.search.facets.by_value import by_type
from jobboard.search.facets.counted import MAX_OPTIONS, Counts
from jobboard.search.facets.table import FACETS, UNSTATED
from jobboard.search.language import NOT_COMPARABLE
from jobboard.search.regions import REGIONS, countries_in
from jobboard.search.words import Piece

from .conditions import Conditions
from .documents import LEVELS, NO_PAY, OTHER_PAY, UNLIMITED, WORKPLACES, country_code, micros

MAX_OPTIONS_ASKED = 1_000_000  # all of a facet
# Companies asked for first; more only if it is not clear which are the largest.
TOP = 4 * MAX_OPTIONS
MAX_KEPT = 500  # searches whose counts are kept
# What is counted by its values in the index.
FIELDS = [*(facet.name for facet in FACETS), "region", "visa", "verified"]


@dataclass(frozen=True)
class KeptCounts:
    """Counts that hold from one moment to another: nothing is committed in between, and nothing
    ends by the clock.
    """

    since: int
    until: int
    by_criteria: dict[tuple[Criteria, tuple[Piece, ...]], Counts] = field(default_factory=dict)


@dataclass
class FacetCounter:
    """Counts the facets of one committed state of the index. Safe to use from several threads."""

    searcher: tantivy.Searcher
    conditions: Conditions
    kept: KeptCounts = KeptCounts(0, 0)

    def counts(self, criteria: Criteria, now: datetime) -> Counts:
        """Every facet, exactly, and kept for whoever asks the same."""
        if criteria.posted:  # its listings change at midnight
            return self._count_facets(criteria, now)
        kept = self.kept  # another thread may put another in its place
        if not kept.since <= micros(now) < kept.until or len(kept.by_criteria) > MAX_KEPT:
            kept = self.kept = KeptCounts(micros(now), self._next_end(now))
        # The order changes no count, and whom it is for is kept nowhere.
        asked = replace(criteria, ranked_by="", sort="newest", fit=None)
        key = (asked, tuple(criteria.pieces))  # what its words mean may change
        if key not in kept.by_criteria:
            kept.by_criteria[key] = self._count_facets(criteria, now)
        return kept.by_criteria[key]

    def _next_end(self, now: datetime) -> int:
        """When the next listing ends, or ceases to be featured (microseconds)."""
        ends = [UNLIMITED]
        for name in ("expires", "featured"):
            query = self.conditions.above(name, micros(now))
            first = self.searcher.search(query, 1, order_by_field=name, order=Order.Asc)
            ends += [at for at, _ in first.hits]
        return min(ends)

    def _count_facets(self, criteria: Criteria, now: datetime) -> Counts:
        """A facet's counts ignore its own selection, but those of skills that all are wanted do
        not.
        """
        got = self._aggregate(criteria, now, self._asked(criteria))
        raw = {name: _by_key(got[name]) for name in FIELDS}
        counts: Counts = {
            "role": raw["role"],
            "skill": {pk: n for pk, n in raw["skill"].items() if pk},
        }
        counts["country"] = {
            country_code(number): n for number, n in raw["country"].items() if number
        }
        for name, codes in [("level", LEVELS), ("workplace", WORKPLACES)]:
            counts[name] = {codes[code] or UNSTATED: n for code, n in raw[name].items()}
        regions = list(REGIONS)
        counts["region"] = {regions[number - 1]: n for number, n in raw["region"].items() if number}
        for name in ("workplace", "country", "region"):
            counts[name] = self._at_one_place(criteria, now, name, counts[name])
        counts["type"] = by_type(raw["type"])
        counts["company"] = self._company_counts(criteria, now, got["company"], raw["company"])
        counts["flags"] = {
            "visa": raw["visa"].get(1, 0),
            "verified": raw["verified"].get(1, 0),
            "featured": self._featured(criteria, now),
        }
        by_high = {int(b.get("from") or 0): b["doc_count"] for b in got["high"]["buckets"]}
        counts["band"] = {
            floor: _reaching(by_high, usd) for floor, usd in criteria.band_floors.items()
        }
        by_state = {int(b["key"]): b["doc_count"] for b in got["pay_state"]["buckets"]}
        salary = {
            UNSTATED: by_state.get(NO_PAY, 0),
            NOT_COMPARABLE: by_state.get(OTHER_PAY, 0),
        }
        if criteria.salary_from is not None:
            surely = sum(b["doc_count"] for b in got["low"]["buckets"] if b.get("from"))
            maybe = _reaching(by_high, criteria.salary_from) - surely
            salary |= {"surely": surely, "maybe": maybe}
        counts["salary"] = salary
        return counts

    def _at_one_place(
        self, criteria: Criteria, now: datetime, facet: str, counts: Mapping[str, int]
    ) -> Mapping[str, int]:
        """``counts`` are of listings with a place that meets what else is chosen of places. Here
        each value is that of such a place.
        """
        of = "country" if facet == "region" else facet
        chosen = chosen_of_places(criteria, of)
        if not chosen:
            return counts
        others = self.conditions.matching(criteria, now, without=of)
        found = {}
        for value in counts:
            values = countries_in([value]) if facet == "region" else (value,)
            place = self.conditions.at_one_place(criteria, chosen, {of: values})
            both = Query.boolean_query([(Occur.Must, place), (Occur.Must, others)])
            found[value] = count_of(self.searcher, both)
        return {value: count for value, count in found.items() if count}

    def _featured(self, criteria: Criteria, now: datetime) -> int:
        query = self.conditions.matching(criteria, now, without="featured")
        return count_of(self.searcher, self.conditions.featured(query, now))

    def _asked(self, criteria: Criteria) -> dict[str, tuple[str, dict]]:
        """What is counted → the condition it ignores, and the aggregation that counts it."""
        asked = {name: (name, terms_of(name)) for name in FIELDS}
        asked["region"] = ("country", terms_of("region"))
        asked["company"] = ("company", terms_of("company", TOP))
        asked["pay_state"] = ("salary", terms_of("pay_state"))
        cuts = {1, *(usd + 1 for usd in criteria.band_floors.values())}
        if criteria.salary_from is not None:
            cuts.add(criteria.salary_from + 1)
            asked["low"] = ("salary", _ranges("pay_low", [criteria.salary_from + 1]))
        asked["high"] = ("salary", _ranges("pay_high", sorted(cuts)))
        return asked

    def _aggregate(
        self, criteria: Criteria, now: datetime, asked: dict[str, tuple[str, dict]]
    ) -> dict[str, dict]:
        """One pass for all facets without a selection of their own, and one for each selection."""
        chosen = self.conditions.by_facet(criteria, now)
        passes: dict[str, dict] = {}
        for name, (ignored, aggregation) in asked.items():
            passes.setdefault(ignored if ignored in chosen else "", {})[name] = aggregation
        got: dict[str, dict] = {}
        for ignored, aggregations in passes.items():
            query = self.conditions.matching(criteria, now, without=ignored)
            got |= self.searcher.aggregate(query, aggregations)
        return got

    def _company_counts(
        self, criteria: Criteria, now: datetime, top: dict, counts: dict[int, int]
    ) -> dict[int, int]:
        """The largest, for certain, and the chosen ones."""
        ranked = sorted(counts.values(), reverse=True)
        if top.get("sum_other_doc_count") and ranked[MAX_OPTIONS - 1] == ranked[-1]:
            asked = {"company": ("company", terms_of("company"))}
            buckets = self._aggregate(criteria, now, asked)["company"]["buckets"]
            return {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}
        for company in criteria.company:
            if company.pk not in counts:
                others = self.conditions.matching(criteria, now, without="company")
                its_own = self.conditions.any_of("company", [company.pk])
                both = Query.boolean_query([(Occur.Must, others), (Occur.Must, its_own)])
                counts[company.pk] = count_of(self.searcher, both)
        return {pk: n for pk, n in counts.items() if n}


def _by_key(aggregated: dict) -> dict[int, int]:
    return {int(bucket["key"]): bucket["doc_count"] for bucket in aggregated["buckets"]}


def count_of(searcher: tantivy.Searcher, query: Query) -> int:
    return total_of(searcher.search(query, 1))


def total_of(result: tantivy.SearchResult) -> int:
    """How many match, of which ``hits`` are some."""
    return result.count  # type: ignore[attr-defined]  # tantivy's stubs leave it out


def terms_of(field: str, size: int = MAX_OPTIONS_ASKED) -> dict:
    return {"terms": {"field": field, "size": size, "segment_size": MAX_OPTIONS_ASKED}}


def _ranges(field: str, cuts: list[int]) -> dict:
    """Ranges that start at each of ``cuts``; what is below the first has a range too."""
    ranges = [{"from": low, "to": high} for low, high in pairwise(cuts)]
    return {"range": {"field": field, "ranges": [*ranges, {"from": cuts[-1]}]}}


def _reaching(by_high: dict[int, int], usd: int) -> int:
    """How many may pay ``usd``, of counts by where the range starts that their highest pay
    is in.
    """
    return sum(n for start, n in by_high.items() if start > usd)

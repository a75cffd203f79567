"""Counts how many listings each value of a facet would give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

import tantivy
from tantivy import Order, Query

from jobboard.search.criteria import Criteria, chosen_of_places
from jobboard.search.facets.by_value import by_type
from jobboard.search.facets.counted import MAX_OPTIONS, Counts
from jobboard.search.facets.table import FACETS, UNSTATED
from jobboard.search.language import NOT_COMPARABLE
from jobboard.search.regions import REGIONS, countries_in
from jobboard.search.words import Piece

from .clauses import all_of
from .conditions import Conditions
from .documents import (
    LEVELS,
    NO_PAY,
    OTHER_PAY,
    UNLIMITED,
    WORKPLACES,
    country_code,
    to_microseconds,
)

MAX_OPTIONS_ASKED = 1_000_000  # all of a facet
# Companies asked for first; more only if it is not clear which are the largest.
COMPANIES_ASKED = 4 * MAX_OPTIONS
MAX_CACHED = 500  # searches whose counts are cached
# What is counted by its values in the index.
FIELDS = [*(facet.name for facet in FACETS), "region", "visa", "verified"]


@dataclass(frozen=True)
class CachedCounts:
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
    cached: CachedCounts = CachedCounts(0, 0)

    def counts(self, criteria: Criteria, now: datetime) -> Counts:
        """Every facet, exactly, and cached for whoever asks the same."""
        if criteria.posted:  # its listings change at midnight
            return self._count_facets(criteria, now)
        cached = self.cached  # another thread may put another in its place
        if (
            not cached.since <= to_microseconds(now) < cached.until
            or len(cached.by_criteria) > MAX_CACHED
        ):
            cached = self.cached = CachedCounts(to_microseconds(now), self._next_end(now))
        # The order changes no count, and whom it is for is kept nowhere.
        without_order = replace(criteria, ranked_by="", sort="newest", fit=None)
        key = (without_order, tuple(criteria.pieces))  # what its words mean may change
        if key not in cached.by_criteria:
            cached.by_criteria[key] = self._count_facets(criteria, now)
        return cached.by_criteria[key]

    def _next_end(self, now: datetime) -> int:
        """The moment when the next listing ends, or ceases to be featured (microseconds)."""
        later = self.conditions.above("expires", to_microseconds(now))
        later_featured = self.conditions.above("featured", to_microseconds(now))
        return min(
            get_lowest(self.searcher, later, "expires"),
            get_lowest(self.searcher, later_featured, "featured"),
        )

    def _count_facets(self, criteria: Criteria, now: datetime) -> Counts:
        """A facet's counts ignore its own selection, but those of skills that all are wanted do
        not.
        """
        results = self._aggregate(criteria, now, self._aggregations(criteria))
        by_number = {name: count_by_key(results[name]) for name in FIELDS}
        counts: Counts = {
            "role": by_number["role"],
            "skill": _without_zero(by_number["skill"]),
            "level": _by_name(by_number["level"], LEVELS),
            "type": by_type(by_number["type"]),
            "company": self._company_counts(criteria, now, results["company"]),
            "flags": {
                "visa": by_number["visa"].get(1, 0),
                "verified": by_number["verified"].get(1, 0),
                "featured": self._featured(criteria, now),
            },
            "band": _band_counts(criteria, results),
            "salary": _pay_counts(criteria, results),
        }
        for name, at_any_place in _place_counts(by_number).items():
            counts[name] = self._at_one_place(criteria, now, name, at_any_place)
        return counts

    def _at_one_place(
        self, criteria: Criteria, now: datetime, facet: str, counts: Mapping[str, int]
    ) -> Mapping[str, int]:
        """``counts`` are of listings with a place that meets what else is chosen of places. Here
        each value is that of such a place.
        """
        field = facet
        if facet == "region":
            field = "country"
        chosen = chosen_of_places(criteria, field)
        if not chosen:
            return counts
        others = self.conditions.matching(criteria, now, without=field)
        at_one_place = {}
        for value in counts:
            values = [value]
            if facet == "region":
                values = list(countries_in([value]))
            place = self.conditions.at_one_place(criteria, chosen, {field: values})
            count = count_hits(self.searcher, all_of(place, others))
            if count:
                at_one_place[value] = count
        return at_one_place

    def _featured(self, criteria: Criteria, now: datetime) -> int:
        query = self.conditions.matching(criteria, now, without="featured")
        return count_hits(self.searcher, self.conditions.featured(query, now))

    def _aggregations(self, criteria: Criteria) -> dict[str, tuple[str, dict]]:
        """What is counted → the condition it ignores, and the aggregation that counts it."""
        aggregations = {name: (name, terms) for name, terms in count_terms_of_each(FIELDS).items()}
        aggregations["region"] = ("country", count_terms("region"))
        aggregations["company"] = ("company", count_terms("company", COMPANIES_ASKED))
        aggregations["pay_state"] = ("salary", count_terms("pay_state"))
        cuts = {1, *(usd + 1 for usd in criteria.band_floors.values())}
        if criteria.salary_from is not None:
            cuts.add(criteria.salary_from + 1)
            aggregations["low"] = ("salary", _ranges("pay_low", [criteria.salary_from + 1]))
        aggregations["high"] = ("salary", _ranges("pay_high", sorted(cuts)))
        return aggregations

    def _aggregate(
        self, criteria: Criteria, now: datetime, aggregations: dict[str, tuple[str, dict]]
    ) -> dict[str, dict]:
        """One pass for all facets without a selection of their own, and one for each selection."""
        chosen = self.conditions.by_facet(criteria, now)
        passes: dict[str, dict] = defaultdict(dict)
        for name, (ignored, aggregation) in aggregations.items():
            if ignored in chosen:
                passes[ignored][name] = aggregation
            else:
                passes[""][name] = aggregation
        results: dict[str, dict] = {}
        for ignored, of_pass in passes.items():
            query = self.conditions.matching(criteria, now, without=ignored)
            results |= self.searcher.aggregate(query, of_pass)
        return results

    def _company_counts(self, criteria: Criteria, now: datetime, top: dict) -> dict[int, int]:
        """The largest, for certain, and the chosen ones."""
        counts = count_by_key(top)
        ranked = sorted(counts.values(), reverse=True)
        if top.get("sum_other_doc_count") and ranked[MAX_OPTIONS - 1] == ranked[-1]:
            aggregations = {"company": ("company", count_terms("company"))}
            return count_by_key(self._aggregate(criteria, now, aggregations)["company"])
        for company in criteria.company:
            if company.pk not in counts:
                others = self.conditions.matching(criteria, now, without="company")
                its_own = self.conditions.any_of("company", [company.pk])
                count = count_hits(self.searcher, all_of(others, its_own))
                if count:
                    counts[company.pk] = count
        return counts


def count_by_key(result: dict) -> dict[int, int]:
    """Number → how many, from an aggregation by the terms of a field."""
    return {int(bucket["key"]): bucket["doc_count"] for bucket in result["buckets"]}


def _without_zero(by_number: dict[int, int]) -> dict[int, int]:
    """The counts without the documents that hold none."""
    others = dict(by_number)
    others.pop(0, None)
    return others


def _by_name(by_number: dict[int, int], names: list[str]) -> dict[str, int]:
    return {names[number] or UNSTATED: count for number, count in by_number.items()}


def _place_counts(by_number: dict[str, dict[int, int]]) -> dict[str, dict[str, int]]:
    """Counts of listings with a place that meets what else is chosen of places."""
    countries = _without_zero(by_number["country"])
    regions = _without_zero(by_number["region"])
    codes = list(REGIONS)
    return {
        "workplace": _by_name(by_number["workplace"], WORKPLACES),
        "country": {country_code(number): count for number, count in countries.items()},
        "region": {codes[number - 1]: count for number, count in regions.items()},
    }


def _band_counts(criteria: Criteria, results: dict[str, dict]) -> dict[int, int]:
    by_high = _count_by_start(results["high"])
    return {floor: _reaching(by_high, usd) for floor, usd in criteria.band_floors.items()}


def _pay_counts(criteria: Criteria, results: dict[str, dict]) -> dict[str, int]:
    by_state = count_by_key(results["pay_state"])
    counts = {
        UNSTATED: by_state.get(NO_PAY, 0),
        NOT_COMPARABLE: by_state.get(OTHER_PAY, 0),
    }
    if criteria.salary_from is not None:
        surely = _reaching(_count_by_start(results["low"]), criteria.salary_from)
        reaching = _reaching(_count_by_start(results["high"]), criteria.salary_from)
        counts |= {"surely": surely, "maybe": reaching - surely}
    return counts


def _count_by_start(result: dict) -> dict[int, int]:
    """The counts of an aggregation by ranges: where a range starts, 0 for the lowest → how many."""
    return {int(bucket.get("from") or 0): bucket["doc_count"] for bucket in result["buckets"]}


def count_hits(searcher: tantivy.Searcher, query: Query) -> int:
    return get_total(searcher.search(query, 1))


def get_total(result: tantivy.SearchResult) -> int:
    """How many match, of which ``hits`` are some."""
    return result.count  # type: ignore[attr-defined]  # tantivy's stubs leave it out


def get_lowest(searcher: tantivy.Searcher, query: Query, field: str) -> int:
    """The lowest value of the field in all that match; UNLIMITED where nothing does."""
    hits = searcher.search(query, 1, order_by_field=field, order=Order.Asc).hits
    if not hits:
        return UNLIMITED
    lowest, _ = hits[0]
    return lowest


def count_terms(field: str, size: int = MAX_OPTIONS_ASKED) -> dict:
    return {"terms": {"field": field, "size": size, "segment_size": MAX_OPTIONS_ASKED}}


def count_terms_of_each(fields: Iterable[str]) -> dict[str, dict]:
    return {field: count_terms(field) for field in fields}


def _ranges(field: str, cuts: list[int]) -> dict:
    """Ranges that start at each of ``cuts``; what is below the first has a range too."""
    ranges = [{"from": low, "to": high} for low, high in pairwise(cuts)]
    return {"range": {"field": field, "ranges": [*ranges, {"from": cuts[-1]}]}}


def _reaching(by_start: dict[int, int], usd: int) -> int:
    """How many pay ``usd`` or more, of counts by where the range starts that their pay is in."""
    return sum(count for start, count in by_start.items() if start > usd)

"""Adds up the listings of one state of the index."""

from collections import Counter
from decimal import Decimal

from tantivy import Query

from jobboard.listings.choices import Workplace
from jobboard.listings.facts import MarketFacts, range_width

from .clauses import all_of
from .counting import count_by_key, count_hits, count_terms, count_terms_of_each
from .documents import LEVELS, WORKPLACES, currency_code, decode_amount
from .queries import Snapshot
from .tally import IDS_IN_RANGE, Tally

OF_A_ROLE = ["level", "workplace", "skill", "sample"]
REMOTE = WORKPLACES.index(Workplace.REMOTE)


def tally_documents(index: Snapshot, query: Query) -> Tally:
    """The tally of documents that match ``query``, which leaves out the one that is no listing."""
    facts = _facts_without_pay(index, query)
    _add_ranges(index, query, facts)
    companies = index.count_by(query, "company")
    paid = index.count_by(query, "states_pay").get(1, 0)
    total = sum(companies.values())
    return Tally(total, paid, Counter(companies), _id_ranges(index, query), facts)


def _id_ranges(index: Snapshot, query: Query) -> Counter:
    histogram = {"field": "id", "interval": IDS_IN_RANGE, "min_doc_count": 1}
    result = index.searcher.aggregate(query, {"ranges": {"histogram": histogram}})
    counts: Counter = Counter()
    for first_id, count in count_by_key(result["ranges"]).items():
        counts[first_id // IDS_IN_RANGE] = count
    return counts


def _facts_without_pay(index: Snapshot, query: Query) -> dict[int, MarketFacts]:
    by_role = count_terms("role") | {"aggs": count_terms_of_each(OF_A_ROLE)}
    facts = {}
    for bucket in index.searcher.aggregate(query, {"role": by_role})["role"]["buckets"]:
        role = int(bucket["key"])
        total = bucket["doc_count"]
        if not role:
            continue
        counts = {name: count_by_key(bucket[name]) for name in OF_A_ROLE}
        naming_no_skill = counts["skill"].pop(0, 0)
        levels = {LEVELS[number]: count for number, count in counts["level"].items()}
        facts[role] = MarketFacts(
            total=total,
            remote=counts["workplace"].get(REMOTE, 0),
            samples=counts["sample"].get(1, 0),
            naming_skills=total - naming_no_skill,
            skill_counts=counts["skill"],
            levels=Counter(levels),
        )
    return facts


def _add_ranges(index: Snapshot, query: Query, facts: dict[int, MarketFacts]) -> None:
    """The middle and the width of each range per year, exactly as the database has them."""
    ranged = all_of(query, index.conditions.above("range_low", 0))
    count = count_hits(index.searcher, ranged)
    if not count:
        return
    hits = index.searcher.search(ranged, count, order_by_field="range_low").hits
    columns = [index.column(name, hits) for name in ("range_high", "role", "currency")]
    ranges: dict[tuple[int, int], tuple[Decimal, float]] = {}  # many jobs share one
    for (low, _), high, role, currency in zip(hits, *columns, strict=True):
        if not role:
            continue
        ends = (low, high)
        if ends not in ranges:
            ranges[ends] = _middle_and_width(decode_amount(low), decode_amount(high))
        middle, width = ranges[ends]
        code = currency_code(currency)
        facts[role].midpoints.setdefault(code, []).append(middle)
        facts[role].widths.setdefault(code, []).append(width)


def _middle_and_width(lowest: Decimal, highest: Decimal) -> tuple[Decimal, float]:
    return (lowest + highest) / 2, range_width(lowest, highest)

"""Counts for landing pages: of each role the countries that its live jobs are in, in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jobboard.listings.choices import Workplace
from jobboard.search.criteria import Criteria

from .counting import count_terms
from .documents import WORKPLACES, country_code, from_microseconds
from .queries import Snapshot


@dataclass(frozen=True)
class LandingCount:
    role: int
    country: str  # alpha-2; "" for remote jobs
    jobs: int
    changed_at: datetime  # the last of them to


def landing_counts(index: Snapshot, now: datetime) -> Iterator[LandingCount]:
    last = {"aggs": {"last": {"max": {"field": "changed"}}}}
    of_role = {name: count_terms(name) | last for name in ("country", "workplace")}
    by_role = count_terms("role") | {"aggs": of_role}
    live = index.conditions.matching(Criteria(), now)
    for role in index.searcher.aggregate(live, {"role": by_role})["role"]["buckets"]:
        for bucket in role["country"]["buckets"]:
            if bucket["key"]:
                yield _build_count(role, bucket, country_code(int(bucket["key"])))
        for bucket in role["workplace"]["buckets"]:
            if WORKPLACES[int(bucket["key"])] == Workplace.REMOTE:
                yield _build_count(role, bucket, "")


def _build_count(role: dict, bucket: dict, country: str) -> LandingCount:
    changed_at = from_microseconds(bucket["last"]["value"])
    return LandingCount(int(role["key"]), country, bucket["doc_count"], changed_at)

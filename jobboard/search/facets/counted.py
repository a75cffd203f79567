"""The results of a search. Both implementations count by ids and codes; here the counts get names
and an order.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import BigAutoField, CharField, QuerySet, Value

from jobboard.common.storage.prepared import prepared
from jobboard.common.text.words import country_name
from jobboard.search import language
from jobboard.search.criteria import Criteria, row_ids
from jobboard.search.language import OTHER_WORK
from jobboard.search.regions import REGIONS

from .table import FIXED, NAMED

MAX_OPTIONS = 30  # of one facet, beside those that are chosen
# The values of what is counted beside the facets of the table, in their order.
MORE_FIXED = {
    "salary": language.PAY_STATES,
    "flags": [(name, label) for name, (_, label) in language.FLAGS.items()],
    "region": [(code, name) for code, (name, _) in REGIONS.items()],
}

Counts = dict[str, Mapping]  # facet → value (an id, a code, a threshold) → how many


@dataclass(frozen=True)
class Option:
    """One value of a facet, and how many listings the search would give with it."""

    value: str
    label: str
    count: int


@dataclass
class Facet:
    options: list[Option] = field(default_factory=list)

    def get_count(self, value: str) -> int:
        for option in self.options:
            if option.value == value:
                return option.count
        return 0


@dataclass(frozen=True)
class SearchAnswer:
    """``ids`` of the asked page in order; ``featured`` are the ids for the block above page 1, not
    part of the list.
    """

    ids: list[int]
    total: int
    featured: list[int]
    counts: Counts
    groups: dict[int, int] = field(default_factory=dict)
    """Of a list that is grouped, how many listings are in each group."""


@dataclass(frozen=True)
class SearchResult:
    """An answer with named facets. ``corrected``: words that stand in no listing → those looked for
    instead. ``criteria`` are what was looked for in the end.
    """

    ids: list[int]
    total: int
    featured: list[int]
    facets: dict[str, Facet]
    corrected: dict[str, str]
    criteria: Criteria
    groups: dict[int, int] = field(default_factory=dict)


def build_facets(counts: Counts, criteria: Criteria) -> dict[str, Facet]:
    """Named options, most jobs first. Of roles, skills, companies and countries the MAX_OPTIONS
    largest; among equals the one that is named first by its id or code.
    """
    facets = {}
    for name, values in (FIXED | MORE_FIXED).items():
        of_value = counts[name]
        options = [Option(value, label, of_value.get(value, 0)) for value, label in values]
        facets[name] = Facet(options)
    of_band = counts["band"]
    bands = [Option(str(floor), "", of_band.get(floor, 0)) for floor in criteria.band_floors]
    facets["band"] = Facet(bands)
    largest = {}
    for name in NAMED:
        chosen = row_ids(getattr(criteria, name))
        largest[name] = _largest(counts[name], chosen)
    names = _names(largest) | {("role", OTHER_WORK.pk): (OTHER_WORK.slug, OTHER_WORK.name)}
    for facet, rows in largest.items():
        options = []
        for pk, count in rows:
            if (facet, pk) in names:
                slug, name = names[facet, pk]
                options.append(Option(slug, name, count))
        facets[facet] = _by_count(options)
    countries = _largest(counts["country"], criteria.country)
    facets["country"] = _by_count(
        Option(code, country_name(code), count) for code, count in countries
    )
    return facets


def _largest(counts: Mapping, chosen: Collection) -> list[tuple]:
    """The values with the largest counts; the chosen ones, however small, come behind them."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    others = [item for item in ranked[MAX_OPTIONS:] if item[0] in chosen]
    return ranked[:MAX_OPTIONS] + others


def _by_count(options: Iterable[Option]) -> Facet:
    return Facet(sorted(options, key=lambda option: (-option.count, option.label)))


def _names(largest: dict[str, list[tuple]]) -> dict[tuple[str, int], tuple[str, str]]:
    """(facet, id) → slug and name, in one query."""
    if not any(largest.values()):
        return {}
    ids = {facet: list(dict(rows)) or [0] for facet, rows in largest.items()}
    return {(facet, pk): (slug, name) for facet, pk, slug, name in _rows_named(**ids)}


@prepared(**{name: BigAutoField() for name in NAMED})
def _rows_named(**ids) -> QuerySet:
    rows = []
    for name, ids_of_facet in ids.items():
        facet = Value(name, output_field=CharField())
        of_facet = NAMED[name]().order_by().filter(pk__in=ids_of_facet)
        rows.append(of_facet.values_list(facet, "pk", "slug", "name"))
    return rows[0].union(*rows[1:], all=True)

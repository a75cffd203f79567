from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from jobboard.common.text.words import fold
from jobboard.listings.geo.gazetteer import Region, find_state
from jobboard.listings.geo.nearby import Town, towns_within
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .language import NOT, Excluded, OtherWork, is_not
from .names import Named, Names
from .order.fit import Fit
from .regions import countries_in
from .understanding.read import Understanding
from .words import Piece, city_names, parse

# A year, in a currency whose unit is worth about one USD.
BAND_FLOORS = [
    50_000,
    75_000,
    100_000,
    150_000,
    200_000,
]

# Field → the attribute with what is chosen. All of these must hold for one place of a job.
OF_PLACES = {
    "workplace": "workplace",
    "country": "country",
    "city": "city",
    "from": "work_from",
}


@dataclass(frozen=True)
class Criteria:
    """What is looked for. Values of one field mean OR, fields mean AND; several ``skill`` mean AND,
    unless ``any_skill`` will do.

    ``salary_from`` is gross per year in USD; ``salary`` says which of surely, maybe, unstated
    and not_comparable are wanted.
    """

    words: str = ""
    role: tuple[Role | OtherWork | Named, ...] = ()
    level: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    workplace: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    within: int = 0
    """Kilometres around each city; 0 for the city alone."""
    work_from: tuple[str, ...] = ()
    skill: tuple[Skill | Named, ...] = ()
    company: tuple[Company | Named, ...] = ()
    any_skill: bool = False
    without_skill: tuple[Skill | Named, ...] = ()
    without_company: tuple[Company | Named, ...] = ()
    without_level: tuple[str, ...] = ()
    without_type: tuple[str, ...] = ()
    without_country: tuple[str, ...] = ()
    without_city: tuple[str, ...] = ()
    salary_from: int | None = None
    salary: tuple[str, ...] = ()
    posted: int | None = None
    featured: bool = False
    visa: bool = False
    verified: bool = False
    sort: str = "newest"
    usd_per_unit: Decimal = Decimal(1)
    ranked_by: str = ""
    """What lifts a job in the order by relevance; the words where it is blank."""
    names: Names | None = field(default=None, compare=False, repr=False)
    """What the words may be names of; None where nobody has asked yet."""
    understanding: Understanding = field(default_factory=Understanding, compare=False, repr=False)
    located: Understanding = field(default_factory=Understanding, compare=False, repr=False)
    """Of the words for a place."""
    chosen: "Criteria | None" = field(default=None, compare=False, repr=False)
    """Without what was understood; its words are all that was typed."""
    fit: Fit | None = field(default=None, compare=False)
    """Whom it is sorted for. What it finds is the same for everybody."""

    def posted_since(self, now: datetime) -> datetime:
        """The moment that ``posted`` begins at: whole days, counted from midnight UTC."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=self.posted or 0)

    @cached_property
    def pieces(self) -> list[Piece]:
        return parse(self.words, self.names)

    @cached_property
    def lifting(self) -> list[Piece]:
        """The pieces that a job is better for."""
        pieces = self.pieces
        if self.ranked_by:
            pieces = parse(self.ranked_by, self.names)
        return [piece for piece in pieces if not piece.is_excluded]

    @property
    def countries(self) -> tuple[str, ...]:
        return countries_in(self.country)

    @property
    def countries_left_out(self) -> tuple[str, ...]:
        return countries_in(self.without_country)

    @property
    def home_countries(self) -> tuple[str, ...]:
        """The visitor's countries, from ``work_from``."""
        return countries_in(self.work_from)

    @property
    def cities(self) -> frozenset[str]:
        """The folded names of the cities that ``city`` may be."""
        return _names_of(self.city)

    @property
    def states(self) -> frozenset[Region]:
        """The states that ``city`` names."""
        return _states_among(self.city)

    @property
    def cities_left_out(self) -> frozenset[str]:
        return _names_of(self.without_city)

    @property
    def states_left_out(self) -> frozenset[Region]:
        return _states_among(self.without_city)

    @property
    def towns(self) -> frozenset[Town]:
        """Around the first of the cities."""
        if not self.within or not self.city or find_state(self.city[0]):
            return frozenset()
        return towns_within(self.city[0], self.within)

    @property
    def band_floors(self) -> dict[int, int]:
        """Round yearly amounts of the currency that was asked for, and the same in USD."""
        scale = 1
        while scale * self.usd_per_unit < Decimal("0.2"):
            scale *= 10
        return {floor * scale: int(floor * scale * self.usd_per_unit) for floor in BAND_FLOORS}

    @classmethod
    def from_form(cls, form) -> "Criteria":
        """The criteria of a checked ListingFilter. A value with an error counts as not given."""
        data = form.cleaned_data
        salary_from = None
        states = data.get("salary") or ()
        if data.get("salary_from") is not None and form.usd_per_unit is not None:
            salary_from = int(data["salary_from"] * form.usd_per_unit)
            states = states or ("surely", "maybe")
        default_sort = "newest"
        if data.get("q"):
            default_sort = "relevance"
        return cls(
            words=data.get("q") or "",
            role=tuple(data.get("role") or ()),
            level=_wanted(data.get("level")),
            type=_wanted(data.get("type")),
            workplace=tuple(data.get("workplace") or ()),
            country=_wanted(data.get("country")),
            city=_wanted(data.get("city")),
            within=int(data.get("within") or 0),
            work_from=tuple(data.get("from") or ()),
            skill=_wanted(data.get("skill")),
            any_skill=bool(data.get("skills")),
            company=_wanted(data.get("company")),
            without_skill=_unwanted(data.get("skill")),
            without_company=_unwanted(data.get("company")),
            without_level=_unwanted(data.get("level")),
            without_type=_unwanted(data.get("type")),
            without_country=_unwanted(data.get("country")),
            without_city=_unwanted(data.get("city")),
            salary_from=salary_from,
            salary=tuple(states),
            posted=int(data.get("posted") or 0) or None,
            featured=bool(data.get("featured")),
            visa=bool(data.get("visa")),
            verified=bool(data.get("verified")),
            sort=data.get("sort") or default_sort,
            usd_per_unit=Decimal(form.usd_per_unit or 1),
        )


def _wanted(values: list | None) -> tuple:
    return tuple(value for value in values or () if not _is_unwanted(value))


def _unwanted(values: list | None) -> tuple:
    """The rows and values themselves, which the address has behind a minus."""
    unwanted = []
    for value in values or ():
        if isinstance(value, Excluded):
            unwanted.append(value.row)
        elif is_not(value):
            unwanted.append(value.removeprefix(NOT))
    return tuple(unwanted)


def _is_unwanted(value: Any) -> bool:
    return isinstance(value, Excluded) or is_not(value)


def _names_of(cities: Collection[str]) -> frozenset[str]:
    """Folded, of all that the cities may be."""
    names = frozenset(map(fold, cities))
    return names.union(*map(city_names, cities))


def _states_among(cities: Collection[str]) -> frozenset[Region]:
    return frozenset(filter(None, map(find_state, cities)))


def row_ids(rows: Iterable[Any]) -> list[int]:
    return [row.pk for row in rows]


def chosen_of_places(criteria: Criteria, without: str = "") -> list[str]:
    """The fields of places that something is chosen of, but for the field ``without``."""
    names = []
    for name, attribute in OF_PLACES.items():
        if name != without and getattr(criteria, attribute):
            names.append(name)
    return names

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from jobboard.common.text.words import fold
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .language import OtherWork
from .order.fit import Fit
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
    """What is looked for. Values of one field mean OR, fields mean AND; several ``skill`` mean AND.

    ``salary_from`` is gross per year in USD; ``salary`` says which of surely, maybe, unstated
    and not_comparable are wanted.
    """

    words: str = ""
    role: tuple[Role | OtherWork, ...] = ()
    level: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    workplace: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    city: str = ""
    work_from: tuple[str, ...] = ()
    skill: tuple[Skill, ...] = ()
    company: tuple[Company, ...] = ()
    salary_from: int | None = None
    salary: tuple[str, ...] = ()
    posted: int | None = None
    featured: bool = False
    visa: bool = False
    verified: bool = False
    sort: str = "newest"
    usd_per_unit: Decimal = Decimal(1)
    fit: Fit | None = field(default=None, compare=False)
    """Whom it is sorted for. What it finds is the same for everybody."""

    def posted_since(self, now: datetime) -> datetime:
        """Of ``posted``: whole days, counted from midnight UTC."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=self.posted or 0)

    @cached_property
    def pieces(self) -> list[Piece]:
        return parse(self.words)

    @property
    def cities(self) -> frozenset[str]:
        """The folded names of the cities that ``city`` may be."""
        return city_names(self.city) | {fold(self.city)}

    @property
    def band_floors(self) -> dict[int, int]:
        """Round yearly amounts of the currency that was asked for, and the same in USD."""
        scale = 1
        while scale * self.usd_per_unit < Decimal("0.2"):
            scale *= 10
        return {floor * scale: int(floor * scale * self.usd_per_unit) for floor in BAND_FLOORS}

    @classmethod
    def from_form(cls, form) -> "Criteria":
        """From a checked ListingFilter form; a field with an error counts as not given."""
        data = form.cleaned_data
        asks_pay = data.get("salary_from") is not None and form.usd_per_unit is not None
        usd = int(data["salary_from"] * form.usd_per_unit) if asks_pay else None
        return cls(
            words=data.get("q") or "",
            role=tuple(data.get("role") or ()),
            level=tuple(data.get("level") or ()),
            type=tuple(data.get("type") or ()),
            workplace=tuple(data.get("workplace") or ()),
            country=tuple(data.get("country") or ()),
            city=data.get("city") or "",
            work_from=tuple(data.get("from") or ()),
            skill=tuple(data.get("skill") or ()),
            company=tuple(data.get("company") or ()),
            salary_from=usd,
            salary=tuple(data.get("salary") or (("surely", "maybe") if usd is not None else ())),
            posted=int(data["posted"]) if data.get("posted") else None,
            featured=bool(data.get("featured")),
            visa=bool(data.get("visa")),
            verified=bool(data.get("verified")),
            sort=data.get("sort") or ("relevance" if data.get("q") else "newest"),
            usd_per_unit=Decimal(form.usd_per_unit or 1),
        )


def chosen_of_places(criteria: Criteria, without: str = "") -> list[str]:
    """The fields of places that something is chosen of, but for the field ``without``."""
    return [
        name
        for name, attribute in OF_PLACES.items()
        if name != without and getattr(criteria, attribute)
    ]

"""A job's locations and statements of pay as rows of its form."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jobboard.common.text.words import country_name, fold
from jobboard.feeds.chosen import complete_place
from jobboard.feeds.parsing.pay.places import mark_elsewhere
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.listings.choices import PayStatement, PlaceText, SalaryFrom, Workplace

from .rows import Row, RowKind, field_name

PLACES = RowKind(
    "place",
    "location",
    (("place",), ("workplace",)),
    fold="City, country and days on-site",
    folded=("city", "country", "hybrid_days"),
    most=50,
)
PAY = RowKind(
    "pay",
    "pay range",
    (("salary_min", "salary_max", "salary_currency", "salary_period"),),
    fold="Type of pay, tax, or only one location or level",
    folded=("pay_kind", "pay_gross", "pay_place", "pay_level"),
    most=20,
)

# What a statement of pay says, by the fields of its row.
SAID = {
    "salary_min": "lowest",
    "salary_max": "highest",
    "salary_currency": "currency",
    "salary_period": "period",
    "pay_kind": "kind",
    "pay_gross": "gross",
    "pay_place": "place",
    "pay_level": "level",
}


def initial_rows(places: Sequence[PlaceText], pay: Sequence[PayStatement]) -> dict[str, Any]:
    """The values of the form's fields for them, as many as it has rows for."""
    shown: dict[str, Any] = {}
    for kind, rows in (
        (PLACES, map(_place_row, places[: PLACES.most] or (PlaceText(""),))),
        (PAY, map(_pay_row, pay[: PAY.most])),
    ):
        for number, row in enumerate(rows, start=1):
            shown |= {field_name(name, number): row[name] for name in kind.fields}
    return shown


def _place_row(place: PlaceText) -> dict[str, Any]:
    return {
        "place": place.text,
        "city": place.city,
        "country": place.country,
        "workplace": place.workplace,
        "hybrid_days": place.hybrid_days,
    }


def _pay_row(statement: PayStatement) -> dict[str, Any]:
    row = {name: getattr(statement, said) for name, said in SAID.items()}
    return row | {name: _as_typed(row[name]) for name in ("salary_min", "salary_max")}


def _as_typed(amount: Decimal | None) -> Decimal | None:
    """Whole amounts without cents."""
    if amount is None or amount != amount.to_integral_value():
        return amount
    return amount.to_integral_value()


def places_typed(row: Row, known: Iterable[PlaceText]) -> tuple[PlaceText, ...]:
    """The place as typed, with what its words name of city and country where they are blank. One
    that is among ``known`` gets no more than its city.
    """
    said = row.values
    is_hybrid = said["workplace"] == Workplace.HYBRID
    days = said["hybrid_days"] if is_hybrid else None
    typed = PlaceText(
        said["place"],
        said["city"] or "",
        said["country"] or "",
        said["workplace"] or "",
        hybrid_days=days,
    )
    read = complete_place(typed) or (typed,)
    chosen = (typed.text, typed.city, typed.country)
    if typed.country and chosen in [(one.text, one.city, one.country) for one in known]:
        (city, admin1), *others = [(place.city, place.admin1) for place in read]
        return (typed if others else replace(typed, city=city, admin1=admin1),)
    return read


def moved_from(row: Row, before: Iterable[PlaceText]) -> PlaceText | None:
    """What the new words of a location say, where its city and country are still the old ones."""
    said = row.values
    chosen = (said["city"] or "", said["country"] or "")
    texts = [place.text for place in before if (place.city, place.country) == chosen]
    if not any(chosen) or not texts or said["place"] in texts:
        return None
    read = [place for place in read_place(PlaceText(said["place"])) if place.country]
    if any(_agrees(place, *chosen) for place in read):
        return None
    if read:
        return read[0]
    return None


def moved_in_words(moved: PlaceText) -> str:
    names = [moved.city or moved.admin1, country_name(moved.country)]
    where = ", ".join(filter(None, names))
    return f"The location now says {where}. Change this to match, or leave it blank."


def _agrees(place: PlaceText, city: str, country: str) -> bool:
    if country and place.country != country:
        return False
    return not (city and place.city) or fold(place.city) == fold(city)


def statement_typed(row: Row) -> PayStatement:
    values = {said: row.values[name] for name, said in SAID.items()}
    for said in values.keys() - {"lowest", "highest"}:
        values[said] = values[said] or ""
    return PayStatement(**values, origin=SalaryFrom.FORM)


def pay_of_places(
    statements: Iterable[PayStatement], places: Sequence[PlaceText]
) -> list[PayStatement]:
    """``statements``, each marked where it is for none of ``places``.

    A location is named by its words, whatever they mean.
    """
    texts = {fold(place.text) for place in places}
    marked = mark_elsewhere((replace(one, is_elsewhere=False) for one in statements), places)
    return [
        replace(one, is_elsewhere=one.is_elsewhere and fold(one.place) not in texts)
        for one in marked
    ]

"""A job's locations and statements of pay as rows of its form."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jobboard.common.text.words import country_name, fold
from jobboard.feeds.chosen import complete_place
from jobboard.feeds.parsing.pay.pay_places import mark_elsewhere
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.listings.choices import PayStatement, PlaceText, SalaryFrom, Workplace

from .rows import Row, RowKind

PLACES = RowKind(
    "place",
    "location",
    (("place",), ("workplace",)),
    fold="City, country and days on-site",
    folded=("city", "country", "hybrid_days"),
    max_rows=50,
)
PAY = RowKind(
    "pay",
    "pay range",
    (("salary_min", "salary_max", "salary_currency", "salary_period"),),
    fold="Type of pay, tax, or only one location or level",
    folded=("pay_kind", "pay_gross", "pay_place", "pay_level"),
    max_rows=20,
)

# The attribute of PayStatement behind each field of its row.
PAY_ATTRIBUTES = {
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
    """The values of the form's fields for them, up to the most rows that it can have."""
    shown_places = places[: PLACES.max_rows] or (PlaceText(""),)
    values: dict[str, Any] = {}
    for number, place in enumerate(shown_places, start=1):
        values |= PLACES.with_numbers(_place_row(place), number)
    for number, statement in enumerate(pay[: PAY.max_rows], start=1):
        values |= PAY.with_numbers(_pay_row(statement), number)
    return values


def _place_row(place: PlaceText) -> dict[str, Any]:
    return {
        "place": place.text,
        "city": place.city,
        "country": place.country,
        "workplace": place.workplace,
        "hybrid_days": place.hybrid_days,
    }


def _pay_row(statement: PayStatement) -> dict[str, Any]:
    row = {name: getattr(statement, attribute) for name, attribute in PAY_ATTRIBUTES.items()}
    row["salary_min"] = _without_zero_cents(statement.lowest)
    row["salary_max"] = _without_zero_cents(statement.highest)
    return row


def _without_zero_cents(amount: Decimal | None) -> Decimal | None:
    if amount is None or amount != amount.to_integral_value():
        return amount
    return amount.to_integral_value()


def read_places(row: Row, before: Iterable[PlaceText]) -> tuple[PlaceText, ...]:
    """The place as typed; blank city and country are read from its text. A place that was there
    ``before`` stays one place, whatever its text names.
    """
    typed = _place_typed(row)
    places = complete_place(typed) or (typed,)
    if not (typed.country and any(_has_same_words(typed, place) for place in before)):
        return places
    if len(places) > 1:
        return (typed,)
    return (replace(typed, city=places[0].city, admin1=places[0].admin1),)


def _place_typed(row: Row) -> PlaceText:
    values = row.values
    days = None
    if values["workplace"] == Workplace.HYBRID:
        days = values["hybrid_days"]
    return PlaceText(
        values["place"],
        values["city"] or "",
        values["country"] or "",
        values["workplace"] or "",
        hybrid_days=days,
    )


def _has_same_words(typed: PlaceText, place: PlaceText) -> bool:
    words_typed = (typed.text, typed.city, typed.country)
    return words_typed == (place.text, place.city, place.country)


def find_other_place(row: Row, before: Iterable[PlaceText]) -> PlaceText | None:
    """The place that the new text of a location names, if its city and country are still those of
    the old text and contradict it.
    """
    text = row.values["place"]
    city = row.values["city"] or ""
    country = row.values["country"] or ""
    old_texts = [place.text for place in before if (place.city, place.country) == (city, country)]
    if not (city or country) or not old_texts or text in old_texts:
        return None
    places = [place for place in read_place(PlaceText(text)) if place.country]
    if not places or any(_agrees(place, city, country) for place in places):
        return None
    return places[0]


def describe_other_place(place: PlaceText) -> str:
    names = [place.city or place.admin1, country_name(place.country)]
    where = ", ".join(filter(None, names))
    return f"The location now says {where}. Change this to match, or leave it blank."


def _agrees(place: PlaceText, city: str, country: str) -> bool:
    if country and place.country != country:
        return False
    if not city or not place.city:
        return True
    return fold(place.city) == fold(city)


def build_statement(row: Row) -> PayStatement:
    values = {attribute: row.values[name] for name, attribute in PAY_ATTRIBUTES.items()}
    for attribute in values.keys() - {"lowest", "highest"}:
        values[attribute] = values[attribute] or ""
    return PayStatement(**values, origin=SalaryFrom.FORM)


def mark_pay_elsewhere(
    statements: Iterable[PayStatement], places: Sequence[PlaceText]
) -> list[PayStatement]:
    """Mark each statement that is for none of ``places``. One that repeats the text of a location
    is for that location, whatever the text means.
    """
    texts = {fold(place.text) for place in places}
    unmarked = (replace(statement, is_elsewhere=False) for statement in statements)
    marked = []
    for statement in mark_elsewhere(unmarked, places):
        if fold(statement.place) in texts:
            statement = replace(statement, is_elsewhere=False)
        marked.append(statement)
    return marked

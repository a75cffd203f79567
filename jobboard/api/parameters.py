"""The parameters of the API as OpenAPI describes them, read from the forms that check them."""

from collections.abc import Iterable
from functools import singledispatch
from itertools import chain
from typing import Any

from django import forms

from jobboard.search.language import (
    MAX_VALUES,
    CitiesField,
    CountriesField,
    MultipleValuesField,
    SlugsField,
)
from jobboard.search.regions import NAMES

SLUG = "^[-a-zA-Z0-9_]+$"


def parameters_of(*classes: type[forms.Form], notes: dict[str, tuple[str, Any]]) -> list[dict]:
    """One for each field of the forms; ``notes`` says what it means, with an example."""
    fields = chain.from_iterable(form_class.base_fields.items() for form_class in classes)
    return [_describe(name, field, *notes[name]) for name, field in fields]


def _describe(name: str, field: forms.Field, meaning: str, example: Any) -> dict:
    return {
        "in": "query",
        "name": name,
        "description": meaning,
        "required": field.required,
        "allowEmptyValue": not field.required,  # as forms send it: not given
        "schema": schema_of(field),
        "example": example,
    }


@singledispatch
def schema_of(field: forms.Field) -> dict:
    """The values that the field takes, as JSON Schema."""
    return {"type": "string"}


@schema_of.register
def _(field: forms.CharField) -> dict:
    return {"type": "string", "maxLength": field.max_length}


@schema_of.register
def _(field: forms.RegexField) -> dict:
    return {"type": "string", "pattern": field.regex.pattern}


@schema_of.register
def _(field: forms.IntegerField) -> dict:
    return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}


@schema_of.register
def _(field: forms.DecimalField) -> dict:
    return {"type": "number", "minimum": field.min_value, "maximum": field.max_value}


@schema_of.register
def _(field: forms.ChoiceField) -> dict:
    return {"type": "string", "enum": list(filter(None, _values_of(field)))}


@schema_of.register
def _(field: forms.TypedChoiceField) -> dict:
    values = _values_of(field)
    if values == list(range(values[0], values[-1] + 1)):
        return {"type": "integer", "minimum": values[0], "maximum": values[-1]}
    return {"type": "integer", "enum": values}


@schema_of.register
def _(field: MultipleValuesField) -> dict:
    return {"type": "array", "items": {"type": "string", "enum": _values_of(field)}}


@schema_of.register
def _(field: CountriesField) -> dict:
    return {"type": "array", "items": {"type": "string", "enum": sorted(NAMES)}}


@schema_of.register
def _(field: SlugsField) -> dict:
    item = {"type": "string", "pattern": SLUG}
    return {"type": "array", "items": item, "maxItems": MAX_VALUES}


@schema_of.register
def _(field: CitiesField) -> dict:
    item = {"type": "string", "maxLength": field.max_length}
    return {"type": "array", "items": item, "maxItems": MAX_VALUES}


def _values_of(field: forms.ChoiceField) -> list[Any]:
    pairs: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]  # never a callable
    return [value for value, _ in pairs]

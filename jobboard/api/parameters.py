"""The parameters of the API as OpenAPI describes them, read from the forms that check them."""

from itertools import chain
from typing import Any

from django import forms

from jobboard.search.language import (
    MOST_VALUES,
    CitiesField,
    CountriesField,
    ManyField,
    SlugsField,
)
from jobboard.search.regions import NAMES

SLUG = "^[-a-zA-Z0-9_]+$"


def parameters_of(*of: type[forms.Form], notes: dict[str, tuple[str, Any]]) -> list[dict]:
    """One for each field of the forms; ``notes`` says what it means, with an example."""
    fields = chain.from_iterable(form.base_fields.items() for form in of)
    return [_parameter(name, field, *notes[name]) for name, field in fields]


def _parameter(name: str, field: forms.Field, meaning: str, example: Any) -> dict:
    return {
        "in": "query",
        "name": name,
        "description": meaning,
        "required": field.required,
        "allowEmptyValue": not field.required,  # as forms send it: not given
        "schema": schema_of(field),
        "example": example,
    }


def _item_of(field: SlugsField | CitiesField) -> dict:
    if isinstance(field, CitiesField):
        return {"type": "string", "maxLength": field.most_letters}
    return {"type": "string", "pattern": SLUG}


def schema_of(field: forms.Field) -> dict:
    """What the field takes, as JSON Schema."""
    if isinstance(field, SlugsField | CitiesField):
        return {"type": "array", "items": _item_of(field), "maxItems": MOST_VALUES}
    if isinstance(field, CountriesField):
        return {"type": "array", "items": {"type": "string", "enum": sorted(NAMES)}}
    if isinstance(field, ManyField):
        return {
            "type": "array",
            "items": {"type": "string", "enum": [value for value, _ in field.choices]},
        }
    if isinstance(field, forms.TypedChoiceField):
        values = [value for value, _ in field.choices]
        if values == list(range(values[0], values[-1] + 1)):
            return {"type": "integer", "minimum": values[0], "maximum": values[-1]}
        return {"type": "integer", "enum": values}
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _ in field.choices if value]}
    if isinstance(field, forms.DecimalField):
        return {"type": "number", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, forms.RegexField):
        return {"type": "string", "pattern": field.regex.pattern}
    return {"type": "string", "maxLength": field.max_length}

"""Many jobs within seconds, on SQLite: copies of those that are there, with their companies and
parts, made by the database. Their texts are short.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, ForeignKey, Model, OneToOneField, UUIDField

from jobboard.listings.models import (
    Company,
    Listing,
    ListingCountry,
    ListingPay,
    ListingPlace,
    ListingSkill,
)

COPIED = [Company, Listing, ListingCountry, ListingPay, ListingPlace, ListingSkill]
TEXTS = {"description_source", "description_html"}
SHORT = "'<p>We use Python.</p>'"


def multiply(times: int) -> None:
    """So that there are ``times`` as many jobs as there were."""
    span = {model: 1 + max(_ids(model), default=0) for model in COPIED}
    with connection.cursor() as cursor:
        for number in range(1, times):
            for model in COPIED:
                cursor.execute(_copy_of(model, span, number))


def _ids(model: type[Model]) -> Iterator[Any]:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True)[:1].iterator()


def _copy_of(model: type[Model], span: dict[type[Model], int], number: int) -> str:
    fields = model._meta.local_concrete_fields
    columns = ", ".join(field.column for field in fields)
    values = ", ".join(_value(field, span, number) for field in fields)
    table = model._meta.db_table
    only_first = f"{model._meta.pk.column} < {span[model]}"
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {only_first}"  # noqa: S608


def _value(field: Field, span: dict[type[Model], int], number: int) -> str:
    if field.primary_key:
        return f"{field.column} + {number * span[field.model]}"
    if isinstance(field, ForeignKey | OneToOneField) and field.related_model in span:
        return f"{field.column} + {number * span[field.related_model]}"
    if field.name in TEXTS:
        return SHORT
    if isinstance(field, UUIDField):
        return f"printf('%032x', id + {number * span[field.model]})"
    is_a_name = isinstance(field, CharField) and field.name in ("slug", "domain", "external_id")
    return f"{field.column} || '-{number}'" if is_a_name else field.column

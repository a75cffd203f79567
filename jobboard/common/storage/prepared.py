"""Queries that Django compiles to SQL once in a process. To compile a long one takes it ten times
as long as the database takes to answer, and pages always ask the same ones with other ids (ADR 35).

A function builds the query, with blanks for the values that come later, and for each the field
whose values it takes:

    @prepared(pk=BigAutoField(), now=DateTimeField())
    def _live(pk, now):
        return Listing.objects.live(now).filter(pk=pk)

    listings = _live(pk=1, now=timezone.now())
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
Values = dict[str, list[Any]]
Blanks = list[
    Any
]  # each a Blank, for a list of values; django-stubs knows no expressions in a list

LENGTH = 25  # lists of values are filled up to so many, or twice as many: there are few queries
# What a queryset does with the rows of its query.
OF_ROWS = ["_iterable_class", "_fields", "_prefetch_related_lookups", "_known_related_objects"]


class Blank(Expression):
    """A place for a value: of several, the one at ``position``."""

    def __init__(self, name: str, output_field: Field[Any, Any], position: int = 0) -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.position = position

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:
        return "%s", [self]

    def filled(self, values: Values, connection: Any) -> Any:
        candidates = values[self.name]
        # A list is filled up with its last one.
        value = candidates[min(self.position, len(candidates) - 1)]
        return self.output_field.get_db_prep_value(value, connection)


@dataclass(frozen=True)
class _Compiled:
    """A queryset, and the SQL of it."""

    queryset: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]

    def run(self, values: Values) -> list[Any]:
        using = self.queryset.db
        connection = connections[using]
        params = tuple(_fill(param, values, connection) for param in self.params)
        compiler = copy(self.compiler)
        compiler.connection = connection  # of this thread
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)  # type: ignore[method-assign]
        query = copy(self.queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        filled = type(self.queryset)(self.queryset.model, query, using)
        for name in OF_ROWS:
            setattr(filled, name, getattr(self.queryset, name))
        return list(filled)


def _fill(param: Any, values: Values, connection: Any) -> Any:
    if isinstance(param, Blank):
        return param.filled(values, connection)
    return param


class Prepared(Generic[M]):
    def __init__(
        self, make: Callable[..., QuerySet[M]], fields: dict[str, Field[Any, Any]]
    ) -> None:
        self.make = make
        self.fields = fields
        self._compiled: dict[tuple[int, ...], _Compiled] = {}

    def __call__(self, **values: Any) -> list[M]:
        """The rows. A list of values stands for any of them; it must not be empty."""
        lengths = tuple(_length(values[name]) for name in self.fields)
        if lengths not in self._compiled:
            self._compiled[lengths] = self._compile(lengths)
        lists = {name: _as_list(value) for name, value in values.items()}
        return self._compiled[lengths].run(lists)

    def _compile(self, lengths: tuple[int, ...]) -> _Compiled:
        blanks: dict[str, Any] = {}
        for (name, field), length in zip(self.fields.items(), lengths, strict=True):
            several = [Blank(name, field, position) for position in range(length)]
            blanks[name] = several or Blank(name, field)
        queryset = self.make(**blanks)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        compiler.connection = None  # it belongs to this thread, which may end
        return _Compiled(queryset, compiler, sql, tuple(params))


def prepared(**fields: Field[Any, Any]) -> Callable[[Callable[..., QuerySet[M]]], Prepared[M]]:
    return lambda make: Prepared(make, fields)


def _length(value: Any) -> int:
    """0 for what is no list."""
    if not isinstance(value, list):
        return 0
    return LENGTH * ceil(len(value) / LENGTH)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value]

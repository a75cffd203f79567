"""Editors' texts are published only when complete. Each kind of text says what it lacks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

# What people write where a text is still to come; “todo” is a word of other languages.
PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME|[Ll]orem [Ii]psum)\b")


@dataclass(frozen=True)
class Need:
    """A part a profile needs. ``field`` is where a form asks for it: a field, or, if ``in_rows``,
    rows.
    """

    words: str
    minimum: int
    field: str
    in_rows: bool = True

    @property
    def anchor(self) -> str:
        if self.in_rows:
            return f"{self.field}-group"
        return f"id_{self.field}"


@dataclass(frozen=True)
class Lack:
    """Something a profile lacks. ``anchor`` is its place in the form of the admin."""

    words: str
    anchor: str


class NotCompleteError(ValidationError):
    """The thing cannot be published as it is; ``lacks`` says why."""

    def __init__(self, thing: object, lacks: list[Lack]) -> None:
        self.lacks = lacks
        super().__init__(f"To publish {thing}, add: {describe_lacks(lacks)}.", code="not_complete")


ModelT = TypeVar("ModelT", bound=models.Model)


class CompleteQuerySet(models.QuerySet[ModelT]):
    """Publishes nothing that lacks something: ``save()`` of a model checks one row, this those that
    are written together.
    """

    WATCHED: ClassVar[set[str]]  # fields by which a row may become public, or lack something

    def update(self, **kwargs: Any) -> int:
        """Raises NotCompleteError where a row would be public and lack something."""
        if not self.WATCHED & {*kwargs}:
            return super().update(**kwargs)
        with transaction.atomic():
            pks = list(self.looked_at().values_list("pk", flat=True))
            count = super().update(**kwargs)
            self._check(pks)
        return count

    def bulk_create(self, objs: Iterable[ModelT], *args: Any, **kwargs: Any) -> list[ModelT]:
        """Raises NotCompleteError, too."""
        with transaction.atomic():
            created = super().bulk_create(objs, *args, **kwargs)
            self._check([row.pk for row in created])
        return created

    def looked_at(self) -> Self:
        """Rows that an update could make public without what they need."""
        return self.all()

    def _check(self, pks: list[Any]) -> None:
        for row in self.model._default_manager.filter(pk__in=pks):
            row.check_publishable()  # type: ignore[attr-defined]  # each model of these has it


def describe_lacks(lacks: list[Lack]) -> str:
    return ", ".join(lack.words for lack in lacks)


def find_lacks(needs: Mapping[str, Need], counts: Mapping[str, int]) -> list[Lack]:
    """Find what is lacking; ``counts`` says how many of each there are, by the same names as
    ``needs``.
    """
    lacks = []
    for name, need in needs.items():
        have = counts.get(name, 0)
        if have < need.minimum:
            lacks.append(Lack(f"{need.words} ({have} of {need.minimum})", need.anchor))
    return lacks


def empty_texts(thing: object, names: list[str]) -> list[Lack]:
    """Find its texts that are empty."""
    return [Lack(name, f"id_{name}") for name in names if not getattr(thing, name).strip()]


def short_texts(thing: object, minimums: Mapping[str, int]) -> list[Lack]:
    """Find its texts with fewer characters than ``minimums``."""
    lacks = []
    for name, number in minimums.items():
        have = len(getattr(thing, name).strip())
        if 0 < have < number:
            lacks.append(Lack(f"a longer {name} ({have} of {number} characters)", f"id_{name}"))
    return lacks


def placeholders(thing: object, names: Iterable[str]) -> list[Lack]:
    """Find its texts that are still to be written."""
    lacks = []
    for name in names:
        placeholder = placeholder_in(getattr(thing, name))
        if placeholder:
            lacks.append(Lack(f"a text for “{placeholder}” in the {name}", f"id_{name}"))
    return lacks


def placeholder_in(*texts: str) -> str:
    """The first; '' where there is none."""
    match = PLACEHOLDER.search("\n".join(texts))
    if match:
        return match[0]
    return ""


def placeholders_in_rows(texts: Iterable[str]) -> list[Lack]:
    placeholder = placeholder_in(*texts)
    if placeholder:
        return [Lack(f"a text for “{placeholder}” in its parts", "points-group")]
    return []

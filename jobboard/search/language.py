"""The public search language. Field names are URL parameters: renaming one breaks links that people
saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django_filters import Filter

from jobboard.common.text.words import fold
from jobboard.listings.models import Company, Listing
from roles.models import FxRate, Role, Skill

from .facets.table import (
    BY_NAME,
    LEVELS,
    NOT_STATED,
    TYPES,
    WITHOUT_ROLE,
    WORKPLACES,
)
from .names import find_names, of_kind
from .regions import NAMES, as_written


@dataclass(frozen=True)
class OtherWork:
    """Stands among roles for jobs that are AI or data work without one. No row has its id, and jobs
    without a role have it where they are counted.
    """

    pk: int = WITHOUT_ROLE
    slug: str = "other"
    name: str = "Other AI and data work"


OTHER_WORK = OtherWork()
NOT_COMPARABLE = "not_comparable"
FLAGS = {
    "featured": ("1", "Featured"),
    "visa": ("yes", "Visa sponsorship"),
    "verified": ("1", "Verified company"),
}
PAY_STATES = [
    ("surely", "Whole pay range above minimum"),
    ("maybe", "Part of pay range above minimum"),
    NOT_STATED,
    (NOT_COMPARABLE, "Stated, but not comparable"),
]
ANY_SKILL = ("any", "Any of the skills")  # else all of them
NOT = "-"  # before a value that is not wanted
MAX_KILOMETRES = 200
MAX_VALUES = 20  # of one parameter
SORTS = [
    ("relevance", "Best match"),
    ("newest", "Newest"),
    ("salary", "Pay"),
    ("closing", "Closing soon"),
]


def label_left_out(label: str) -> str:
    """“Not Germany”; what leaves out “Not stated” is stated."""
    if label == NOT_STATED[1]:
        return "Stated"
    return f"Not {label}"


def is_not(value: Any) -> bool:
    """Whether a value of the address leaves out what stands behind the minus."""
    return isinstance(value, str) and value.startswith(NOT)


def as_value(row: Any) -> str:
    """The value as the address has it: a row by its slug; others are values already."""
    return getattr(row, "slug", row)


class SomeValuesInvalidError(ValidationError):
    """``valid`` are the values that are right: they are asked for, whatever stands beside them."""

    def __init__(self, message: str, valid: list[Any]) -> None:
        super().__init__(message)
        self.valid = valid


class MultipleValuesField(forms.MultipleChoiceField):
    """Repeated values of one parameter. Blank ones, as forms send them, do not count."""

    def to_python(self, value: Any) -> list[str]:
        stripped = map(str.strip, super().to_python(value))
        values = list(dict.fromkeys(filter(None, stripped)))
        for item in values:
            ProhibitNullCharactersValidator()(item)
        return values

    def validate(self, value: list[str]) -> None:
        valid: list[str] = []
        invalid: list[str] = []
        for item in value:
            if self.is_valid(item):
                valid.append(item)
            else:
                invalid.append(item)
        if invalid:
            raise SomeValuesInvalidError(f"“{invalid[0][:60]}” is not one of the options.", valid)

    def is_valid(self, item: str) -> bool:
        return self.valid_value(item)


class ManyOrNotField(MultipleValuesField):
    """Values, and those behind a minus."""

    def is_valid(self, item: str) -> bool:
        return super().is_valid(item.removeprefix(NOT))


class CountriesField(MultipleValuesField):
    """Countries and regions, behind a minus too where ``can_exclude``. Has no list of choices of
    its own, because a form copies it for each request. ``max_values``: how many there may be.
    """

    def __init__(
        self, *, max_values: int = len(NAMES), can_exclude: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.max_values = max_values
        self.can_exclude = can_exclude

    def validate(self, value: list[str]) -> None:
        if len(value) > self.max_values:
            raise ValidationError(f"Choose up to {self.max_values} options.")
        super().validate(value)

    def valid_value(self, value: str) -> bool:
        if self.can_exclude:
            value = value.removeprefix(NOT)
        return value in NAMES

    def to_python(self, value: Any) -> list[str]:
        return [self._as_written(code) for code in super().to_python(value)]

    def _as_written(self, code: str) -> str:
        if self.can_exclude and is_not(code):
            return f"{NOT}{as_written(code.removeprefix(NOT))}"
        return as_written(code)


class CitiesField(MultipleValuesField):
    """Any names, behind a minus too."""

    max_length = 80

    def to_python(self, value: Any) -> list[str]:
        return [city for city in super().to_python(value) if city.removeprefix(NOT).strip()]

    def validate(self, value: list[str]) -> None:
        if len(value) > MAX_VALUES:
            raise ValidationError(f"Choose up to {MAX_VALUES} options.")
        for city in value:
            MaxLengthValidator(self.max_length)(city)


class SlugsField(MultipleValuesField):
    """Slugs of ``rows()``, old slugs included, or names as people type them; cleans to the rows.
    Asks the database only if there are any.
    """

    def __init__(self, *, rows: Callable[[], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def clean(self, value: Any) -> list[Any]:
        slugs = self.to_python(value)
        if len(slugs) > MAX_VALUES:
            raise ValidationError(f"Choose up to {MAX_VALUES} options.")
        by_slug = self.find_rows(slugs)
        rows: list[Any] = []
        unknown: list[str] = []
        for slug in slugs:
            if by_slug[slug] is None:
                unknown.append(slug)
            else:
                rows.append(by_slug[slug])
        if unknown:
            name = self.rows().model._meta.verbose_name
            raise SomeValuesInvalidError(f"We couldn’t find the {name} “{unknown[0][:60]}”.", rows)
        return rows

    def find_rows(self, slugs: list[str]) -> dict[str, Any]:
        """The rows by slug; None where there is none."""
        if not slugs:
            return {}
        by_slug = {row.slug: row for row in self.rows().filter(slug__in=slugs)}
        return {slug: by_slug.get(slug) or self._moved_or_called(slug) for slug in slugs}

    def _moved_or_called(self, slug: str) -> Any:
        rows = self.rows()
        row = rows.model.at_old_slug(slug) or self._called(slug)
        if row is None:
            return None
        return rows.filter(pk=row.pk).first()

    def _called(self, name: str) -> Any:
        """The one of this name."""
        rows = self.rows()
        folded = fold(name)
        named = of_kind(find_names([folded]).get(folded, ()), rows.model._meta.model_name)
        if len(named) != 1:
            return None
        return rows.filter(pk=named[0].pk).first()


class RolesField(SlugsField):
    """Roles, and OTHER_WORK by its slug."""

    def find_rows(self, slugs: list[str]) -> dict[str, Any]:
        rows = super().find_rows([slug for slug in slugs if slug != OTHER_WORK.slug])
        return rows | {OTHER_WORK.slug: OTHER_WORK}


@dataclass(frozen=True)
class Excluded:
    """A row that is not wanted: its slug stands behind a minus."""

    row: Any

    @property
    def slug(self) -> str:
        return f"-{self.row.slug}"

    @property
    def name(self) -> str:
        return label_left_out(self.row.name)


class SlugsOrNotField(SlugsField):
    """Slugs, and those behind a minus as Excluded."""

    def find_rows(self, slugs: list[str]) -> dict[str, Any]:
        rows = super().find_rows([slug.removeprefix("-") for slug in slugs])
        return {slug: self._wanted_or_not(slug, rows) for slug in slugs}

    @staticmethod
    def _wanted_or_not(slug: str, rows: dict[str, Any]) -> Any:
        row = rows[slug.removeprefix("-")]
        if row is not None and slug.startswith("-"):
            return Excluded(row)
        return row


class SlugsOrNotFilter(df.Filter):
    field_class = SlugsOrNotField


class RolesFilter(df.Filter):
    field_class = RolesField


class ManyFilter(df.Filter):
    field_class = MultipleValuesField


class ManyOrNotFilter(df.Filter):
    field_class = ManyOrNotField


class CitiesFilter(df.Filter):
    field_class = CitiesField


class CountriesFilter(df.Filter):
    field_class = CountriesField


class IntegerFilter(df.Filter):
    field_class = forms.IntegerField


NO_CHOICE = {"invalid_choice": "“%(value)s” is not one of the options."}


def flag(name: str) -> df.ChoiceFilter:
    value, label = FLAGS[name]
    return df.ChoiceFilter(
        choices=[(value, label)], label=label, empty_label=None, error_messages=NO_CHOICE
    )


def whole_number(label: str, maximum: int, *, error: str) -> IntegerFilter:
    """A filter for a whole number from 1 to ``maximum``."""
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), error)
    return IntegerFilter(label=label, min_value=1, max_value=maximum, error_messages=errors)


class ListingFilter(df.FilterSet):
    """Reads and validates a query string. What it means is the business of ``search``: see
    ``Criteria``.
    """

    q = df.CharFilter(label="Title, skill or company", max_length=200)
    words = df.ChoiceFilter(
        label="Search the words",
        choices=[("1", "As they are")],
        empty_label=None,
        error_messages=NO_CHOICE,
    )
    role = RolesFilter(label=BY_NAME["role"].label, rows=lambda: Role.objects.published())
    level = ManyOrNotFilter(label=BY_NAME["level"].label, choices=LEVELS)
    type = ManyOrNotFilter(label=BY_NAME["type"].label, choices=TYPES)
    workplace = ManyFilter(label=BY_NAME["workplace"].label, choices=WORKPLACES)
    country = CountriesFilter(label=BY_NAME["country"].label, can_exclude=True)
    where = df.CharFilter(label="City, country or remote", max_length=80)
    city = CitiesFilter(label="City")
    within = whole_number(
        "Within (km of the city)",
        MAX_KILOMETRES,
        error=f"Enter a number of kilometres from 1 to {MAX_KILOMETRES}.",
    )
    skill = SlugsOrNotFilter(label=BY_NAME["skill"].label, rows=lambda: Skill.objects.current())
    skills = df.ChoiceFilter(
        label="Match",
        choices=[ANY_SKILL],
        empty_label=None,
        error_messages=NO_CHOICE,
    )
    company = SlugsOrNotFilter(
        label=BY_NAME["company"].label, rows=lambda: Company.objects.public()
    )
    salary_from = df.NumberFilter(label="Minimum per year", min_value=0, max_value=10**11)
    currency = df.CharFilter(label="Currency", max_length=3)
    salary = ManyFilter(label="Pay", choices=PAY_STATES)
    posted = whole_number("Date posted", 365, error="Enter a number of days from 1 to 365.")
    featured = flag("featured")
    visa = flag("visa")
    verified = flag("verified")
    sort = df.ChoiceFilter(
        label="Sort by", choices=SORTS, empty_label=None, error_messages=NO_CHOICE
    )
    page = whole_number("Page", 10**6, error="Enter a page number of 1 or more.")

    class Meta:
        model = Listing
        fields: list[str] = []  # every parameter is written above, none appears by accident

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        # "from" cannot be the name of a class attribute.
        # All of it is looked up beside each country of a place.
        work_from = CountriesFilter(label="I want to work from", max_values=MAX_VALUES)
        return super().get_filters() | {"from": work_from}


class SearchForm(forms.Form):
    usd_per_unit: Decimal | None = None  # of the asked currency; None where we hold no rate

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field and isinstance(error, SomeValuesInvalidError):
            self.cleaned_data[field] = error.valid

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper() or "USD"
        if currency == "USD":
            self.usd_per_unit = Decimal(1)
            return currency
        rate = FxRate.objects.newest(currency)
        if rate is None:
            raise ValidationError(
                f"We don’t have an exchange rate for “{currency}”. Choose another currency."
            )
        self.usd_per_unit = rate.usd_per_unit
        return currency


@cache
def search_form() -> type[SearchForm]:
    """The form of ListingFilter; made once, because making it takes longer than reading a query
    with it.
    """
    fields = {name: row.field for name, row in ListingFilter.get_filters().items()}
    return type("ListingSearchForm", (SearchForm,), fields)

"""The table of facets: what each is called, what is counted in the index and in the database, and
which values a page shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from jobboard.listings.choices import EmploymentType, Level, Workplace
from jobboard.listings.models import Company
from roles.models import Role, Skill

UNSTATED = "unstated"
NOT_STATED = (UNSTATED, "Not stated")
LEVELS = [*Level.choices, NOT_STATED]
TYPES = [*EmploymentType.choices, NOT_STATED]
WORKPLACES = [*Workplace.choices, NOT_STATED]
BETWEEN = "|"  # between the lowest and the highest level
WITHOUT_ROLE = 0  # no row has this id


@dataclass(frozen=True)
class FacetRow:
    """One facet. ``name`` is its parameter, its field of Criteria, and the field of the index whose
    values are counted.

    ``column``: what the database counts; ``column_of_places``: the same at the places that meet
    what else is chosen of places. ``options``: all its values in order, those without a job
    included; else the largest are shown, of ``rows`` by their names. ``has_search``: whether a page
    lets people type a name; ``can_exclude``: whether a minus before a value means “not”.
    """

    name: str
    label: str
    column: str | Combinable = ""
    column_of_places: str | Combinable = ""
    options: Sequence[tuple[str, str]] = ()
    rows: Callable[[], QuerySet[Any]] | None = None
    has_search: bool = False
    can_exclude: bool = False


FACETS = [
    FacetRow(
        "workplace",
        "Workplace type",
        column="workplaces",
        column_of_places=Case(
            When(listing__workplaces=0, then=Value(UNSTATED)), default="workplace"
        ),
        options=WORKPLACES,
    ),
    FacetRow(
        "level",
        "Level",
        column=Concat("level", Value(BETWEEN), "level_max"),
        options=LEVELS,
    ),
    FacetRow(
        "role",
        "Role",
        column=Coalesce("role_id", WITHOUT_ROLE),
        rows=Role.objects.published,
        has_search=True,
    ),
    FacetRow("country", "Country", column_of_places="place__country", has_search=True),
    FacetRow("type", "Employment type", column="employment_types", options=TYPES),
    FacetRow(
        "skill",
        "Skill",
        column="skills__skill_id",
        rows=Skill.objects.all,
        has_search=True,
        can_exclude=True,
    ),
    FacetRow(
        "company",
        "Company",
        column="company_id",
        rows=Company.objects.public,
        has_search=True,
        can_exclude=True,
    ),
]
BY_NAME = {facet.name: facet for facet in FACETS}
FIXED = {facet.name: facet.options for facet in FACETS if facet.options}
NAMED = {facet.name: facet.rows for facet in FACETS if facet.rows}

"""Finds things by name: roles, skills and companies, with all that they are called."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from jobboard.common.storage.prepared import prepared
from jobboard.listings.models import Company
from roles.models import Role, RoleAlias, Skill, SkillAlias

Names = dict[str, tuple["Named", ...]]  # by what they are called, folded


@dataclass(frozen=True)
class Named:
    """``kind``: role, skill or company. Only public ones can be chosen."""

    kind: str
    pk: int
    slug: str
    name: str
    is_public: bool = True

    def __str__(self) -> str:
        return self.name


def _sources() -> list[QuerySet]:
    is_current = Q(merged_into=None)
    of_current = Q(skill__merged_into=None)
    is_published = Q(status=Role.Status.PUBLISHED)
    of_published = Q(role__status=Role.Status.PUBLISHED)
    is_open = Q(suspended_at=None, merged_into=None)
    sources: list[tuple[str, QuerySet, Combinable, str, Q]] = [
        ("skill", Skill.objects.current(), Lower("name"), "", is_current),
        ("skill", SkillAlias.objects.all(), F("folded"), "skill__", of_current),
        ("role", Role.objects.all(), Lower("name"), "", is_published),
        ("role", RoleAlias.objects.all(), F("folded"), "role__", of_published),
        ("company", Company.objects.all(), Lower("name"), "", is_open),
    ]
    return [_rows(*source) for source in sources]


def _rows(kind: str, named: QuerySet, called: Combinable, of: str, is_public: Q) -> QuerySet:
    """Rows with the name of each, and the fields of ``Named`` in their order."""
    public = Case(When(is_public, then=True), default=False, output_field=BooleanField())
    return (
        named.order_by()
        .annotate(called=called, public=public)
        .values_list("called", Value(kind), f"{of}pk", f"{of}slug", f"{of}name", "public")
    )


@prepared(folded=TextField())
def _named(folded) -> QuerySet:
    rows = [source.filter(called__in=folded) for source in _sources()]
    return rows[0].union(*rows[1:])


def find_names(folded: Collection[str]) -> Names:
    """The names of these that exist, found in one query."""
    if not folded:
        return {}
    rows: dict[str, dict[Named, None]] = defaultdict(dict)  # each once, in order
    for called, *columns in _named(folded=list(folded)):
        rows[called][Named(*columns)] = None
    return {called: tuple(named) for called, named in rows.items()}


def of_kind(named: Iterable[Named], kind: str) -> list[Named]:
    return [row for row in named if row.kind == kind]


def get_ids(named: Iterable[Named], kind: str) -> frozenset[int]:
    return frozenset(row.pk for row in of_kind(named, kind))

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.functional import cached_property

from roles.models.completeness import Lack, placeholders_in_rows
from roles.models.pay import OfficialWage, RoleOccupation

from .role_point import RolePoint
from .role_skill import RoleSkill

if TYPE_CHECKING:
    from roles.models.article import Article


@dataclass(frozen=True)
class Profile:
    """The parts of a role's profile, each in its order."""

    responsibility: list[RolePoint]
    education: list[RolePoint]
    certification: list[RolePoint]
    industry: list[RolePoint]
    tip: list[RolePoint]
    source: list[RolePoint]
    skills: list[RoleSkill]
    tools: list[RoleSkill]
    occupations: list["RoleOccupation"]
    wages: dict[str, "OfficialWage"]  # the newest of each occupation that has any
    articles: list["Article"]

    @property
    def guides(self) -> list["Article"]:
        """Guides about the role that are published by now, newest first."""
        return [article for article in self.articles if article.is_published]

    @property
    def points(self) -> list[RolePoint]:
        """All points, kind by kind."""
        return list(chain.from_iterable(getattr(self, kind) for kind in RolePoint.Kind.values))

    @property
    def texts(self) -> list[str]:
        points = [
            *self.responsibility,
            *self.education,
            *self.certification,
            *self.industry,
            *self.tip,
        ]
        notes = [item.note for item in (*self.skills, *self.tools)]
        return [point.text for point in points] + notes

    @cached_property
    def placeholders(self) -> list[Lack]:
        return placeholders_in_rows(self.texts)

    @cached_property
    def skill_ids(self) -> set[int]:
        """Skills and tools alike."""
        return {item.skill_id for item in (*self.skills, *self.tools)}

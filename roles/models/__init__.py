"""Reference data that is true without any employer: roles, skills, comparisons, and what the work
pays.
"""

from .article import Article
from .comparison import Comparison, comparison_url, pair_slug
from .completeness import NotCompleteError
from .pay import (
    FxRate,
    OfficialWage,
    RoleOccupation,
    SalaryFigure,
    SalaryObservation,
    SalarySource,
    SalaryTitle,
)
from .reading_time import read_minutes
from .role import Profile, Role, RoleAlias, RolePoint, RoleSkill
from .role_version import RoleVersion
from .role_week import RoleWeek
from .skill import Skill
from .skill_alias import SkillAlias
from .starter_fingerprint import StarterFingerprint

__all__ = [
    "Article",
    "Comparison",
    "FxRate",
    "NotCompleteError",
    "OfficialWage",
    "Profile",
    "Role",
    "RoleAlias",
    "RoleOccupation",
    "RolePoint",
    "RoleSkill",
    "RoleVersion",
    "RoleWeek",
    "SalaryFigure",
    "SalaryObservation",
    "SalarySource",
    "SalaryTitle",
    "Skill",
    "SkillAlias",
    "StarterFingerprint",
    "comparison_url",
    "pair_slug",
    "read_minutes",
]

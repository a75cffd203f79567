"""Reference data that is true without any employer: roles, skills, comparisons, and what the work
pays.
"""

from .article import Article
from .pay import (
    FxRate,
    OfficialWage,
    RoleOccupation,
    SalaryFigure,
    SalaryObservation,
    SalarySource,
    SalaryTitle,
)
from .profile import (
    Comparison,
    Profile,
    Role,
    RoleAlias,
    RolePoint,
    RoleSkill,
    RoleVersion,
    Skill,
    SkillAlias,
    comparison_url,
    pair_slug,
    read_minutes,
)
from .shipped import StarterItem

__all__ = [
    "Article",
    "Comparison",
    "FxRate",
    "OfficialWage",
    "Profile",
    "Role",
    "RoleAlias",
    "RoleOccupation",
    "RolePoint",
    "RoleSkill",
    "RoleVersion",
    "SalaryFigure",
    "SalaryObservation",
    "SalarySource",
    "SalaryTitle",
    "Skill",
    "SkillAlias",
    "StarterItem",
    "comparison_url",
    "pair_slug",
    "read_minutes",
]

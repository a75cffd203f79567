"""A role and the parts of its profile."""

from .profile import Profile
from .role import NEEDS, Role
from .role_alias import RoleAlias
from .role_point import RolePoint
from .role_skill import RoleSkill

__all__ = ["NEEDS", "Profile", "Role", "RoleAlias", "RolePoint", "RoleSkill"]

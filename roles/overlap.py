"""Compares two profiles by set arithmetic; the formulas are printed on /methodology/."""

from dataclasses import dataclass

from .models import Role, RoleSkill


def jaccard(shared: int, either: int) -> float:
    """Divide what both have by what either has; 0 for two empty lists. For two roles the skills
    count, not the tools, on the map as in lists.
    """
    if not either:
        return 0.0
    return shared / either


@dataclass(frozen=True)
class Overlap:
    """Items of two lists: in the first only, in both (as pairs), in the second only."""

    only_a: list[RoleSkill]
    both: list[tuple[RoleSkill, RoleSkill]]
    only_b: list[RoleSkill]

    @property
    def size(self) -> int:
        return len(self.only_a) + len(self.both) + len(self.only_b)

    @property
    def share(self) -> float:
        return jaccard(len(self.both), self.size)


def overlap(items_a: list[RoleSkill], items_b: list[RoleSkill]) -> Overlap:
    """Core and useful count alike. Lists keep their order; shared ones that of the first."""
    in_a = {item.skill_id for item in items_a}
    by_skill = {item.skill_id: item for item in items_b}
    only_a: list[RoleSkill] = []
    both: list[tuple[RoleSkill, RoleSkill]] = []
    for item in items_a:
        if item.skill_id in by_skill:
            both.append((item, by_skill[item.skill_id]))
        else:
            only_a.append(item)
    only_b = [item for item in items_b if item.skill_id not in in_a]
    return Overlap(only_a, both, only_b)


def skill_overlap(role_a: Role, role_b: Role) -> Overlap:
    return overlap(role_a.profile.skills, role_b.profile.skills)


def tool_overlap(role_a: Role, role_b: Role) -> Overlap:
    return overlap(role_a.profile.tools, role_b.profile.tools)


def nearest_roles(role: Role, others: list[Role]) -> list[tuple[Role, Overlap]]:
    """Complete profiles by the share of skills they have in common with ``role``, most first."""
    pairs = []
    for other in others:
        if other.pk != role.pk and other.is_complete:
            pairs.append((other, skill_overlap(role, other)))
    return sorted(pairs, key=lambda pair: (-pair[1].share, pair[0].slug))

from typing import Any

from django import template

from roles.models import Role, RoleSkill, comparison_url

register = template.Library()


@register.simple_tag
def skill_count(facts: Any, item: RoleSkill) -> int:
    """Count the jobs behind ``facts`` (None: no jobs) that name the skill of a profile's
    ``item``.
    """
    if facts:
        return facts.skill_count(item.skill_id)
    return 0


@register.simple_tag
def pair_url(role_a: Role, role_b: Role) -> str:
    return comparison_url(role_a, role_b)

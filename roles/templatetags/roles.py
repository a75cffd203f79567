from typing import Any

from django import template

from roles.models import Role, RoleSkill, comparison_url

register = template.Library()


@register.simple_tag
def asking(facts: Any, item: RoleSkill) -> int:
    """How many of the jobs behind ``facts`` (None: no jobs) name the skill of a profile's
    ``item``.
    """
    if facts:
        return facts.asking(item.skill_id)
    return 0


@register.simple_tag
def pair_url(role_a: Role, role_b: Role) -> str:
    return comparison_url(role_a, role_b)

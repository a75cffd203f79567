from django import template

from roles.models import comparison_url

register = template.Library()


@register.simple_tag
def skill_count(facts, item) -> int:
    """Count the jobs behind ``facts`` (None: no jobs) that name the skill of a profile's
    ``item``.
    """
    if facts:
        return facts.skill_count(item.skill_id)
    return 0


@register.simple_tag
def pair_url(role_a, role_b) -> str:
    return comparison_url(role_a, role_b)

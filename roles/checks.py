"""Checks of a profile for editors: what it lacks, and what is not sound."""

from jobboard.common.text.words import fold

from .models import Role, RoleAlias


def get_profile_problems(role: Role) -> list[str]:
    """Describe what ``Role.missing_for_completeness`` counts, and what else is not sound."""
    faults = [f"lacks {missing}" for missing in role.missing_for_completeness]
    if not role.reviewed_on:
        faults.append("has never been reviewed")
    if role.broader and not role.public_broader:
        faults.append(f"its broader role {role.broader} is not published")
    for point in role.profile.source:
        if not point.url:
            faults.append(f"source without a URL: {point.label}")
    for item in (*role.profile.skills, *role.profile.tools):
        if item.skill.merged_into_id:
            faults.append(f"lists {item.skill}, which has been merged into another skill")
        if not item.note:
            faults.append(f"no note on {item.skill}")
    others = RoleAlias.objects.exclude(role=role).filter(folded=fold(role.name))
    for alias in others.select_related("role"):
        faults.append(f"its name is an alias of {alias.role}")
    return faults

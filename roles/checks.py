"""What editors look for in a profile: what it lacks, and what the market asks that it does not name."""

from .models import Role, RoleAlias, Skill, fold

LEAST_SHARE = 20  # per cent of the open jobs that name skills: what so many ask for belongs into a profile,
LEAST_JOBS = 3  # if they are at least so many


def faults_of(role: Role) -> list[str]:
    """In words: what ``Role.missing_for_completeness`` counts, and what else keeps a profile from being sound."""
    faults = [f"lacks {missing}" for missing in role.missing_for_completeness]
    if not role.reviewed_on:
        faults.append("has never been reviewed")
    if role.broader and not role.public_broader:
        faults.append(f"its broader role {role.broader} is not published")
    faults += [f"source without a URL: {point.label}" for point in role.profile.source if not point.url]
    items = [*role.profile.skills, *role.profile.tools]
    faults += [
        f"lists {item.skill}, which has been merged into another skill" for item in items if item.skill.merged_into_id
    ]
    faults += [f"no note on {item.skill}" for item in items if not item.note]
    others = RoleAlias.objects.exclude(role=role).filter(folded=fold(role.name))
    faults += [f"its name is an alias of {alias.role}" for alias in others.select_related("role")]
    return faults


def missing_from_profile(role: Role, facts) -> list[tuple[Skill, int]]:
    """Skills and tools that many of the role's open jobs name and its profile does not, those most asked for first.

    ``facts`` are the market's: counts by skill, and how many jobs name any (None: there are no jobs).
    """
    if facts is None:
        return []
    least = max(LEAST_JOBS, facts.naming_skills * LEAST_SHARE / 100)
    counts = {
        skill: count
        for skill, count in facts.skill_counts.items()
        if count >= least and skill not in role.profile.skill_ids
    }
    skills = Skill.objects.current().filter(pk__in=counts) if counts else []
    return sorted(((skill, counts[skill.pk]) for skill in skills), key=lambda pair: (-pair[1], pair[0].name))

from typing import Any

from django import template

from jobboard.common.web.drawn import drawing, drawn
from jobboard.insights.pictures.skill_bars import Bar
from jobboard.listings.facts import MarketFacts
from roles.models import Role, RoleSkill, Skill

register = template.Library()


@drawn(register, "insights/_bar_row.html")
def bar_row(bar: Bar) -> dict[str, Any]:
    return {"bar": bar}


@drawn(register, "insights/_bar_end.html")
def bar_end(bar: Bar, mirrored: bool) -> dict[str, Any]:
    return {"bar": bar, "mirrored": mirrored}


@register.simple_tag
def vs_note(item: RoleSkill) -> str:
    """One skill of a profile, and why the role needs it."""
    return _vs_note(str(item.skill), item.get_importance_display(), item.note)


@drawing("insights/_vs_note.html")
def _vs_note(skill: str, importance: str, note: str) -> dict[str, Any]:
    return {"skill": skill, "importance": importance, "note": note}


@register.simple_tag
def evidence(role: Role, skill: Skill, count: int, facts: MarketFacts | None) -> str:
    """“12 of 30”, linked to those jobs, where there are jobs that name skills."""
    if not facts or not facts.naming_skills:
        return ""
    return _evidence(role.slug, skill.slug, count, facts.naming_skills)


@drawing("insights/_evidence.html")
def _evidence(role: str, skill: str, count: int, naming_skills: int) -> dict[str, Any]:
    return {"role": role, "skill": skill, "count": count, "naming_skills": naming_skills}

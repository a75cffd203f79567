"""Roles, skills, comparisons and articles as plain values, in the format of starter/."""

from datetime import date
from typing import Any

from django.db import transaction

from jobboard.common.text.words import fold

from .models import (
    Article,
    Comparison,
    Role,
    RoleAlias,
    RoleOccupation,
    RolePoint,
    RoleSkill,
    Skill,
    SkillAlias,
)


def _iso_date(day: date | None) -> str | None:
    if day:
        return day.isoformat()
    return None


def _parse_date(text: str | None) -> date | None:
    if text:
        return date.fromisoformat(text)
    return None


def skill_snapshot(skill: Skill) -> dict[str, Any]:
    aliases = sorted(alias.folded for alias in skill.aliases.all())
    return {"slug": skill.slug, "name": skill.name, "kind": skill.kind, "aliases": aliases}


@transaction.atomic
def write_skill(snapshot: dict[str, Any], skill: Skill | None = None) -> Skill:
    skill = skill or Skill(slug=snapshot["slug"])
    skill.name = snapshot["name"]
    skill.kind = snapshot["kind"]
    skill.save()
    skill.aliases.all().delete()
    aliases = [SkillAlias(skill=skill, folded=fold(alias)) for alias in snapshot["aliases"]]
    SkillAlias.objects.bulk_create(aliases, ignore_conflicts=True)
    return skill


def role_snapshot(role: Role) -> dict[str, Any]:
    return {
        "slug": role.slug,
        "name": role.name,
        "family": role.family,
        "broader": role.broader and role.broader.slug,
        "status": role.status,
        "aliases": sorted(alias.folded for alias in role.aliases.all()),
        "definition": role.definition,
        "outlook": role.outlook,
        "reviewed_on": _iso_date(role.reviewed_on),
        "points": list(map(_point_data, role.points.all())),
        "skills": list(map(_skill_data, role.role_skills.select_related("skill"))),
        "occupations": list(role.occupations.order_by("soc").values("soc", "match")),
    }


def _point_data(point: RolePoint) -> dict[str, Any]:
    return {"kind": point.kind, "label": point.label, "text": point.text, "url": point.url}


def _skill_data(item: RoleSkill) -> dict[str, Any]:
    return {"skill": item.skill.slug, "importance": item.importance, "note": item.note}


@transaction.atomic
def write_role(snapshot: dict[str, Any], role: Role | None = None) -> Role:
    """Skills and the broader role must be there already; an unknown one raises DoesNotExist. Raises
    NotCompleteError where it is to be public and lacks something.
    """
    role = role or Role(slug=snapshot["slug"])
    role.status = Role.Status.DRAFT  # until all its parts are there
    for name in ("name", "family", "definition", "outlook"):
        setattr(role, name, snapshot[name])
    role.reviewed_on = _parse_date(snapshot["reviewed_on"])
    role.broader = None
    if snapshot["broader"]:
        role.broader = Role.objects.get(slug=snapshot["broader"])
    role.save()
    for related in (role.aliases, role.points, role.role_skills, role.occupations):
        related.all().delete()
    aliases = [RoleAlias(role=role, folded=fold(alias)) for alias in snapshot["aliases"]]
    # An alias that an editor gave to another role stays there.
    RoleAlias.objects.bulk_create(aliases, ignore_conflicts=True)
    RolePoint.objects.bulk_create(
        RolePoint(role=role, position=position, **point)
        for position, point in enumerate(snapshot["points"])
    )
    RoleSkill.objects.bulk_create(_role_skills(role, snapshot["skills"]))
    RoleOccupation.objects.bulk_create(
        RoleOccupation(role=role, **item) for item in snapshot["occupations"]
    )
    role.status = snapshot["status"]
    role.save()  # after its parts: their reader goes by changed_at
    return role


def _role_skills(role: Role, items: list[dict[str, Any]]) -> list[RoleSkill]:
    slugs = [item["skill"] for item in items]
    skills = {skill.slug: skill for skill in Skill.objects.filter(slug__in=slugs)}
    rows = []
    for position, item in enumerate(items):
        row = RoleSkill(
            role=role,
            skill=skills[item["skill"]],
            importance=item["importance"],
            note=item["note"],
            position=position,
        )
        rows.append(row)
    return rows


def comparison_snapshot(comparison: Comparison) -> dict[str, Any]:
    return {
        "roles": [role.slug for role in comparison.roles],
        "introduction": comparison.introduction,
        "tips": comparison.tips,
        "conclusion": comparison.conclusion,
        "published_on": _iso_date(comparison.published_on),
        "reviewed_on": _iso_date(comparison.reviewed_on),
    }


def write_comparison(snapshot: dict[str, Any], comparison: Comparison | None = None) -> Comparison:
    comparison = comparison or Comparison()
    slug_1, slug_2 = snapshot["roles"]
    comparison.role_1 = Role.objects.get(slug=slug_1)
    comparison.role_2 = Role.objects.get(slug=slug_2)
    for name in ("introduction", "tips", "conclusion"):
        setattr(comparison, name, snapshot[name])
    for name in ("published_on", "reviewed_on"):
        setattr(comparison, name, _parse_date(snapshot[name]))
    comparison.save()
    return comparison


def article_snapshot(article: Article) -> dict[str, Any]:
    return {
        "slug": article.slug,
        "kind": article.kind,
        "title": article.title,
        "summary": article.summary,
        "author_name": article.author_name,
        "published_on": _iso_date(article.published_on),
        "reviewed_on": _iso_date(article.reviewed_on),
        "roles": sorted(role.slug for role in article.roles.all()),
        "body": article.body,
    }


@transaction.atomic
def write_article(snapshot: dict[str, Any], article: Article | None = None) -> Article:
    """Roles that an editor renamed or deleted are left out."""
    article = article or Article(slug=snapshot["slug"])
    for name in ("kind", "title", "summary", "author_name", "body"):
        setattr(article, name, snapshot[name])
    for name in ("published_on", "reviewed_on"):
        setattr(article, name, _parse_date(snapshot[name]))
    article.save()
    former_roles = list(article.roles.all())
    article.roles.set(Role.objects.filter(slug__in=snapshot["roles"]))
    article.note_change(*former_roles)
    return article

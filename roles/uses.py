"""Finds content of editors that depends on a role or a skill."""

from django.db.models import Q

from jobboard.common.retiring import USES, Use

from .models import Comparison, Role, SalaryFigure, Skill


def uses_of_role(role: Role) -> list[Use]:
    pairs = Comparison.objects.filter(Q(role_1=role) | Q(role_2=role))
    figures = SalaryFigure.objects.filter(role_key=role.slug)
    return [
        Use("Its page", 1, "404 from then on", "redirects to the other role"),
        Use("Comparisons", pairs.count(), "deleted, with their texts", "deleted, with their texts"),
        Use("Versions", role.versions.count(), "deleted", "deleted"),
        Use("Salary figures", figures.count(), "deleted", "computed for the other role"),
        Use("Survey titles", role.salary_titles.count(), "count for no role", "move"),
        Use("Other names", role.aliases.count(), "deleted", "move"),
        Use("Articles", role.articles.count(), "no longer about it", "are about the other role"),
        Use(
            "Narrower roles",
            role.narrower.count(),
            "lose their broader role",
            "get the other role as their broader one",
        ),
    ]


def uses_of_skill(skill: Skill) -> list[Use]:
    return [
        Use(
            "Role profiles",
            skill.role_skills.count(),
            "must drop it first",
            "list the other skill",
        ),
        Use("Other names", skill.aliases.count(), "deleted", "move"),
        Use("Skills merged into it", skill.merged.count(), "lead nowhere", "lead to the other"),
    ]


def register() -> None:
    USES[Role].append(uses_of_role)
    USES[Skill].append(uses_of_skill)

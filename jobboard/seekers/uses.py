"""Finds data of job seekers that depends on a role, a skill or a company."""

from django.http import QueryDict

from jobboard.common.retiring import USES, Use
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .models import Alert, Report, SavedListing


def _alerts(name: str, slug: str) -> int:
    """The number of alerts that have it in the filters of their search."""
    queries = Alert.objects.filter(query__contains=slug).values_list("query", flat=True)
    return sum(slug in QueryDict(query).getlist(name) for query in queries)


def uses_of_role(role: Role) -> list[Use]:
    return [Use("Job alerts", _alerts("role", role.slug), "find less", "follow the other role")]


def uses_of_skill(skill: Skill) -> list[Use]:
    return [Use("Job alerts", _alerts("skill", skill.slug), "find less", "follow the other skill")]


def uses_of_company(company: Company) -> list[Use]:
    saved = SavedListing.objects.filter(listing__company=company)
    reports = Report.objects.filter(listing__company=company)
    return [
        Use("Job alerts", _alerts("company", company.slug), "find nothing"),
        Use("Saved jobs", saved.count(), "stay with its jobs"),
        Use("Reports", reports.count(), "stay with its jobs"),
    ]


def register() -> None:
    USES[Role].append(uses_of_role)
    USES[Skill].append(uses_of_skill)
    USES[Company].append(uses_of_company)

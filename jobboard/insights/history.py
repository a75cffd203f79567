"""The market of a role, week by week."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jobboard.listings.facts import MarketFacts
from jobboard.search.live.jobs import LiveJobs
from roles.models import Role, RoleWeek, Skill
from roles.pay.data import spread_data

WEEKS_TOLD = 53
MAX_SKILLS = 50  # of a week; what fewer jobs list says little, and every file of a role has it


def save_week() -> None:
    """Store the figures of the open jobs of each published role, unless that was done this week."""
    now = timezone.now()
    week = get_monday(now.date())
    roles = list(Role.objects.published().exclude(weeks__week=week))
    if not roles:
        return
    facts = LiveJobs().facts_of_roles(roles, with_skills=True)
    slugs = dict(Skill.objects.values_list("pk", "slug"))
    weeks = []
    for role in roles:
        of_role = facts.get(role.pk, MarketFacts())
        weeks.append(
            RoleWeek(
                role=role,
                week=week,
                counted_at=now,
                open_jobs=of_role.total,
                samples=of_role.samples,
                naming_skills=of_role.naming_skills,
                skills=_by_slug(of_role, slugs),
                pay=_pay_by_currency(of_role),
            )
        )
    RoleWeek.objects.bulk_create(weeks, ignore_conflicts=True)  # another process may do the same


def get_monday(day: date) -> date:
    """The day on which the ISO week of ``day`` begins."""
    return day - timedelta(days=day.weekday())


def _by_slug(facts: MarketFacts, slugs: dict[int, str]) -> dict[str, int]:
    """The MAX_SKILLS most frequent, these first."""
    counts = [(slugs[pk], count) for pk, count in facts.skill_counts.items() if pk in slugs]
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:MAX_SKILLS])


def _pay_by_currency(facts: MarketFacts) -> list[dict[str, Any]]:
    return [
        {"currency": spread.currency, "n": spread.n, **spread_data(spread)}
        for spread in facts.by_currency
    ]


def history_data(role: Role) -> list[dict[str, Any]]:
    """The last WEEKS_TOLD weeks, the oldest first."""
    newest = list(role.weeks.order_by("-week")[:WEEKS_TOLD])
    return list(map(_week_data, reversed(newest)))


def _week_data(week: RoleWeek) -> dict[str, Any]:
    return {
        "week": week.week,
        "counted_at": week.counted_at,
        "open": week.open_jobs,
        "of_them_samples": week.samples,
        "naming_skills": week.naming_skills,
        "skills": week.skills,
        "pay": week.pay,
    }

from collections.abc import Sequence
from typing import Any

from django.db.models import DateField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.common.storage.prepared import Blank, prepared
from jobboard.search.find import Criteria, count
from jobboard.search.live.jobs import LiveJobs
from jobboard.you.visitor import Visitor, visitor_of
from roles.models import Comparison, Role
from roles.overlap import skill_overlap

from . import pay_panel
from .pictures.level_switch import LEVEL_WORDS
from .role_pages import get_open_jobs, role_map, role_rows
from .your.steps import distances, near_roles, step_to_any

JOBS_SHOWN = 8
COMPARISONS_SHOWN = 6
ROLES_SHOWN = 8  # on a phone, where the map is a list


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    roles = list(Role.objects.published())
    jobs = LiveJobs()
    pays = pay_panel.get_pays(roles, jobs.facts_of_roles(roles))
    rows = list(pays.values())
    comparisons = _newest_comparisons(today=timezone.now().date())
    newest = jobs.newest_cards(JOBS_SHOWN)
    counts = jobs.counts()
    visitor = visitor_of(request)
    level = visitor.level or pay_panel.most_covered_level(rows)
    far = distances(get_open_jobs(rows), visitor)
    drawn = role_map(rows, level, far=far)
    context = {
        "listings": newest,
        "has_samples": (
            any(listing.company.is_demo for listing in newest) or pay_panel.include_samples(rows)
        ),
        "live_count": counts.total,
        "paid_count": counts.paid,
        "new_count": count(Criteria(posted=1)),  # as the list it links to
        "rows": role_rows(rows, level, "learn" if far else "jobs", drawn, far)[:ROLES_SHOWN],
        "map": drawn,
        "level_words": LEVEL_WORDS[level],
        "role_count": len(rows),
        "comparisons": [(pair, skill_overlap(*pair.roles)) for pair in comparisons],
        **_next_step(rows, visitor),
    }
    return render(request, "insights/home.html", context)


@prepared(today=DateField())
def _newest_comparisons(today: Blank) -> QuerySet[Comparison]:
    pairs = Comparison.objects.published(today).select_related("role_1", "role_2")
    return pairs.order_by("-published_on", "id")[:COMPARISONS_SHOWN]


def _next_step(rows: Sequence[pay_panel.RolePay], visitor: Visitor) -> dict[str, Any]:
    """Suggested steps for the visitor; nothing for one we know nothing about."""
    if not visitor:
        return {"visitor": visitor}
    return {
        "visitor": visitor,
        "step": step_to_any(visitor),
        "near": near_roles(get_open_jobs(rows), visitor),
    }

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobboard.listings.models import Listing
from jobboard.search.live.jobs import Kind, LiveJobs
from roles.models import Comparison, Role
from roles.overlap import skill_overlap

from . import pay_panel

FEATURED_SHOWN = 6

ROLES_SHOWN = 12


@require_safe
def home(request) -> HttpResponse:
    roles = list(Role.objects.published())
    jobs = LiveJobs()
    pays = pay_panel.pay_of(roles, jobs.facts_of_roles(roles))
    rows = sorted(
        pays.values(), key=lambda row: (-(row.posted.total if row.posted else 0), row.role.name)
    )
    comparisons = (
        Comparison.objects.published()
        .select_related("role_1", "role_2")
        .order_by("-published_on", "id")[:6]
    )
    shown = _shown_jobs(jobs)
    counts = jobs.counts()
    context = {
        "listings": shown,
        "are_featured": bool(shown) and shown[0].is_featured,
        "has_samples": (
            any(listing.company.is_demo for listing in shown) or pay_panel.rest_on_samples(rows)
        ),
        "live_count": counts.total,
        "paid_count": counts.paid,
        "rows": rows[:ROLES_SHOWN],
        "role_count": len(rows),
        "axis_values": pay_panel.axis_values(
            [row.survey and row.survey.spread for row in rows[:ROLES_SHOWN]]
        ),
        "comparisons": [(pair, skill_overlap(*pair.roles)) for pair in comparisons],
    }
    return render(request, "insights/home.html", context)


def _shown_jobs(jobs: LiveJobs) -> list[Listing]:
    """Featured ones; where there are none, the newest."""
    live = Listing.objects.live()
    featured = jobs.among_newest(live.featured(), FEATURED_SHOWN, [Kind(is_featured=True)])
    newest = jobs.among_newest(live, FEATURED_SHOWN)
    return list(featured.for_cards()[:FEATURED_SHOWN]) or list(newest.for_cards()[:FEATURED_SHOWN])

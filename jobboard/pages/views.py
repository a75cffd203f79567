from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobboard.listings import actions, querysets
from jobboard.listings.models import Listing
from roles import pay, pay_panel
from roles.models import Comparison, FxRate, OfficialWage, Role, SalarySource
from roles.overlap import skill_overlap

FEATURED_SHOWN = 6


@require_safe
def home(request):
    live = Listing.objects.live()
    roles = list(Role.objects.published())
    facts = live.filter(role__in=roles).market_facts()
    pays = pay_panel.pay_of(roles, facts)
    rows = sorted(pays.values(), key=lambda row: (-(row.posted.total if row.posted else 0), row.role.name))
    comparisons = Comparison.objects.published().select_related("role_1", "role_2").order_by("-published_on", "id")[:6]
    context = {
        "featured": live.featured().for_cards()[:FEATURED_SHOWN],
        "newest": live.for_cards()[:FEATURED_SHOWN],
        "live_count": live.count(),
        "paid_count": live.exclude(salary_currency="").count(),
        "rows": rows,
        "axis_values": pay_panel.axis_values([row.survey and row.survey.spread for row in rows]),
        "comparisons": [(pair, skill_overlap(*pair.roles)) for pair in comparisons],
    }
    return render(request, "pages/home.html", context)


@require_safe
def about(request):
    return render(request, "pages/about.html")


@require_safe
def methodology(request):
    """Prints the constants the code works with, so the page cannot say anything else."""
    context = {
        "pay": pay,
        "periods": pay.PERIODS_PER_YEAR,
        "between": querysets,
        "live_days": actions.LIVE_DAYS,
        "sources": SalarySource.objects.order_by("layer", "slug"),
        "wage_years": OfficialWage.objects.order_by("year").values_list("year", flat=True).distinct(),
        "rates": FxRate.objects.order_by("currency"),
    }
    return render(request, "pages/methodology.html", context)


@require_safe
def post(request):
    return render(request, "pages/post.html", {"live_days": actions.LIVE_DAYS})


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/accounts/", "/recruit/", "/jobs/*/apply/", "/healthz/")),
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

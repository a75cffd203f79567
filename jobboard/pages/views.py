from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.accounts.personal_data import HOLDINGS
from jobboard.listings import actions, querysets
from jobboard.listings.models import Listing
from jobboard.listings.views import public
from roles import pay, pay_panel, salary_page
from roles.articles import article_page
from roles.models import Article, Comparison, FxRate, Role, SalarySource
from roles.overlap import skill_overlap

FEATURED_SHOWN = 6
ROLES_SHOWN = 12
NOT_FOR_ROBOTS = [
    "/admin/",
    "/accounts/",
    "/recruit/",
    "/jobs/*/apply/",
    "/report/",
    "/saved/",
    "/alerts/",
    "/healthz/",
]


@require_safe
def home(request):
    live = Listing.objects.live()
    roles = list(Role.objects.published())
    facts = live.filter(role__in=roles).market_facts(with_skills=False)
    pays = pay_panel.pay_of(roles, facts)
    rows = sorted(pays.values(), key=lambda row: (-(row.posted.total if row.posted else 0), row.role.name))
    comparisons = Comparison.objects.published().select_related("role_1", "role_2").order_by("-published_on", "id")[:6]
    shown = list(live.featured().for_cards()[:FEATURED_SHOWN]) or list(live.for_cards()[:FEATURED_SHOWN])
    counts = live.aggregate(live=Count("pk"), paid=Count("pk", filter=~Q(salary_currency="")))
    context = {
        "listings": shown,
        "are_featured": bool(shown) and shown[0].is_featured,
        "has_samples": any(listing.company.is_demo for listing in shown) or pay_panel.rest_on_samples(rows),
        "live_count": counts["live"],
        "paid_count": counts["paid"],
        "rows": rows[:ROLES_SHOWN],
        "role_count": len(rows),
        "axis_values": pay_panel.axis_values([row.survey and row.survey.spread for row in rows[:ROLES_SHOWN]]),
        "comparisons": [(pair, skill_overlap(*pair.roles)) for pair in comparisons],
    }
    return render(request, "pages/home.html", context)


@require_safe
def house_page(request, slug):
    """What the site says about itself at a fixed address: an operator adapts it in the admin."""
    article = get_object_or_404(Article.objects.pages().published(), slug=slug)
    return article_page(request, article, **({"holdings": HOLDINGS} if slug == "privacy" else {}))


@require_safe
def methodology(request):
    """Prints the constants the code works with, so the page cannot say anything else."""
    context = {
        "pay": pay,
        "salary_page": salary_page,
        "periods": pay.PERIODS_PER_YEAR,
        "between": querysets,
        "public": public,
        "live_days": actions.LIVE_DAYS,
        "sources": SalarySource.objects.order_by("layer", "slug"),
        "rates": FxRate.objects.current().order_by("currency"),
    }
    return render(request, "pages/methodology.html", context)


@require_safe
def security_txt(request):
    """RFC 9116; it is good for a year from the day it is read."""
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=365)
    lines = [f"Contact: mailto:{settings.CONTACT_EMAIL}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in ("/admin/", "/accounts/", "/recruit/", "/jobs/*/apply/", "/report/", "/healthz/")
        ),
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

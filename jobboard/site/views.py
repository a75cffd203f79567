from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES
from jobboard.insights.pictures import verdict
from jobboard.insights.your import nearer
from jobboard.listings import detail, lifecycle, querysets
from jobboard.search import ranking
from jobboard.search.order import fit
from roles.articles import article_page
from roles.models import Article, FxRate, SalarySource
from roles.pay import formulas, page

NOT_FOR_ROBOTS = [
    "/admin/",
    "/accounts/",
    "/me/",
    "/recruit/",
    "/post/*/",
    "/jobs/*/apply/",
    "/jobs/*/seen/",
    "/report/",
    "/saved/",
    "/alerts/",
    "/healthz/",
]


@require_safe
def site_page(request, slug) -> HttpResponse:
    """A page about the site itself at a fixed address: an operator adapts it in the admin."""
    article = get_object_or_404(Article.objects.pages().published(), slug=slug)
    if slug == "privacy":
        return article_page(request, article, data_categories=PERSONAL_DATA_CATEGORIES)
    return article_page(request, article)


@require_safe
def methodology(request) -> HttpResponse:
    """Prints the constants the code works with, so the page cannot say anything else."""
    context = {
        "pay": formulas,
        "salary_page": page,
        "periods": formulas.PERIODS_PER_YEAR,
        "between": querysets,
        "fit": fit,
        "detail": detail,
        "ranking": ranking,
        "verdict": verdict,
        "nearer": nearer,
        "live_days": lifecycle.LIVE_DAYS,
        "sources": SalarySource.objects.order_by("layer", "slug"),
        "rates": FxRate.objects.fresh().current().order_by("currency"),
    }
    return render(request, "site/methodology.html", context)


@require_safe
def security_txt(request) -> HttpResponse:
    """RFC 9116; it is good for a year from the day it is read."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = today + timedelta(days=365)
    lines = [f"Contact: mailto:{settings.CONTACT_EMAIL}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

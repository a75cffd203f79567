from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES
from jobboard.common.text.words import full_amount
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
    sources = SalarySource.objects.order_by("layer", "slug")
    context = {
        "pay": formulas,
        "salary_page": page,
        "periods": ", ".join(formulas.PERIODS_COUNTED.values()),
        "between": querysets,
        "fit": fit,
        "detail": detail,
        "ranking": ranking,
        "verdict": verdict,
        "nearer": nearer,
        "live_days": lifecycle.LIVE_DAYS,
        "sources": [(source, _extent_of(source)) for source in sources],
        "rates": FxRate.objects.fresh().current().order_by("currency"),
    }
    return render(request, "site/methodology.html", context)


def _extent_of(source: SalarySource) -> str:
    """The version and size of a source as they follow its name: “, version 2025, 1,200 rows”."""
    parts = []
    if source.version:
        parts.append(f"version {source.version}")
    if source.rows:
        parts.append(f"{full_amount(source.rows)} rows")
    return "".join(f", {part}" for part in parts)


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

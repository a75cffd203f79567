from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jobboard.common.addresses import address
from jobboard.listings.models import Company, Listing
from jobboard.search.landings import landings
from roles.models import Article, Comparison, Role

XML = "application/xml; charset=utf-8"
MOST_IN_ONE = 10_000  # addresses; above so many jobs there is one file for each kind and page


class SiteMap(Sitemap):
    """Addresses stand under SITE_URL, whatever host the request came to."""

    limit = MOST_IN_ONE
    protocol = "https" if settings.SITE_IS_HTTPS else "http"

    def get_domain(self, site=None) -> str:
        return settings.SITE_URL.split("://", 1)[1]


class PageMap(SiteMap):
    def items(self) -> list[str]:
        return [
            "insights:home",
            "browse:list",
            "browse:company_list",
            "insights:role_list",
            "insights:salary_list",
            "insights:compare",
            "site:methodology",
            "roles:article_list",
        ]

    def location(self, item) -> str:
        return reverse(item)


class ListingMap(SiteMap):
    def items(self) -> QuerySet[Listing]:
        real = Listing.objects.live().filter(company__is_demo=False)  # pages of samples are noindex
        # In an order in which a new job moves none to another file.
        return real.only("title", "changed_at").order_by("pk")

    def lastmod(self, item) -> datetime:
        return item.changed_at


class LandingMap(SiteMap):
    def items(self) -> list[tuple[str, datetime]]:
        return sorted(landings().items())

    def location(self, item) -> str:
        return item[0]

    def lastmod(self, item) -> datetime:
        return item[1]


class CompanyMap(SiteMap):
    def items(self) -> QuerySet[Company]:
        changed_at = Max("listings__changed_at", filter=Q(listings__status="published"))
        return (
            Company.objects.hiring()
            .filter(is_demo=False)
            .annotate(changed_at=changed_at)
            .order_by("name", "pk")
        )

    def lastmod(self, item) -> datetime:
        return item.changed_at


class RoleMap(SiteMap):
    def items(self) -> QuerySet[Role]:
        return Role.objects.published()

    def lastmod(self, item) -> datetime:
        return item.changed_at


class SalaryMap(RoleMap):
    def location(self, item) -> str:
        return reverse("insights:salary", args=[item.slug])


class ComparisonMap(SiteMap):
    """Pairs an editor wrote about, and whose profiles are both complete."""

    def items(self) -> list[Comparison]:
        pairs = Comparison.objects.published().select_related("role_1", "role_2").order_by("id")
        return [pair for pair in pairs if pair.role_1.is_complete and pair.role_2.is_complete]

    def lastmod(self, item) -> datetime:
        return max(role.changed_at for role in item.roles)  # what is compared


class ArticleMap(SiteMap):
    """Guides and pages of the house."""

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().only("slug", "kind", "changed_at")

    def lastmod(self, item) -> datetime:
        return item.changed_at


SITEMAPS = {
    "pages": PageMap,
    "roles": RoleMap,
    "comparisons": ComparisonMap,
    "salaries": SalaryMap,
    "articles": ArticleMap,
    "companies": CompanyMap,
    "searches": LandingMap,
    "jobs": ListingMap,
}


def parts() -> Iterator[dict]:
    for section, kind in SITEMAPS.items():
        for page in kind().paginator.page_range:
            query = f"?p={page}" if page > 1 else ""
            yield {"location": address(reverse("site:sitemap_part", args=[section]) + query)}


def sitemap_view(request) -> HttpResponse:
    """All addresses, or where they are too many for one file the list of files."""
    if Listing.objects.live().count() > MOST_IN_ONE:
        return render(request, "sitemap_index.xml", {"sitemaps": parts()}, content_type=XML)
    return sitemap(request, {**SITEMAPS}, content_type=XML)


def sitemap_part(request, section) -> HttpResponse:
    return sitemap(request, {**SITEMAPS}, section=section, content_type=XML)

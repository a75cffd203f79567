from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape

from jobboard.common.addresses import address
from jobboard.listings.models import Company, Listing
from jobboard.search.results.landings import landings
from roles.models import Article, Comparison, Role

XML = "application/xml; charset=utf-8"
BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
)
ROBOTS = "noindex, noodp, noarchive"  # of the file itself, as Django's says
MOST_IN_ONE = 1_000  # addresses; above so many jobs there is one file for each kind and page


class SiteMap(Sitemap):
    limit = MOST_IN_ONE


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


class JobsInOrder:
    """In an order in which a new job moves none to another file. Which are in a file says an index
    alone; what must not be listed is left out when the file is made.
    """

    ordered = True

    def __init__(self) -> None:
        self.ids = Listing.objects.live_by_index().order_by("pk").values_list("pk", flat=True)

    def __iter__(self) -> Iterator[Listing]:
        return iter(self[:])

    def __len__(self) -> int:
        return self.ids.count()

    def __getitem__(self, part: slice) -> QuerySet[Listing]:
        real = Listing.objects.live().filter(company__is_demo=False)  # pages of samples are noindex
        return real.filter(pk__in=list(self.ids[part])).only("title", "changed_at").order_by("pk")


class ListingMap(SiteMap):
    def items(self) -> JobsInOrder:
        return JobsInOrder()

    def lastmod(self, item) -> datetime:
        return item.changed_at


class LandingMap(SiteMap):
    def items(self) -> list[tuple[str, datetime]]:
        return sorted(landings().items())

    def location(self, item) -> str:
        return item[0]

    def lastmod(self, item) -> datetime:
        return item[1]


class CompaniesInOrder:
    """Only those of the file that is made are looked at more closely."""

    ordered = True

    def __init__(self) -> None:
        self.companies = Company.objects.hiring().filter(is_demo=False).order_by("name", "pk")

    def __iter__(self) -> Iterator[Company]:
        return iter(self[:])

    def __len__(self) -> int:
        return self.companies.count()

    def __getitem__(self, part: slice) -> QuerySet[Company]:
        ids = list(self.companies.values_list("pk", flat=True)[part])
        changed_at = Max("listings__changed_at", filter=Q(listings__status="published"))
        found = Company.objects.filter(pk__in=ids).annotate(changed_at=changed_at)
        return found.only("slug").order_by("name", "pk")


class CompanyMap(SiteMap):
    def items(self) -> CompaniesInOrder:
        return CompaniesInOrder()

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
    if len(JobsInOrder()) > MOST_IN_ONE:
        return render(request, "sitemap_index.xml", {"sitemaps": parts()}, content_type=XML)
    return _file(list(SITEMAPS), 1)


def sitemap_part(request, section) -> HttpResponse:
    if section not in SITEMAPS:
        raise Http404(f"There is no sitemap of “{section}”.")
    return _file([section], request.GET.get("p", 1))


def _file(sections: list[str], page: int | str) -> HttpResponse:
    """Django's own goes through a template, which takes as long again."""
    lines: list[str] = []
    for section in sections:
        kind = SITEMAPS[section]()
        try:
            items = kind.paginator.page(page).object_list
        except (EmptyPage, PageNotAnInteger):
            raise Http404(f"There is no page {page} of the sitemap of {section}.") from None
        lines += (_entry(kind, item) for item in items)
    body = "\n".join([BEGIN, *lines, "</urlset>\n"])
    return HttpResponse(body, content_type=XML, headers={"X-Robots-Tag": ROBOTS})


def _entry(kind: Sitemap, item: Any) -> str:
    where = escape(address(kind.location(item)))
    changed_at = kind.lastmod(item) if hasattr(kind, "lastmod") else None
    when = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
    return f"<url><loc>{where}</loc>{when}</url>"

"""Tells search engines the addresses of open pages, and when these last changed.

Above so many jobs there is one file for each kind of page, and for each part of a long kind.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import ceil

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape

from jobboard.common.addresses import address
from jobboard.listings.models import Company, Listing
from jobboard.search.index.tally import IDS_IN_RANGE
from jobboard.search.live.jobs import LiveJobs
from jobboard.search.results.landings import landings
from roles.models import Article, Comparison, Role

XML = "application/xml; charset=utf-8"
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
BEGIN = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SCHEMA}">'
BEGIN_LIST = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SCHEMA}">'
ROBOTS = "noindex, noodp, noarchive"  # of the file itself
MAX_URLS_PER_SITEMAP = 500  # addresses of one kind
PAGES = [
    "insights:home",
    "browse:list",
    "browse:company_list",
    "insights:role_list",
    "insights:salary_list",
    "insights:compare",
    "site:methodology",
    "roles:article_list",
]

Entry = tuple[str, datetime | None]
"""Path, and when it last changed."""


class SiteMap(ABC):
    def pages(self) -> Sequence[int]:
        """Numbers of its files."""
        return [1]

    @abstractmethod
    def entries(self, page: int) -> Iterable[Entry]: ...


class PageMap(SiteMap):
    def entries(self, page: int) -> Iterable[Entry]:
        return [(reverse(name), None) for name in PAGES]


class ListingMap(SiteMap):
    """A file for each range of IDs that open jobs are in, so a job is in the same one for good."""

    def pages(self) -> Sequence[int]:
        return [number + 1 for number in LiveJobs().id_ranges()]

    def entries(self, page: int) -> Iterable[Entry]:
        first = (page - 1) * IDS_IN_RANGE
        in_range = Q(pk__gte=first, pk__lt=first + IDS_IN_RANGE)
        # Pages of samples are noindex.
        real = Listing.objects.live().filter(in_range, company__is_demo=False)
        for job in real.only("title", "changed_at").order_by("pk"):
            yield job.get_absolute_url(), job.changed_at


class LandingMap(SiteMap):
    def entries(self, page: int) -> Iterable[Entry]:
        return sorted(landings().items())


class CompanyMap(SiteMap):
    def __init__(self) -> None:
        self.ids = LiveJobs().hiring_ids()

    def pages(self) -> Sequence[int]:
        return range(1, ceil(len(self.ids) / MAX_URLS_PER_SITEMAP) + 1)

    def entries(self, page: int) -> Iterable[Entry]:
        part = self.ids[(page - 1) * MAX_URLS_PER_SITEMAP : page * MAX_URLS_PER_SITEMAP]
        changed_at = LiveJobs().changes_of_companies(part)
        real = Company.objects.filter(pk__in=part, is_demo=False).only("slug")
        for company in real.order_by("name", "pk"):
            yield company.get_absolute_url(), changed_at.get(company.pk)


class RoleMap(SiteMap):
    def entries(self, page: int) -> Iterable[Entry]:
        for role in Role.objects.published():
            yield role.get_absolute_url(), role.changed_at


class SalaryMap(SiteMap):
    def entries(self, page: int) -> Iterable[Entry]:
        for role in Role.objects.published():
            yield reverse("insights:salary", args=[role.slug]), role.changed_at


class ComparisonMap(SiteMap):
    """Pairs an editor wrote about, and whose profiles are both complete."""

    def entries(self, page: int) -> Iterable[Entry]:
        pairs = Comparison.objects.published().select_related("role_1", "role_2").order_by("id")
        for pair in pairs:
            if pair.role_1.is_complete and pair.role_2.is_complete:
                # The page compares the two profiles, so it changes with either.
                yield pair.get_absolute_url(), max(role.changed_at for role in pair.roles)


class ArticleMap(SiteMap):
    """Guides and pages of the house."""

    def entries(self, page: int) -> Iterable[Entry]:
        for article in Article.objects.published().only("slug", "kind", "changed_at"):
            yield article.get_absolute_url(), article.changed_at


SITEMAPS: dict[str, type[SiteMap]] = {
    "pages": PageMap,
    "roles": RoleMap,
    "comparisons": ComparisonMap,
    "salaries": SalaryMap,
    "articles": ArticleMap,
    "companies": CompanyMap,
    "searches": LandingMap,
    "jobs": ListingMap,
}


def sitemap_view(request) -> HttpResponse:
    """List all addresses, or the list of files if they are too many for one file."""
    if LiveJobs().counts().total > MAX_URLS_PER_SITEMAP:
        return _build_list_of_files()
    return _build_file(_all_entries())


def _all_entries() -> Iterator[Entry]:
    for kind in SITEMAPS.values():
        sitemap = kind()
        for page in sitemap.pages():
            yield from sitemap.entries(page)


def sitemap_part(request, section) -> HttpResponse:
    if section not in SITEMAPS:
        raise Http404(f"There is no sitemap of “{section}”.")
    sitemap = SITEMAPS[section]()
    page = request.GET.get("p", "1")
    if page not in {"1", *map(str, sitemap.pages())}:
        raise Http404(f"There is no page {page[:9]} of the sitemap of {section}.")
    return _build_file(sitemap.entries(int(page)))


def _build_list_of_files() -> HttpResponse:
    lines = []
    for section, kind in SITEMAPS.items():
        path = reverse("site:sitemap_part", args=[section])
        for page in kind().pages():
            query = f"?p={page}" if page > 1 else ""
            lines.append(f"<sitemap><loc>{escape(address(path + query))}</loc></sitemap>")
    return _respond([BEGIN_LIST, *lines, "</sitemapindex>\n"])


def _build_file(entries: Iterable[Entry]) -> HttpResponse:
    lines = []
    for path, changed_at in entries:
        when = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
        lines.append(f"<url><loc>{escape(address(path))}</loc>{when}</url>")
    return _respond([BEGIN, *lines, "</urlset>\n"])


def _respond(lines: list[str]) -> HttpResponse:
    body = "\n".join(lines)
    return HttpResponse(body, content_type=XML, headers={"X-Robots-Tag": ROBOTS})

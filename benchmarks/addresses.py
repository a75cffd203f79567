"""Addresses of every kind of public page, spread over what a site holds."""

from itertools import combinations, islice, product

from django.db.models import Count
from django.utils.http import urlencode

from jobboard.listings.models import Company, Listing
from roles.models import Article, Role, Skill, comparison_url

A_PAGE = 25
MAX_PAGE = 400
LEVELS = ["entry", "mid", "senior", "executive"]
WORKPLACES = ["remote", "hybrid", "on_site"]
COUNTRIES = ["US", "GB", "DE", "IN", "CA", "FR", "NL", "PL", "ES", "BR"]
WORDS = ["engineer", "python", "machine learning", "analyst", "sql spark", "kubernetes", "nlp"]
MORE_WORDS = ["", "senior", "data", "remote", "cloud", "research", "team"]
TYPED = ["py", "ma", "da", "sen", "data e", "engineer", "s", "kub", "an", "c+"]
API = "/api/v1"
Addresses = dict[str, list[str]]


def addresses(most: int) -> Addresses:
    """Kind of page → at most ``most`` addresses, those that cost most first."""
    found = _of_searches() | _of_jobs(most) | _of_companies(most) | _of_roles() | _of_the_house()
    return {kind: list(islice(paths, most)) for kind, paths in found.items()}


def _asked(path: str, **values: object) -> str:
    given = {name: value for name, value in values.items() if value not in ("", None)}
    return f"{path}?{urlencode(given)}" if given else path


def _of_searches() -> Addresses:
    # Those first that find a full page on a small site, too.
    filters: list[dict[str, object]] = [
        {"workplace": "remote"},
        {"level": "senior"},
        {"country": "US"},
    ]
    filters += [
        dict(zip(["level", "workplace", "country", "salary_from"], values, strict=True))
        for values in product(LEVELS, WORKPLACES, COUNTRIES, [50_000, 80_000, 110_000])
    ]
    words = [{"q": f"{one} {more}".strip()} for one, more in product(WORDS, MORE_WORDS)]
    words = [asked | {"country": country} for asked in words for country in ["", *COUNTRIES]]
    pages = min(MAX_PAGE, max(2, Listing.objects.live().count() // A_PAGE))
    return {
        "list, first page": ["/jobs/"],
        "list, filters": [_asked("/jobs/", **asked) for asked in filters],
        "list, words": [_asked("/jobs/", **asked) for asked in words],
        "list, deep page": [_asked("/jobs/", page=number) for number in range(pages, 1, -1)],
        "feed": ["/jobs/feed/", *(_asked("/jobs/feed/", **asked) for asked in filters)],
        "suggestions": [_asked("/jobs/suggestions/", q=typed) for typed in TYPED],
        "API: jobs": [_asked(f"{API}/listings", **asked) for asked in filters],
        "API: jobs with facets": [_asked(f"{API}/listings", facets=1, **asked) for asked in words],
    }


def _of_jobs(most: int) -> Addresses:
    live = Listing.objects.live()
    step = max(1, live.count() // most)
    spread = list(live.order_by("pk").only("pk", "title")[::step][:most])
    busiest = _roles()[0]
    return {
        "job": [job.get_absolute_url() for job in spread],
        "job of the busiest role": [
            job.get_absolute_url() for job in live.filter(role=busiest).order_by("-pk")[:most]
        ],
        "API: one job": [f"{API}/listings/{job.pk}" for job in spread],
    }


def _of_companies(most: int) -> Addresses:
    companies = Company.objects.annotate(jobs=Count("listings")).order_by("-jobs", "pk")
    pages = max(1, Company.objects.filter(pk__in=companies.filter(jobs__gt=0)).count() // 50)
    return {
        "company": [company.get_absolute_url() for company in companies[:most]],
        "companies": [_asked("/companies/", page=number + 1) for number in range(pages)],
        "API: companies": [_asked(f"{API}/companies", page=number + 1) for number in range(pages)],
    }


def _roles() -> list[Role]:
    counted = Role.objects.published().annotate(jobs=Count("listings"))
    return list(counted.order_by("-jobs", "pk"))


def _of_roles() -> Addresses:
    roles = _roles()
    pairs = [comparison_url(*pair) for pair in combinations(roles, 2)]
    salaries = [f"/salaries/{role.slug}/" for role in roles]
    return {
        "home": ["/"],
        "roles": ["/roles/"],
        "role": [role.get_absolute_url() for role in roles],
        "comparison": pairs,
        "comparison, to choose": ["/compare/"],
        "salaries": ["/salaries/"],
        "salary": [
            *salaries,
            *(_asked(path, level=level) for level, path in product(LEVELS, salaries)),
        ],
        "API: roles": [f"{API}/roles"],
        "API: role": [f"{API}/roles/{role.slug}" for role in roles],
        "API: comparison": [f"{API}/comparisons/{path.strip('/').split('/')[1]}" for path in pairs],
        "API: salary": [f"{API}/salaries/{role.slug}" for role in roles],
        "API: skills": [f"{API}/skills"] if Skill.objects.exists() else [],
    }


def _of_the_house() -> Addresses:
    articles = Article.objects.published()
    return {
        "articles": ["/articles/", "/articles/feed/"],
        "article": [article.get_absolute_url() for article in articles],
        "methodology": ["/methodology/"],
        "sitemap": ["/sitemap.xml"],
        "sitemap of jobs": ["/sitemap-jobs.xml"],
        "sitemap of companies": ["/sitemap-companies.xml"],
        "sitemap of searches": ["/sitemap-searches.xml"],
        "nothing there": [f"/nothing-{number}/" for number in range(20)],
    }

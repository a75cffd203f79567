"""The API, version 1: what pages show, as JSON, for everybody, without a key, read-only. What
companies write with a token is in ``company``.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Annotated, Any, NoReturn

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from ninja import NinjaAPI, Path, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from jobboard.common.addresses import address
from jobboard.common.text.words import plural
from jobboard.common.web.http import found_or_404
from jobboard.common.web.limits import RateLimitError
from jobboard.common.web.turns import API_LISTS
from jobboard.insights.comparison import comparison_context, published_pair
from jobboard.insights.data import comparison_data, role_data, role_in_short
from jobboard.insights.role_pages import published_role, redirect_to_current_slug
from jobboard.listings.data.many_jobs import read_data
from jobboard.listings.data.one_job import company_data, credit, listing_data
from jobboard.listings.detail import public_listing
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing
from jobboard.search.language import search_form
from jobboard.search.live.jobs import LiveJobs
from jobboard.search.results.chips import understood_values
from jobboard.search.results.page import ListingSearch
from roles.models import Role, Skill, pair_slug

from . import notes, schemas
from .docs import PlainDocs
from .forms import FigureForm, ListingsForm, PageForm
from .parameters import SLUG, parameters_of
from .salaries import salary_data

MAX_REQUESTS_PER_MINUTE = 120
ABOUT = (
    "Everything on the site as JSON: jobs, roles, comparisons, companies, skills and pay. "
    "You don’t need an API key to read them. Responses are not cached on our side, include an ETag "
    f"and allow cross-origin requests. {MAX_REQUESTS_PER_MINUTE} requests a minute are allowed per "
    "network. Beyond that you get a 429 response with a Retry-After header. "
    "What visitors say about themselves on the site changes nothing here: responses are the same "
    "for everybody. "
    "Companies can post their jobs with a token."
)
NOT_JSON = "The body is not valid JSON. Send one object, encoded as UTF-8."
NOT_KNOWN = (
    "Send a token of your company that works: “Authorization: Bearer TOKEN”. "
    "Owners create tokens on the company’s page."
)
FIELD_NAME = re.compile("[a-z_]+")
HIDDEN_FACETS = {"band"}  # amounts for the page's own links


class Api(NinjaAPI):
    def get_openapi_schema(self, **kwargs) -> OpenAPISchema:
        return self._described

    @cached_property
    def _described(self) -> OpenAPISchema:
        return super().get_openapi_schema()


api = Api(
    title=f"{settings.SITE_NAME} API",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    docs=PlainDocs(),
    servers=[{"url": settings.SITE_URL}],
)
SlugInPath = Annotated[str, Path(pattern=SLUG, examples=["data-engineer"])]
Reply = dict | Status | HttpResponse
PROBLEMS = {404: schemas.Problem, 429: schemas.Problem}
ERROR_RESPONSES = {422: schemas.Refused, **PROBLEMS}


@api.exception_handler(Http404)
def not_found(request, exception) -> NoReturn:
    raise exception  # the site's error pages answer in JSON here


@api.exception_handler(RateLimitError)
def too_often(request, exception) -> NoReturn:
    raise exception  # answered by the site, as everywhere


@api.exception_handler(ValidationError)
def not_usable(request, exception) -> HttpResponse:
    """The library itself checks addresses, and the types of what is sent."""
    errors: dict[str, list[str]] = {}
    for error in exception.errors:
        if error["loc"][0] == "path":
            raise Http404
        errors.setdefault(_field_in(error["loc"]), []).append(f"{error['msg']}.")
    answer = {"detail": f"Invalid fields: {', '.join(errors)}.", "errors": errors}
    return api.create_response(request, answer, status=422)


def _field_in(place: Sequence[str | int]) -> str:
    """“places.0.text”, without where that was sent and which of several types was tried."""
    steps = map(str, place[2:])
    names = [step for step in steps if step.isdecimal() or FIELD_NAME.fullmatch(step)]
    return ".".join(names) or "body"


@api.exception_handler(HttpError)
def refused_by_us(request, exception) -> HttpResponse:
    detail = NOT_JSON if exception.status_code == 400 else str(exception)
    answer = api.create_response(request, {"detail": detail}, status=exception.status_code)
    if exception.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(AuthenticationError)
def not_known(request, exception) -> HttpResponse:
    return refused_by_us(request, HttpError(401, NOT_KNOWN))


def refused(form) -> Status:
    errors = {name: list(map(str, errors)) for name, errors in form.errors.items()}
    return Status(422, {"detail": f"Invalid parameters: {', '.join(errors)}.", "errors": errors})


def unknown(request, *forms) -> list[str]:
    return sorted(set(request.GET).difference(*(form.fields for form in forms)))


# --- Jobs -----------------------------------------------------------------------------------------


@api.get(
    "/listings",
    url_name="listings",
    summary="Search open jobs",
    response={200: schemas.Jobs, **ERROR_RESPONSES},
    openapi_extra={"parameters": parameters_of(search_form(), ListingsForm, notes=notes.LISTINGS)},
)
@API_LISTS.one_at_a_time
def listings(request) -> Reply:
    """The same search as the job list. Featured jobs are marked but not moved to the top."""
    search = ListingSearch(request.GET)
    form = ListingsForm(request.GET)
    if not (form.is_valid() and search.form.is_valid()):
        form.errors.update(search.form.errors)
        return refused(form)
    per_page = form.cleaned_data["per_page"]
    with_facets = bool(form.cleaned_data["facets"])
    results = found_or_404(search.find, per_page=per_page, with_facets=with_facets)
    facets: dict[str, list[dict[str, Any]]] | None = None
    if with_facets:
        facets = {}
        for name, facet in results.facets.items():
            if name not in HIDDEN_FACETS:
                facets[name] = [asdict(option) for option in facet.options]
    return {
        "total": results.total,
        "page": search.page,
        "per_page": per_page,
        "items": list(read_data(results.ids)),
        "facets": facets,
        "ignored": unknown(request, search.form, form),
        "corrected": results.corrected,
        "understood": [asdict(value) for value in understood_values(search)],
        **credit(),
    }


@api.get(
    "/listings/{int:listing_id}",
    url_name="listing",
    summary="Get a job",
    response={200: schemas.JobDetail, 410: schemas.JobOver, **PROBLEMS},
)
def listing(request, listing_id: Annotated[int, Path(ge=1, examples=[1])]) -> Reply:
    """Returns 410 if the job has closed or expired, and 404 if it does not exist or is not
    public. An id that became part of another job redirects.
    """
    all_jobs = Listing.objects.for_data().defer(None)
    job = found_or_404(public_listing, listing_id, lambda pk: all_jobs.filter(pk=pk).first())
    if job.pk != listing_id:
        return redirect("api:listing", job.pk, permanent=True)
    if job.is_over:
        url = address(job.get_absolute_url())
        return Status(410, {"detail": "This job is closed.", "id": job.pk, "url": url})
    more = {
        "description_html": job.description_html,
        "visa": job.visa,
        "closes_on": job.closes_on,
    }
    return listing_data(job) | more | credit()


# --- Roles ----------------------------------------------------------------------------------------


@api.get(
    "/roles",
    url_name="roles",
    summary="List roles",
    response={200: schemas.Roles, 429: schemas.Problem},
)
def roles(request) -> Reply:
    published = list(Role.objects.published().select_related("broader").order_by("name"))
    facts_by_role = LiveJobs().facts_of_roles(published)
    items = [_role_item(item, facts_by_role.get(item.pk, MarketFacts())) for item in published]
    return {"total": len(items), "items": items, "ignored": unknown(request)}


def _role_item(role: Role, facts: MarketFacts) -> dict[str, Any]:
    return role_in_short(role) | {"open_jobs": facts.total, "of_them_samples": facts.samples}


@api.get(
    "/roles/{slug:slug}",
    url_name="role",
    summary="Get a role",
    response={200: schemas.RoleDetail, 301: None, **PROBLEMS},
)
def role(request, slug: SlugInPath) -> Reply:
    """The role’s profile, the skills open jobs ask for, pay and similar roles. Old slugs
    redirect.
    """
    public_role = found_or_404(published_role, slug)
    if public_role.slug != slug:
        return redirect_to_current_slug("api:role", public_role, request)
    return role_data(public_role)


@api.get(
    "/comparisons/{slug:pair}",
    url_name="comparison",
    summary="Compare two roles",
    response={200: schemas.ComparisonDetail, 301: None, **PROBLEMS},
    by_alias=True,
)
def comparison(
    request,
    pair: Annotated[str, Path(pattern=SLUG, examples=["ai-architect-vs-deep-learning-engineer"])],
) -> Reply:
    """Takes two role slugs in alphabetical order, as “first-vs-second”. The reverse order
    redirects.
    """
    pair_of_roles, published = found_or_404(published_pair, pair)
    if (canonical := pair_slug(*pair_of_roles)) != pair:
        return redirect("api:comparison", canonical, permanent=True)
    return comparison_data(comparison_context(*pair_of_roles, published))


# --- Companies, skills, pay -----------------------------------------------------------------------


def page_of(request, rows, data, form: PageForm | None = None) -> dict | Status:
    """The requested page of ``rows``, each as ``data(row)``. Raises Http404 beyond the last."""
    form = form or PageForm(request.GET)
    if not form.is_valid():
        return refused(form)
    pages = Paginator(rows, form.cleaned_data["per_page"])
    try:
        page = pages.page(form.cleaned_data["page"])
    except EmptyPage:
        verb = "is" if pages.num_pages == 1 else "are"
        raise Http404(f"There {verb} only {plural(pages.num_pages, 'page')}.") from None
    return {
        "total": pages.count,
        "page": page.number,
        "per_page": pages.per_page,
        "items": [data(row) for row in page],
        "ignored": unknown(request, form),
    }


PAGING = {"parameters": parameters_of(PageForm, notes=notes.PAGE)}


@api.get(
    "/companies",
    url_name="companies",
    summary="List companies with open jobs",
    response={200: schemas.Companies, **ERROR_RESPONSES},
    openapi_extra=PAGING,
)
def companies(request) -> Reply:
    def data(company) -> dict[str, Any]:
        return company_data(company) | {
            "website": company.website,
            "country": company.country or None,
            "size": company.size or None,
            "open_jobs": company.live_count,
            "is_sample": company.is_demo,
        }

    return page_of(request, LiveJobs().hiring_companies(), data)


@api.get(
    "/skills",
    url_name="skills",
    summary="List skills and tools",
    response={200: schemas.Skills, **ERROR_RESPONSES},
    openapi_extra=PAGING,
)
def skills(request) -> Reply:
    def data(skill) -> dict[str, Any]:
        jobs = address(f"{reverse('browse:list')}?skill={skill.slug}")
        return {"slug": skill.slug, "name": skill.name, "kind": skill.kind, "jobs_url": jobs}

    return page_of(request, Skill.objects.current().order_by("name", "pk"), data)


@api.get(
    "/salaries/{slug:slug}",
    url_name="salary",
    summary="Get pay for a role",
    response={200: schemas.SalaryDetail, 301: None, **ERROR_RESPONSES},
    openapi_extra={"parameters": parameters_of(FigureForm, notes=notes.CELL)},
)
def salary(request, slug: SlugInPath) -> Reply:
    """Yearly pay before tax from one source, with optional filters. Percentiles are null with fewer
    than 10 responses.

    See /methodology/ for how they are calculated.
    """
    public_role = found_or_404(published_role, slug)
    if public_role.slug != slug:
        return redirect_to_current_slug("api:salary", public_role, request)
    form = FigureForm(request.GET)
    if not form.is_valid():
        return refused(form)
    return salary_data(public_role, form)

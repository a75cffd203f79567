"""The figures of the salary pages as files."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.common.addresses import address
from jobboard.common.web.files import csv_answer, json_answer
from jobboard.common.web.http import found_or_404
from jobboard.listings.facts import MarketFacts
from roles.pay import page
from roles.pay.data import sources_data, survey_data
from roles.pay.formulas import PERCENTILE_NAMES

from . import pay_panel
from .role_pages import published_role, redirect_to_current_slug
from .salary_pages import salaries_context, salary_context

COLUMNS = [
    "role",
    "source",
    "level",
    "country",
    "year",
    "remote",
    "n",
    "n_distinct",
    *PERCENTILE_NAMES,
    "currency",
    "years",
    "top_country",
    "top_country_share",
    "as_of",
    "name",
    "licence",
]


def line(role: str, figure: dict[str, Any], sources: dict[str, dict[str, Any]]) -> list[Any]:
    years = "–".join(map(str, dict.fromkeys(figure["years"] or [])))
    credit = sources.get(figure["source"], {"name": settings.SITE_NAME})
    values = {**credit, **figure, "role": role, "years": years}
    return [values.get(column) for column in COLUMNS]


def sources_by_layer() -> dict[str, dict[str, Any]]:
    return {source["layer"]: source for source in sources_data()}


def all_pay() -> list[tuple[str, dict[str, Any]]]:
    """(role, what each source says) in the order of the page."""
    today = timezone.now().date()
    rows = salaries_context()["rows"]
    return [(pay.role.slug, pay_panel.pay_data(pay, today)) for pay, *_ in rows]


@require_safe
def salaries_json(request: HttpRequest) -> HttpResponse:
    roles = []
    for slug, pay in all_pay():
        url = address(reverse("insights:salary", args=[slug]))
        roles.append({"role": slug, "url": url, **pay})
    return json_answer({"roles": roles, "sources": sources_data()})


@require_safe
def salaries_csv(request: HttpRequest) -> HttpResponse:
    sources = sources_by_layer()
    rows = []
    for slug, pay in all_pay():
        rows += [line(slug, figure, sources) for figure in pay.values() if figure]
    return csv_answer("salaries", COLUMNS, rows)


def salary_data(context: dict[str, Any]) -> dict[str, Any]:
    """``figure`` is the cell that was asked for, null where nobody answered; ``figures`` are those
    of the page.
    """
    role = context["role"]
    figures = context["figures"]
    instead = figures.instead
    today = timezone.now().date()
    return {
        "role": role.slug,
        "url": address(reverse("insights:salary", args=[role.slug])),
        "figure": figures.chosen and survey_data(figures.chosen),
        "is_among_the_figures_here": not figures.is_not_in_starter_data,
        "instead": instead and {"role": instead.role.slug, **survey_data(instead.row.figure)},
        **pay_panel.pay_data(context["pay"], today),
        "posted_by_currency": _posted_by_currency(context["pay"].posted, today),
        "figures": [survey_data(figure) for figure in figures.shown],
        "sources": sources_data(),
    }


@require_safe
def salary_json(request: HttpRequest, slug: str) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect_to_current_slug("insights:salary_json", role, request)
    form = page.CellForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    return json_answer(salary_data(salary_context(role, form)))


def _posted_by_currency(posted: MarketFacts | None, today: date) -> list[dict[str, Any]]:
    if posted is None:
        return []
    rows = []
    for spread in posted.by_currency:
        rows.append(pay_panel.posted_data(spread, posted.total - spread.n, today))
    return rows


@require_safe
def salary_csv(request: HttpRequest, slug: str) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect_to_current_slug("insights:salary_csv", role, request)
    data = salary_data(salary_context(role, page.CellForm({})))
    figures = [*data["figures"], *data["posted_by_currency"]]
    if data["official"]:
        figures.append(data["official"])
    sources = sources_by_layer()
    rows = [line(slug, figure, sources) for figure in figures]
    return csv_answer(f"salaries-{slug}", COLUMNS, rows)

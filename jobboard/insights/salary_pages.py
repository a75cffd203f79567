from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from jobboard.common.web.http import found_or_404
from jobboard.common.web.tracing import make_for_one
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from jobboard.you.visitor import visitor_of
from roles.models import Role, SalarySource
from roles.pay.page import LEVELS, REMOTE, CellForm, Row, SalaryFigures, trends

from . import pay_panel
from .fair_pay.form import FairPayForm, asked_form
from .fair_pay.page import answer, empty_question
from .fair_pay.survey import format_years
from .pictures.ladder import breakdowns, by_country, in_own_currency, salary_sources, salary_verdict
from .pictures.strips import AXIS_CURRENCY, FigureSource, posted_strip, survey_strip, with_trend
from .role_pages import (
    COMPARISONS_SHOWN,
    facts_at,
    published_role,
    redirect_to_current_slug,
    related_comparisons,
)
from .your.choices import cell_for

RANGES_SHOWN = 20


@require_safe
def salary_list(request) -> HttpResponse:
    """All roles; with a ``role`` chosen, on to its page."""
    params = request.GET.dict()
    slug = params.pop("role", "")
    if Role.objects.published().filter(slug=slug).exists():
        given = {name: value for name, value in params.items() if value}
        return redirect(f"{reverse('insights:salary', args=[slug])}?{urlencode(given)}")
    visitor = visitor_of(request)
    context = salaries_context(visitor.level) | {"visitor": visitor}
    return render(request, "insights/salaries.html", context)


def salaries_context(level: str = "") -> dict:
    """``level``: of the pictures; '' for all together. The rows hold all."""
    roles = list(Role.objects.published().select_related("broader"))
    jobs = LiveJobs()
    facts = jobs.facts_of_roles(roles)
    pays = pay_panel.get_pays(roles, facts)
    posted = facts
    if level:
        posted = {role.pk: facts_at(jobs, role, level) for role in roles if role.pk in facts}
    rows = sorted((pays[role.pk] for role in roles), key=lambda pay: _highest_first(pay, level))
    by_year = trends(roles)
    columns = [
        _build_survey_column(rows, {} if level else by_year, level),
        _build_posted_column(rows, posted, level),
    ]
    return {
        "level": level,
        "columns": columns,
        "rows": [
            (pay, pays.get(pay.role.broader_id or 0), by_year.get(pay.role.slug)) for pay in rows
        ],
        "axis_values": list(chain.from_iterable(source.values for source in columns)),
        "has_samples": pay_panel.include_samples(rows),
        "sources": SalarySource.objects.order_by("-layer", "slug"),
        "levels": LEVELS,
    }


def _build_survey_column(
    rows: Sequence[pay_panel.RolePay], by_year: Mapping[str, Sequence[Row]], level: str
) -> FigureSource:
    strips = []
    for pay in rows:
        role = pay.role
        strip = survey_strip(role.name, "", pay.by_level.get(level), _salary_url(role))
        strips.append(with_trend(strip, by_year.get(role.slug, ())))
    of_level = "all levels and countries"
    if level:
        of_level = f"{LEVELS[level]}, all countries"
    return FigureSource("Salary survey", f"{of_level}, mostly from the United States", strips)


def _build_posted_column(
    rows: Sequence[pay_panel.RolePay], posted: Mapping[int, MarketFacts], level: str
) -> FigureSource:
    strips = []
    for pay in rows:
        facts = posted.get(pay.role.pk)
        if facts and facts.posted.n:
            strips.append(posted_strip(pay.role.name, "", facts, _salary_url(pay.role)))
    note = "midpoints of yearly ranges"
    if level:
        note = f"{LEVELS[level]}, {note}"
    return FigureSource("Posted pay in open jobs", note, strips)


def _salary_url(role: Role) -> str:
    return reverse("insights:salary", args=[role.slug])


def _highest_first(pay: pay_panel.RolePay, level: str) -> tuple[bool, Decimal | float, str]:
    """A sort key: the highest survey median first, roles with too few answers last."""
    figure = pay.by_level.get(level)
    median = figure and figure.p50
    return (median is None, -(median or 0), pay.role.name)


@require_safe
def salary_detail(request, slug) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect_to_current_slug("insights:salary", role, request)
    own_pay_form = asked_form(request.GET)
    if own_pay_form:
        return _show_own_pay(request, role, own_pay_form)
    visitor = visitor_of(request)
    context = salary_context(role, CellForm(cell_for(visitor, request.GET)))
    context |= empty_question(context["figures"].cell, visitor.currency)
    return render(request, "insights/salary.html", context | {"visitor": visitor})


def _show_own_pay(request, role: Role, form: FairPayForm) -> HttpResponse:
    """The pay that somebody typed is stored nowhere, neither here nor in a cache on the way."""
    context = salary_context(role, form)
    context |= answer(form, context["figures"], context["pay"])
    context["visitor"] = visitor_of(request)
    make_for_one()
    response = render(request, "insights/salary.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def salary_context(role: Role, form: CellForm | FairPayForm) -> dict:
    """Everything the salary page of a role shows, and its files."""
    figures = SalaryFigures(role, form.cell)
    roles = [role]
    if role.public_broader:
        roles.append(role.public_broader)
    jobs = LiveJobs()
    pays = pay_panel.get_pays(roles, jobs.facts_of_roles(roles))
    pay = pays[role.pk]
    posted = pay.posted
    level = figures.cell.level
    at_level = posted
    if level:
        at_level = facts_at(jobs, role, level)

    def newest_ranges() -> list[Listing]:
        if not posted or not posted.currency:
            return []
        with_range = JobsWanted(roles=(role.pk,), range_in=posted.currency)
        return jobs.newest_cards(RANGES_SHOWN, with_range)

    return {
        "role": role,
        "form": form,
        "figures": figures,
        "pay": pay,
        "broader_pay": pays.get(role.broader_id or 0),
        "ranges": SimpleLazyObject(newest_ranges),  # not read for files
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
        "levels": LEVELS,
        "ways_of_working": REMOTE,
        "sources": SalarySource.objects.order_by("-layer", "slug"),
        **_picture_context(figures, pay, at_level),
    }


def _picture_context(
    figures: SalaryFigures, pay: pay_panel.RolePay, at_level: MarketFacts | None
) -> dict[str, Any]:
    """The pictures, all of them on one axis."""
    picture = figures.picture
    columns = [[*salary_sources(figures, pay, at_level), *breakdowns(figures)]]
    countries = by_country(figures)
    if countries:
        columns.append(countries)
    dots: list = []
    at_level_total = 0
    if at_level:
        dots = at_level.midpoints.get(AXIS_CURRENCY, [])
        at_level_total = at_level.total
    sources = chain.from_iterable(columns)
    values = list(chain.from_iterable(source.values for source in sources))
    values += map(float, dots)
    picture_years = ""
    if picture:
        values += map(float, pay_panel.axis_values([picture.figure.spread]))
        picture_years = format_years(picture.figure)
    return {
        "verdict": salary_verdict(figures),
        "picture": picture,
        "picture_years": picture_years,
        "own_currency": in_own_currency(picture),
        "dots": dots,
        "at_level_total": at_level_total,
        "columns": columns,
        "axis_values": values,
    }

"""One figure of pay, with the filters of a request."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from jobboard.common.addresses import address
from jobboard.insights.data import jobs_address
from jobboard.insights.pay_panel import get_pays, posted_data
from jobboard.listings.data.one_job import LICENCE
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from roles.models import Role, SalaryFigure, SalarySource
from roles.pay.data import FIELDS, official_data, sources_data, survey_data
from roles.pay.formulas import spread
from roles.pay.page import SalaryFigures

from .forms import FigureForm

WORKPLACES = {0: "on_site", 50: "hybrid", 100: "remote"}
EMPTY_PERCENTILES = dict.fromkeys(FIELDS) | {"n": 0, "currency": "USD"}


def salary_data(role: Role, form: FigureForm) -> dict:
    """``form`` is valid."""
    params = form.cleaned_data
    get_figure = FIGURES[params["source"]]
    cell = dict.fromkeys(["level", "country", "year", "remote"])
    for name in cell:
        if form.data.get(name):
            cell[name] = params[name]
    sources = [*sources_data(), our_jobs(role)]
    return {
        "role": role.slug,
        "url": address(reverse("insights:salary", args=[role.slug])),
        "title": params["title"] or None,
        **dict.fromkeys(["as_of", "left_out", "of_them_samples", "instead"]),
        **{"at_least": [], "withheld": []},
        **get_figure(role, form),
        **cell,
        "sources": [source for source in sources if source["layer"] == params["source"]],
    }


def our_jobs(role: Role) -> dict:
    """The open jobs as a source beside the others."""
    return {
        "layer": "posted",
        "slug": "open-jobs",
        "name": settings.SITE_NAME,
        "version": str(timezone.now().date()),
        "licence": LICENCE,
        "credit": f"Based on open jobs on {settings.SITE_NAME}.",
        "url": jobs_address(role),
    }


def survey_figure(role: Role, form: FigureForm) -> dict:
    """An imported survey has every cell that counts an answer. The figures we ship lack some of
    them: then ``n`` is null.
    """
    title = form.cleaned_data["title"]
    instead: dict | None = None
    if title:
        of_title = SalaryFigure.objects.filter(
            layer="survey", role_key="", title_key=title, **form.cell._asdict()
        )
        figure = of_title.first()
        imported = SalarySource.objects.filter(layer="survey", imported_at__isnull=False)
        is_unknown = not imported.exists()
    else:
        figures = SalaryFigures(role, form.cell)
        figure = figures.chosen
        is_unknown = figures.is_not_in_starter_data
        if nearest := figures.instead:
            instead = {"role": nearest.role.slug, **survey_data(nearest.row.figure)}
    if figure:
        return survey_data(figure) | {"instead": instead}
    count = None if is_unknown else 0
    return EMPTY_PERCENTILES | {
        "source": "survey",
        "n": count,
        "n_distinct": count,
        "instead": instead,
    }


def posted_figure(role: Role, form: FigureForm) -> dict:
    params = form.cleaned_data
    wanted = JobsWanted(
        level=params["level"],
        workplace=WORKPLACES.get(params["remote"], ""),
        country=params["country"],
    )
    facts = LiveJobs().facts_of_some(role, wanted)
    if not facts.total:
        return EMPTY_PERCENTILES | {
            "source": "posted",
            "currency": params["currency"] or None,
            "left_out": 0,
            "of_them_samples": 0,
        }
    currency = params["currency"] or facts.currency
    stated = spread(facts.midpoints.get(currency, []), currency)
    return posted_data(stated, facts.total - stated.n, timezone.now().date()) | {
        "of_them_samples": facts.samples
    }


def official_figure(role: Role, form: FigureForm) -> dict:
    pay = get_pays([role])[role.pk]
    if pay.official is None or pay.occupation is None:
        return EMPTY_PERCENTILES | {"source": "official", "n": None}
    figure = official_data(pay.official, pay.occupation.match)
    return {name: figure[name] for name in (*FIELDS, "at_least", "withheld")}


FIGURES = {"survey": survey_figure, "posted": posted_figure, "official": official_figure}

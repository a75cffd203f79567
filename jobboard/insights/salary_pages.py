from decimal import Decimal
from itertools import chain

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from jobboard.common.web.http import found_or_404
from jobboard.listings.models import Listing
from jobboard.listings.querysets import ListingQuerySet
from jobboard.search.live.jobs import Kind, LiveJobs
from roles.models import Role, SalarySource
from roles.pay.page import LEVELS, REMOTE, CellForm, SalaryFigures, trends

from . import pay_panel
from .role_pages import COMPARISONS_SHOWN, moved, published_role, related_comparisons

RANGES_SHOWN = 20


@require_safe
def salary_list(request) -> HttpResponse:
    """All roles; with a ``role`` chosen, on to its page."""
    asked = request.GET.dict()
    if Role.objects.published().filter(slug=asked.pop("role", "")).exists():
        chosen = {name: value for name, value in asked.items() if value}
        return redirect(
            f"{reverse('insights:salary', args=[request.GET['role']])}?{urlencode(chosen)}"
        )
    return render(request, "insights/salaries.html", salaries_context())


def salaries_context() -> dict:
    roles = list(Role.objects.published().select_related("broader"))
    pays = pay_panel.pay_of(roles, LiveJobs().facts_of_roles(roles))
    rows = sorted((pays[role.pk] for role in roles), key=_highest_median_first)
    by_year = trends(roles)
    return {
        "rows": [
            (pay, pays.get(pay.role.broader_id or 0), by_year.get(pay.role.slug)) for pay in rows
        ],
        "axis_values": pay_panel.axis_values(chain.from_iterable(pay.spreads for pay in rows)),
        "has_samples": pay_panel.rest_on_samples(rows),
        "sources": SalarySource.objects.order_by("-layer", "slug"),
        "levels": LEVELS,
    }


def _highest_median_first(pay: pay_panel.RolePay) -> tuple[bool, Decimal | float, str]:
    """By the survey; roles with too few answers at the end."""
    median = pay.survey and pay.survey.p50
    return (median is None, -(median or 0), pay.role.name)


@require_safe
def salary_detail(request, slug) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return moved("insights:salary", role, request)
    return render(request, "insights/salary.html", salary_context(role, CellForm(request.GET)))


def newest_ranges(jobs: LiveJobs, role: Role, currency: str) -> ListingQuerySet:
    """Its newest open jobs whose pay per year is stated in ``currency``, from lowest to highest."""
    live = role.listings.live().with_range_per_year(currency)
    kind = Kind(roles=(role.pk,), range_in=currency)
    return jobs.among_newest(live, RANGES_SHOWN, [kind]).for_cards()[:RANGES_SHOWN]


def salary_context(role: Role, form: CellForm) -> dict:
    """Everything the salary page of a role shows, and its files."""
    figures = SalaryFigures(role, form.cell)
    together = [role, *([role.public_broader] if role.public_broader else [])]
    jobs = LiveJobs()
    pays = pay_panel.pay_of(together, jobs.facts_of_roles(together))
    pay = pays[role.pk]
    posted = pay.posted
    ranges = newest_ranges(jobs, role, posted.currency) if posted else Listing.objects.none()
    ends = list(chain.from_iterable((one.salary_min, one.salary_max) for one in ranges))
    return {
        "role": role,
        "form": form,
        "figures": figures,
        "pay": pay,
        "broader_pay": pays.get(role.broader_id or 0),
        "axis_values": pay_panel.axis_values([*pay.spreads, *figures.drawn]),
        "ranges": ranges,
        "ranges_axis_values": [*ends, *(pay_panel.axis_values([posted.posted]) if posted else [])],
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
        "levels": LEVELS,
        "ways_of_working": REMOTE,
        "sources": SalarySource.objects.order_by("-layer", "slug"),
    }

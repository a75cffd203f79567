from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from . import pay_panel
from .checks import missing_from_profile
from .models import Comparison, Role, SalarySource
from .overlap import nearest_roles
from .salary_page import LEVELS, REMOTE, CellForm, SalaryFigures, trends

JOBS_SHOWN = 5
NEAREST_SHOWN = 4
COMPARISONS_SHOWN = 4
RANGES_SHOWN = 20


def published_role(slug: str) -> Role:
    """A published role by its slug, or by one it had before; raises Http404."""
    role = Role.objects.published().select_related("broader").filter(slug=slug).first() or Role.at_old_slug(slug)
    if role is None or role.status != Role.Status.PUBLISHED:
        raise Http404("We couldn’t find that role.")
    return role


def related_comparisons(*roles: Role) -> list[Comparison]:
    """Published comparisons with one of the roles in them, newest first."""
    pairs = Comparison.objects.published().select_related("role_1", "role_2")
    return list((pairs.filter(role_1__in=roles) | pairs.filter(role_2__in=roles)).order_by("-published_on", "id"))


def market_facts(roles) -> dict:
    """Role id → counts and posted pay of its live jobs, without skills. The market side answers; this side knows only
    the relation.
    """
    jobs = Role._meta.get_field("listings").related_model.objects
    return jobs.live().filter(role__in=roles).market_facts(with_skills=False)


@require_safe
def role_list(request):
    roles = list(Role.objects.published().order_by("family", "name"))
    pays = pay_panel.pay_of(roles, market_facts(roles))
    rows = [pays[role.pk] for role in roles]
    return render(
        request,
        "roles/list.html",
        {
            "rows": rows,
            "axis_values": pay_panel.axis_values([pay.best for pay in rows]),
            "has_samples": pay_panel.rest_on_samples(rows),
        },
    )


@require_safe
def role_detail(request, slug):
    role = published_role(slug)
    if role.slug != slug:
        return redirect(role, permanent=True)
    return render(request, "roles/detail.html", role_context(role))


def role_context(role: Role) -> dict:
    """Everything the page of a role shows, of a draft too."""
    live = role.listings.live()
    facts = live.market_facts().get(role.pk)
    others = list(Role.objects.published().exclude(pk=role.pk))
    nearest = nearest_roles(role, others)
    broader = role.public_broader
    together = [role, *([broader] if broader else []), *(other for other, _ in nearest[:NEAREST_SHOWN])]
    pays = pay_panel.pay_of(list(dict.fromkeys(together)), {role.pk: facts})
    pay = pays[role.pk]
    return {
        "role": role,
        "profile": role.profile,
        "aliases": role.aliases.all(),
        "facts": facts,
        "also_asked": missing_from_profile(role, facts),
        "listings": live.for_cards()[:JOBS_SHOWN],
        "pay": pay,
        "broader_pay": pays.get(role.broader_id),
        "axis_values": pay_panel.axis_values(pay.spreads),
        "nearest": [
            (other, shared, pay_panel.survey_difference(pay, pays[other.pk]))
            for other, shared in nearest[:NEAREST_SHOWN]
        ],
        "others": [other for other, _ in nearest] + [other for other in others if not other.is_complete],
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
    }


def moved(name: str, role: Role, request):
    """To the page ``name`` of a role whose slug changed, with what was asked."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse(name, args=[role.slug]) + query, permanent=True)


@require_safe
def salary_list(request):
    """All roles; with a ``role`` chosen, on to its page."""
    asked = request.GET.dict()
    if Role.objects.published().filter(slug=asked.pop("role", "")).exists():
        chosen = {name: value for name, value in asked.items() if value}
        return redirect(f"{reverse('roles:salary', args=[request.GET['role']])}?{urlencode(chosen)}")
    return render(request, "roles/salaries.html", salaries_context())


def salaries_context() -> dict:
    roles = list(Role.objects.published().select_related("broader"))
    pays = pay_panel.pay_of(roles, market_facts(roles))
    rows = sorted((pays[role.pk] for role in roles), key=_highest_median_first)
    by_year = trends(roles)
    return {
        "rows": [(pay, pays.get(pay.role.broader_id), by_year.get(pay.role.slug)) for pay in rows],
        "axis_values": pay_panel.axis_values(spread for pay in rows for spread in pay.spreads),
        "has_samples": pay_panel.rest_on_samples(rows),
        "sources": SalarySource.objects.order_by("-layer", "slug"),
        "levels": LEVELS,
    }


def _highest_median_first(pay: pay_panel.RolePay):
    """By the survey; roles with too few answers at the end."""
    median = pay.survey and pay.survey.p50
    return (median is None, -(median or 0), pay.role.name)


@require_safe
def salary_detail(request, slug):
    role = published_role(slug)
    if role.slug != slug:
        return moved("roles:salary", role, request)
    return render(request, "roles/salary.html", salary_context(role, CellForm(request.GET)))


def salary_context(role: Role, form: CellForm) -> dict:
    """Everything the salary page of a role shows, and its files."""
    figures = SalaryFigures(role, form.cell)
    together = [role, *([role.public_broader] if role.public_broader else [])]
    pays = pay_panel.pay_of(together, market_facts(together))
    pay = pays[role.pk]
    posted = pay.posted
    ranges = role.listings.live().with_range_per_year(posted.currency).for_cards()[:RANGES_SHOWN] if posted else []
    ends = [end for listing in ranges for end in (listing.salary_min, listing.salary_max)]
    return {
        "role": role,
        "form": form,
        "figures": figures,
        "pay": pay,
        "broader_pay": pays.get(role.broader_id),
        "axis_values": pay_panel.axis_values([*pay.spreads, *figures.drawn]),
        "ranges": ranges,
        "ranges_axis_values": [*ends, *(pay_panel.axis_values([posted.posted]) if posted else [])],
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
        "levels": LEVELS,
        "ways_of_working": REMOTE,
        "sources": SalarySource.objects.order_by("-layer", "slug"),
    }

"""The pages of two roles beside each other."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from jobboard.common.web.http import found_or_404
from jobboard.you.visitor import visitor_of
from roles.models import Comparison, Role, comparison_url
from roles.overlap import skill_overlap

from .comparison import comparison_context, published_pair
from .pictures.level_switch import level_links
from .your.choices import level_for
from .your.nearer import nearer
from .your.steps import find_steps


@require_safe
def choose_roles(request) -> HttpResponse:
    """A form to choose two roles; with both chosen, a redirect to their page."""
    roles = list(Role.objects.published())
    by_slug = {role.slug: role for role in roles}
    chosen_a = request.GET.get("a", "")
    chosen_b = request.GET.get("b", "")
    error = ""
    if chosen_a and chosen_b:
        if chosen_a == chosen_b:
            error = "Choose two different roles."
        elif chosen_a in by_slug and chosen_b in by_slug:
            return redirect(comparison_url(by_slug[chosen_a], by_slug[chosen_b]))
        else:
            error = "Choose two roles to compare."
    edited = (
        Comparison.objects.published()
        .select_related("role_1", "role_2")
        .order_by("-published_on", "id")
    )
    context = {
        "roles": roles,
        "chosen_a": chosen_a,
        "chosen_b": chosen_b,
        "error": error,
        "pairs": [(pair, skill_overlap(*pair.roles)) for pair in edited],
    }
    return render(request, "insights/compare.html", context)


@require_safe
def comparison(request, pair) -> HttpResponse:
    roles, published = found_or_404(published_pair, pair)
    address = comparison_url(*roles)
    if request.path != address:
        return redirect(address, permanent=True)
    is_swapped = request.GET.get("swap") == "1"
    role_a, role_b = reversed(roles) if is_swapped else roles
    visitor = visitor_of(request)
    level = level_for(visitor, request.GET)
    context = comparison_context(role_a, role_b, published, level=level)
    steps = find_steps([(side.role, side.facts) for side in context["sides"]], visitor)
    context |= {
        "is_swapped": is_swapped,
        "visitor": visitor,
        "steps": steps,
        "your_verdict": nearer(steps),
        "level_links": level_links(request.GET, context["level"]),
    }
    return render(request, "insights/comparison.html", context)


@require_safe
@permission_required("roles.view_comparison", raise_exception=True)
def preview(request, pk) -> HttpResponse:
    """The page that editors see: what is saved of a comparison, public or not."""
    edited = get_object_or_404(
        Comparison.objects.select_related("role_1__broader", "role_2__broader"), pk=pk
    )
    published = list(Role.objects.published().select_related("broader"))
    role_a, role_b = edited.roles
    context = comparison_context(role_a, role_b, published, edited) | {"preview": True}
    context["level_links"] = level_links(request.GET, context["level"])
    return render(request, "insights/comparison.html", context)

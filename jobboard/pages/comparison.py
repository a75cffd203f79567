"""Two roles beside each other: from their profiles, their live jobs and the three sources of pay."""

from dataclasses import dataclass

from django.db.models import Case, Q, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobboard.listings.models import Listing
from jobboard.listings.querysets import MarketFacts
from roles import pay_panel
from roles.models import Comparison, Role, comparison_url, read_minutes
from roles.overlap import nearest_roles, skill_overlap, tool_overlap
from roles.views import related_comparisons

FEATURED_SHOWN = 5
BETWEEN_SHOWN = 3
NEIGHBOURS = 3  # roles whose jobs fill the featured ones up


@dataclass
class Side:
    """Everything the page says about one of the two roles. ``series`` picks the colour."""

    role: Role
    series: str
    pay: pay_panel.RolePay
    facts: MarketFacts

    @property
    def profile(self):
        return self.role.profile


def roles_of_pair(pair: str) -> list[Role] | None:
    """The two published roles of ``a-vs-b`` in that order, old slugs included; None if it is no such pair.

    Role slugs never contain -vs-, start with vs- or end with -vs, so a pair splits in one way only.
    """
    slug_a, separator, slug_b = pair.partition("-vs-")
    if not separator or slug_a == slug_b:
        return None
    known = {role.slug: role for role in Role.objects.filter(slug__in=[slug_a, slug_b]).select_related("broader")}
    roles = [known.get(slug) or Role.at_old_slug(slug) for slug in (slug_a, slug_b)]
    if any(role is None or role.status != Role.Status.PUBLISHED for role in roles) or roles[0] == roles[1]:
        return None
    return roles


@require_safe
def picker(request):
    """Choose two roles; with both chosen, on to their page."""
    roles = list(Role.objects.published())
    by_slug = {role.slug: role for role in roles}
    chosen_a, chosen_b = request.GET.get("a", ""), request.GET.get("b", "")
    error = ""
    if chosen_a and chosen_b:
        if chosen_a == chosen_b:
            error = "Choose two different roles."
        elif chosen_a in by_slug and chosen_b in by_slug:
            return redirect(comparison_url(by_slug[chosen_a], by_slug[chosen_b]))
        else:
            error = "Choose both roles from the lists."
    edited = Comparison.objects.published().select_related("role_1", "role_2").order_by("-published_on", "id")
    context = {
        "roles": roles,
        "chosen_a": chosen_a,
        "chosen_b": chosen_b,
        "error": error,
        "pairs": [(pair, skill_overlap(*pair.roles)) for pair in edited],
    }
    return render(request, "pages/compare.html", context)


@require_safe
def comparison(request, pair):
    roles = roles_of_pair(pair)
    if roles is None:
        raise Http404("We know no such pair of roles. Choose two on the comparison page.")
    address = comparison_url(*roles)
    if request.path != address:
        return redirect(address, permanent=True)
    return render(request, "pages/comparison.html", comparison_context(*roles))


def comparison_context(role_a: Role, role_b: Role) -> dict:
    live = Listing.objects.live()
    of_both = live.filter(role__in=[role_a, role_b])
    facts = of_both.market_facts()
    broader = {role.broader_id: role.broader for role in (role_a, role_b) if role.public_broader}
    together = [role_a, role_b, *(role for pk, role in broader.items() if pk not in (role_a.pk, role_b.pk))]
    pays = pay_panel.pay_of(together, facts)
    side_a, side_b = (
        Side(role, series, pays[role.pk], facts.get(role.pk, MarketFacts()))
        for role, series in ((role_a, "a"), (role_b, "b"))
    )
    related = related_comparisons(role_a, role_b)
    edited = next((pair for pair in related if {pair.role_1_id, pair.role_2_id} == {role_a.pk, role_b.pk}), None)
    spreads = [spread for pay in pays.values() for spread in pay.spreads]
    texts = [edited.introduction, edited.tips, edited.conclusion] if edited else []
    for role in (role_a, role_b):
        texts += [role.definition, role.outlook, *role.profile.texts]
    others = Role.objects.published().exclude(pk__in=[role_a.pk, role_b.pk])
    neighbours = {role.pk for one in (role_a, role_b) for role, _ in nearest_roles(one, others)[:NEIGHBOURS]}
    featured, towards_b, towards_a = _cards(
        [role_a, role_b],
        neighbours,
        live.featured_first([role_a, role_b], neighbours)[:FEATURED_SHOWN],
        live.filter(role=role_b).between(role_a.profile.skill_ids)[:BETWEEN_SHOWN],
        live.filter(role=role_a).between(role_b.profile.skill_ids)[:BETWEEN_SHOWN],
    )
    return {
        "side_a": side_a,
        "side_b": side_b,
        "sides": [side_a, side_b],
        "broader": [pays[role.pk] for role in together[2:]],
        "edited": edited,
        "related": [pair for pair in related if pair != edited][:6],
        "skills": skill_overlap(role_a, role_b),
        "tools": tool_overlap(role_a, role_b),
        "survey_date": next((pay.survey.as_of for pay in pays.values() if pay.survey), None),
        "axis_values": pay_panel.axis_values(spreads),
        "read_minutes": read_minutes(*texts),
        "featured": featured,
        "between": [(side_a, side_b, towards_b), (side_b, side_a, towards_a)],
        "is_complete": role_a.is_complete and role_b.is_complete,
        "has_samples": any(side.facts.samples for side in (side_a, side_b)) or any(c.company.is_demo for c in featured),
        "counted_on": timezone.now().date(),
        "comparison_url": comparison_url(role_a, role_b),
    }


def _cards(roles: list[Role], neighbours: set[int], *selections) -> list[list[Listing]]:
    """The cards of several short selections, read by one query; featured ones of ``roles`` first, then the newest."""
    flags = {
        f"selection_{number}": Case(When(pk__in=selection.values("pk"), then=True), default=False)
        for number, selection in enumerate(selections)
    }
    wanted = Q(*[(name, True) for name in flags], _connector=Q.OR)
    cards = list(Listing.objects.annotate(**flags).filter(wanted).featured_first(roles, neighbours).for_cards())
    return [[card for card in cards if getattr(card, name)] for name in flags]

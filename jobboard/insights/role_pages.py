from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobboard.common.web.http import found_or_404
from jobboard.search.live.jobs import Kind, LiveJobs
from roles.models import Comparison, Role, Skill
from roles.overlap import nearest_roles

from . import pay_panel

# What so many per cent of the open jobs that name skills ask for belongs into a profile.
LEAST_SHARE = 20
# It has to be asked for by at least so many jobs.
LEAST_JOBS = 3

JOBS_SHOWN = 5
NEAREST_SHOWN = 4
COMPARISONS_SHOWN = 4


def published_role(slug: str) -> Role:
    """A published role by its slug, or by one it had before. Raises Role.DoesNotExist."""
    published = Role.objects.published().select_related("broader")
    role = published.filter(slug=slug).first() or Role.at_old_slug(slug)
    if role is None or role.status != Role.Status.PUBLISHED:
        raise Role.DoesNotExist("We couldn’t find that role.")
    return role


def related_comparisons(*roles: Role) -> list[Comparison]:
    """Published comparisons with one of the roles in them, newest first."""
    pairs = Comparison.objects.published().select_related("role_1", "role_2")
    pairs = pairs.filter(role_1__in=roles) | pairs.filter(role_2__in=roles)
    return list(pairs.order_by("-published_on", "id"))


@require_safe
def role_list(request) -> HttpResponse:
    roles = list(Role.objects.published().order_by("family", "name"))
    pays = pay_panel.pay_of(roles, LiveJobs().facts_of_roles(roles))
    rows = [pays[role.pk] for role in roles]
    return render(
        request,
        "insights/roles.html",
        {
            "rows": rows,
            "axis_values": pay_panel.axis_values([pay.best for pay in rows]),
            "has_samples": pay_panel.rest_on_samples(rows),
        },
    )


@require_safe
def role_detail(request, slug) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect(role, permanent=True)
    return render(request, "insights/role.html", role_context(role))


def role_context(role: Role) -> dict:
    """Everything the page of a role shows, of a draft too."""
    jobs = LiveJobs()
    facts = jobs.facts_of_role(role)
    newest = jobs.among_newest(role.listings.live(), JOBS_SHOWN, [Kind(roles=(role.pk,))])
    others = list(Role.objects.published().exclude(pk=role.pk))
    nearest = nearest_roles(role, others)
    broader = role.public_broader
    together = [
        role,
        *([broader] if broader else []),
        *(other for other, _ in nearest[:NEAREST_SHOWN]),
    ]
    pays = pay_panel.pay_of(list(dict.fromkeys(together)), {role.pk: facts} if facts else {})
    pay = pays[role.pk]
    return {
        "role": role,
        "profile": role.profile,
        "aliases": role.aliases.all(),
        "facts": facts,
        "also_asked": missing_from_profile(role, facts),
        "listings": newest.for_cards()[:JOBS_SHOWN],
        "pay": pay,
        "broader_pay": pays.get(role.broader_id or 0),
        "axis_values": pay_panel.axis_values(pay.spreads),
        "nearest": [
            (other, shared, pay_panel.survey_difference(pay, pays[other.pk]))
            for other, shared in nearest[:NEAREST_SHOWN]
        ],
        "others": (
            [other for other, _ in nearest] + [other for other in others if not other.is_complete]
        ),
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
    }


def moved(name: str, role: Role, request) -> HttpResponse:
    """To the page ``name`` of a role whose slug changed, with what was asked."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse(name, args=[role.slug]) + query, permanent=True)


def missing_from_profile(role: Role, facts) -> list[tuple[Skill, int]]:
    """Skills and tools that many open jobs name and the profile lacks, most asked for first.

    ``facts``: counts by skill, and how many jobs name any (None: there are no jobs).
    """
    if facts is None:
        return []
    least = max(LEAST_JOBS, facts.naming_skills * LEAST_SHARE / 100)
    counts = {
        skill: count
        for skill, count in facts.skill_counts.items()
        if count >= least and skill not in role.profile.skill_ids
    }
    skills = Skill.objects.current().filter(pk__in=counts) if counts else []
    return sorted(
        ((skill, counts[skill.pk]) for skill in skills), key=lambda pair: (-pair[1], pair[0].name)
    )

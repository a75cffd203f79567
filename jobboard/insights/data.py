"""The data of the pages of roles and comparisons, for the files beside them and the API."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from jobboard.common.addresses import address
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing
from roles.models import Role, RolePoint, RoleSkill, comparison_url
from roles.overlap import Overlap
from roles.pay.data import sources_data

from .comparison import RoleTransition, Side
from .history import history_data
from .pay_panel import pay_data
from .role_pages import role_context

MAX_JOBS_BETWEEN = 50  # jobs between two roles that are named, the newest of those counted


def jobs_address(role: Role, **narrowed: str) -> str:
    """The search whose jobs are counted."""
    params = {"role": role.slug} | narrowed
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return address(f"{reverse('browse:list')}?{query}")


def evidence(skill, role: Role, facts: MarketFacts) -> dict:
    """The number of the role's open jobs that name this skill."""
    return {
        "asked_in": facts.skill_count(skill.pk),
        "of": facts.naming_skills,
        "jobs_url": jobs_address(role, skill=skill.slug),
    }


def item_data(item: RoleSkill, role: Role, facts: MarketFacts) -> dict:
    return {
        "slug": item.skill.slug,
        "name": item.skill.name,
        "importance": item.importance,
        "note": item.note,
        **evidence(item.skill, role, facts),
    }


def market_data(role: Role, facts: MarketFacts) -> dict:
    return {
        "open": facts.total,
        "naming_skills": facts.naming_skills,
        "remote": facts.remote,
        "levels": {level or "unstated": count for level, count in sorted(facts.levels.items())},
        "url": jobs_address(role),
        "of_them_samples": facts.samples,
    }


# --- A role ---------------------------------------------------------------------------------------


def role_in_short(role: Role) -> dict:
    """The fields of a role that lists of roles have, too."""
    return {
        "slug": role.slug,
        "name": role.name,
        "url": address(role.get_absolute_url()),
        "family": role.family,
        "broader": role.public_broader and role.public_broader.slug,
    }


def point_data(point: RolePoint) -> dict:
    return {"kind": point.kind, "label": point.label, "text": point.text, "url": point.url}


def role_data(role: Role) -> dict:
    context = role_context(role)
    profile = context["profile"]
    facts = context["facts"] or MarketFacts()
    return {
        **role_in_short(role),
        "aliases": [alias.folded for alias in context["aliases"]],
        "definition": role.definition,
        "outlook": role.outlook,
        "reviewed_on": role.reviewed_on,
        "counted_on": timezone.now().date(),
        "points": list(map(point_data, profile.points)),
        "skills": [item_data(item, role, facts) for item in profile.skills],
        "tools": [item_data(item, role, facts) for item in profile.tools],
        "also_asked": [
            {"slug": skill.slug, "name": skill.name, **evidence(skill, role, facts)}
            for skill, _ in context["also_asked"]
        ],
        "jobs": market_data(role, facts),
        "pay": pay_data(context["pay"], timezone.now().date()),
        "pay_sources": sources_data(),
        "history": history_data(role),
        "nearest": [near_data(role, other, shared) for other, shared, *_ in context["nearest"]],
    }


def near_data(role: Role, other: Role, shared: Overlap) -> dict:
    return {
        "slug": other.slug,
        "shared": len(shared.both),
        "of": shared.size,
        "url": address(comparison_url(role, other)),
    }


# --- A comparison ---------------------------------------------------------------------------------


def overlap_data(overlap: Overlap, side_a: Side, side_b: Side) -> dict:
    shared = []
    for item_a, item_b in overlap.both:
        shared.append(
            {
                "slug": item_a.skill.slug,
                "name": item_a.skill.name,
                "a": item_data(item_a, side_a.role, side_a.facts),
                "b": item_data(item_b, side_b.role, side_b.facts),
            }
        )
    return {
        "shared": shared,
        "only_a": [item_data(item, side_a.role, side_a.facts) for item in overlap.only_a],
        "only_b": [item_data(item, side_b.role, side_b.facts) for item in overlap.only_b],
    }


def move_data(move: RoleTransition) -> dict:
    goal = move.goal
    newest = Listing.objects.filter(pk__in=move.ids[:MAX_JOBS_BETWEEN]).only("title")
    return {
        "from": move.start.role.slug,
        "to": goal.role.slug,
        "to_add": [item_data(item, goal.role, goal.facts) for item, _ in move.to_add],
        "jobs_between": list(map(_job_in_short, newest)),
        "jobs_between_count": len(move.ids),
    }


def _job_in_short(listing: Listing) -> dict:
    url = address(listing.get_absolute_url())
    return {"id": listing.pk, "title": listing.title, "url": url}


def side_data(side: Side, counted_on: date) -> dict:
    return {
        "slug": side.role.slug,
        "name": side.role.name,
        "url": address(side.role.get_absolute_url()),
        "jobs": market_data(side.role, side.facts),
        "pay": pay_data(side.pay, counted_on),
    }


def comparison_data(context: dict) -> dict:
    """``a`` and ``b`` are in the order of their slugs; overlaps are Jaccard's, from 0 to 1."""
    side_a, side_b = context["sides"]
    return {
        "url": address(context["comparison_url"]),
        "roles": [side_data(side, context["counted_on"]) for side in context["sides"]],
        "skills": overlap_data(context["skills"], side_a, side_b),
        "tools": overlap_data(context["tools"], side_a, side_b),
        "overlap": {
            "skills": round(context["skills"].share, 4),
            "tools": round(context["tools"].share, 4),
        },
        "moves": [move_data(move) for move in context["moves"]],
        "pay_sources": sources_data(),
        "counted_on": context["counted_on"],
    }

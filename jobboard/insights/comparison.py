"""Two roles side by side: their profiles, their live jobs and the three sources of pay."""

from dataclasses import dataclass, field
from itertools import chain

from django.utils import timezone

from jobboard.listings import querysets
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing, ListingSkill
from jobboard.search.live.jobs import Kind, LiveJobs
from roles.models import Comparison, Profile, Role, RoleSkill, Skill, comparison_url, read_minutes
from roles.overlap import nearest_roles, skill_overlap, tool_overlap
from roles.pay.page import LEVELS

from . import pay_panel
from .role_pages import related_comparisons

FEATURED_SHOWN = 5
BETWEEN_SHOWN = 3
RELATED_SHOWN = 6
NEIGHBOURS = 3  # roles whose jobs fill the featured ones up


@dataclass
class Side:
    """Everything the page says about one of the two roles. ``series`` picks the colour."""

    role: Role
    series: str
    pay: pay_panel.RolePay
    facts: MarketFacts

    @property
    def profile(self) -> Profile:
        return self.role.profile

    @property
    def levels(self) -> list[tuple[str, str, int]]:
        """(value in searches, name, open jobs) of each level that has any, the lowest first."""
        names = [*LEVELS.items(), ("", "Not stated")]
        return [
            (key or "unstated", name, self.facts.levels[key])
            for key, name in names
            if self.facts.levels[key]
        ]

    @property
    def items(self) -> list[RoleSkill]:
        return [*self.profile.skills, *self.profile.tools]


@dataclass
class Move:
    """What somebody from ``start`` would add for ``goal``, what is most asked for first.

    ``jobs`` are open ones of ``goal`` that they mostly cover already, each with the required skills
    that they lack: the newest of those with ``ids``.
    """

    start: Side
    goal: Side
    jobs: list[tuple[Listing, list[Skill]]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def to_add(self) -> list[tuple[RoleSkill, int]]:
        asking = self.goal.facts.asking
        missing = [
            item for item in self.goal.items if item.skill_id not in self.start.profile.skill_ids
        ]
        missing.sort(
            key=lambda item: (-asking(item.skill_id), item.importance != RoleSkill.Importance.CORE)
        )
        return [(item, asking(item.skill_id)) for item in missing]


def roles_of_pair(pair: str, published: list[Role]) -> tuple[Role, Role] | None:
    """The published roles of ``a-vs-b`` in that order, old slugs too; None if it is no pair.

    Role slugs never contain -vs-, start with vs- or end with -vs, so a pair splits in one way only.
    """
    slug_a, separator, slug_b = pair.partition("-vs-")
    if not separator or slug_a == slug_b:
        return None
    by_slug = {role.slug: role for role in published}
    role_a = by_slug.get(slug_a) or Role.at_old_slug(slug_a)
    role_b = by_slug.get(slug_b) or Role.at_old_slug(slug_b)
    if role_a is None or role_b is None or role_a == role_b:
        return None
    if role_a.status != Role.Status.PUBLISHED or role_b.status != Role.Status.PUBLISHED:
        return None
    return role_a, role_b


def published_pair(pair: str) -> tuple[tuple[Role, Role], list[Role]]:
    """The two roles of ``pair`` and all published ones, from one query. Raises
    Comparison.DoesNotExist.
    """
    published = list(Role.objects.published().select_related("broader"))
    roles = roles_of_pair(pair, published)
    if roles is None:
        raise Comparison.DoesNotExist(
            "We don’t have this comparison. Choose two roles on the compare page."
        )
    return roles, published


def comparison_context(
    role_a: Role, role_b: Role, published: list[Role], edited: Comparison | None = None
) -> dict:
    jobs = LiveJobs()
    facts = jobs.facts_of_roles([role_a, role_b], with_skills=True)
    broader = _broader(role_a, role_b)
    pays = pay_panel.pay_of([role_a, role_b, *broader], facts)
    side_a, side_b = sides = [
        Side(role, series, pays[role.pk], facts.get(role.pk, MarketFacts()))
        for role, series in ((role_a, "a"), (role_b, "b"))
    ]
    related = related_comparisons(role_a, role_b)
    edited = edited or _edited_of(related, role_a, role_b)
    moves = [Move(side_a, side_b), Move(side_b, side_a)]
    featured = _read_jobs(jobs, moves, published)
    has_samples = any(side.facts.samples for side in sides)
    return {
        "side_a": side_a,
        "side_b": side_b,
        "sides": sides,
        "broader": [pays[role.pk] for role in broader],
        "edited": edited,
        "guides": list(dict.fromkeys(chain.from_iterable(side.profile.guides for side in sides))),
        "related": [pair for pair in related if pair != edited][:RELATED_SHOWN],
        "skills": skill_overlap(role_a, role_b),
        "tools": tool_overlap(role_a, role_b),
        "moves": moves,
        "between": querysets,
        "survey_date": next((pay.survey.as_of for pay in pays.values() if pay.survey), None),
        "axis_values": pay_panel.axis_values(
            chain.from_iterable(pay.spreads for pay in pays.values())
        ),
        "read_minutes": read_minutes(*_texts(sides, edited)),
        "featured": featured,
        "is_complete": role_a.is_complete and role_b.is_complete,
        "has_samples": has_samples or any(card.company.is_demo for card in featured),
        "counted_on": timezone.now().date(),
        "comparison_url": comparison_url(role_a, role_b),
    }


def _broader(role_a: Role, role_b: Role) -> list[Role]:
    """The public broader roles of both, unless it is one of the two."""
    broader = {}
    for role in (role_a, role_b):
        wider = role.public_broader
        if wider and wider.pk not in (role_a.pk, role_b.pk):
            broader[wider.pk] = wider
    return list(broader.values())


def _edited_of(related: list[Comparison], role_a: Role, role_b: Role) -> Comparison | None:
    """Ours of the two, which is among the ``related`` ones."""
    pair_ids = {role_a.pk, role_b.pk}
    for pair in related:
        if {pair.role_1_id, pair.role_2_id} == pair_ids:
            return pair
    return None


def _texts(sides: list[Side], edited: Comparison | None) -> list[str]:
    """All that is there to read."""
    texts = [edited.introduction, edited.tips, edited.conclusion] if edited else []
    for side in sides:
        texts += [side.role.definition, side.role.outlook, *side.profile.texts]
    return texts


def _read_jobs(jobs: LiveJobs, moves: list[Move], published: list[Role]) -> list[Listing]:
    """Fill the jobs of each move; returns the featured ones. Three queries in all."""
    pair = [move.start.role for move in moves]
    between = jobs.within_reach(
        {move.goal.role.pk: frozenset(move.start.profile.skill_ids) for move in moves}
    )
    shown = list(chain.from_iterable(between[move.goal.role.pk][:BETWEEN_SHOWN] for move in moves))
    featured = _featured(jobs, pair, published)
    cards = Listing.objects.for_cards().in_bulk({*shown, *featured})
    required = ListingSkill.objects.filter(listing__in=shown, need="required").select_related(
        "skill"
    )
    asked: dict[int, list[Skill]] = {}
    for row in required:
        asked.setdefault(row.listing_id, []).append(row.skill)
    for move in moves:
        known = move.start.profile.skill_ids
        move.ids = between[move.goal.role.pk]
        for pk in move.ids[:BETWEEN_SHOWN]:
            if pk in cards:  # else it was deleted just now
                lacking = [skill for skill in asked.get(pk, []) if skill.pk not in known]
                move.jobs.append((cards[pk], lacking))
    return [cards[pk] for pk in featured if pk in cards]


def _featured(jobs: LiveJobs, pair: list[Role], published: list[Role]) -> list[int]:
    """Ids of the jobs to show of the pair, else of roles near it, else of any."""
    others = [role for role in published if role not in pair]
    nearest = chain.from_iterable(nearest_roles(one, others)[:NEIGHBOURS] for one in pair)
    neighbours = tuple(sorted({role.pk for role, _ in nearest}))
    of_pair = tuple(role.pk for role in pair)
    kinds = [
        Kind(roles=of_pair, is_featured=True),
        Kind(roles=of_pair),
        Kind(roles=neighbours),
        Kind(),
    ]
    near = jobs.among_newest(Listing.objects.live(), FEATURED_SHOWN, kinds)
    ranked = near.featured_first(pair, neighbours).values_list("pk", flat=True)
    return list(ranked[:FEATURED_SHOWN])

"""Two roles side by side: their profiles, their live jobs and the three sources of pay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils import timezone

from jobboard.common.addresses import address
from jobboard.common.text.words import country_with_article
from jobboard.listings import querysets
from jobboard.listings.cards import live_cards
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import Listing
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from roles.models import Article, Comparison, Profile, Role, RoleSkill, comparison_url, read_minutes
from roles.overlap import nearest_roles, skill_overlap, tool_overlap

from . import pay_panel
from .pictures.level_switch import LEVEL_WORDS
from .pictures.skill_bars import build_bars
from .pictures.strips import FigureSource, official_strip, posted_strip, survey_strip
from .pictures.verdict import RoleStanding, Verdict, verdict
from .role_pages import facts_at, related_comparisons

FEATURED_SHOWN = 3
BETWEEN_SHOWN = 2
RELATED_SHOWN = 3
GUIDES_SHOWN = 2
NEIGHBOURS = 3  # roles whose jobs fill the featured ones up
# Skills to learn that so many per cent of the jobs ask for are shown first, as core ones are.
OFTEN_ASKED_PERCENT = 20


@dataclass
class Side:
    """Everything the page says about one of the two roles. ``series`` picks the colour."""

    role: Role
    series: str
    pay: pay_panel.RolePay
    facts: MarketFacts
    at_level: MarketFacts  # those of the level that the page shows; all jobs without one

    @property
    def profile(self) -> Profile:
        return self.role.profile

    @property
    def items(self) -> list[RoleSkill]:
        return [*self.profile.skills, *self.profile.tools]


@dataclass
class RoleTransition:
    """The skills that somebody from ``start`` would add for ``goal``, most asked for first.

    ``ids`` are of open jobs of ``goal`` that they mostly cover already; ``jobs`` are the newest of
    these, each with the required skills that they lack.
    """

    start: Side
    goal: Side
    jobs: list[tuple[Listing, list[str]]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def to_add(self) -> list[tuple[RoleSkill, int]]:
        missing = []
        for item in self.goal.items:
            if item.skill_id not in self.start.profile.skill_ids:
                missing.append((item, self.goal.facts.skill_count(item.skill_id)))
        core = RoleSkill.Importance.CORE
        return sorted(missing, key=lambda pair: (-pair[1], pair[0].importance != core))

    @property
    def first_to_add(self) -> list[RoleSkill]:
        """Core ones, and those that OFTEN_ASKED_PERCENT per cent of the jobs ask for."""
        return [item for item, count in self.to_add if self._is_first(item, count)]

    @property
    def then_to_add(self) -> list[RoleSkill]:
        return [item for item, count in self.to_add if not self._is_first(item, count)]

    def _is_first(self, item: RoleSkill, count: int) -> bool:
        is_often_asked = (
            count and count * 100 >= self.goal.facts.naming_skills * OFTEN_ASKED_PERCENT
        )
        return item.importance == RoleSkill.Importance.CORE or bool(is_often_asked)


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
    role_a: Role,
    role_b: Role,
    published: list[Role],
    edited: Comparison | None = None,
    level: str | None = None,
) -> dict[str, Any]:
    """``level`` of the pay: '' is all of them together, None the one with most answers."""
    jobs = LiveJobs()
    facts = jobs.facts_of_roles([role_a, role_b], with_skills=True)
    broader = _get_broader(role_a, role_b)
    pays = pay_panel.get_pays([role_a, role_b, *broader], facts)
    if level is None:
        level = pay_panel.usual_level([pays[role_a.pk], pays[role_b.pk]])
    side_a, side_b = sides = _build_sides(jobs, (role_a, role_b), pays, facts, level)
    related = related_comparisons(role_a, role_b)
    edited = edited or _find_edited(related, role_a, role_b)
    moves = [RoleTransition(side_a, side_b), RoleTransition(side_b, side_a)]
    featured = _read_jobs(jobs, moves, published)
    url = comparison_url(role_a, role_b)
    return {
        "side_a": side_a,
        "side_b": side_b,
        "sides": sides,
        "broader": [pays[role.pk] for role in broader],
        **_edited_context(edited, related, url),
        "guides": _get_guides(sides),
        **_skill_context(sides),
        "moves": moves,
        "between": querysets,
        "read_minutes": read_minutes(*_get_texts(sides, edited)),
        "featured": featured,
        "is_complete": role_a.is_complete and role_b.is_complete,
        "has_samples": _has_samples(sides, featured),
        "counted_on": timezone.now().date(),
        "comparison_url": url,
        **_pay_context(sides, level),
    }


def _edited_context(
    edited: Comparison | None, related: list[Comparison], url: str
) -> dict[str, Any]:
    """Editors' texts about the two roles, and about each with others."""
    return {
        "edited": edited,
        "article": edited and _build_article(edited, url),
        "related": [pair for pair in related if pair != edited][:RELATED_SHOWN],
    }


def _get_guides(sides: list[Side]) -> list[Article]:
    guides: list[Article] = []
    for side in sides:
        guides += side.profile.guides
    return list(dict.fromkeys(guides))[:GUIDES_SHOWN]


def _has_samples(sides: list[Side], featured: list[Listing]) -> bool:
    if any(side.facts.samples for side in sides):
        return True
    return any(card.company.is_demo for card in featured)


def _build_sides(
    jobs: LiveJobs,
    pair: tuple[Role, Role],
    pays: dict[int, pay_panel.RolePay],
    facts: dict[int, MarketFacts],
    level: str,
) -> list[Side]:
    sides = []
    for role, series in zip(pair, ("a", "b"), strict=True):
        role_facts = at_level = facts.get(role.pk, MarketFacts())
        if level:
            at_level = facts_at(jobs, role, level)
        sides.append(Side(role, series, pays[role.pk], role_facts, at_level))
    return sides


def _skill_context(sides: Sequence[Side]) -> dict[str, Any]:
    side_a, side_b = sides
    skills = skill_overlap(side_a.role, side_b.role)
    tools = tool_overlap(side_a.role, side_b.role)
    return {
        "skills": skills,
        "tools": tools,
        "shared_count": len(skills.both) + len(tools.both),
        "skill_count": skills.size + tools.size,
        "bars": build_bars(side_a, side_b, (skills, tools)),
    }


def _pay_context(sides: list[Side], level: str) -> dict[str, Any]:
    """Everything that the switch of levels changes."""
    sources = _build_sources(sides, level)
    return {
        "level": level,
        "level_words": LEVEL_WORDS[level],
        "verdict": _build_verdict(sides, level),
        "sources": sources,
        "axis_values": list(chain.from_iterable(source.values for source in sources)),
    }


def _build_verdict(sides: list[Side], level: str) -> Verdict:
    level_words = ""
    if level:
        level_words = LEVEL_WORDS[level]
    side_a, side_b = sides
    return verdict(_standing(side_a, level), _standing(side_b, level), level_words)


def _standing(side: Side, level: str) -> RoleStanding:
    return RoleStanding(side.role.name, side.facts.total, side.pay.at(level), side.at_level.posted)


def _build_sources(sides: list[Side], level: str) -> list[FigureSource]:
    survey = []
    posted = []
    official = []
    for side in sides:
        name = side.role.name
        series = side.series
        survey.append(survey_strip(name, series, side.pay.by_level.get(level)))
        posted.append(posted_strip(name, series, side.at_level))
        official.append(official_strip(name, series, side.pay))
    return [
        FigureSource("Survey", _survey_note(sides, level), survey),
        FigureSource("Posted pay in open jobs", "midpoints of yearly ranges", posted),
        FigureSource("Official statistics", _official_years(sides), official),
    ]


def _survey_note(sides: list[Side], level: str) -> str:
    """“all countries, 65% from the United States”: where most answers come from."""
    figures = list(filter(None, (side.pay.by_level.get(level) for side in sides)))
    if not figures:
        return "all countries"
    largest = max(figures, key=lambda figure: figure.n)
    return (
        f"all countries, {largest.top_share:.0%} from {country_with_article(largest.top_country)}"
    )


def _official_years(sides: list[Side]) -> str:
    years = set()
    for side in sides:
        wage = side.pay.official
        if wage:
            years.add(f"{wage.area} {wage.year}")
    return ", ".join([*sorted(years), "all levels"])


def _build_article(edited: Comparison, url: str) -> dict[str, Any]:
    """The text's metadata for search engines."""
    published: date = edited.published_on or timezone.now().date()
    changed = max(published, edited.reviewed_on or published)
    return {
        "@context": "https://schema.org/",
        "@type": "Article",
        "headline": str(edited),
        "datePublished": published.isoformat(),
        "dateModified": changed.isoformat(),
        "author": {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL},
        "mainEntityOfPage": address(url),
    }


def _get_broader(role_a: Role, role_b: Role) -> list[Role]:
    """The public broader roles of both, unless it is one of the two."""
    broader = {}
    for role in (role_a, role_b):
        wider = role.public_broader
        if wider and wider.pk not in (role_a.pk, role_b.pk):
            broader[wider.pk] = wider
    return list(broader.values())


def _find_edited(related: list[Comparison], role_a: Role, role_b: Role) -> Comparison | None:
    """The comparison of these two, which is among the ``related`` ones."""
    pair_ids = {role_a.pk, role_b.pk}
    for pair in related:
        if {pair.role_1_id, pair.role_2_id} == pair_ids:
            return pair
    return None


def _get_texts(sides: list[Side], edited: Comparison | None) -> list[str]:
    """All texts of the page, whose length says how long it takes to read."""
    texts = []
    if edited:
        texts += [edited.introduction, edited.tips, edited.conclusion]
    for side in sides:
        texts += [side.role.definition, side.role.outlook, *side.profile.texts]
    return texts


def _read_jobs(jobs: LiveJobs, moves: list[RoleTransition], published: list[Role]) -> list[Listing]:
    """Fill the jobs of each move; returns the featured ones. Two queries in all."""
    pair = [move.start.role for move in moves]
    skills_at_start = {}
    for move in moves:
        skills_at_start[move.goal.role.pk] = frozenset(move.start.profile.skill_ids)
    between = jobs.within_reach(skills_at_start)
    featured_ids = _find_featured(jobs, pair, published)
    shown_ids = set(featured_ids)
    for move in moves:
        move.ids = between[move.goal.role.pk]
        shown_ids.update(move.ids[:BETWEEN_SHOWN])
    cards = {card.pk: card for card in live_cards(shown_ids, with_required=True)}
    for move in moves:
        skill_ids = move.start.profile.skill_ids
        for pk in move.ids[:BETWEEN_SHOWN]:
            if pk in cards:  # else it was deleted just now
                required = cards[pk].required_rows or []
                lacking = [row["name"] for row in required if row["id"] not in skill_ids]
                move.jobs.append((cards[pk], sorted(lacking)))
    return [cards[pk] for pk in featured_ids if pk in cards]


def _find_featured(jobs: LiveJobs, pair: list[Role], published: list[Role]) -> list[int]:
    """Ids of the jobs to show of the pair, else of roles near it, else of any."""
    others = [role for role in published if role not in pair]
    neighbour_ids = set()
    for role in pair:
        neighbour_ids |= {other.pk for other, _ in nearest_roles(role, others)[:NEIGHBOURS]}
    neighbours = tuple(sorted(neighbour_ids))
    of_pair = tuple(role.pk for role in pair)
    kinds = [
        JobsWanted(roles=of_pair, is_featured=True),
        JobsWanted(roles=of_pair),
        JobsWanted(roles=neighbours),
        JobsWanted(),
    ]
    near = jobs.among_newest(Listing.objects.live(), FEATURED_SHOWN, kinds)
    ranked = near.featured_first(pair, neighbours).values_list("pk", flat=True)
    return list(ranked[:FEATURED_SHOWN])

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import BigAutoField, DateField, QuerySet, SlugField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from jobboard.common.storage.prepared import Blank, Blanks, prepared
from jobboard.common.text.words import country_with_article
from jobboard.common.web.http import found_or_404
from jobboard.listings.facts import MarketFacts
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from jobboard.you.visitor import visitor_of
from roles.models import Comparison, Role, Skill
from roles.overlap import Overlap, nearest_roles
from roles.pay.formulas import Spread

from . import pay_panel
from .pictures.level_switch import LEVEL_WORDS, level_links, sort_links
from .pictures.role_map import HEIGHT, Placed, RoleMap, RoleSpot, closest, draw, get_profiles
from .pictures.strips import FigureSource, official_strip, posted_strip, survey_strip
from .your.choices import level_for
from .your.steps import Distance, distances, find_steps

# A skill belongs into a profile if so many per cent of the open jobs that name skills ask for it.
MIN_SHARE_PERCENT = 20
# And if at least so many jobs ask for it.
MIN_JOBS = 3

JOBS_SHOWN = 5
NEAREST_SHOWN = 4
CLOSEST_NAMED = 2
SMALL_MAP = 200  # pixels of the map of a role and its nearest
DAY_SHOWN = 3  # responsibilities that stand for a day of it
COMPARISONS_SHOWN = 4


def published_role(slug: str) -> Role:
    """A published role by its slug, or by one it had before. Raises Role.DoesNotExist."""
    role = next(iter(_published_at(slug=slug)), None) or Role.at_old_slug(slug)
    if role is None or role.status != Role.Status.PUBLISHED:
        raise Role.DoesNotExist("We couldn’t find that role.")
    return role


@prepared(slug=SlugField())
def _published_at(slug: Blank) -> QuerySet[Role]:
    return Role.objects.published().select_related("broader").filter(slug=slug)


def related_comparisons(*roles: Role) -> list[Comparison]:
    """Published comparisons with one of the roles in them, newest first."""
    return _comparisons_with(roles=[role.pk for role in roles], today=timezone.now().date())


@prepared(roles=BigAutoField(), today=DateField())
def _comparisons_with(roles: Blanks, today: Blank) -> QuerySet[Comparison]:
    pairs = Comparison.objects.published(today).select_related("role_1", "role_2")
    pairs = pairs.filter(role_1__pk__in=roles) | pairs.filter(role_2__pk__in=roles)
    return pairs.order_by("-published_on", "id")


def facts_at(jobs: LiveJobs, role: Role, level: str) -> MarketFacts:
    """Figures of its live jobs at one level, without skills; of all of them without a level."""
    if not level:
        return jobs.facts_of_roles([role]).get(role.pk, MarketFacts())
    return jobs.facts_of_some(role, JobsWanted(level=level))


@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    roles = list(Role.objects.published().order_by("family", "name"))
    pays = list(pay_panel.get_pays(roles, LiveJobs().facts_of_roles(roles)).values())
    visitor = visitor_of(request)
    level = level_for(visitor, request.GET)
    if level is None:
        level = pay_panel.most_covered_level(pays)
    far = distances(get_open_jobs(pays), visitor)
    sort_names = SORT_NAMES
    if far:
        sort_names = SORT_NAMES | NEAREST_FIRST
    sort = request.GET.get("sort", "")
    if sort not in sort_names:
        sort = "role"
    drawn = role_map(pays, level, far=far)
    context = {
        "visitor": visitor,
        "rows": role_rows(pays, level, sort, drawn, far),
        "map": drawn,
        "level": level,
        "level_words": LEVEL_WORDS[level],
        "level_links": level_links(request.GET, level),
        "sort_links": sort_links(request.GET, sort, sort_names),
        "has_samples": pay_panel.include_samples(pays),
    }
    return render(request, "insights/roles.html", context)


@dataclass(frozen=True)
class RoleRow:
    """One line of the list beside the map."""

    pay: pay_panel.RolePay
    spread: Spread | None
    closest: list[tuple[Role, int]]  # with how many skills they share
    dot: Placed
    distance: Distance | None  # from the visitor


def role_rows(
    pays: Sequence[pay_panel.RolePay],
    level: str,
    sort: str,
    drawn: RoleMap,
    far: Mapping[str, Distance] | None = None,
) -> list[RoleRow]:
    """``far``: slug → how far each is from the visitor, where that is known."""
    roles = {pay.role.slug: pay.role for pay in pays}
    near = closest(get_profiles([build_spot(pay, level) for pay in pays]), CLOSEST_NAMED)
    dots = drawn.by_key
    distance = far or {}
    rows = []
    for pay in sorted(pays, key=lambda pay: SORTS[sort](pay, level)):
        slug = pay.role.slug
        closest_roles = [(roles[key], count) for key, count in near[slug]]
        rows.append(RoleRow(pay, pay.at(level), closest_roles, dots[slug], distance.get(slug)))
    if sort == "learn":
        rows.sort(key=_to_learn)
    return rows


def _to_learn(row: RoleRow) -> int:
    if row.distance is None:
        return 0
    return row.distance.to_learn


def get_open_jobs(pays: Sequence[pay_panel.RolePay]) -> list[tuple[Role, int]]:
    return [(pay.role, pay.open_jobs) for pay in pays]


def by_pay(pay: pay_panel.RolePay, level: str) -> tuple[bool, float, str]:
    """Highest median first; roles with too few answers at the end."""
    median = _median(pay, level)
    return (median is None, -(median or 0), pay.role.name)


def _median(pay: pay_panel.RolePay, level: str) -> float | None:
    spread = pay.at(level)
    if spread is None or spread.p50 is None:
        return None
    return float(spread.p50)


def by_jobs(pay: pay_panel.RolePay, level: str) -> tuple[int, str]:
    return (-pay.open_jobs, pay.role.name)


SORTS: dict[str, Callable[..., Any]] = {
    "role": lambda pay, level: (pay.role.name,),
    "family": lambda pay, level: (pay.role.family, pay.role.name),
    "jobs": by_jobs,
    "pay": by_pay,
    "learn": by_jobs,  # of as many to learn
}
SORT_NAMES = {"role": "Name", "family": "Field", "jobs": "Open jobs", "pay": "Median pay"}
NEAREST_FIRST = {"learn": "Skills to learn"}  # for whom we know


def role_map(
    pays: Sequence[pay_panel.RolePay],
    level: str,
    height: int = HEIGHT,
    far: Mapping[str, Distance] | None = None,
) -> RoleMap:
    """The map of these roles, with pay at ``level``; for pages that show all of them or some.
    ``far``: how far they are from the visitor.
    """
    distance = far or {}
    return draw([build_spot(pay, level, distance.get(pay.role.slug)) for pay in pays], height)


def build_spot(pay: pay_panel.RolePay, level: str, distance: Distance | None = None) -> RoleSpot:
    spot = RoleSpot(
        key=pay.role.slug,
        name=pay.role.name,
        skills=frozenset(item.skill_id for item in pay.role.profile.skills),
        jobs=pay.open_jobs,
        pay=_median(pay, level),
    )
    if distance is None:
        return spot
    return replace(
        spot, to_learn=distance.to_learn, note=distance.note, is_marked=distance.is_marked
    )


@require_safe
def role_detail(request: HttpRequest, slug: str) -> HttpResponse:
    role = found_or_404(published_role, slug)
    if role.slug != slug:
        return redirect(role, permanent=True)
    visitor = visitor_of(request)
    context = role_context(role, level_for(visitor, request.GET))
    context["level_links"] = level_links(request.GET, context["level"])
    context["visitor"] = visitor
    context["steps"] = find_steps([(role, context["facts"] or MarketFacts())], visitor)
    return render(request, "insights/role.html", context)


def role_context(role: Role, level: str | None = None) -> dict[str, Any]:
    """Everything the page of a role shows, of a draft too. ``level``: of its pay; None for the one
    with most answers.
    """
    jobs = LiveJobs()
    facts = jobs.facts_of_role(role)
    others = list(Role.objects.published().exclude(pk=role.pk))
    nearest = nearest_roles(role, others)
    around = [other for other, _ in nearest[:NEAREST_SHOWN]]
    pays = _pays_around(role, around, jobs.facts_of_roles(around), facts)
    pay = pays[role.pk]
    if level is None:
        level = pay_panel.usual_level([pay])
    at_level = facts or MarketFacts()
    if level:
        at_level = facts_at(jobs, role, level)
    sources = role_sources(pay, level, at_level)
    of_role = JobsWanted(roles=(role.pk,))
    return {
        "role": role,
        "profile": role.profile,
        "aliases": role.aliases.all(),
        "facts": facts,
        "at_level": at_level,
        "also_asked": missing_from_profile(role, facts),
        # Files do not read them.
        "listings": SimpleLazyObject(lambda: jobs.newest_cards(JOBS_SHOWN, of_role)),
        "pay": pay,
        "broader_pay": pays.get(role.broader_id or 0),
        "level": level,
        "level_words": LEVEL_WORDS[level],
        "sources": sources,
        "axis_values": list(chain.from_iterable(source.values for source in sources)),
        "day": role.profile.responsibility[:DAY_SHOWN],
        "map": role_map([pays[drawn.pk] for drawn in (role, *around)], level, SMALL_MAP),
        "nearest": _nearest_rows(role, nearest[:NEAREST_SHOWN], pays),
        "others": _nearest_first(nearest, others),
        "comparisons": related_comparisons(role)[:COMPARISONS_SHOWN],
    }


def _nearest_first(nearest: list[tuple[Role, Overlap]], others: list[Role]) -> list[Role]:
    """``others`` in the order of ``nearest``, which lacks roles whose profile is not complete."""
    complete = [role for role, _ in nearest]
    incomplete = [role for role in others if not role.is_complete]
    return complete + incomplete


def _pays_around(
    role: Role, around: list[Role], facts: dict[int, MarketFacts], own_facts: MarketFacts | None
) -> dict[int, pay_panel.RolePay]:
    """Role id → pay of the role, its broader one and those ``around`` it. ``facts`` are theirs."""
    roles = [role]
    if role.public_broader:
        roles.append(role.public_broader)
    roles += around
    if own_facts:
        facts = facts | {role.pk: own_facts}
    return pay_panel.get_pays(list(dict.fromkeys(roles)), facts)


def _nearest_rows(
    role: Role, nearest: list[tuple[Role, Overlap]], pays: dict[int, pay_panel.RolePay]
) -> list[tuple[Role, Overlap, int, pay_panel.RolePay]]:
    """Each with how many skills it shares, how many are left to learn, and its pay."""
    rows = []
    for other, shared in nearest:
        to_learn = len(other.profile.skill_ids - role.profile.skill_ids)
        rows.append((other, shared, to_learn, pays[other.pk]))
    return rows


def role_sources(pay: pay_panel.RolePay, level: str, at_level: MarketFacts) -> list[FigureSource]:
    survey_note = official_note = official_title = ""
    figure = pay.by_level.get(level)
    if figure:
        survey_note = f"{figure.top_share:.0%} from {country_with_article(figure.top_country)}"
    if pay.official:
        official_title = pay.official.title
        official_note = f"{pay.official.area} {pay.official.year}, all levels"
    return [
        FigureSource("Survey", survey_note, [survey_strip("All countries", "", figure)]),
        FigureSource("Posted pay", "midpoints", [posted_strip("Open jobs", "", at_level)]),
        FigureSource(
            "Official statistics", official_note, [official_strip(official_title, "", pay)]
        ),
    ]


def redirect_to_current_slug(name: str, role: Role, request: HttpRequest) -> HttpResponse:
    """A redirect to the page ``name`` of a role whose slug changed, with what was asked."""
    url = reverse(name, args=[role.slug])
    if request.GET:
        url += f"?{request.GET.urlencode()}"
    return redirect(url, permanent=True)


def missing_from_profile(role: Role, facts: MarketFacts | None) -> list[tuple[Skill, int]]:
    """Skills and tools that many open jobs name and the profile lacks, most asked for first.

    ``facts``: counts by skill, and how many jobs name any (None: there are no jobs).
    """
    if facts is None:
        return []
    min_jobs = max(MIN_JOBS, facts.naming_skills * MIN_SHARE_PERCENT / 100)
    counts = {}
    for skill_id, count in facts.skill_counts.items():
        if count >= min_jobs and skill_id not in role.profile.skill_ids:
            counts[skill_id] = count
    if not counts:
        return []
    skills = Skill.objects.current().filter(pk__in=counts)
    missing = [(skill, counts[skill.pk]) for skill in skills]
    return sorted(missing, key=lambda pair: (-pair[1], pair[0].name))

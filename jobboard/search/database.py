"""Search by the database alone: filters, exact facets, plain words, newest first.

It answers while there is no index, and says in tests what the index has to say. Two statements,
whatever is asked: one gives the total, the featured ones and every facet, one the ids of the page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast, Coalesce, Concat

from jobboard.listings.choices import EmploymentType, Level, Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace, ListingSkill
from jobboard.listings.querysets import ListingQuerySet, of_levels, of_workplaces

from .criteria import Criteria
from .facets import Answer, Counts
from .language import NOT_COMPARABLE, OTHER_WORK, UNSTATED
from .words import Piece, Word

FEATURED_SHOWN = 3
BETWEEN = "|"  # between the lowest and the highest level
SORTS: dict[str, list[str | OrderBy]] = {
    "newest": ["-posted_at", "-id"],
    "relevance": ["-posted_at", "-id"],  # ranking by relevance is the index's alone
    "salary": [Coalesce("pay_year_max_usd", "pay_year_min_usd").desc(nulls_last=True), "-id"],
    "closing": ["expires_at", "-id"],
}


def search(criteria: Criteria, now, *, offset: int = 0, limit: int = 25) -> Answer:
    counts, total, featured = _count(criteria, now)
    ids = list(
        matching(criteria, now)
        .order_by(*SORTS[criteria.sort])
        .values_list("pk", flat=True)[offset : offset + limit]
    )
    return Answer(ids=ids, total=total, featured=featured, counts=counts)


def count(criteria: Criteria, now) -> int:
    return matching(criteria, now).count()


# --- What matches ---------------------------------------------------------------------------------


def matching(criteria: Criteria, now) -> ListingQuerySet:
    """Live listings that meet the criteria."""
    return Listing.objects.live(now).filter(*_conditions(criteria, now).values())


def _conditions(criteria: Criteria, now) -> dict[str, Q]:
    conditions = {
        "q": _words(criteria.pieces),
        "role": _of_role(criteria),
        "level": of_levels(_stored(criteria.level)),
        "type": Q(employment_types__in=type_masks(criteria.type)) if criteria.type else Q(),
        "workplace": of_workplaces(_stored(criteria.workplace)),
        "country": Q(_at_place(place__country__in=criteria.country)) if criteria.country else Q(),
        "city": _in_city(criteria.cities) if criteria.city else Q(),
        "from": _work_from(criteria.work_from),
        "company": Q(company__in=criteria.company) if criteria.company else Q(),
        "salary": _pay(criteria.salary_from, criteria.salary),
        "posted": (
            Q(posted_at__gte=now - timedelta(days=criteria.posted)) if criteria.posted else Q()
        ),
        "featured": Q(featured_until__gt=now) if criteria.featured else Q(),
        "visa": Q(visa="yes") if criteria.visa else Q(),
        "verified": ~Q(company__verified_by="") if criteria.verified else Q(),
    }
    for skill in criteria.skill:
        conditions[f"skill {skill.pk}"] = Q(_names_skill(skill=skill))
    return {name: condition for name, condition in conditions.items() if condition}


def _of_role(criteria: Criteria) -> Q:
    if not criteria.role:
        return Q()
    named = Q(role__in=[role.pk for role in criteria.role if role.pk])
    return named | Q(role=None) if OTHER_WORK in criteria.role else named


def _at_place(**conditions) -> Exists:
    return Exists(ListingPlace.objects.filter(listing=OuterRef("pk"), **conditions))


def _names_skill(**conditions) -> Exists:
    return Exists(ListingSkill.objects.filter(listing=OuterRef("pk"), **conditions))


def _stored(values: Iterable[str]) -> list[str]:
    """As a listing's column holds them."""
    return ["" if value == UNSTATED else value for value in values]


def type_masks(values) -> list[int]:
    """The bit masks of listings that are of any of these types of employment."""
    wanted = EmploymentType.mask(value for value in values if value != UNSTATED)
    return [
        mask
        for mask in range(1 << len(EmploymentType))
        if mask & wanted or (not mask and UNSTATED in values)
    ]


def _in_city(names) -> Q:
    return Q(_at_place(place__kind="city", place__folded__in=names))


def _work_from(countries) -> Q:
    """Remote work open to one of the countries, and any work there; a remote place is open to its
    own country, unless the job names others.
    """
    if not countries:
        return Q()
    named = ListingCountry.objects.filter(listing=OuterRef("pk"), country__in=countries)
    at_work = ListingPlace.objects.filter(listing=OuterRef("pk"), place__country__in=countries)
    there = Q(Exists(at_work.exclude(workplace=Workplace.REMOTE)))
    remote_there = ~Q(eligibility="listed") & Q(Exists(at_work))
    anywhere = Q(eligibility="anywhere") & of_workplaces([Workplace.REMOTE])
    return there | remote_there | Q(Exists(named)) | anywhere


def _pay_state(threshold: int) -> dict[str, Q]:
    """``threshold`` is gross per year in USD. An end that is not stated may be anywhere.

    Pay without a yearly amount is stated otherwise: in a currency without a rate, after tax, or
    none of it as base pay.
    """
    without_a_yearly = Q(pay_year_min_usd=None, pay_year_max_usd=None)
    return {
        "surely": Q(pay_year_min_usd__gte=threshold),
        "maybe": (
            Q(pay_year_max_usd__gte=threshold)
            & (Q(pay_year_min_usd=None) | Q(pay_year_min_usd__lt=threshold))
            | Q(pay_year_min_usd__lt=threshold, pay_year_max_usd=None)
        ),
        UNSTATED: without_a_yearly & Q(states_pay=False),
        NOT_COMPARABLE: without_a_yearly & Q(states_pay=True),
    }


def _pay(threshold: int | None, states) -> Q:
    if threshold is None and not states:
        return Q()
    by_state = _pay_state(threshold or 0)
    wanted = Q()
    for state in states:
        wanted |= by_state[state]
    return wanted


def _words(pieces: list[Piece]) -> Q:
    """Every piece in the title, company, places or description, or as a skill or role; an excluded
    one nowhere.
    """
    found = Q()
    for piece in pieces:
        here = Q()
        for word in piece.words:
            here &= _holds(word)
        if piece.skills:
            here |= Q(_names_skill(skill__in=piece.skills))
        if piece.roles:
            here |= Q(role__in=piece.roles)
        if piece.cities:
            here |= _in_city(piece.cities)
        found &= ~here if piece.is_excluded else here
    return found


def _holds(word: Word) -> Q:
    """Whether it stands in a text, or in the name of a workplace type."""
    found = Q()
    for column in ("title", "company__name", "place_line", "description_source"):
        found |= Q(**{f"{column}__icontains": word.text})
    named = [value for value in Workplace.values if word.text.lower() in value]
    return found | of_workplaces(named)


# --- What is counted ------------------------------------------------------------------------------

# For each facet the column whose values are counted.
COLUMNS: dict[str, str | Combinable] = {
    "role": Coalesce("role_id", OTHER_WORK.pk),
    "level": Concat("level", Value(BETWEEN), "level_max"),
    "type": "employment_types",
    "workplace": "workplaces",
    "country": "places__place__country",
    "skill": "skills__skill_id",
    "company": "company_id",
}


_DATED_ID = Concat(Cast("posted_at", CharField()), Value("|"), Cast("pk", CharField()))


def _count(criteria: Criteria, now) -> tuple[Counts, int, list[int]]:
    """Every facet, the total and the featured ids. A facet's counts ignore its own selection, but a
    skill's do not.
    """
    groups: dict[str, dict[str, int]] = {}
    counted = _what_is_counted(criteria, now)
    for name, value, amount in counted[0].union(*counted[1:], all=True):
        if value is not None:
            groups.setdefault(name, {})[value] = amount
    total = sum(groups.pop("total", {}).values())
    shown = sorted(
        (dated.split("|") for dated in groups.pop("shown", {})),
        key=lambda pair: (pair[0], int(pair[1])),
    )
    featured = [int(pk) for _, pk in reversed(shown[-FEATURED_SHOWN:])]
    return _counts_of(groups, criteria), total, featured


def _what_is_counted(criteria: Criteria, now) -> list[QuerySet]:
    """Rows of a facet's name, a value of it and how many listings have that."""
    states = _pay_state(criteria.salary_from or 0)
    if criteria.salary_from is None:
        states = {name: states[name] for name in (UNSTATED, NOT_COMPARABLE)}
    state = Case(
        *(When(condition, then=Value(name)) for name, condition in states.items()),
        default=Value(""),
    )
    is_featured = Q(featured_until__gt=now)
    found = matching(criteria, now)
    conditions = _conditions(criteria, now)

    def without(field: str) -> ListingQuerySet:
        """Most fields have no condition, and building the same listings anew costs time."""
        if field not in conditions:
            return found
        others = [condition for name, condition in conditions.items() if name != field]
        return Listing.objects.live(now).filter(*others)

    counted = [_counted(without(name), name, column) for name, column in COLUMNS.items()]
    counted += [
        _counted(found, "total", Value("")),
        _counted(without("salary"), "salary", state),
        _counted(without("salary"), "band", _band(criteria)),
        _counted(without("featured").filter(is_featured), "flags", Value("featured")),
        _counted(without("visa").filter(visa="yes"), "flags", Value("visa")),
        _counted(without("verified").exclude(company__verified_by=""), "flags", Value("verified")),
        _counted(found.filter(is_featured), "shown", _DATED_ID),
    ]
    return counted


def _counts_of(groups: dict[str, dict[str, int]], criteria: Criteria) -> Counts:
    """Facet → value, as the database writes it → how many."""
    counts: Counts = {name: groups.get(name, {}) for name in ("country", "salary", "flags")}
    for name in ("role", "skill", "company"):
        counts[name] = {int(pk): amount for pk, amount in groups.get(name, {}).items()}
    counts["workplace"] = _by_mask(Workplace, groups.get("workplace", {}))
    counts["level"] = _by_level(groups.get("level", {}))
    counts["type"] = _by_mask(EmploymentType, groups.get("type", {}))
    bands = {int(floor): amount for floor, amount in groups.get("band", {}).items()}
    counts["band"] = {
        floor: sum(n for other, n in bands.items() if other >= floor)
        for floor in criteria.band_floors
    }
    return counts


def _counted(listings: QuerySet, name: str, value) -> QuerySet:
    return (
        listings.order_by()
        .annotate(facet=Value(name, output_field=CharField()), value=Cast(value, CharField()))
        .values_list("facet", "value")
        .annotate(count=Count("pk", distinct=True))
    )


def _band(criteria: Criteria) -> Case:
    """The highest floor that the pay of a listing may reach, 0 for none."""
    return Case(
        *(
            When(
                Q(pay_year_max_usd__gte=usd)
                | Q(pay_year_max_usd=None, pay_year_min_usd__isnull=False),
                then=floor,
            )
            for floor, usd in sorted(criteria.band_floors.items(), reverse=True)
        ),
        default=0,
    )


def _by_level(by_range: dict[str, int]) -> Counter:
    """Counts by lowest and highest level → counts by level; a range counts in each of its own."""
    counts: Counter = Counter()
    for both, amount in by_range.items():
        lowest, _, highest = both.partition(BETWEEN)
        for value in [level.value for level in Level.between(lowest, highest)] or [UNSTATED]:
            counts[value] += amount
    return counts


def by_type(by_mask: dict[int, int]) -> Counter:
    return _by_mask(EmploymentType, by_mask)


def _by_mask(
    choices: type[EmploymentType] | type[Workplace],
    by_mask: Mapping[int, int] | Mapping[str, int],
) -> Counter:
    """Counts by bit mask → counts by value; a listing of two values counts in both."""
    counts: Counter = Counter()
    for mask, amount in by_mask.items():
        for value in [one.value for one in choices.of_mask(int(mask))] or [UNSTATED]:
            counts[value] += amount
    return counts

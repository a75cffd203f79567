"""Search by the database alone: filters, exact facets, plain words, newest first.

Two statements, whatever is asked: one gives the total, the featured ones and every facet, one the ids of the page.
"""

import re
from collections import Counter
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from jobboard.common.words import country_name
from jobboard.listings.models import (
    EmploymentType,
    Level,
    Listing,
    ListingCountry,
    ListingPlace,
    ListingSkill,
    Workplace,
)
from jobboard.listings.parsing.gazetteer import cities_called
from roles.models import Role, Skill, fold

from .criteria import Criteria
from .results import Facet, Found, Option

FEATURED_SHOWN = 3
SORTS = {
    "newest": ["-posted_at", "-id"],
    "relevance": ["-posted_at", "-id"],  # ranking by relevance is the index's alone
    "salary": [Coalesce("pay_year_max_usd", "pay_year_min_usd").desc(nulls_last=True), "-posted_at", "-id"],
    "closing": ["expires_at", "-id"],
}
_PIECE = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def search(criteria: Criteria, *, offset: int = 0, limit: int = 25) -> Found:
    """The listings live at this moment that meet ``criteria``."""
    now = timezone.now()
    facets, total, featured = _count(criteria, now)
    matching = _matching(criteria, now)
    ids = list(matching.order_by(*SORTS[criteria.sort]).values_list("pk", flat=True)[offset : offset + limit])
    return Found(ids=ids, total=total, featured=featured, facets=facets)


def count(criteria: Criteria) -> int:
    """How many live listings meet ``criteria``."""
    return _matching(criteria, timezone.now()).count()


# --- What matches -----------------------------------------------------------------------------------------------------


def _matching(criteria: Criteria, now, without: str = "") -> QuerySet:
    """Live listings that meet the criteria; those of the field ``without`` are left out."""
    listings = Listing.objects.live(now)
    for name, condition in _conditions(criteria, now).items():
        if name != without:
            listings = listings.filter(condition)
    return listings


def _conditions(criteria: Criteria, now) -> dict[str, Q]:
    conditions = {
        "q": _words(criteria.words),
        "role": Q(role__in=criteria.role) if criteria.role else Q(),
        "level": _stated("level", criteria.level),
        "type": _types(criteria.type),
        "workplace": _stated("workplace", criteria.workplace),
        "country": Q(_at_place(place__country__in=criteria.country)) if criteria.country else Q(),
        "city": _city(criteria.city),
        "from": _work_from(criteria.work_from),
        "company": Q(company__in=criteria.company) if criteria.company else Q(),
        "salary": _pay(criteria.salary_from, criteria.salary),
        "posted": Q(posted_at__gte=now - timedelta(days=criteria.posted)) if criteria.posted else Q(),
        "featured": Q(featured_until__gt=now) if criteria.featured else Q(),
        "visa": Q(visa="yes") if criteria.visa else Q(),
        "verified": ~Q(company__verified_by="") if criteria.verified else Q(),
    }
    for skill in criteria.skill:
        conditions[f"skill {skill.pk}"] = Q(_names_skill(skill=skill))
    return {name: condition for name, condition in conditions.items() if condition}


def _at_place(**conditions) -> Exists:
    return Exists(ListingPlace.objects.filter(listing=OuterRef("pk"), **conditions))


def _names_skill(**conditions) -> Exists:
    return Exists(ListingSkill.objects.filter(listing=OuterRef("pk"), **conditions))


def _stated(field: str, values) -> Q:
    return Q(**{f"{field}__in": ["" if value == "unstated" else value for value in values]}) if values else Q()


def _types(values) -> Q:
    wanted = EmploymentType.mask(value for value in values if value != "unstated")
    masks = [mask for mask in range(1 << len(EmploymentType)) if mask & wanted]
    return Q(employment_types__in=masks + ([0] if "unstated" in values else [])) if values else Q()


def _city(city: str) -> Q:
    if not city:
        return Q()
    names = {fold(city), *(fold(known.name) for known in cities_called(city))}  # Munich for München
    return Q(_at_place(place__kind="city", place__folded__in=names)) | Q(_at_place(text__istartswith=city))


def _work_from(countries) -> Q:
    """Remote work open to one of the countries, and any work there."""
    if not countries:
        return Q()
    there = Q(Exists(ListingCountry.objects.filter(listing=OuterRef("pk"), country__in=countries)))
    return there | Q(eligibility="anywhere", workplace="remote")


def _pay_state(threshold: int) -> dict[str, Q]:
    """``threshold`` is gross per year in USD. An end that is not stated may be anywhere.

    Pay not stated, or in a currency we hold no rate for, is unstated.
    """
    return {
        "surely": Q(pay_year_min_usd__gte=threshold),
        "maybe": Q(pay_year_max_usd__gte=threshold) & (Q(pay_year_min_usd=None) | Q(pay_year_min_usd__lt=threshold))
        | Q(pay_year_min_usd__lt=threshold, pay_year_max_usd=None),
        "unstated": Q(pay_year_min_usd=None, pay_year_max_usd=None),
    }


def _pay(threshold: int | None, states) -> Q:
    if threshold is None and not states:
        return Q()
    by_state = _pay_state(threshold or 0)
    wanted = Q()
    for state in states:
        wanted |= by_state[state]
    return wanted


def _words(text: str) -> Q:
    """Every word or quoted phrase in the title, company, skills or description; -word: in none of them."""
    found = Q()
    for minus, phrase, word in _PIECE.findall(text)[:12]:
        piece = (phrase or word).strip('"')
        if not piece:
            continue
        skills = Skill.objects.filter(Q(name__iexact=piece) | Q(aliases__folded=fold(piece)))
        here = (
            Q(title__icontains=piece)
            | Q(company__name__icontains=piece)
            | Q(description_source__icontains=piece)
            | Q(_names_skill(skill__in=skills))
        )
        found &= ~here if minus else here
    return found


# --- What is counted --------------------------------------------------------------------------------------------------


def _count(criteria: Criteria, now):
    """Every facet, the total and the featured ids. A facet's counts ignore its own selection, but a skill's do not."""
    state = Case(
        *(When(condition, then=Value(name)) for name, condition in _pay_state(criteria.salary_from or 0).items()),
        default=Value("below"),
    )
    counted = [_counted(criteria, now, name, *columns) for name, columns in COLUMNS.items()]
    counted[0] = counted[0].filter(role__status=Role.Status.PUBLISHED)
    counted += [
        _counted(criteria, now, "total", "status", "status"),
        _counted(criteria, now, "salary", state, state),
    ]
    is_featured = Q(featured_until__gt=now)
    counted += [
        _counted(criteria, now, "verified", "status", "status", condition=~Q(company__verified_by="")),
        _counted(criteria, now, "featured", "status", "status", condition=is_featured),
        _counted(criteria, now, "shown", "pk", "posted_at", without="", condition=is_featured),
    ]
    groups: dict[str, list[Option]] = {}
    for name, value, label, count in counted[0].union(*counted[1:], all=True):
        groups.setdefault(name, []).append(Option(value or "", label or "", count))
    total = sum(option.count for option in groups.pop("total", []))
    featured = sorted(groups.pop("shown", []), key=lambda option: option.label, reverse=True)
    facets = {name: Facet(_ordered(name, groups.get(name, []))) for name in FACETS}
    return facets, total, [int(option.value) for option in featured[:FEATURED_SHOWN]]


def _counted(criteria, now, name, value, label, *, without=None, condition=None):
    listings = _matching(criteria, now, name if without is None else without)
    if condition is not None:
        listings = listings.filter(condition)
    return (
        listings.order_by()
        .annotate(
            facet=Value(name, output_field=CharField()),
            value=Cast(value, CharField()),
            label=Cast(label, CharField()),
        )
        .values_list("facet", "value", "label")
        .annotate(count=Count("pk", distinct=True))
    )


# facet → (value, label)
COLUMNS = {
    "role": ("role__slug", "role__name"),
    "level": ("level", "level"),
    "type": ("employment_types", "employment_types"),
    "workplace": ("workplace", "workplace"),
    "country": ("places__place__country", "places__place__country"),
    "skill": ("skills__skill__slug", "skills__skill__name"),
    "company": ("company__slug", "company__name"),
    "visa": ("visa", "visa"),
}
FACETS = [*COLUMNS, "salary", "verified", "featured"]
LABELS = {"level": dict(Level.choices), "workplace": dict(Workplace.choices)}


def _ordered(name: str, options: list[Option]) -> list[Option]:
    if name == "type":
        return _type_options(options)
    if name in LABELS:
        counts = {option.value or "unstated": option.count for option in options}
        labels = LABELS[name] | {"unstated": "Not stated"}
        return [Option(value, label, counts.get(value, 0)) for value, label in labels.items()]
    if name == "country":
        options = [Option(option.value, country_name(option.value), option.count) for option in options]
    options = [option for option in options if option.value]
    return sorted(options, key=lambda option: (-option.count, option.label))


def _type_options(options: list[Option]) -> list[Option]:
    """Counts by bit mask → counts by type; a listing of two types counts in both."""
    counts: Counter = Counter()
    for option in options:
        kinds = EmploymentType.of_mask(int(option.value))
        for value in [kind.value for kind in kinds] or ["unstated"]:
            counts[value] += option.count
    return [
        Option(value, label, counts[value]) for value, label in [*EmploymentType.choices, ("unstated", "Not stated")]
    ]

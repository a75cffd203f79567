"""Orders listings like ``index.fitting``, by the database."""

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from jobboard.listings.models import ListingSkill
from jobboard.listings.querysets import ListingQuerySet, of_levels

from .fit import (
    FEW_COUNT_AS,
    IS_OPEN,
    MATCHES,
    MIN_REQUIRED,
    NOT_OPEN,
    STEPS,
    UNCLEAR,
    UNSTATED,
    WHOLE,
    Fit,
)
from .open_jobs import place_step

NEWEST = ("-posted_at", "-id")


def best_first(listings: ListingQuerySet, fit: Fit) -> ListingQuerySet:
    required = _required()
    covered: Combinable = Value(0)
    if fit.skills:
        covered = _required(skill__in=fit.skills)
    are_few = When(required__lt=MIN_REQUIRED, then=Value(FEW_COUNT_AS))
    each = Value(WHOLE) / Case(are_few, default=F("required"), output_field=IntegerField())
    return (
        listings.alias(required=required, covered=covered)
        .alias(
            share=F("covered") * each, level_step=_level(fit), place_step=place_step(fit.country)
        )
        .alias(rank=(F("share") * STEPS + F("level_step")) * STEPS + F("place_step"))
        .order_by("-rank", *NEWEST)
    )


def open_first(listings: ListingQuerySet, fit: Fit) -> ListingQuerySet:
    return listings.alias(place_step=place_step(fit.country)).order_by("-place_step", *NEWEST)


def group_totals(listings: ListingQuerySet, fit: Fit) -> dict[int, int]:
    grouped = listings.order_by().annotate(place_step=place_step(fit.country)).values("place_step")
    counts = dict(grouped.annotate(count=Count("pk")).values_list("place_step", "count"))
    return {place: counts.get(place, 0) for place in (IS_OPEN, UNCLEAR, NOT_OPEN)}


def _required(**conditions) -> Coalesce:
    """How many skills a listing requires that meet the ``conditions``."""
    of_listing = ListingSkill.objects.filter(listing=OuterRef("pk"), need="required", **conditions)
    counted = of_listing.order_by().values("listing").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _level(fit: Fit) -> Combinable:
    if not fit.level:
        return Value(UNSTATED)
    is_of_level = When(of_levels([fit.level]), then=Value(MATCHES))
    return Case(is_of_level, When(level="", then=Value(UNSTATED)), default=Value(0))

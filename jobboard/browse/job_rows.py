"""A job with all that its page shows beside it, in the query that reads the job."""

from itertools import chain
from typing import Any

from django.db.models import (
    BigAutoField,
    BigIntegerField,
    Case,
    DateField,
    DateTimeField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from jobboard.common.storage.prepared import prepared
from jobboard.listings.models import Listing, ListingPay, ListingPlace, ListingSkill
from jobboard.listings.querysets import JsonList
from roles.models import Article, SalaryFigure

# Of the starter: an editor may have taken one away.
FAKE_JOBS = "how-to-tell-a-fake-job"
OFFERS = "weighing-an-offer"
OF_FIGURE = (
    "country",
    "n",
    "p10",
    "p25",
    "p50",
    "p75",
    "p90",
    "currency",
    "top_country",
    "top_share",
)


@prepared(pk=BigAutoField(), now=DateTimeField(), today=DateField())
def _for_page(pk, now, today) -> QuerySet[Listing]:
    listings: QuerySet[Any] = (
        Listing.objects.with_location_data(now).for_page().prefetch_related(None)
    )
    return listings.filter(pk=pk).annotate(survey_rows=_survey_figures(), guides=_guides(today))


@prepared(pk=BigAutoField())
def _skills(pk) -> QuerySet[ListingSkill]:
    return ListingSkill.objects.filter(listing=pk).select_related("skill")


@prepared(pk=BigAutoField())
def _places(pk) -> QuerySet[ListingPlace]:
    return ListingPlace.objects.filter(listing=pk).select_related("place")


@prepared(pk=BigAutoField())
def _pay(pk) -> QuerySet[ListingPay]:
    return ListingPay.objects.filter(listing=pk)


def listing_for_page(pk: int) -> Listing | None:
    """The listing with ``survey_rows`` and ``guides`` beside what ``with_location_data`` and
    ``for_page`` load.
    """
    if pk > BigIntegerField.MAX_BIGINT:  # Django's own query would find none, too
        return None
    now = timezone.now()
    for listing in _for_page(pk=pk, now=now, today=now.date()):
        parts: dict[str, list[Any]] = {
            "skills": _skills(pk=pk),
            "places": _places(pk=pk),
            "pay": _pay(pk=pk),
        }
        for row in chain.from_iterable(parts.values()):
            row.listing = listing  # as if they had been prefetched
        listing._prefetched_objects_cache = parts  # type: ignore[attr-defined]  # Django's own
        return listing
    return None


def _survey_figures() -> Case:
    """The survey's figures of the role's pay at the job's one level, everywhere and in the
    countries of its places.
    """
    of_job = ListingPlace.objects.filter(listing=OuterRef(OuterRef("pk"))).exclude(place=None)
    at_level = SalaryFigure.objects.survey().filter(
        Q(country="") | Q(country__in=of_job.values("place__country")),
        role_key=OuterRef("role__slug"),
        level=OuterRef("level"),
        year=0,
        remote=-1,
    )
    row = JSONObject(**{name: name for name in OF_FIGURE})
    listed = at_level.order_by().values("role_key").annotate(listed=JsonList(row))
    has_one_level = ~Q(level="") & Q(level_max="")
    return Case(When(has_one_level, then=Subquery(listed.values("listed"))), default=None)


def _guides(today: Any) -> Subquery:
    """Slugs of the guides that readers may see."""
    guides = Article.objects.guides().published(today).filter(slug__in=[FAKE_JOBS, OFFERS])
    listed = guides.order_by().values("kind").annotate(listed=JsonList("slug"))
    return Subquery(listed.values("listed"))

"""A job with all that its page shows beside it, in the query that reads the job."""

from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from jobboard.listings.models import Listing, ListingPlace
from jobboard.listings.querysets import JsonList
from roles.models import Article, SalaryFigure

# Of the starter: an editor may have taken one away.
FAKE_JOBS, OFFERS = "how-to-tell-a-fake-job", "weighing-an-offer"
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


def listings_for_page() -> QuerySet[Listing]:
    """With ``survey_rows`` and ``guides`` beside what ``with_where`` and ``for_page`` load."""
    listings: QuerySet[Any] = Listing.objects.with_where().for_page()
    return listings.annotate(survey_rows=_survey_figures(), guides=_guides())


def _survey_figures() -> Case:
    """What the survey says of the role's pay at the job's one level, everywhere and in the
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


def _guides() -> Subquery:
    """Slugs of the guides that readers may see."""
    guides = Article.objects.guides().published().filter(slug__in=[FAKE_JOBS, OFFERS])
    listed = guides.order_by().values("kind").annotate(listed=JsonList("slug"))
    return Subquery(listed.values("listed"))

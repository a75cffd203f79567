"""What feeds say that nothing was read from, most frequent first."""

from django.db.models import Count

from jobboard.listings.models import Listing, ListingPlace
from jobboard.listings.querysets import ListingQuerySet

MOST_SHOWN = 100


def _open_of_feeds() -> ListingQuerySet:
    return Listing.objects.filter(feed__isnull=False).not_over().order_by()


def titles() -> list[tuple[str, int]]:
    """Titles that name no role, of jobs that may be AI or data work."""
    unnamed = _open_of_feeds().filter(role=None).exclude(relevance=Listing.Relevance.NO)
    counted = unnamed.values_list("title").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "title")[:MOST_SHOWN])


def places() -> list[tuple[str, int]]:
    """Places nothing is known of. “Remote” is not one: it says how, and leaves out where."""
    unknown = ListingPlace.objects.filter(place=None, workplace="", listing__in=_open_of_feeds())
    counted = unknown.order_by().values_list("text").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "text")[:MOST_SHOWN])


def pay() -> list[tuple[str, int]]:
    """What a field for pay says without stating pay."""
    unstated = _open_of_feeds().filter(salary_currency="").exclude(pay_note="")
    return list(
        unstated.values_list("pay_note")
        .annotate(n=Count("pk"))
        .order_by("-n", "pay_note")[:MOST_SHOWN]
    )

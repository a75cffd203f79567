"""Counts what readers want to know that a job does not say, per day and without who asked."""

from collections.abc import Iterable

from django.db.models import F, Prefetch, Sum, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone

from jobboard.common.web.limits import DAY, RateLimitError, check_rate_limit, client_network
from jobboard.listings.detail import stated_details
from jobboard.listings.models import Listing, ListingDailyStats, ListingPlace

from .stats import is_robot

# What may be asked for → its column, and how a recruiter reads it.
COLUMNS = {"pay": "asked_pay", "visa": "asked_visa", "where": "asked_where"}
WORDS = {
    "pay": "the pay",
    "visa": "visa sponsorship",
    "where": "where they can work from",
}
MAX_PER_NETWORK = 20  # about one job in a day; a whole campus may be one network


def open_questions(listing: Listing) -> list[str]:
    """List those of COLUMNS that the employer leaves open: nothing else decides what may be
    asked.
    """
    is_stated = stated_details(listing)
    questions = []
    if not is_stated["Pay"]:
        questions.append("pay")
    if not is_stated["Visa sponsorship"]:
        questions.append("visa")
    says_workplaces = all(place.workplace for place in listing.places.all())
    says_where = is_stated["Workplace type"] and is_stated["Countries people can work from"]
    if not (says_workplaces and says_where):
        questions.append("where")
    return questions


def ask(request: HttpRequest, listing: Listing, about: str) -> bool:
    """Count one who wants to know it; returns whether it counted: once a day for each browser.

    A browser is told from another by its network and what it calls itself, of which a hash is kept
    until the day (UTC) is over.
    """
    if is_robot(request) or about not in open_questions(listing):
        return False
    what = f"ask {about} of {listing.pk}"
    network = client_network(request)
    browser = f"{network} {request.headers.get('User-Agent', '')}"
    try:
        check_rate_limit(request, what, max_count=1, seconds=DAY, who=browser)
        check_rate_limit(request, what, max_count=MAX_PER_NETWORK, seconds=DAY)
    except RateLimitError:
        return False
    today = timezone.now().date()
    ListingDailyStats.objects.get_or_create(listing=listing, day=today)
    column = COLUMNS[about]
    ListingDailyStats.objects.filter(listing=listing, day=today).update(**{column: F(column) + 1})
    return True


def add_asked(listings: Iterable[Listing]) -> None:
    """Set ``asked`` on each: how often each of its open questions was asked, if ever, and
    ``asked_in_words`` where it can be changed. Two queries.
    """
    listings = list(listings)
    places = ListingPlace.objects.select_related("place")
    prefetch_related_objects(listings, Prefetch("places", places))
    sums = {column: Sum(column) for column in COLUMNS.values()}
    days = ListingDailyStats.objects.filter(listing__in=[listing.pk for listing in listings])
    counts: dict[int, dict[str, int]] = {}
    for pk, *numbers in days.order_by().values_list("listing").annotate(**sums):
        counts[pk] = dict(zip(COLUMNS, numbers, strict=True))
    for listing in listings:
        of_listing = counts.get(listing.pk, {})
        listing.asked = {}
        for about in open_questions(listing):
            if of_listing.get(about):
                listing.asked[about] = of_listing[about]
        listing.asked_in_words = []
        if listing.is_open:
            listing.asked_in_words = list(sentences(listing).values())


def describe_question(about: str, number: int) -> str:
    """“Readers asked 14 times about the pay”: times, as who asks on two days counts twice."""
    if number == 1:
        return f"Readers asked once about {WORDS[about]}"
    return f"Readers asked {number:,} times about {WORDS[about]}"


def describe_questions(listing: Listing) -> dict[str, str]:
    add_asked([listing])
    return sentences(listing)


def sentences(listing: Listing) -> dict[str, str]:
    """Map each question to how a recruiter reads it, for a listing from ``add_asked()``, the most
    wanted first.
    """
    ranked = sorted(listing.asked.items(), key=lambda pair: -pair[1])
    return {about: describe_question(about, number) for about, number in ranked}

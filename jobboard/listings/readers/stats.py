"""Counts views and apply clicks of jobs per day (UTC), with nothing kept about who."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from jobboard.common.text.words import plural
from jobboard.common.web.limits import HOUR, RateLimitError, check_rate_limit
from jobboard.listings.models import Listing, ListingDailyStats
from jobboard.listings.querysets import ListingQuerySet

RECENT_DAYS = 14
CHART_DAYS = 28
MAX_PER_NETWORK = 20  # of a job in an hour; a whole campus may be one network
COLUMNS = ["job", "title", "company", "day", "views", "apply_clicks"]
# What calls itself a program. That a page was looked at is told by a script, which most programs do
# not run.
_ROBOT = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|preview|scrap|curl|wget|python|java/|httpclient|monitor",
    re.I,
)


def is_robot(request: HttpRequest) -> bool:
    return bool(_ROBOT.search(request.headers.get("User-Agent", "")))


def count(request: HttpRequest, listing: Listing, what: str) -> None:
    """Add one to ``what`` (views or apply_clicks) of today, unless it is by a robot, or by somebody
    who did it too often to be a reader.
    """
    if is_robot(request):
        return
    try:
        check_rate_limit(
            request,
            f"{what} of {listing.pk}",
            max_count=MAX_PER_NETWORK,
            seconds=HOUR,
            is_shared=False,
        )
    except RateLimitError:
        return
    today = timezone.now().date()
    ListingDailyStats.objects.get_or_create(listing=listing, day=today)
    ListingDailyStats.objects.filter(listing=listing, day=today).update(**{what: F(what) + 1})


def last_days(number: int) -> list[date]:
    today = timezone.now().date()
    return [today - timedelta(days=ago) for ago in reversed(range(number))]


def add_recent_days(listings: Iterable[Listing]) -> None:
    """Set ``recent`` on each: its figures of each of RECENT_DAYS, oldest first. One query."""
    by_listing = _get_days(listings, RECENT_DAYS)
    for listing in listings:
        listing.recent = by_listing[listing.pk]
        listing.recent_views = sum(day.views for day in listing.recent)
        listing.recent_clicks = sum(day.apply_clicks for day in listing.recent)


def of_listing(listing: Listing) -> list[ListingDailyStats]:
    """Return the numbers of each of CHART_DAYS, oldest first."""
    return _get_days([listing], CHART_DAYS)[listing.pk]


def _get_days(listings: Iterable[Listing], number: int) -> dict[int, list[ListingDailyStats]]:
    days = last_days(number)
    pks = [listing.pk for listing in listings]
    rows = ListingDailyStats.objects.filter(listing__in=pks, day__gte=days[0])
    by_day = {(row.listing_id, row.day): row for row in rows}
    by_listing: dict[int, list[ListingDailyStats]] = {pk: [] for pk in pks}
    for pk, day in product(pks, days):
        by_listing[pk].append(by_day.get((pk, day)) or ListingDailyStats(listing_id=pk, day=day))
    return by_listing


def rows(listings: ListingQuerySet) -> Iterator[tuple[Any, ...]]:
    days = ListingDailyStats.objects.filter(listing__in=listings).order_by("-day", "listing_id")
    for title, pk, company, *rest in days.values_list(
        "listing__title", "listing_id", "listing__company__name", "day", "views", "apply_clicks"
    ):
        yield (pk, title, company, *rest)


class Board:
    """A recruiter's jobs: how many in each state, those of ``state``, sums of RECENT_DAYS."""

    STATES = {
        "live": "Live",
        "part": "Part of another job",
        "review": "In review",
        "returned": "Returned",
        "draft": "Drafts",
        "over": "Closed",
        "hidden": "Hidden",
    }

    def __init__(self, listings: ListingQuerySet, state: str = "") -> None:
        self.all = listings.exclude(status="irrelevant")
        self.state = ""
        if state in self.STATES:
            self.state = state

    @cached_property
    def counts(self) -> dict[str, int]:
        return {state: self._counted[state] for state in self.STATES}

    @cached_property
    def _counted(self) -> dict[str, int]:
        """The counts of all states, from one query that looks at each job once."""
        returned = Q(change__returned_at__isnull=False)
        held = Q(change__isnull=False, change__returned_at=None)
        open_now = ListingQuerySet.is_open()
        counts = {
            "every": Count("pk"),
            "changes_waiting": Count("pk", filter=open_now & held),
            "changes_returned": Count("pk", filter=open_now & returned),
        }
        for state in self.STATES:
            counts[state] = Count("pk", filter=self._is_in(state))
        return self.all.order_by().aggregate(**counts)

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Each state, its label and the number of jobs; states without jobs are left out."""
        tabs = [("", "All", self._counted["every"])]
        for state, label in self.STATES.items():
            if self.counts[state]:
                tabs.append((state, label, self.counts[state]))
        return tabs

    @property
    def ids(self) -> QuerySet[Any]:
        """Ids of the jobs of ``state``, the last changed first."""
        listings = self.all
        if self.state:
            listings = listings.filter(self._is_in(self.state))
        return listings.order_by("-changed_at", "-pk").values_list("pk", flat=True)

    def cards(self, ids: Iterable[int]) -> list[Listing]:
        """The jobs of one page: sorting thousands of whole rows takes longer than the rest."""
        cards = self.all.for_cards().select_related("change")
        return cards.defer("change__base", "change__content").in_order(list(ids))

    def _is_in(self, state: str) -> Q:
        """Build the condition of a state. Each job is in one state, so that the numbers add up."""
        is_visible = Q(hidden_at=None, company__suspended_at=None)
        match state:
            case "live":
                return ListingQuerySet.is_open() & Q(folded_into=None)
            case "part":
                return ListingQuerySet.is_open() & Q(folded_into__isnull=False)
            case "review":
                return is_visible & Q(status="in_review")
            case "over":
                return is_visible & ListingQuerySet.is_over()
            case "hidden":
                return ~is_visible
            case _:
                return is_visible & Q(status=state)

    @property
    def changes(self) -> dict[str, int]:
        """Changes of live jobs: how many wait for an editor, and how many for the recruiter."""
        return {
            "waiting": self._counted["changes_waiting"],
            "returned": self._counted["changes_returned"],
        }

    @cached_property
    def recent(self) -> dict[str, int]:
        days = ListingDailyStats.objects.filter(
            listing__in=self.all, day__gte=last_days(RECENT_DAYS)[0]
        )
        sums = days.aggregate(views=Sum("views"), clicks=Sum("apply_clicks"))
        return {name: number or 0 for name, number in sums.items()}

    @property
    def pending_tasks(self) -> list[str]:
        """Sentences about what waits for the recruiter."""
        sentences = []
        due = self.all.open().due_for_answer().count()
        if due == 1:
            sentences.append("Confirm whether 1 job is still open")
        elif due:
            sentences.append(f"Confirm whether {plural(due, 'job')} are still open")
        if returned := self.counts["returned"]:
            sentences.append(f"{plural(returned, 'job')} returned to you: edit and resubmit")
        if changes := self.changes["returned"]:
            sentences.append(f"{plural(changes, 'change')} of live jobs returned: edit or withdraw")
        if drafts := self.counts["draft"]:
            sentences.append(f"{plural(drafts, 'draft')} not submitted yet")
        return sentences

"""The boards of a company for its members: state, last fetch, jobs, next fetch and problems."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from jobboard.feeds.boards.connecting import board_name
from jobboard.feeds.following import is_gone
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Company, Feed, FeedRun, Listing

# The end of a problem's text, from where it says what admins can do about it.
FOR_ADMINS = re.compile(r" (?:If the |For Greenhouse).*", re.DOTALL)


@dataclass(frozen=True)
class BoardState:
    label: str
    css_class: str


@dataclass(frozen=True)
class Board:
    """A careers board a company connected, as its members see it."""

    feed: Feed
    name: str
    state: BoardState
    problem: str
    live: int
    in_review: int
    irrelevant: int
    last_run: FeedRun | None

    @property
    def last_at(self) -> datetime | None:
        if self.last_run:
            return self.last_run.at
        return None

    @property
    def open(self) -> int:
        """Count the jobs that end when it is disconnected, unless they are kept."""
        return self.live + self.in_review

    @property
    def may_end(self) -> bool:
        return may_disconnect(self.feed)

    @property
    def next_at(self) -> datetime | None:
        """When the board is fetched next; None if it is due or in progress."""
        next_fetch = self.feed.next_fetch_at
        if next_fetch and next_fetch > timezone.now():
            return next_fetch
        return None


def get_boards(company: Company) -> list[Board]:
    """Return the boards that are fetched, the oldest first."""
    feeds = list(followed_boards(company).order_by("pk"))
    counts = _count_jobs(feeds)
    boards = []
    for feed in feeds:
        # A query each is cheap: a company has a few boards, and each of these has many runs.
        boards.append(_build_board(feed, counts.get(feed.pk, {}), feed.runs.first()))
    return boards


def may_disconnect(feed: Feed) -> bool:
    """Members may disconnect what they connected and, once their company is verified, what an admin
    added. A feed without an address holds their uploaded files.
    """
    if not feed.address:
        return False
    if feed.proof:
        return True
    return feed.company is not None and company_is_proven(feed.company)


def followed_boards(company: Company) -> QuerySet[Feed]:
    return company.feeds.filter(ended_at=None).exclude(address="").select_related("company")


def _count_jobs(feeds: Iterable[Feed]) -> dict[int, dict[str, int]]:
    """Feed id → field of Board → its count."""
    jobs = Listing.objects.filter(feed__in=feeds).order_by()
    jobs_by_field = {
        "live": jobs.open(),
        "in_review": jobs.filter(status=Listing.Status.IN_REVIEW),
        "irrelevant": jobs.filter(status=Listing.Status.IRRELEVANT),
    }
    counts: dict[int, dict[str, int]] = {}
    for field, jobs_of_field in jobs_by_field.items():
        for feed, count in jobs_of_field.values_list("feed").annotate(Count("pk")):
            counts.setdefault(feed, {})[field] = count
    return counts


def _build_board(feed: Feed, counts: dict[str, int], run: FeedRun | None) -> Board:
    return Board(
        feed=feed,
        name=board_name(feed.kind, feed.address),
        state=get_state(feed),
        problem=describe_problem(feed),
        live=counts.get("live", 0),
        in_review=counts.get("in_review", 0),
        irrelevant=counts.get("irrelevant", 0),
        last_run=run,
    )


def get_state(feed: Feed) -> BoardState:
    if is_gone(feed):
        return BoardState("Not found", css_class="returned")
    if feed.failing_since:
        return BoardState("Not answering", css_class="returned")
    if feed.last_success_at is None:
        return BoardState("Being read for the first time", css_class="review")
    return BoardState("Connected", css_class="live")


def describe_problem(feed: Feed) -> str:
    """The problem of the last fetch, without what only an admin can do; '' if there is none."""
    problem = FOR_ADMINS.sub("", feed.problem)
    if is_gone(feed):
        return f"{problem} The board may have moved: disconnect it and connect the new address."
    if feed.failing_since:
        since = f"{feed.failing_since:%-d %b %Y}"
        return f"{problem} It has failed since {since}. Your jobs stay open, and we keep trying."
    if problem != feed.problem:
        return f"{problem} Contact us if this is not what you expect."
    return problem

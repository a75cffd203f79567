"""The boards of a company as its members read of them: state, last fetch, jobs, next fetch and what
went wrong, in plain words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from jobboard.feeds.boards.connecting import name_of
from jobboard.feeds.following import is_gone
from jobboard.listings.employers.companies import company_is_proven
from jobboard.listings.models import Company, Feed, FeedRun, Listing

# Where a sentence for admins begins to say what they can do about it.
FOR_ADMINS = re.compile(r" (?:If the |For Greenhouse).*", re.DOTALL)


@dataclass(frozen=True)
class Board:
    """``state_class`` is the state's class in the stylesheet."""

    feed: Feed
    name: str
    state: str
    state_class: str
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
        """Jobs that end when it is disconnected, unless they are kept."""
        return self.live + self.in_review

    @property
    def may_end(self) -> bool:
        return may_disconnect(self.feed)

    @property
    def next_at(self) -> datetime | None:
        """None where it is due, or in progress."""
        due = self.feed.next_fetch_at
        if due and due > timezone.now():
            return due
        return None


def boards_of(company: Company) -> list[Board]:
    """Those that are fetched, the oldest first."""
    feeds = list(followed_boards(company).order_by("pk"))
    counts = _counts(feeds)
    newest = _last_runs(feeds)
    return [_board(feed, counts.get(feed.pk, {}), newest.get(feed.pk)) for feed in feeds]


def may_disconnect(feed: Feed) -> bool:
    """Whether members may: what they connected, and what an admin follows once the company is
    verified. Files of theirs are no boards.
    """
    return bool(feed.address and (feed.proof or (feed.company and company_is_proven(feed.company))))


def followed_boards(company: Company) -> QuerySet[Feed]:
    return company.feeds.filter(ended_at=None).exclude(address="").select_related("company")


def _counts(feeds: Iterable[Feed]) -> dict[int, dict[str, int]]:
    """By feed, then by what it counts: one number for each field of Board."""
    rows = Listing.objects.filter(feed__in=feeds).order_by()
    counted = {
        "live": rows.open(),
        "in_review": rows.filter(status=Listing.Status.IN_REVIEW),
        "irrelevant": rows.filter(status=Listing.Status.IRRELEVANT),
    }
    found: dict[int, dict[str, int]] = {}
    for name, listings in counted.items():
        for feed, count in listings.values_list("feed").annotate(Count("pk")):
            found.setdefault(feed, {})[name] = count
    return found


def _last_runs(feeds: Iterable[Feed]) -> dict[int, FeedRun]:
    """One query for each: a company has a few boards, and each of these has many runs."""
    found = {feed.pk: feed.runs.first() for feed in feeds}
    return {pk: run for pk, run in found.items() if run}


def _board(feed: Feed, counts: dict[str, int], run: FeedRun | None) -> Board:
    state, state_class = state_of(feed)
    return Board(
        feed=feed,
        name=name_of(feed.kind, feed.address),
        state=state,
        state_class=state_class,
        problem=problem_of(feed),
        live=counts.get("live", 0),
        in_review=counts.get("in_review", 0),
        irrelevant=counts.get("irrelevant", 0),
        last_run=run,
    )


def state_of(feed: Feed) -> tuple[str, str]:
    if is_gone(feed):
        return "Not found", "returned"
    if feed.failing_since:
        return "Not answering", "returned"
    if feed.last_ok_at is None:
        return "Being read for the first time", "review"
    return "Connected", "live"


def problem_of(feed: Feed) -> str:
    """What went wrong in the last fetch, without what only an admin can do; '' for nothing."""
    problem = FOR_ADMINS.sub("", feed.problem)
    if is_gone(feed):
        return f"{problem} The board may have moved: disconnect it and connect the new address."
    if feed.failing_since:
        since = f"{feed.failing_since:%-d %b %Y}"
        return f"{problem} It has failed since {since}. Your jobs stay open, and we keep trying."
    if problem != feed.problem:
        return f"{problem} Contact us if this is not what you expect."
    return problem

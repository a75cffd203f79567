"""Following boards of the directory, leaving out those of employers who ask, and stopping."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import host_of
from jobboard.common.locks import hold_until_commit
from jobboard.common.tasks import DEFAULT, SOON, enqueue_once
from jobboard.common.text.words import fold, plural
from jobboard.listings.employers.companies import company_names, find_company
from jobboard.listings.models import BoardLeftOut, Company, Feed

from .boards.employers import Employer
from .detection.addresses import detect_address
from .detection.sources import NotASourceError
from .fetching import fetch_feed
from .importing.vanished import close_jobs_of

# Between the first fetches of boards on one host that are followed at once. As they are asked again
# after the same time, they stay apart.
FIRST_APART = timedelta(seconds=5)
# So many answers in a row that nothing is there: four hours at least, by the pauses after failures.
GONE_AFTER = 5
LEFT_OUT = (
    "This employer asked not to be listed here, so the board can’t be followed. "
    "To take this back, open “Find employers” in the admin and choose “Left out”."
)

# A kind of feed, and the board in lower case.
Board = tuple[str, str]


def followed_board(kind: str, address: str) -> Board:
    """What a feed reads; its address where that names no board of its kind."""
    try:
        source = detect_address(address)
    except NotASourceError:
        return kind, address.lower()
    is_named = source.kind == kind and source.board
    return kind, (source.board if is_named else address).lower()


def board_in(employer: Employer) -> Board:
    return employer.source.kind, employer.source.board.lower()


def is_left_out(kind: str, address: str) -> bool:
    """Also if its page is to be read in another way than the board's own."""
    boards = {followed_board(kind, address)}
    with suppress(NotASourceError):
        boards.add(followed_board(detect_address(address).kind, address))
    return any(BoardLeftOut.objects.filter(kind=one, board=name).exists() for one, name in boards)


@dataclass(frozen=True)
class Standing:
    """Where a board stands: left out, followed by a feed, stopped, or none of these."""

    feed: Feed | None = None
    left_out: BoardLeftOut | None = None

    @property
    def is_followed(self) -> bool:
        return self.feed is not None and self.feed.ended_at is None

    @property
    def may_be_followed(self) -> bool:
        return not (self.is_followed or self.left_out)

    @property
    def state(self) -> str:
        """One word or two; '' where nothing was ever done."""
        if self.left_out:
            return "Left out"
        if self.feed:
            return state_of(self.feed)
        return ""


def state_of(feed: Feed) -> str:
    if feed.ended_at:
        return "Stopped"
    if is_gone(feed):
        return "Gone"
    if feed.failing_since:
        return "Failing"
    if feed.last_ok_at:
        return "Followed"
    return "Waiting for its first fetch"


def is_gone(feed: Feed) -> bool:
    """Whether its host has said often enough that the board is not there any more."""
    return feed.times_gone >= GONE_AFTER


def standings() -> dict[Board, Standing]:
    """Of all boards that are or were followed, and of those left out."""
    known: dict[Board, Standing] = {}
    feeds = Feed.objects.exclude(address="").select_related("company").order_by("pk")
    for feed in feeds:
        board = followed_board(feed.kind, feed.address)
        if board not in known or not known[board].is_followed:
            known[board] = Standing(feed)
    for left_out in BoardLeftOut.objects.all():
        board = (left_out.kind, left_out.board)
        known[board] = Standing(known[board].feed if board in known else None, left_out)
    return known


# --- Following ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of a row of the directory; ``feed`` where it is followed now and was not."""

    employer: Employer
    sentence: str
    feed: Feed | None = None
    is_followed: bool = False

    def __str__(self) -> str:
        return f"{self.employer.name} ({self.employer.source}): {self.sentence}"


def sum_of(outcomes: Iterable[Outcome], *, is_dry_run: bool = False) -> str:
    sentences = Counter(outcome.is_followed for outcome in outcomes)
    verb = "would be followed" if is_dry_run else "followed"
    return f"{plural(sentences[True], 'employer')} {verb}, {sentences[False]} skipped."


def follow_employers(employers: Iterable[Employer]) -> list[Outcome]:
    """Make their companies, if they are new, and their feeds, which are fetched one after another.
    What is followed already or left out is skipped.
    """
    with transaction.atomic():
        hold_until_commit("follow-employers")
        return _Following(timezone.now()).run(employers)


def try_following(employers: Iterable[Employer]) -> list[Outcome]:
    """What ``follow_employers`` would do. Nothing is written."""
    known = standings()
    return [_skipped(one, known) or Outcome(one, "new", is_followed=True) for one in employers]


class _Following:
    def __init__(self, now: datetime) -> None:
        self.now, self.names, self.known = now, company_names(), standings()
        self.of_host: Counter[str] = Counter()

    def run(self, employers: Iterable[Employer]) -> list[Outcome]:
        return [_skipped(one, self.known) or self._follow(one) for one in employers]

    def _follow(self, employer: Employer) -> Outcome:
        company = find_company(employer.name, self.names)
        if company and company.suspended_at:
            return Outcome(employer, "skipped, its company is suspended")
        stopped = self.known.get(board_in(employer), Standing()).feed
        feed = stopped or Feed(
            company=company or self._new_company(employer),
            kind=employer.source.kind,
            address=employer.source.api,
            publishes=Feed.Publishes.DIRECTLY,
        )
        start_again(feed, at=self._turn(feed.address))
        self.known[board_in(employer)] = Standing(feed)
        return Outcome(
            employer, "followed again" if stopped else "followed", feed, is_followed=True
        )

    def _new_company(self, employer: Employer) -> Company:
        company = Company.objects.create(
            name=employer.name, website=employer.website, domain=host_of(employer.website)
        )
        self.names[fold(company.name)] = company.pk
        return company

    def _turn(self, address: str) -> datetime:
        host = urlsplit(address).netloc
        self.of_host[host] += 1
        return self.now + FIRST_APART * (self.of_host[host] - 1)


def _skipped(employer: Employer, known: dict[Board, Standing]) -> Outcome | None:
    standing = known.get(board_in(employer), Standing())
    if standing.left_out:
        return Outcome(employer, "skipped, left out as its employer asked")
    if standing.is_followed:
        return Outcome(employer, "skipped, followed already")
    return None


def start_again(feed: Feed, *, at: datetime) -> None:
    """Have a new or stopped feed fetched ``at`` a time, as if nothing had failed."""
    feed.ended_at = feed.ended_by = feed.failing_since = None
    feed.keeps_jobs = False
    feed.failures = feed.times_gone = 0
    feed.problem = feed.etag = feed.last_modified = ""
    feed.next_fetch_at = at
    feed.save()
    fetch_feed.using(priority=SOON, run_after=at).enqueue(feed_id=feed.pk)


# --- Stopping -------------------------------------------------------------------------------------


@task(queue_name=DEFAULT)
def close_jobs(feed_id: int) -> None:
    """Close what a stopped feed listed."""
    feed = Feed.objects.filter(pk=feed_id, ended_at__isnull=False, keeps_jobs=False).first()
    if feed:
        close_jobs_of(feed)


@transaction.atomic
def stop_following(feed: Feed, *, by: User | None = None, keeps_jobs: bool = False) -> None:
    """It is not fetched any more, and its jobs close in a moment, unless they are kept until they
    expire. ``by`` is the member of its company who says so. The row stays, so that nothing is lost
    if it is followed again.
    """
    Feed.objects.filter(pk=feed.pk, ended_at=None).update(
        ended_at=timezone.now(), ended_by=by, keeps_jobs=keeps_jobs, next_fetch_at=None
    )
    if not keeps_jobs:
        enqueue_once(close_jobs, feed_id=feed.pk)


@transaction.atomic
def leave_out(board: Board, name: str, by: User | None) -> None:
    """Nobody can follow the board until this is taken back; what follows it stops."""
    kind, board_name = board
    BoardLeftOut.objects.get_or_create(
        kind=kind, board=board_name, defaults={"name": name[:120], "by": by}
    )
    for feed in _feeds_of(board):
        stop_following(feed)


@transaction.atomic
def take_back(board: Board) -> None:
    """The board may be followed again; what was stopped by leaving it out does so at once. A feed
    that had been stopped before stays so.
    """
    kind, board_name = board
    rows = BoardLeftOut.objects.select_for_update()
    left_out = rows.filter(kind=kind, board=board_name).first()
    if left_out is None:
        return
    for feed in _feeds_of(board):
        if feed.ended_at and feed.ended_at >= left_out.at:  # nobody could follow it since
            start_again(feed, at=timezone.now())
    left_out.delete()


def _feeds_of(board: Board) -> list[Feed]:
    feeds = Feed.objects.filter(kind=board[0]).exclude(address="")
    return [feed for feed in feeds if followed_board(feed.kind, feed.address) == board]

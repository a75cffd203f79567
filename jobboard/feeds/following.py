"""Following boards of the directory, stopping, and leaving out those of employers who ask."""

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
from .importing.missing import close_jobs_of

# Between the first fetches of boards on one host that are followed together. Later fetches have the
# same interval, so they stay apart.
FIRST_APART = timedelta(seconds=5)
# So many "not found" in a row: at least four hours, with the pauses after failures.
GONE_AFTER = 5
LEFT_OUT = (
    "This employer asked not to be listed here, so the board can’t be followed. "
    "To take this back, open “Find employers” in the admin and choose “Left out”."
)

# A kind of feed, and the board in lower case.
Board = tuple[str, str]


def followed_board(kind: str, address: str) -> Board:
    """The board of a feed; its address if that names no board of its kind."""
    try:
        source = detect_address(address)
    except NotASourceError:
        return kind, address.lower()
    if source.kind == kind and source.board:
        return kind, source.board.lower()
    return kind, address.lower()


def board_in(employer: Employer) -> Board:
    return employer.source.kind, employer.source.board.lower()


def is_left_out(kind: str, address: str) -> bool:
    """Whether the board is left out, also if ``kind`` is another way to read it than its own."""
    boards = {followed_board(kind, address)}
    with suppress(NotASourceError):
        boards.add(followed_board(detect_address(address).kind, address))
    for kind_of_board, board in boards:
        if BoardLeftOut.objects.filter(kind=kind_of_board, board=board).exists():
            return True
    return False


@dataclass(frozen=True)
class BoardStanding:
    """What became of a board: left out, followed by a feed, stopped, or none of these."""

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
        """A word or two; '' if nobody has followed it or left it out."""
        if self.left_out:
            return "Left out"
        if self.feed:
            return get_state(self.feed)
        return ""


def get_state(feed: Feed) -> str:
    if feed.ended_at:
        return "Stopped"
    if is_gone(feed):
        return "Gone"
    if feed.failing_since:
        return "Failing"
    if feed.last_success_at:
        return "Followed"
    return "Waiting for its first fetch"


def is_gone(feed: Feed) -> bool:
    """Whether its host has answered often enough that the board no longer exists."""
    return feed.times_gone >= GONE_AFTER


def get_standings() -> dict[Board, BoardStanding]:
    """The standing of all boards that are or were followed, or are left out."""
    standings: dict[Board, BoardStanding] = {}
    feeds = Feed.objects.exclude(address="").select_related("company").order_by("pk")
    for feed in feeds:
        board = followed_board(feed.kind, feed.address)
        if board not in standings or not standings[board].is_followed:
            standings[board] = BoardStanding(feed)
    for left_out in BoardLeftOut.objects.all():
        board = (left_out.kind, left_out.board)
        standing = standings.get(board, BoardStanding())
        standings[board] = BoardStanding(standing.feed, left_out)
    return standings


# --- Following ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FollowResult:
    """The result of following a row of the directory. ``feed`` is set if it is followed anew."""

    employer: Employer
    sentence: str
    feed: Feed | None = None
    is_followed: bool = False

    def __str__(self) -> str:
        return f"{self.employer.name} ({self.employer.source}): {self.sentence}"


def summarize(outcomes: Iterable[FollowResult], *, is_dry_run: bool = False) -> str:
    counts = Counter(outcome.is_followed for outcome in outcomes)
    verb = "followed"
    if is_dry_run:
        verb = "would be followed"
    return f"{plural(counts[True], 'employer')} {verb}, {counts[False]} skipped."


def follow_employers(employers: Iterable[Employer]) -> list[FollowResult]:
    """Create their companies, if they are new, and their feeds, which are fetched one after
    another. Boards that are followed already or left out are skipped.
    """
    with transaction.atomic():
        hold_until_commit("follow-employers")
        return _Following(timezone.now()).run(employers)


def try_following(employers: Iterable[Employer]) -> list[FollowResult]:
    """The results that ``follow_employers`` would have. Nothing is written."""
    standings = get_standings()
    outcomes = []
    for employer in employers:
        outcome = _skip(employer, standings)
        outcomes.append(outcome or FollowResult(employer, "new", is_followed=True))
    return outcomes


class _Following:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.names = company_names()
        self.standings = get_standings()
        self.feeds_on_host: Counter[str] = Counter()

    def run(self, employers: Iterable[Employer]) -> list[FollowResult]:
        outcomes = []
        for employer in employers:
            outcomes.append(_skip(employer, self.standings) or self._follow(employer))
        return outcomes

    def _follow(self, employer: Employer) -> FollowResult:
        company = find_company(employer.name, self.names)
        if company and company.suspended_at:
            return FollowResult(employer, "skipped, its company is suspended")
        sentence = "followed again"
        feed = self.standings.get(board_in(employer), BoardStanding()).feed
        if feed is None:
            sentence = "followed"
            feed = Feed(
                company=company or self._new_company(employer),
                kind=employer.source.kind,
                address=employer.source.api,
                publishes=Feed.Publishes.DIRECTLY,
            )
        start_again(feed, at=self._turn(feed.address))
        self.standings[board_in(employer)] = BoardStanding(feed)
        return FollowResult(employer, sentence, feed, is_followed=True)

    def _new_company(self, employer: Employer) -> Company:
        company = Company.objects.create(
            name=employer.name, website=employer.website, domain=host_of(employer.website)
        )
        self.names[fold(company.name)] = company.pk
        return company

    def _turn(self, address: str) -> datetime:
        """The time when the first fetch runs: feeds on one host take turns."""
        host = urlsplit(address).netloc
        turn = self.feeds_on_host[host]
        self.feeds_on_host[host] += 1
        return self.now + FIRST_APART * turn


def _skip(employer: Employer, standings: dict[Board, BoardStanding]) -> FollowResult | None:
    standing = standings.get(board_in(employer), BoardStanding())
    if standing.left_out:
        return FollowResult(employer, "skipped, left out as its employer asked")
    if standing.is_followed:
        return FollowResult(employer, "skipped, followed already")
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
    """Stop fetching the feed, and close its jobs unless they are kept until they expire. ``by`` is
    the member of its company who asks for it. The row stays, so that nothing is lost if the feed is
    followed again.
    """
    Feed.objects.filter(pk=feed.pk, ended_at=None).update(
        ended_at=timezone.now(), ended_by=by, keeps_jobs=keeps_jobs, next_fetch_at=None
    )
    if not keeps_jobs:
        enqueue_once(close_jobs, feed_id=feed.pk)


@transaction.atomic
def leave_out(board: Board, name: str, by: User | None) -> None:
    """Stop following the board. Nobody can follow it until this is taken back."""
    kind, board_name = board
    BoardLeftOut.objects.get_or_create(
        kind=kind, board=board_name, defaults={"name": name[:120], "by": by}
    )
    for feed in _feeds_of(board):
        stop_following(feed)


@transaction.atomic
def take_back(board: Board) -> None:
    """Let people follow the board again, and restart the feeds that leaving it out stopped. A feed
    that was stopped before stays stopped.
    """
    kind, board_name = board
    rows = BoardLeftOut.objects.select_for_update()
    left_out = rows.filter(kind=kind, board=board_name).first()
    if left_out is None:
        return
    for feed in _feeds_of(board):
        was_left_out = feed.ended_at and feed.ended_at >= left_out.at  # nobody followed it since
        if was_left_out:
            start_again(feed, at=timezone.now())
    left_out.delete()


def _feeds_of(board: Board) -> list[Feed]:
    feeds = Feed.objects.filter(kind=board[0]).exclude(address="")
    return [feed for feed in feeds if followed_board(feed.kind, feed.address) == board]

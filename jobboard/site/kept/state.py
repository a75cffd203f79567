"""What a public page is made of: as long as this state is the same, so is each page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import DatabaseError, connections, router
from django.utils import timezone

from jobboard.listings.models import Listing
from jobboard.search import change_log
from jobboard.search.index import reading
from jobboard.site.models import ContentVersion


@dataclass(frozen=True)
class State:
    version: str
    """Of what is in the public tables."""
    index: str
    """The commit of this machine's index, which has reached that version; '': the database answers
    searches.
    """
    until: datetime
    """The next moment at which a job ends, or ceases to be featured, or a day ends (UTC): what is
    published on a day, and how old things are, in whole days.
    """


@dataclass(frozen=True)
class _Known:
    """What was found out about a version. It holds from ``since``, as a clock may be put back."""

    version: str
    since: datetime
    until: datetime


_reached: tuple[str, str] | None = None
_known: _Known | None = None


def current_state() -> State | None:
    """None while a page may be made of several states, or of what is not committed."""
    try:
        version = _version()
        if not version:
            return None
        index = reading.identity()
        if not _has_reached(version, index):
            return None
        return State(version, index, _until(version))
    except DatabaseError:  # it is away, or older than this code
        return None


def _version() -> str:
    """Of the database that is written to. '' where pages are read from another one that has not
    reached it.
    """
    primary = router.db_for_write(ContentVersion)
    version = _version_in(primary)
    replica = router.db_for_read(ContentVersion)
    if replica != primary and _version_in(replica) != version:
        return ""
    return version


def _version_in(alias: str) -> str:
    if connections[alias].in_atomic_block:  # what is read there may never be committed
        return ""
    version = ContentVersion.objects.using(alias).filter(pk=0)
    return version.values_list("value", flat=True).first() or ""


def _has_reached(version: str, index: str) -> bool:
    """Whether searches know everything of ``version``. What is asked of the database may be newer,
    and then the version is another one when the page is made.
    """
    global _reached
    if _reached == (version, index):
        return True
    if not reading.reached(change_log.current_position()):
        return False
    _reached = (version, index)
    return True


def _until(version: str) -> datetime:
    global _known
    now, known = timezone.now(), _known
    if known is None or known.version != version or not known.since <= now < known.until:
        known = _known = _Known(version, now, min(_instants_after(now)))
    return known.until


def _instants_after(now: datetime) -> list[datetime]:
    ends = [
        Listing.objects.filter(**{f"{name}__gt": now})
        .order_by(name)
        .values_list(name, flat=True)
        .first()
        for name in ("expires_at", "featured_until")
    ]
    return [end for end in ends if end is not None] + [_midnight_after(now.date())]


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(tzinfo=UTC))

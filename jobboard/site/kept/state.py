"""The state that public pages are made from: as long as it is the same, so is each page."""

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
    """Of the content of the public tables."""
    index: str
    """The commit of this machine's index, which has reached that version; '': the database answers
    searches.
    """
    until: datetime
    """The next moment at which a job ends, or ceases to be featured, or a day ends (UTC): what is
    published on a day, and how old things are, in whole days.
    """


@dataclass(frozen=True)
class _Validity:
    """The time in which a version is valid; not before ``since``, as a clock may be put back."""

    version: str
    since: datetime
    until: datetime


_reached: tuple[str, str] | None = None
_validity: _Validity | None = None


def current_state() -> State | None:
    """Return the current state; None while a page may be made of several states, or of what is not
    committed.
    """
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
    """Return the version of the database that is written to. '' if pages are read from another one
    that has not reached it.
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
    """Whether searches know everything of ``version``. The database may be newer by then, but then
    the version is another one when the page is made.
    """
    global _reached
    if _reached == (version, index):
        return True
    if not reading.reached(change_log.current_position()):
        return False
    _reached = (version, index)
    return True


def _until(version: str) -> datetime:
    global _validity
    now = timezone.now()
    validity = _validity
    is_valid = validity is not None and validity.version == version
    if validity is None or not is_valid or not validity.since <= now < validity.until:
        validity = _validity = _Validity(version, now, _next_change_after(now))
    return validity.until


def _next_change_after(now: datetime) -> datetime:
    moments = [_midnight_after(now.date())]
    for name in ("expires_at", "featured_until"):
        later = Listing.objects.filter(**{f"{name}__gt": now}).order_by(name)
        first = later.values_list(name, flat=True).first()
        if first is not None:
            moments.append(first)
    return min(moments)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(tzinfo=UTC))

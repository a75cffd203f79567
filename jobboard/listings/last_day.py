"""Computes when the last day of a job is over: where the work is, not where our server is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .choices import PlaceText
from .geo.gazetteer import time_zones

# Nowhere does a day end later.
LATEST = timezone(-timedelta(hours=12))
# Of a year without and with summer time. Where zones trade places over the year, their order over
# both counts.
WINTER = datetime(2026, 1, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, tzinfo=UTC)


def latest_zone(places: Iterable[PlaceText]) -> str:
    """The zone of ``places`` in which a day ends last; '' where none is known."""
    zones: set[str] = set()
    for place in places:
        zones |= time_zones(place.country, place.admin1, place.city)
    return latest_of(zones)


def is_past(day: date | None, zone: str, now: datetime) -> bool:
    return day is not None and end_of_last_day(day, zone) <= now


def latest_of(zones: Iterable[str]) -> str:
    return min(zones, key=lambda zone: (_offsets(zone), zone), default="")


def _offsets(zone: str) -> timedelta:
    here = ZoneInfo(zone)
    in_winter = WINTER.astimezone(here).utcoffset() or timedelta()
    in_summer = SUMMER.astimezone(here).utcoffset() or timedelta()
    return in_winter + in_summer


def end_of_last_day(day: date, zone: str) -> datetime:
    """The moment ``day`` is over in ``zone``, in UTC; where the zone is not known, everywhere."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=_tzinfo(zone)).astimezone(UTC)


def last_second(day: date, zone: str) -> datetime:
    """Return the last second of ``day``, with the offset from UTC that holds there then."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=_tzinfo(zone))


def _tzinfo(zone: str) -> tzinfo:
    if zone:
        return ZoneInfo(zone)
    return LATEST


def last_day_before(moment: datetime | None) -> date | None:
    """The last whole day (UTC) before ``moment``: the day people are told where the moment is a
    midnight.
    """
    return moment and (moment - timedelta(microseconds=1)).date()

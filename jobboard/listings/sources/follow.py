"""Asks feeds at their addresses when they are due, and says what went wrong to the admin."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from jobboard.common.fetch import FetchFailed, fetch
from jobboard.listings.models import Feed

from . import ADAPTERS
from .base import BadFeed, BadItem, FeedItem, Later
from .importer import Busy, Report, confirm_unchanged, import_items, record_failure
from .reading import Reader

logger = logging.getLogger("jobboard.feeds")

EVERY = timedelta(hours=6)
FIRST_RETRY = timedelta(minutes=15)  # doubled with each failure in a row,
LONGEST_PAUSE = timedelta(days=1)  # up to this
SECONDS_A_ROUND = 60  # then other jobs of the scheduler have their turn; the feeds left over come in the next round


def fetch_due_feeds() -> None:
    """Fetch every feed that is due, the longest waiting first."""
    end = time.monotonic() + SECONDS_A_ROUND
    now = timezone.now()
    due = Feed.objects.exclude(address="").filter(Q(next_fetch_at=None) | Q(next_fetch_at__lte=now))
    for feed in due.select_related("company").order_by(F("next_fetch_at").asc(nulls_first=True), "pk"):
        if time.monotonic() > end:
            return
        try:
            follow(feed)
        except Busy:
            continue
        except Exception:
            logger.exception("Feed %s failed", feed.pk)
            record_failure(feed=feed, failure="An error of this site: see its log.", now=timezone.now())
            plan_next(feed)


def follow(feed: Feed) -> Report | None:
    """Fetch ``feed`` and store its answer; None when that failed, which the feed then says. Raises Busy."""
    now = timezone.now()
    report, retry_after = None, None
    try:
        report = _fetch_and_store(feed, now)
    except FetchFailed as failed:
        record_failure(feed=feed, failure=str(failed), now=now)
        retry_after = failed.retry_after
    except BadFeed as bad:
        record_failure(feed=feed, failure=str(bad), now=now)
    plan_next(feed, retry_after)
    if report and report.is_unfinished:
        feed.next_fetch_at = now
        feed.save(update_fields=["next_fetch_at"])
    return report


def plan_next(feed: Feed, retry_after: int | None = None) -> None:
    pause = min(FIRST_RETRY * 2 ** min(feed.failures - 1, 10), LONGEST_PAUSE) if feed.failures else EVERY
    if retry_after:
        pause = max(pause, min(timedelta(seconds=retry_after), LONGEST_PAUSE))
    feed.next_fetch_at = timezone.now() + pause
    feed.save(update_fields=["next_fetch_at"])


def _fetch_and_store(feed: Feed, now: datetime) -> Report:
    adapter = ADAPTERS[feed.kind]
    headers = {"Authorization-Key": feed.api_key} if feed.api_key else {}
    if hasattr(adapter, "pages"):
        return import_items(feed=feed, items=_all_pages(adapter, feed.address, headers), now=now)
    # What was read with other names or parsers is read again, changed or not.
    same = feed.read_with == Reader().fingerprint
    tags = {"etag": feed.etag, "last_modified": feed.last_modified} if same else {}
    answer = fetch(feed.address, headers=headers, **tags)
    if answer.not_modified:
        return confirm_unchanged(feed=feed, now=now)
    report = import_items(feed=feed, items=adapter.parse(BytesIO(answer.data), feed.address), now=now)
    feed.etag, feed.last_modified = answer.etag[:200], answer.last_modified[:60]
    feed.save(update_fields=["etag", "last_modified"])
    return report


def _all_pages(adapter: Any, address: str, headers: dict[str, str]) -> Iterator[FeedItem | BadItem]:
    late = time.monotonic() + SECONDS_A_ROUND

    def get(url: str, **more: Any) -> bytes:
        return fetch(url, headers=headers, **more).data

    def whole(item: FeedItem) -> FeedItem:
        if time.monotonic() > late:
            raise Later
        try:
            return adapter.with_details(item, get(adapter.details_address(item, address)))
        except (FetchFailed, BadFeed) as failed:
            raise BadItem("description", str(failed)) from None

    for page in adapter.pages(get, address):
        for item in adapter.parse(BytesIO(page), address):
            if hasattr(adapter, "with_details") and isinstance(item, FeedItem):
                item = replace(item, whole=partial(whole, item))
            yield item

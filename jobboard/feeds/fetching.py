"""Asks feeds at their addresses when they are due, and says what went wrong to the admin."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from jobboard.common.locks import advisory_lock
from jobboard.common.tasks import SLOW, given_up, note_progress, unfinished
from jobboard.listings.models import Feed

from .adapters.base import (
    DetailsNotFetchedError,
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
    Result,
)
from .adapters.registry import ADAPTERS, terms_of
from .adapters.source import Source
from .download import FetchError, fetch
from .importing.importer import ImportRunningError, confirm_unchanged, import_items
from .importing.missing import close_jobs_of
from .importing.report import ImportReport
from .importing.storing import record_failure
from .reading import Reader

logger = logging.getLogger("jobboard.feeds")

wait = time.sleep

FETCH_INTERVAL = timedelta(hours=6)
# The pause after a first failure. It doubles with each further one in a row.
FIRST_RETRY = timedelta(minutes=15)
# No pause after failures is longer.
MAX_PAUSE = timedelta(days=1)
# Then other feeds have their turn, and the rest of this one comes in its next task.
SECONDS_A_TASK = 60
GONE = {404, 410}


def due_feeds() -> QuerySet[Feed]:
    """The longest waiting first."""
    feeds = Feed.objects.filter(ended_at=None).exclude(address="")
    feeds = feeds.exclude(company__suspended_at__isnull=False)
    due = feeds.filter(Q(next_fetch_at=None) | Q(next_fetch_at__lte=timezone.now()))
    return due.order_by(F("next_fetch_at").asc(nulls_first=True), "pk")


def enqueue_due_feeds() -> None:
    """One over which workers died, or that was cancelled, has its next turn later."""
    calls = unfinished(fetch_feed) + given_up(fetch_feed, since=timezone.now() - FETCH_INTERVAL)
    left_alone = [arguments["feed_id"] for arguments in calls]
    for pk in due_feeds().exclude(pk__in=left_alone).values_list("pk", flat=True):
        fetch_feed.enqueue(feed_id=pk)


@task(queue_name=SLOW)
def fetch_feed(feed_id: int) -> None:
    """Fetch a feed if it is still due and nobody asks its host right now. What goes wrong is noted
    with the feed, which says when it is due again.
    """
    feed = due_feeds().filter(pk=feed_id).select_related("company").first()
    if feed is None:
        return
    try:
        with advisory_lock(f"host-{urlsplit(feed.address).netloc}") as alone:
            if alone:
                fetch_now(feed)
    except ImportRunningError:
        return  # it stays due
    except Exception:
        logger.exception("Feed %s failed", feed.pk)
        record_failure(feed=feed, failure="Internal error. See the log.", now=timezone.now())
        plan_next(feed)
    if Feed.objects.filter(pk=feed_id, ended_at__isnull=False, keeps_jobs=False).exists():
        close_jobs_of(feed)  # it was stopped while it was read


def fetch_now(feed: Feed) -> ImportReport | None:
    """Fetch and store ``feed``; None if that failed, which the feed then says. Raises
    ImportRunningError.
    """
    now = timezone.now()
    report = None
    retry_after = None
    try:
        report = _fetch_and_store(feed, now)
    except (FetchError, InvalidFeedError) as failed:
        is_gone = getattr(failed, "status", 0) in GONE
        record_failure(feed=feed, failure=str(failed), now=now, is_gone=is_gone)
        retry_after = getattr(failed, "retry_after", None)
    plan_next(feed, retry_after)
    if retry_after:
        _leave_alone(feed)
    if report and report.is_unfinished and report.created + report.updated:
        feed.next_fetch_at = now
        feed.save(update_fields=["next_fetch_at"])
    return report


def _leave_alone(feed: Feed) -> None:
    """The host of ``feed`` asked to wait: its other feeds do, too."""
    start = f"https://{urlsplit(feed.address).netloc}/"
    others = Feed.objects.filter(address__istartswith=start)
    others.filter(Q(next_fetch_at=None) | Q(next_fetch_at__lt=feed.next_fetch_at)).update(
        next_fetch_at=feed.next_fetch_at
    )


def plan_next(feed: Feed, retry_after: int | None = None) -> None:
    pause = (
        min(FIRST_RETRY * 2 ** min(feed.failures - 1, 10), MAX_PAUSE)
        if feed.failures
        else FETCH_INTERVAL
    )
    pause = max(pause, timedelta(hours=terms_of(feed.kind).hours_apart))
    if retry_after:
        pause = max(pause, timedelta(seconds=retry_after))
    feed.next_fetch_at = timezone.now() + pause
    feed.save(update_fields=["next_fetch_at"])


def _fetch_and_store(feed: Feed, now: datetime) -> ImportReport:
    source = ADAPTERS[feed.kind]
    if source.paging:
        items = items_at(source, feed.address, feed.api_key)
        return import_items(feed=feed, items=items, now=now, progress=note_progress)
    # What was read with other names or parsers is read again, changed or not.
    fits = not source.max_in_first or feed.last_count <= source.max_in_first
    same = fits and feed.parser_version == Reader().fingerprint
    headers = _headers(feed.api_key)
    wait(source.terms.seconds_apart)
    if same:
        answer = fetch(
            feed.address, headers=headers, etag=feed.etag, last_modified=feed.last_modified
        )
    else:
        answer = fetch(feed.address, headers=headers)
    if answer.not_modified:
        return confirm_unchanged(feed=feed, now=now)
    items = items_at(source, feed.address, feed.api_key, first=answer.data)
    report = import_items(feed=feed, items=items, now=now, progress=note_progress)
    if not (report.is_unfinished or report.is_short):
        feed.etag = answer.etag[:200]
        feed.last_modified = answer.last_modified[:60]
        feed.save(update_fields=["etag", "last_modified"])
    return report


def _headers(api_key: str) -> dict[str, str]:
    if api_key:
        return {"Authorization-Key": api_key}
    return {}


def items_at(
    source: Source, address: str, api_key: str = "", first: bytes | None = None
) -> Iterator[Result]:
    """Everything an address answers with, on however many pages; ``first`` is its first answer, if
    it is there already.

    Raises FetchError and InvalidFeedError: at once for the first page, so that nothing is stored of
    what does not answer.
    """
    deadline = None

    def get(url: str, **more: Any) -> bytes:
        wait(source.terms.seconds_apart)
        return fetch(url, headers=_headers(api_key), **more).data

    def fetch_details(item: FeedItem) -> FeedItem:
        nonlocal deadline
        deadline = deadline or time.monotonic() + SECONDS_A_TASK
        if time.monotonic() > deadline:
            raise DetailsNotFetchedError
        try:
            return source.with_details(item, get(source.details_address(item, address)))
        except (FetchError, InvalidFeedError) as failed:
            if getattr(failed, "retry_after", None):
                raise  # the host asks for a pause, from all of us
            raise InvalidItemError("description", str(failed)) from None

    def with_details_to_fetch(result: Result) -> Result:
        if source.details and isinstance(result, FeedItem):
            return replace(result, whole=partial(fetch_details, result))
        return result

    if first is None:
        pages = source.pages(get, address)
    else:
        pages = chain([first], source.after(get, address, first))
    results = source.results(pages, address)
    start = list(islice(results, 1))
    return map(with_details_to_fetch, chain(start, results))

"""Stores what a feed lists: creates the new, edits the changed, closes the missing, reopens.

An item read before, by the same parsers and names, costs a comparison of hashes.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime

from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.locks import advisory_lock
from jobboard.feeds.adapters.base import Result
from jobboard.listings.models import Feed

from .report import NO_TEXTS, ImportReport
from .run import ImportRun
from .storing import Pair, Storage, Trial


class ImportRunningError(Exception):
    """Another process imports this feed right now."""


def import_items(
    *,
    feed: Feed,
    items: Iterable[Result],
    now: datetime | None = None,
    uploaded_by: User | None = None,
    progress: Callable[[int], None] = lambda items: None,
    notes_each: bool = False,
) -> ImportReport:
    """Bring the listings of ``feed`` up to ``items``, its whole answer. Safe to repeat.

    ``uploaded_by`` somebody, they are what this person says of some jobs: what is left out stays,
    what is new is theirs, and what changed is changed as they would by hand. Their run of the same
    ``now`` as one that was cut off reports what both did. ``progress`` is told again and again how
    many items are done with. ``notes_each``: the report says what became of each item.

    New listings that are AI or data work go live at once if the feed publishes directly; doubtful
    ones wait for review, and other work is kept without waiting for anybody. One bad item stops no
    other. What two answers in a row leave out ends. An answer without any job, or one that breaks
    off, ends nothing: InvalidFeedError is raised, and what was read until then stays. Raises
    ImportRunningError too.
    """
    with _feed_import_lock(feed):
        storage = Storage(feed, now or timezone.now(), uploaded_by)
        return ImportRun(storage, progress, notes_each=notes_each).run(items)


def try_items(
    *,
    feed: Feed,
    items: Iterable[Result],
    now: datetime | None = None,
    uploaded_by: User | None = None,
    progress: Callable[[int], None] = lambda items: None,
    notes_each: bool = False,
) -> ImportReport:
    """The report that ``import_items`` would make. Nothing is written, and ``feed`` need not be
    saved. Raises InvalidFeedError.
    """
    report, _ = try_and_show(
        feed=feed,
        items=items,
        now=now,
        uploaded_by=uploaded_by,
        progress=progress,
        notes_each=notes_each,
    )
    return report


def try_and_show(
    *,
    feed: Feed,
    items: Iterable[Result],
    now: datetime | None = None,
    uploaded_by: User | None = None,
    progress: Callable[[int], None] = lambda items: None,
    notes_each: bool = False,
) -> tuple[ImportReport, list[Pair]]:
    """``try_items``, and the jobs that would be new. Raises InvalidFeedError."""
    trial = Trial(copy(feed), now or timezone.now(), uploaded_by)
    return ImportRun(trial, progress, notes_each=notes_each).run(items), trial.new


def confirm_unchanged(*, feed: Feed, now: datetime) -> ImportReport:
    """The feed answered that nothing changed since the last answer: the same as that answer once
    more. Raises ImportRunningError.
    """
    with _feed_import_lock(feed):
        run = ImportRun(Storage(feed, now), lambda items: None)
        run.has_text = feed.problem != NO_TEXTS
        listed = feed.listings.filter(last_seen_at__gte=feed.last_success_at)
        return run.confirm_all(list(listed.values_list("pk", flat=True)))


@contextmanager
def _feed_import_lock(feed: Feed) -> Iterator[None]:
    with advisory_lock(f"feed-{feed.pk}") as acquired:
        if not acquired:
            raise ImportRunningError(
                f"An import of {feed} is already running. Try again when it finishes."
            )
        yield

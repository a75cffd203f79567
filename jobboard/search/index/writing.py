"""The one process on a machine that writes its index: builds it, and takes in what changed.

It can be killed at any moment. The index says up to where changes were taken in, in the same commit
as their documents, so the next writer goes on from there.
"""

import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from jobboard.common.locks import file_lock
from jobboard.listings.models import Listing
from jobboard.search import change_log
from jobboard.search.change_log import Position, PositionLostError

from .documents import BATCH, FINGERPRINT, MAX_ID, convert_tantivy_panics, to_microseconds
from .output import BUILDER_BYTES, Output
from .reading import IndexMissingError, current_folder, discard, link, open_snapshot

POLL_SECONDS = 0.3
SECONDS_BETWEEN_CHECKS = 3600
SECONDS_BETWEEN_COMPARISONS = 24 * 3600
MAX_RETRY_SECONDS = 60
# Rounds of catching up before a new index is used. The next round takes in what is left.
MAX_ROUNDS = 5
COMPARED_AT_ONCE = 10_000  # listings
OTHER_VERSION_RETENTION_SECONDS = 24 * 3600  # older code may still be running beside this one

logger = logging.getLogger("jobboard.search")


@contextmanager
def _only(what: str) -> Iterator[bool]:
    """Yield whether this process alone on this machine does ``what``. Raises IndexMissingError if
    there is to be no index.
    """
    folder = link().parent
    folder.mkdir(parents=True, exist_ok=True)
    with convert_tantivy_panics(), file_lock(folder / f"{what}.lock") as is_locked:
        yield is_locked


def only_writer() -> AbstractContextManager[bool]:
    """Yield whether this process is the writer. Code of another version writes another index."""
    return _only(f"writer-{FINGERPRINT}")


# --- Following ------------------------------------------------------------------------------------


def follow() -> NoReturn:
    """Keep the index equal to the database until the process ends. Waits while there is another
    writer. Raises IndexMissingError if there is to be no index.
    """
    is_waiting = False
    while True:
        with only_writer() as is_writer:
            if is_writer:
                _follow()
        if not is_waiting:
            logger.info("Another process writes the search index. Waiting until it ends.")
            is_waiting = True
        time.sleep(1)


def _follow() -> NoReturn:
    writer = Writer()
    failures = 0
    while True:
        try:
            with convert_tantivy_panics():
                is_busy = writer.step()
        except (Error, OSError, RuntimeError, ValueError):
            # The database may be restarting, or the disk may be full.
            logger.exception("The search index could not be written")
            with suppress(Exception):
                # Nobody else can write before: errors of the database hold on to what met them.
                writer.close()
            connection.close()
            writer = Writer()
            failures += 1
            time.sleep(min(2**failures, MAX_RETRY_SECONDS))
            continue
        failures = 0
        if not is_busy:
            time.sleep(POLL_SECONDS)


def update() -> None:
    """Build the index, or take in what changed. Leaves it to the writer if there is one."""
    with only_writer() as is_writer, closing(Writer(checked_at=time.monotonic())) as writer:
        while is_writer and writer.step():
            pass


@dataclass
class Writer:
    """Follows the log of changes."""

    output: Output | None = None
    """Of the folder that is in use."""
    position: Position = field(default_factory=lambda: Position(""))
    """Up to where the log was read; what is pending is not yet in the index."""
    pending: dict[int, None] = field(default_factory=dict)
    """Ids of listings that changed, those to take in first in front."""
    checked_at: float = -SECONDS_BETWEEN_CHECKS
    compared_at: float = -SECONDS_BETWEEN_COMPARISONS

    def step(self) -> bool:
        """Take in a batch of changes, or do what else is due. Whether there is more to do now."""
        try:
            output = self._open_current()
        except IndexMissingError:
            self.output = None
            return rebuild()
        now = time.monotonic()
        if now - self.checked_at >= SECONDS_BETWEEN_CHECKS:
            self.checked_at = now
            self._check(output, now)
            return True
        return self._take_in(output)

    def close(self) -> None:
        if self.output:
            self.output.close()

    def _open_current(self) -> Output:
        folder, _ = current_folder()
        if self.output and self.output.folder == folder:
            return self.output
        try:
            with convert_tantivy_panics():
                self.position = open_snapshot(folder)[0].position
        except Exception as error:
            logger.error("The search index cannot be read and will be rebuilt: %s", error)
            discard()
            raise IndexMissingError from error
        self.output = Output(folder)
        self.pending = {}
        with _only("building") as nobody_builds:
            if nobody_builds:
                _remove_leftovers()
        return self.output

    def _check(self, output: Output, now: float) -> None:
        """Whether the files are sound, and once a day whether the whole is right: nothing differs,
        unless something went wrong.
        """
        try:
            with convert_tantivy_panics():
                open_snapshot(output.folder)[0].check()
        except (OSError, RuntimeError, ValueError) as error:
            logger.error("The search index is damaged and will be rebuilt: %s", error)
            discard()
            return
        change_log.begin_if_unusable()
        change_log.prune()
        if now - self.compared_at >= SECONDS_BETWEEN_COMPARISONS:
            self.compared_at = now
            compare(output)

    def _take_in(self, output: Output) -> bool:
        try:
            changed, self.position = change_log.changes_since(self.position)
        except PositionLostError:
            self._start_over(output)
            return True
        # The newest first: one job that is edited does not wait for thousands that were imported.
        self.pending = dict.fromkeys(changed) | self.pending
        if not self.pending:
            return False
        batch = list(islice(self.pending, BATCH))
        is_last = len(batch) == len(self.pending)
        position = None
        if is_last:
            position = self.position
        output.replace(batch, position)
        for pk in batch:
            del self.pending[pk]
        return not is_last

    def _start_over(self, output: Output) -> None:
        """Take in whatever differs, where the log no longer says what changed."""
        position = change_log.current_position()
        compare(output)
        output.replace([], position)
        self.position = position
        self.pending = {}


def compare(output: Output) -> int:
    """Compare every listing with the index, and take in those that differ. Returns how many did."""
    index = open_snapshot(output.folder)[0]
    now = timezone.now()
    low = different = 0
    while low < MAX_ID:
        listings = Listing.objects.live(now).filter(pk__gt=low).order_by("pk")
        rows = dict(listings.values_list("pk", "changed_at")[:COMPARED_AT_ONCE])
        live = {pk: to_microseconds(changed_at) for pk, changed_at in rows.items()}
        high = MAX_ID
        if len(live) == COMPARED_AT_ONCE:
            high = max(live)
        indexed = index.changed_at(low, high)
        differing = [pk for pk in live.keys() | indexed.keys() if live.get(pk) != indexed.get(pk)]
        if differing:
            output.replace(differing)
        different += len(differing)
        low = high
    return different


# --- Building -------------------------------------------------------------------------------------


def rebuild() -> bool:
    """Build an index beside the one in use, which goes on, and put it in its place. False: another
    process does.
    """
    with _only("building") as is_builder:
        if not is_builder:
            return False
        _remove_leftovers()
        folder = link().with_name(uuid.uuid4().hex)
        folder.mkdir()
        output = Output(str(folder), BUILDER_BYTES)
        position = change_log.current_position()
        output.fill(_live_ids(), position)
        with suppress(PositionLostError):  # the writer starts over
            for _ in range(MAX_ROUNDS):
                changed, position = change_log.changes_since(position)
                if not changed:
                    break
                output.replace(changed, position)
        output.close()
        new_link = folder.with_suffix(".link")
        new_link.symlink_to(folder.name)
        new_link.replace(link())
        with only_writer() as nobody_writes:
            if nobody_writes:  # to the one before
                _remove_leftovers()
        return True


def _live_ids() -> Iterator[int]:
    """The ids of live listings, read in short queries: a long one would keep the database from
    tidying up.
    """
    now = timezone.now()
    last = 0
    while True:
        listings = Listing.objects.live(now).filter(pk__gt=last).order_by("pk")
        ids = list(listings.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield from ids
        last = ids[-1]


def _last_use(version: Path) -> float:
    """The time when the index that this link leads to was last written."""
    meta = version / "meta.json"
    if meta.exists():
        return meta.stat().st_mtime
    return version.lstat().st_mtime


def _remove_leftovers() -> None:
    """Folders no link leads to, and links of other versions of the code, once these are gone for a
    day.
    """
    root = Path(settings.SEARCH_FOLDER)
    for other in root.glob("v*"):
        is_old = time.time() - _last_use(other) > OTHER_VERSION_RETENTION_SECONDS
        if other.is_symlink() and other.name != FINGERPRINT and is_old:
            other.unlink(missing_ok=True)
    for unfinished in root.glob("*.link"):
        unfinished.unlink()
    in_use = {os.path.realpath(other) for other in root.glob("v*")}
    for folder in root.iterdir():
        if folder.is_dir() and not folder.is_symlink() and str(folder.resolve()) not in in_use:
            shutil.rmtree(folder, ignore_errors=True)  # who reads it still has its files open

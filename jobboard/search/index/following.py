"""Keeps the index of this machine equal to the database. The folder is a cache: it can be deleted
at any time.

Every change to a listing, and to what its document holds, moves its ``changed_at`` in the same
transaction. Whoever writes re-reads all that changed since the last change the index holds, and a
little longer before, because commits are not seen in the order of their times; so a change is never
missed, and a process that dies loses nothing. One process writes at a time.
"""

import logging
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Lock

import tantivy
from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from tantivy import Query

from jobboard.common.locks import file_lock
from jobboard.common.words import plural
from jobboard.listings.models import Listing

from .documents import (
    BATCH,
    FINGERPRINT,
    documents,
    micros,
    moment_of,
    open_index,
    panics_as_errors,
)
from .queries import MOST_COMPARED, OVERLAP, Snapshot

# Changes that a search takes in by itself. More are left to a process of their own.
MOST_INLINE = 100
LONGEST_DELAY = timedelta(minutes=1)  # until the scheduler, at the latest, has taken in a change
PATIENCE = 0.3  # seconds that a search waits for another process to take in the same changes
# Rounds of following, each shorter than the one before. The next search takes in what is left.
MOST_ROUNDS = 5
MEMORY = 30_000_000  # bytes of the writer, when it follows
MEMORY_OF_BUILD = 100_000_000
SECONDS_BETWEEN_STARTS = 30
# Seconds. A search that fails for another reason must not have the index built again and again.
DOUBTED_ONCE_IN = 3600
OTHER_VERSIONS_ARE_KEPT = 24 * 3600  # seconds: older code may still be running beside this one

logger = logging.getLogger("jobboard.search")
# What the index was read from, and the result.
_opened: tuple[tuple, Snapshot, tantivy.Index] | None = None
_opening = Lock()
_started: tuple[subprocess.Popen, float] | None = None


class IsMissing(Exception):
    """There is no index for this version of the code yet, or it cannot be read."""


def _link() -> Path:
    """Points to the folder of the last build by this version of the code."""
    return Path(settings.SEARCH_FOLDER) / FINGERPRINT


def snapshot() -> Snapshot:
    """The newest committed state; costs one stat() when nothing changed. Raises IsMissing."""
    global _opened
    if settings.SEARCH_FOLDER is None:
        raise IsMissing
    folder = os.path.realpath(_link())
    try:
        meta = os.stat(os.path.join(folder, "meta.json"))  # replaced as a whole by every commit
    except OSError:
        raise IsMissing from None
    key = (os.getpid(), folder, meta.st_ino, meta.st_mtime_ns)
    opened = _opened
    if opened is None or opened[0] != key:
        with _opening:
            try:
                with panics_as_errors():
                    known = opened[2] if opened and opened[0][:2] == key[:2] else None
                    opened = _opened = (key, *_open(folder, known))
            except Exception as error:
                if os.path.realpath(_link()) == folder:  # else another one took its place just now
                    logger.error("The search index cannot be read and will be rebuilt: %s", error)
                    forget()
                raise IsMissing from error
    return opened[1]


def _open(folder: str | Path, index: tantivy.Index | None = None) -> tuple[Snapshot, tantivy.Index]:
    index = index or open_index(str(folder))
    index.reload()
    return Snapshot(index.searcher(), index.schema), index


def up_to_date() -> Snapshot:
    """The index with every change that is committed, or, while there are many, as it is. Raises
    IsMissing.

    Inside a transaction nothing is taken in: what is not committed may never be.
    """
    if _started:
        _started[0].poll()  # or it would stay in the table of processes when it is done
    try:
        found = snapshot()
    except IsMissing:
        start_update()
        raise
    if _in_transaction() or not (unseen := _unseen(found)):
        return found
    if len(unseen) > MOST_INLINE:
        start_update()
        return found
    patience = time.monotonic() + PATIENCE
    try:
        while unseen and not catch_up() and time.monotonic() < patience:
            time.sleep(0.01)
            unseen = _unseen(snapshot())
    except (OSError, RuntimeError, ValueError):
        # The disk may be full, for one. What is there can still be read.
        logger.exception("The search index cannot be written")
    return snapshot()


def _in_transaction() -> bool:
    return connection.in_atomic_block


def _unseen(found: Snapshot) -> list[int]:
    """Ids of listings whose last change the index does not hold, of the MOST_COMPARED that changed
    last.
    """
    changed = Listing.objects.filter(changed_at__gt=found.since).order_by("-changed_at")
    pairs = changed.values_list("pk", "changed_at")[:MOST_COMPARED]
    return [pk for pk, changed_at in pairs if found.seen.get(pk) != micros(changed_at)]


# --- Writing --------------------------------------------------------------------------------------


@contextmanager
def _only(what: str) -> Iterator[bool]:
    """Yield whether this process alone of this machine does ``what``. Raises IsMissing if there is
    to be no index.
    """
    if settings.SEARCH_FOLDER is None:
        raise IsMissing
    Path(settings.SEARCH_FOLDER).mkdir(parents=True, exist_ok=True)
    with panics_as_errors(), file_lock(Path(settings.SEARCH_FOLDER) / f"{what}.lock") as ours:
        yield ours


def update() -> None:
    """Whatever is needed now: build, or catch up. Nothing while another process is at it."""
    with suppress(IsMissing):
        try:
            snapshot()
        except IsMissing:
            rebuild()
        else:
            catch_up()


def catch_up() -> bool:
    """Take in what changed. False: another process is writing. Raises IsMissing."""
    with _only("writing") as ours:
        if ours:
            found = snapshot()
            _follow(os.path.realpath(_link()), snapshot, since=found.since)
        return ours


def compare() -> int:
    """Compare every listing with the index and take in what differs, which is nothing unless
    something went wrong or rows were deleted. Returns how many differed.
    """
    forget_broken()
    with suppress(IsMissing), panics_as_errors():
        in_index, now = snapshot().changes_since(moment_of(0)), timezone.now()
        rows = Listing.objects.order_by("pk").values_list("pk", "changed_at").iterator()
        in_database = {pk: micros(changed_at) for pk, changed_at in rows}
        live = set(Listing.objects.live(now).values_list("pk", flat=True))
        different = [pk for pk in live if in_index.get(pk) != in_database.get(pk)]
        different += [
            pk
            for pk, changed in in_index.items()
            if pk not in live and in_database.get(pk) != changed
        ]
        with _only("writing") as ours:
            _write(os.path.realpath(_link()), different if ours else [])
        return len(different)
    return 0


def rebuild() -> bool:
    """Build an index beside the one in use, which goes on, and put it in its place. False: another
    process does.
    """
    with _only("building") as ours:
        if not ours:
            return False
        _remove_leftovers()
        now, folder = timezone.now(), Path(settings.SEARCH_FOLDER) / uuid.uuid4().hex
        last = Listing.objects.aggregate(last=Max("changed_at"))["last"] or now
        folder.mkdir()
        _write(
            folder,
            Listing.objects.live(now).order_by("pk").values_list("pk", flat=True).iterator(),
            is_new=True,
        )
        _follow(folder, lambda: _open(folder)[0], since=min(last, now) - OVERLAP)
        new_link = folder.with_suffix(".link")
        new_link.symlink_to(folder.name)
        new_link.replace(_link())
        with _only("writing") as nobody_writes:
            if nobody_writes:  # to the one before
                _remove_leftovers()
        return True


def _follow(folder: str | Path, read: Callable[[], Snapshot], *, since: datetime) -> None:
    """Take in what changed since, and what changes meanwhile; ``read`` gives the state of the
    folder.
    """
    changed = (
        Listing.objects.filter(changed_at__gt=since)
        .order_by("changed_at")
        .values_list("pk", "changed_at")
    )
    for _ in range(MOST_ROUNDS):
        seen = read().changes_since(since)
        different = [pk for pk, changed_at in changed.all() if seen.get(pk) != micros(changed_at)]
        if not different:
            return
        _write(folder, different)


def _write(folder: str | Path, ids: Iterable[int], *, is_new: bool = False) -> None:
    """Replace the documents of these listings, in one commit: half of them could hide that others
    are still to come.
    """
    ids = iter(ids)
    batch = list(islice(ids, BATCH))
    if not batch and not is_new:
        return
    index = open_index(str(folder))
    writer = index.writer(MEMORY_OF_BUILD if is_new else MEMORY, 1)
    # A process killed while it committed leaves files that the next commit meets.
    writer.garbage_collect_files()
    while batch:
        # By a query: by a term, the writer deletes nothing of a field of numbers, and says nothing.
        if not is_new:
            writer.delete_documents_by_query(Query.term_set_query(index.schema, "id", batch))
        for document in documents(batch, timezone.now()):
            writer.add_document(document)
        batch = list(islice(ids, BATCH))
    writer.commit()
    writer.wait_merging_threads()


def _remove_leftovers() -> None:
    """Folders no link leads to, and links of other versions of the code, once these are gone for a
    day.
    """
    root = Path(settings.SEARCH_FOLDER)
    for link in root.glob("v*"):
        followed = link / "meta.json"
        age = time.time() - (followed.stat() if followed.exists() else link.lstat()).st_mtime
        if link.is_symlink() and link.name != FINGERPRINT and age > OTHER_VERSIONS_ARE_KEPT:
            link.unlink(missing_ok=True)
    for link in root.glob("*.link"):
        link.unlink()
    in_use = {os.path.realpath(link) for link in root.glob("v*")}
    for folder in root.iterdir():
        if folder.is_dir() and not folder.is_symlink() and str(folder.resolve()) not in in_use:
            shutil.rmtree(folder, ignore_errors=True)  # who reads it still has its files open


def start_update() -> None:
    """Run ``update`` in a process of its own, unless one was started a moment ago."""
    global _started
    if settings.SEARCH_FOLDER is None:
        return
    if _started and (
        _started[0].poll() is None or time.monotonic() - _started[1] < SECONDS_BETWEEN_STARTS
    ):
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "search_index", "update"]
    environment = {name: value for name, value in os.environ.items() if name != "JOBBOARD_PROCESS"}
    with suppress(OSError):
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        _started = (process, time.monotonic())


# --- State ----------------------------------------------------------------------------------------


def state() -> str:
    """In words, for admins and for the check whether the site is ready."""
    if settings.SEARCH_FOLDER is None:
        return "searching the database"
    try:
        with panics_as_errors():
            unseen = _unseen(snapshot())
    except IsMissing:
        return "searching the database until the index is built"
    except (OSError, RuntimeError, ValueError):
        return "the index is broken"
    waiting = Listing.objects.filter(pk__in=unseen, changed_at__lt=timezone.now() - LONGEST_DELAY)
    return f"the index is {len(unseen)} changes behind" if waiting.exists() else "ok"


def report() -> str:
    """``state`` with what an admin may want to know beside it."""
    lines = [f"Search: {state()}"]
    with suppress(IsMissing, OSError, RuntimeError, ValueError), panics_as_errors():
        found, folder = snapshot(), Path(os.path.realpath(_link()))
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1_000_000
        lines.append(f"Folder: {folder}")
        segments = plural(found.searcher.num_segments, "segment")
        lines.append(f"Listings: {found.searcher.num_docs:,} in {segments}, {size:,.1f} MB")
        lines.append(f"Up to date as of: {found.position:%Y-%m-%d %H:%M:%S} UTC")
    return "\n".join(lines)


def forget() -> None:
    """Give up the index: the database answers until it is built anew."""
    global _opened
    if settings.SEARCH_FOLDER is not None:
        _link().unlink(missing_ok=True)
    _opened = None


def forget_broken(*, is_doubtful: bool = False) -> None:
    """Give up the index if it does not answer the simplest questions, or if it is doubtful and
    older than an hour.
    """
    with suppress(IsMissing, FileNotFoundError):
        try:
            with panics_as_errors():
                snapshot().check()
        except (OSError, RuntimeError, ValueError):
            forget()
        else:
            if is_doubtful and time.time() - _link().lstat().st_mtime > DOUBTED_ONCE_IN:
                forget()

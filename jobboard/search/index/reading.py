"""The index of this machine as it is committed: what web processes open, and all that they do to
it.

The folder is a cache: it can be deleted at any time.
"""

import logging
import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Lock

import tantivy
from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Now

from jobboard.common.text.words import plural
from jobboard.search import change_log
from jobboard.search.change_log import Position
from jobboard.search.models import LoggedChange

from .documents import FINGERPRINT, convert_tantivy_panics, open_index
from .queries import Snapshot

MAX_DELAY = timedelta(seconds=10)  # a change that waits longer is worth saying
# A search that fails for another reason must not have the index built again and again.
REBUILD_COOLDOWN_SECONDS = 3600

logger = logging.getLogger("jobboard.search")
# What the index was read from, and the result.
_opened: tuple[tuple, Snapshot, tantivy.Index] | None = None
_opening = Lock()


class IndexMissingError(Exception):
    """There is no index for this version of the code yet, or it cannot be read."""


def link() -> Path:
    """Points to the folder of the last build by this version of the code. Raises
    IndexMissingError if there is to be no index.
    """
    if settings.SEARCH_FOLDER is None:
        raise IndexMissingError
    return Path(settings.SEARCH_FOLDER) / FINGERPRINT


def current_folder() -> tuple[str, os.stat_result]:
    """The folder, and its file that every commit replaces as a whole. Raises IndexMissingError."""
    folder = os.path.realpath(link())
    try:
        return folder, os.stat(os.path.join(folder, "meta.json"))
    except OSError:
        raise IndexMissingError from None


def identity() -> str:
    """The name of the newest committed state: no two have the same. '' where there is no index."""
    try:
        folder, meta = current_folder()
    except IndexMissingError:
        return ""
    return f"{folder} {meta.st_ino} {meta.st_mtime_ns}"


def snapshot() -> Snapshot:
    """The newest committed state; costs one stat() when nothing changed. Raises
    IndexMissingError.
    """
    global _opened
    folder, meta = current_folder()
    key = (os.getpid(), folder, meta.st_ino, meta.st_mtime_ns)
    opened = _opened
    if opened is None or opened[0] != key:
        with _opening:
            try:
                with convert_tantivy_panics():
                    index = None
                    if opened and opened[0][:2] == key[:2]:  # of this process and folder
                        index = opened[2]
                    opened = _opened = (key, *open_snapshot(folder, index))
            except Exception as error:
                if os.path.realpath(link()) == folder:  # else another one took its place just now
                    logger.error("The search index cannot be read and will be rebuilt: %s", error)
                    discard()
                raise IndexMissingError from error
    return opened[1]


def open_snapshot(
    folder: str, index: tantivy.Index | None = None
) -> tuple[Snapshot, tantivy.Index]:
    """The newest state in the folder; ``index`` is what it was opened with before."""
    index = index or open_index(folder)
    index.reload()
    return Snapshot(index.searcher(), index.schema), index


def discard() -> None:
    """Give up the index: the database answers, and the writer builds another."""
    global _opened
    with suppress(IndexMissingError, OSError):
        link().unlink(missing_ok=True)
    _opened = None


def discard_if_broken(*, is_doubtful: bool = False) -> None:
    """Give up the index if it does not answer the simplest questions, or if it is doubtful and
    older than an hour.
    """
    with suppress(IndexMissingError, FileNotFoundError):
        try:
            with convert_tantivy_panics():
                snapshot().check()
        except (OSError, RuntimeError, ValueError):
            discard()
        else:
            age = time.time() - link().lstat().st_mtime
            if is_doubtful and age > REBUILD_COOLDOWN_SECONDS:
                discard()


# --- How far it follows the database --------------------------------------------------------------


def reached(position: Position) -> bool:
    """Whether searches on this machine know every change that ``position`` covers. The database,
    which answers while there is no index, knows all.
    """
    try:
        of_index = snapshot().position
    except IndexMissingError:
        return True
    if change_log.is_lost(of_index):
        return False
    missing = LoggedChange.objects.filter(change_log.unseen(of_index))
    return not missing.exclude(change_log.unseen(position)).exists()


def state() -> str:
    """The state of the index in words, for admins and for the check whether the site is ready."""
    if settings.SEARCH_FOLDER is None:
        return "searching the database"
    try:
        with convert_tantivy_panics():
            position = snapshot().position
    except IndexMissingError:
        return "searching the database until the index is built"
    except (OSError, RuntimeError, ValueError):
        return "the index is broken"
    if change_log.is_lost(position):
        return "the index is being compared with the database"
    waiting = LoggedChange.objects.filter(change_log.unseen(position))
    if not waiting.filter(at__lt=Now() - MAX_DELAY).exists():
        return "ok"
    return f"the index is {plural(changes_behind(), 'change')} behind"


def changes_behind() -> int:
    """How many jobs it has in another state than the database; 0 where the database answers."""
    try:
        with convert_tantivy_panics():
            position = snapshot().position
    except (IndexMissingError, OSError, RuntimeError, ValueError):
        return 0
    waiting = LoggedChange.objects.filter(change_log.unseen(position))
    return waiting.aggregate(count=Count("listing_id", distinct=True))["count"]


def report() -> str:
    """``state`` with what an admin may want to know beside it."""
    lines = [f"Search: {state()}"]
    with suppress(IndexMissingError, OSError, RuntimeError, ValueError), convert_tantivy_panics():
        index = snapshot()
        folder = Path(os.path.realpath(link()))
        megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1_000_000
        lines.append(f"Folder: {folder}")
        segments = plural(index.searcher.num_segments, "segment")
        lines.append(f"Listings: {index.listing_count:,} in {segments}, {megabytes:,.1f} MB")
    return "\n".join(lines)

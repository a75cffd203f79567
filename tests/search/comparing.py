"""How the index stands, beside the database."""

import os
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import timezone

from jobboard.listings.models import Listing
from jobboard.search.find import MAX_RESULTS, Criteria, SearchResult, search
from jobboard.search.index import reading
from jobboard.search.index.documents import MAX_ID, to_microseconds


def folder_in_use() -> Path:
    return Path(os.path.realpath(reading.link()))


def take_away(folder: Path) -> None:
    """As if it were deleted, and at once: the index may still be making files in it."""
    folder.rename(folder.with_name("taken-away"))


def committed_at() -> tuple:
    """Another one after every commit to the index."""
    meta = (folder_in_use() / "meta.json").stat()
    return meta.st_ino, meta.st_mtime_ns


def by_database(criteria: Criteria) -> SearchResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "SEARCH_FOLDER", None)
        return search(criteria)


def differences() -> dict[int, tuple]:
    """Where the index, as it stands, is not the database: id → when it was changed, there and here
    (microseconds).
    """
    now, snapshot = timezone.now(), reading.snapshot()
    held = snapshot.changed_at(0, MAX_ID)
    live = {
        pk: to_microseconds(changed_at)
        for pk, changed_at in Listing.objects.live(now).values_list("pk", "changed_at")
    }
    ids = snapshot.search(Criteria(), now, limit=MAX_RESULTS).ids
    wrong = {pk for pk in held.keys() | live.keys() if held.get(pk) != live.get(pk)}
    wrong |= set(ids) ^ live.keys() | {pk for pk in ids if ids.count(pk) > 1}
    return {pk: (held.get(pk), live.get(pk)) for pk in wrong}

"""Writing documents into the folder of an index."""

import ctypes
from collections.abc import Iterable
from itertools import islice

from django.utils import timezone
from tantivy import Query

from jobboard.search.change_log import Position

from .documents import BATCH, POSITION_ID, documents, open_index, position_document

WRITER_BYTES = 15_000_000  # the least that the library takes
BUILDER_BYTES = 100_000_000


class Output:
    """Writes documents into a folder, which no other process can until it is closed."""

    def __init__(self, folder: str, memory_bytes: int = WRITER_BYTES) -> None:
        self.folder = folder
        self._index = open_index(folder)
        self._writer = self._index.writer(memory_bytes, 1)
        # A process killed while it committed leaves files that the next commit meets.
        self._writer.garbage_collect_files()

    def fill(self, ids: Iterable[int], position: Position) -> None:
        """Add the documents of these listings, of which there are none yet, in one commit."""
        ids = iter(ids)
        while batch := list(islice(ids, BATCH)):
            self._add(batch)
        self._commit(position)

    def replace(self, ids: list[int], position: Position | None = None) -> None:
        """Make the documents of these listings anew, in one commit, and the position with them."""
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            self._delete(batch)
            self._add(batch)
        self._commit(position)

    def close(self) -> None:
        """Wait until the index has tidied up, and give its memory back."""
        self._writer.wait_merging_threads()
        _return_memory()

    def _add(self, ids: list[int]) -> None:
        for document in documents(ids, timezone.now()):
            self._writer.add_document(document)

    def _delete(self, ids: list[int]) -> None:
        # By a query: by a term, the library deletes nothing of a field of numbers, without a word.
        query = Query.term_set_query(self._index.schema, "id", ids)
        self._writer.delete_documents_by_query(query)

    def _commit(self, position: Position | None) -> None:
        if position is not None:
            self._delete([POSITION_ID])
            self._writer.add_document(position_document(position))
        self._writer.commit()
        _return_memory()


def _return_memory() -> None:
    """Give freed memory back to the system. The C library of Linux keeps it, for each thread."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)

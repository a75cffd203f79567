from typing import Any

from django.db.models import QuerySet

from .locks import one_of_many

ROWS_AT_ONCE = 200  # in one transaction, so that whoever wants to write meanwhile waits for little


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete ``rows`` with all that hangs on them; returns how many of them there were."""
    deleted = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        with one_of_many():
            rows.model._default_manager.filter(pk__in=pks).delete()
        deleted += len(pks)
    return deleted

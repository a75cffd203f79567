"""Questions that are asked at every search: Django puts them into SQL once, as that takes several
times as long as asking.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import connections, router
from django.db.models import Model, QuerySet

FEWEST = 16  # values that a statement takes; the next one takes twice as many


class Prepared:
    """``query_of`` makes the query for some values. It may use them in any place, but only as they
    are.
    """

    def __init__(self, model: type[Model], query_of: Callable[[Sequence[str]], QuerySet]) -> None:
        self.model, self.query_of = model, query_of
        self._statements: dict[tuple[str, int], tuple[str, tuple[Any, ...]]] = {}

    def rows(self, values: Collection[str]) -> list[tuple]:
        """What the query for these values gives, as the database writes it."""
        alias = router.db_for_read(self.model)
        count = FEWEST
        while count < len(values):
            count *= 2
        stand_ins = _stand_ins(count)
        if (alias, count) not in self._statements:
            query = self.query_of(stand_ins).using(alias).query
            self._statements[alias, count] = query.sql_with_params()
        sql, parameters = self._statements[alias, count]
        asked = [*values, *[next(iter(values))] * (count - len(values))]
        meant = dict(zip(stand_ins, asked, strict=True))
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, [meant.get(one, one) for one in parameters])
            return cursor.fetchall()


def _stand_ins(count: int) -> list[str]:
    """For values that are not known yet. Nobody can send a NUL."""
    return [f"\0{number}" for number in range(count)]

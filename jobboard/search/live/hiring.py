"""Companies with a live job."""

from collections.abc import Mapping, Sequence
from typing import overload

from jobboard.listings.models import Company

from .current import Current


class HiringCompanies(Sequence[Company]):
    """Companies with a live job, each with its ``live_count``: those of a slice are read."""

    def __init__(self, ids: list[int], counts: Mapping[int, int]) -> None:
        self.ids = ids
        self.counts = counts

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Company: ...

    @overload
    def __getitem__(self, at: slice) -> list[Company]: ...

    def __getitem__(self, at: int | slice) -> Company | list[Company]:
        if isinstance(at, int):
            return Company.objects.public().get(pk=self.ids[at])
        by_id = Company.objects.public().in_bulk(self.ids[at])
        companies = [by_id[pk] for pk in self.ids[at] if pk in by_id]
        for company in companies:
            company.live_count = self.counts[company.pk]
        return companies


def hiring_ids(state: Current) -> list[int]:
    """Ids of all, by name. A new name is a change of the company's jobs."""
    cached: list[int] | None = state.cache.get("hiring")
    if cached is not None:
        return cached
    by_name = Company.objects.public().order_by("name", "pk").values_list("pk", flat=True)
    ids = [pk for pk in by_name if pk in state.tally.companies]
    state.cache.set("hiring", ids, len(ids))
    return ids

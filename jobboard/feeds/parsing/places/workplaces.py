"""Finds which places of a text each word for the workplace is said of."""

from collections.abc import Iterator
from dataclasses import dataclass

from .pieces import Item, NameGroup


@dataclass
class _Run:
    """Words for the workplace that stand together, and what stands on either side: the numbers of
    the groups, and the separators.
    """

    items: list[Item]
    left: int | None = None
    right: int | None = None
    behind: str = ""

    @property
    def before(self) -> str:
        return self.items[0].between


def give_workplaces(
    items: list[Item], group_of_item: dict[int, int], groups: list[NameGroup]
) -> Iterator[NameGroup]:
    """Each word for a workplace to the places it is said of; one that is said of none becomes a
    place of its own.
    """
    begin = 0
    for run in _find_runs(items, group_of_item):
        reached = _find_reached(groups, run, begin)
        begin = 0 if run.left is None else run.left + 1
        for item in run.items:
            for group in reached:
                group.workplaces.add(item.workplace)
            if not reached:
                yield NameGroup(item.start, item.end, item.depth, workplaces={item.workplace})
        if reached:
            _widen_nearest(groups, run, reached)


def _find_runs(items: list[Item], group_of_item: dict[int, int]) -> Iterator[_Run]:
    run: _Run | None = None
    left: int | None = None
    for number, item in enumerate(items):
        if run and not (item.workplace and ")" not in item.between):
            yield _end_run(run, items, number, group_of_item)
            run = None
        if not item.workplace:
            left = group_of_item.get(number, left)
        elif run:
            run.items.append(item)
        else:
            run = _Run([item], left)
    if run:
        yield run


def _end_run(run: _Run, items: list[Item], number: int, group_of_item: dict[int, int]) -> _Run:
    run.behind = items[number].between
    following = filter(group_of_item.__contains__, range(number, len(items)))
    first = next(following, None)
    if first is not None:
        run.right = group_of_item[first]
    return run


def _widen_nearest(groups: list[NameGroup], run: _Run, reached: list[NameGroup]) -> None:
    """The nearest place holds the words too, so that they stand in its text."""
    nearest = reached[0]
    if run.right is not None and not run.behind and groups[run.right] in reached:
        nearest = groups[run.right]
    nearest.start = min(nearest.start, run.items[0].start)
    nearest.end = max(nearest.end, run.items[-1].end)


def _find_reached(groups: list[NameGroup], run: _Run, begin: int) -> list[NameGroup]:
    """The places that the words are said of; ``begin`` is the first behind the words before."""
    reached = _reached_before(groups, run, begin)
    if run.right is not None and _leads_on(groups[run.right], run):
        if run.right != run.left or not reached:
            reached.append(groups[run.right])
        reached += _reached_behind(groups, run, run.right)
    if reached or "o" in run.before + run.behind:
        return reached
    has_cities = len(groups) > 1 or any(group.has_city for group in groups)
    if "/" in run.before + run.behind and has_cities:
        return []
    if len(groups) == 1 or _are_wide(groups):
        return groups
    return []


def _reached_before(groups: list[NameGroup], run: _Run, begin: int) -> list[NameGroup]:
    if run.left is None or not {",", "o", "/"}.isdisjoint(run.before):
        return []
    before = groups[begin : run.left + 1]
    if _are_wide(before):
        return before
    return before[-1:]


def _leads_on(right: NameGroup, run: _Run) -> bool:
    """Whether the words are said of what stands behind them."""
    if run.right == run.left or {",", "o", "/", ")"}.isdisjoint(run.behind):
        return True
    if run.behind != ",":
        return False
    # As in "Remote, Canada, ...".
    return "o" in run.before or (run.left is None and not right.has_city)


def _reached_behind(groups: list[NameGroup], run: _Run, right: int) -> Iterator[NameGroup]:
    """The places that follow the first one behind the words and share them."""
    for group in groups[right + 1 :]:
        if right == run.left and not group.depth:
            return
        is_linked = "o" in group.between or ("-" in run.behind and run.left is None)
        if not (group.is_wide or is_linked):
            return
        if "(" in run.behind and group.depth < groups[right].depth:
            return
        yield group


def _are_wide(groups: list[NameGroup]) -> bool:
    return all(group.is_wide for group in groups)

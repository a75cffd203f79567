"""Places roles on their map: up by pay at one level, beside each other by shared skills, or from
left to right by the skills that a visitor would learn.

Plain numbers, no database: widths in percent of a picture that is MIN_WIDTH pixels wide or wider,
heights in pixels. The same profiles and figures give the same map.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from textwrap import wrap

from jobboard.common.charts import Axis, axis_for
from jobboard.common.text.words import in_thousands, plural
from roles.overlap import jaccard

MIN_WIDTH = 920  # pixels; in a narrower window the map is a list
LEFT = 7.0  # percent for the labels of the axis
HEIGHT, MARGIN = 430, 44  # pixels of the part with an axis, and above and below it
TALLER = 30  # pixels by which it grows until the names have room
LETTER, LINE = 6.9, 16  # pixels of a letter and a line of a label, on the safe side
LETTERS = 14  # that a name may have in one line
STEPS = 5  # of colour
EDGE = 6  # percent of a line of pay that half a circle may need
TICKS = 6  # of pay, or about so many
TURNS = 400  # of the iteration that orders roles


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RoleSpot:
    """One role of the map. ``pay`` is None where too few answered. ``to_learn`` counts the skills
    of its profile that the visitor lacks (None: unknown), ``note`` says it, and ``is_marked``
    whether the role is theirs or among the nearest.
    """

    key: str
    name: str
    skills: frozenset[int]
    jobs: int
    pay: float | None
    to_learn: int | None = None
    note: str = ""
    is_marked: bool = False

    @property
    def radius(self) -> float:
        return round(min(5 + 1.6 * self.jobs**0.5, 18), 1)

    @property
    def across(self) -> float:
        """Pixels of its circle with its outline."""
        return round(2 * self.radius + 2)

    @property
    def said(self) -> str:
        note = self.note or plural(self.jobs, "job")
        if self.pay is None:
            return note
        return f"{in_thousands(self.pay)}, {note}"

    @cached_property
    def label(self) -> list[str]:
        """Its lines: the name, in two if it is long, and what is said of it."""
        return [*wrap(self.name, max(LETTERS, len(self.name) * 2 // 3)), self.said]

    @cached_property
    def width(self) -> float:
        """Percent of the width that it takes with its label."""
        letters = max(map(len, self.label))
        return (letters * LETTER + 8) / MIN_WIDTH * 100

    @cached_property
    def height(self) -> float:
        return 2 * self.radius + len(self.label) * LINE + 4


@dataclass(frozen=True)
class Placed:
    """A spot and the middle of its circle; ``step`` of pay from 1 to STEPS, 0 without pay.
    ``along``: where it is on a line of pay from left to right, in percent. ``closest``: the most
    similar of the others, to which a line leads while this one is looked at. ``is_above``: the
    label is, else it is below.
    """

    spot: RoleSpot
    x: float
    y: float
    step: int = 0
    along: float | None = None
    closest: "Placed | None" = None
    is_above: bool = False

    @cached_property
    def box(self) -> Box:
        """Left, top, right, bottom of circle and label."""
        half = self.spot.width / 2
        top = self.y - self.spot.radius
        if self.is_above:
            top = self.y + self.spot.radius - self.spot.height
        return self.x - half, top, self.x + half, top + self.spot.height

    @property
    def lines(self) -> list[tuple[str, float]]:
        """The lines of the label, each with how far below the middle of the circle it stands."""
        label = self.spot.label
        first = self.spot.radius + LINE - 1
        if self.is_above:
            first = -self.spot.radius - (len(label) - 1) * LINE - 6
        return [(text, first + index * LINE) for index, text in enumerate(label)]


@dataclass(frozen=True)
class RoleMap:
    placed: list[Placed]
    ticks: list[tuple[float, float]]  # amount, y
    height: int
    without_pay_from: float | None  # y of the part below the axis
    is_by_learning: bool  # from left to right

    @property
    def by_key(self) -> dict[str, Placed]:
        return {item.spot.key: item for item in self.placed}


def similarity(skills: frozenset[int], other: frozenset[int]) -> float:
    return jaccard(len(skills & other), len(skills | other))


def draw(spots: Sequence[RoleSpot], tall: int = HEIGHT) -> RoleMap:
    """``tall``: pixels of the part with an axis; more where the names need it."""
    spots = sorted(spots, key=lambda spot: spot.key)
    is_by_learning = any(spot.to_learn is not None for spot in spots)
    order = _order_by_learning(spots) if is_by_learning else in_order(tuple(spots))
    places = dict(zip(order, _columns(len(spots)), strict=True))
    paid = [spot for spot in spots if spot.pay is not None]
    unpaid = [spot for spot in spots if spot.pay is None]
    axis = axis_for([spot.pay for spot in paid], TICKS)
    placed: list[Placed] = []
    ticks: list[tuple[float, float]] = []
    bottom = 0.0
    if paid:
        tall, placed = _place_by_pay(paid, places, axis, tall)
        bottom = max(tall + MARGIN, _lowest(placed))
        ticks = [(tick, _down(axis, tick, tall)) for tick in axis.ticks]
    for spot in unpaid:
        y = bottom + 30 + spot.radius
        placed.append(_find_free(Placed(spot, places[spot.key], y), placed))
    if not is_by_learning:
        placed = list(_with_closest(placed))
    drawn = RoleMap(
        placed=sorted(placed, key=lambda item: item.spot.name),
        ticks=ticks,
        height=round(_lowest(placed) + 12),
        without_pay_from=None,
        is_by_learning=is_by_learning,
    )
    if unpaid:
        return replace(drawn, without_pay_from=bottom + 14)
    return drawn


def _lowest(placed: Sequence[Placed]) -> float:
    """The y down to which circles and labels reach; 0 without any."""
    return max((item.box[3] for item in placed), default=0.0)


def _place_by_pay(
    paid: Sequence[RoleSpot], places: Mapping[str, float], axis: Axis, tall: int
) -> tuple[int, list[Placed]]:
    """The height and the circles, each at its pay if a picture up to twice as tall has room for all
    names.
    """
    for height in range(tall, 2 * tall, TALLER):
        placed = _place_in_rows(_at_their_pay(paid, places, axis, height))
        if placed is not None:
            return height, placed
    moved: list[Placed] = []
    for item in _at_their_pay(paid, places, axis, height):
        moved.append(_find_free(item, moved))
    return height, moved


def _place_in_rows(spots: Iterable[Placed]) -> list[Placed] | None:
    """Each at its height, moved aside at most; None where one has no room there."""
    placed: list[Placed] = []
    for spot in spots:
        item = _find_free(spot, placed)
        if item.y != spot.y:
            return None
        placed.append(item)
    return placed


def _at_their_pay(
    paid: Sequence[RoleSpot], places: Mapping[str, float], axis: Axis, tall: int
) -> Iterator[Placed]:
    """The circles in the order in which they are placed: the first stand where they belong, the
    others move aside.
    """
    for spot in sorted(paid, key=lambda spot: (spot.to_learn or 0, -spot.jobs, spot.key)):
        pay = spot.pay or 0
        yield Placed(
            spot,
            x=places[spot.key],
            y=_down(axis, pay, tall),
            step=_step(axis, pay),
            along=round(EDGE + axis.at(pay) * (1 - 2 * EDGE / 100), 1),
        )


def _order_by_learning(spots: Sequence[RoleSpot]) -> list[str]:
    """Keys, from the fewest skills to learn to the most."""
    nearest_first = sorted(spots, key=lambda spot: (spot.to_learn or 0, spot.key))
    return [spot.key for spot in nearest_first]


def _columns(count: int) -> list[float]:
    """Evenly from left to right."""
    return [round(LEFT + 6 + (86 - LEFT) * (index + 0.5) / count, 2) for index in range(count)]


def _down(axis: Axis, amount: float, tall: int) -> float:
    return round(MARGIN / 2 + tall * (1 - axis.at(amount) / 100), 1)


def _step(axis: Axis, amount: float) -> int:
    return 1 + min(int(axis.at(amount) * STEPS / 100), STEPS - 1)


def _find_free(item: Placed, others: list[Placed]) -> Placed:
    """The place nearest to that of ``item`` where nothing overlaps: beside it, and only where a
    whole row is full, below it.
    """
    y = item.y
    while True:
        label_below = replace(item, y=y)
        label_above = replace(item, y=y, is_above=True)
        options = [_move_aside(label_below, others)]
        if label_above.box[1] >= 0:
            options.append(_move_aside(label_above, others))
        free = list(filter(None, options))
        if free:
            return min(free, key=lambda option: (abs(option.x - item.x), option.is_above))
        beside = _boxes_beside(label_below, others)
        y = min(box[3] for box in beside) + item.spot.radius + 1


def _move_aside(item: Placed, others: list[Placed]) -> Placed | None:
    """The item at the same height, so that it overlaps with none of the ``others``."""
    x = _find_nearest_gap(item, _boxes_beside(item, others))
    if x is None:
        return None
    return replace(item, x=round(x, 2))


def _boxes_beside(item: Placed, others: list[Placed]) -> list[Box]:
    _, top, _, bottom = item.box
    boxes = [other.box for other in others]
    return [box for box in boxes if box[1] < bottom and box[3] > top]


def _find_nearest_gap(item: Placed, beside: list[Box]) -> float | None:
    """The x of its middle between the boxes ``beside`` it; None where the row is full."""
    half = item.spot.width / 2
    lowest = LEFT + half
    highest = max(100 - half, LEFT + half)
    start = lowest
    gaps = []
    for left, _, right, _ in sorted(beside):
        gaps.append((start, min(left - half, highest)))
        start = max(start, right + half)
    gaps.append((start, highest))
    fitting = [min(max(item.x, low), high) for low, high in gaps if low <= high]
    return min(fitting, key=lambda x: (abs(x - item.x), x), default=None)


def overlap(item: Placed, other: Placed) -> bool:
    left, top, right, bottom = item.box
    other_left, other_top, other_right, other_bottom = other.box
    is_apart = right <= other_left or other_right <= left or bottom <= other_top
    return not (is_apart or other_bottom <= top)


def _with_closest(placed: list[Placed]) -> Iterator[Placed]:
    by_key = {item.spot.key: item for item in sorted(placed, key=lambda item: item.spot.key)}
    nearest = closest(get_profiles([item.spot for item in by_key.values()]), 1)
    for key, item in by_key.items():
        closest_item = None
        if nearest[key]:
            other_key, _ = nearest[key][0]
            closest_item = by_key[other_key]
        yield replace(item, closest=closest_item)


Profiles = tuple[tuple[str, frozenset[int]], ...]


@lru_cache(maxsize=64)
def closest(profiles: Profiles, count: int) -> dict[str, list[tuple[str, int]]]:
    """Key → keys of the ``count`` most similar ones, and how many skills each shares."""
    closest_of: dict[str, list[tuple[str, int]]] = {}
    for key, skills in profiles:
        others = []
        for other_key, other in profiles:
            if other_key != key:
                others.append((-similarity(skills, other), other_key, len(skills & other)))
        others.sort()
        closest_of[key] = []
        for _, other_key, shared in others[:count]:
            if shared:
                closest_of[key].append((other_key, shared))
    return closest_of


def _similarities(skills: frozenset[int], profiles: Profiles) -> list[float]:
    return [similarity(skills, other) for _, other in profiles]


@lru_cache(maxsize=64)
def _get_order(profiles: Profiles) -> tuple[str, ...]:
    """Keys so that similar profiles are near: by the second eigenvector of their similarities, to
    which an iteration leads that starts and ends alike every time.
    """
    count = len(profiles)
    matrix = [_similarities(skills, profiles) for _, skills in profiles]
    sums = list(map(sum, matrix))
    shift = 2 * max(sums, default=1.0)
    values = [index - (count - 1) / 2 for index in range(count)]
    for _ in range(TURNS):
        turned = []
        for row, total, value in zip(matrix, sums, values, strict=True):
            turned.append((shift - total) * value + _weighed_sum(row, values))
        values = _centered(turned)
    ranked = sorted(range(count), key=lambda index: (round(values[index], 9), index))
    return tuple(profiles[index][0] for index in ranked)


def _centered(values: list[float]) -> list[float]:
    """Around 0, and at most 1 away from it."""
    middle = sum(values) / max(len(values), 1)
    largest = max((abs(value - middle) for value in values), default=0.0) or 1.0
    return [(value - middle) / largest for value in values]


def _weighed_sum(weights: list[float], values: list[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def in_order(spots: tuple[RoleSpot, ...]) -> tuple[str, ...]:
    """Kept until a profile changes: the skills are the key."""
    return _get_order(get_profiles(spots))


def get_profiles(spots: Sequence[RoleSpot]) -> Profiles:
    return tuple((spot.key, spot.skills) for spot in spots)

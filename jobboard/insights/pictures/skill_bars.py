"""The paired bars: how many open jobs ask for each skill and tool of two roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from roles.models import RoleSkill
from roles.overlap import Overlap

if TYPE_CHECKING:
    from jobboard.insights.comparison import Side


@dataclass(frozen=True)
class Bar:
    """``count`` of the ``of`` open jobs of a role that list skills ask for it."""

    skill: str
    skill_slug: str
    is_core: bool
    count: int
    of: int
    role_slug: str
    series: str


@dataclass(frozen=True)
class Bars:
    """Grouped by the profiles that have the skill, most asked for first; ``silent`` are the skills
    that no open job asks for.
    """

    only_a: list[Bar]
    both: list[tuple[Bar, Bar]]
    only_b: list[Bar]
    silent: list[str]

    @property
    def columns(self) -> list[list[Bar]]:
        return [self.only_a, self.only_b]


def build_bar(item: RoleSkill, side: "Side") -> Bar:
    facts = side.facts
    is_core = item.importance == RoleSkill.Importance.CORE
    count = facts.skill_count(item.skill_id)
    skill = item.skill
    of = facts.naming_skills
    return Bar(skill.name, skill.slug, is_core, count, of, side.role.slug, side.series)


def build_bars(side_a: "Side", side_b: "Side", overlaps: Iterable[Overlap]) -> Bars:
    """Bars of skills and tools alike."""
    overlaps = list(overlaps)
    items_a = chain.from_iterable(overlap.only_a for overlap in overlaps)
    items_b = chain.from_iterable(overlap.only_b for overlap in overlaps)
    shared = chain.from_iterable(overlap.both for overlap in overlaps)
    bars = Bars(only_a=[], both=[], only_b=[], silent=[])
    for bar in _most_asked_first(build_bar(item, side_a) for item in items_a):
        if bar.count:
            bars.only_a.append(bar)
        else:
            bars.silent.append(bar.skill)
    for bar in _most_asked_first(build_bar(item, side_b) for item in items_b):
        if bar.count:
            bars.only_b.append(bar)
        else:
            bars.silent.append(bar.skill)
    pairs = [(build_bar(item, side_a), build_bar(other, side_b)) for item, other in shared]
    pairs.sort(key=lambda pair: (-pair[0].count - pair[1].count, pair[0].skill))
    for bar_a, bar_b in pairs:
        if bar_a.count or bar_b.count:
            bars.both.append((bar_a, bar_b))
        else:
            bars.silent.append(bar_a.skill)
    return bars


def _most_asked_first(bars: Iterable[Bar]) -> list[Bar]:
    return sorted(bars, key=lambda bar: (-bar.count, not bar.is_core, bar.skill))

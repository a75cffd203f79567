"""Days at home or in the office: “three days from home and two in the office” is hybrid work."""

import re

from .parts import EMPTY, Meaning, Part, join, remove_empty
from .table import has_cue, is_cue
from .undone import get_fields, is_joined

HYBRID = Meaning("workplace", "hybrid")
PART_TIME = Meaning("type", "part_time")
COUNTED = {Meaning("workplace", "remote"), Meaning("workplace", "on_site")}
MAX_WORDS_BETWEEN = 6  # a count and what it counts
_SOME_DAYS = re.compile(r"[1-4](?:[-–/][1-4])?\+?")
# 3d/week | 3days | 60% | 3/5; “3D” alone is another thing
_SHORT = re.compile(
    r"[1-4](?:[-–][1-4])?(?:[jdxt]/[^\W\d]+|(?:tage|days|jours)(?:/\w+)?)|[1-9]\d?%|[1-4]/5"
)
_SHORTEST = re.compile(r"[1-4][jdxt]")  # before “a week”


def read_part_weeks(parts: list[Part]) -> list[Part]:
    """The parts, with each way to work that is said of some days only read as hybrid, as one part
    with its count; one that is said of a day a month stays words.
    """
    is_counted = False
    for at, part in enumerate(parts):
        if not part.meanings or not COUNTED.issuperset(part.meanings):
            continue
        if _is_monthly(parts, at):
            parts[at] = part.as_words()
            continue
        first = _count_before(parts, at, is_counted=is_counted)
        last = at
        if first == at:
            last = _count_behind(parts, at)
        if (first, last) != (at, at) and not _is_of_the_job(parts, first):
            is_counted = True
            joined = join(parts[first : last + 1], (HYBRID,))
            parts[first : last + 1] = [joined, *[EMPTY] * (last - first)]
    return remove_empty(parts)


def _is_of_the_job(parts: list[Part], first: int) -> bool:
    """Whether the count says how much one works: “part-time 80% remote”, “data analyst 50%”."""
    if parts[first].meanings or first == 0 or not is_joined(parts, first - 1):
        return False
    before = parts[first - 1]
    is_role = get_fields(parts, [first - 1]) == {"role"}
    return PART_TIME in before.meanings or (is_role and _text(parts[first]).endswith("%"))


def _is_monthly(parts: list[Part], at: int) -> bool:
    before = [
        part.plain for part in parts[max(0, at - MAX_WORDS_BETWEEN) : at] if not part.meanings
    ]
    return has_cue(before, "days", "part") and has_cue(before, "month")


def _count_before(parts: list[Part], at: int, *, is_counted: bool) -> int:
    """The position where the count of it begins; ``at`` if there is none. ``is_counted``: a number
    alone is one, behind another count.
    """
    for first in range(at - 1, max(-1, at - 1 - MAX_WORDS_BETWEEN), -1):
        part = parts[first]
        if part.meanings or not part.tokens or not is_joined(parts, first):
            return at
        if _is_part(parts, first) or (is_counted and _is_some(part)):
            return first
        if is_cue(part.plain, "days"):
            if first > 0 and _is_some(parts[first - 1]):
                return first - 1
            return at
        if not _is_skipped(part):
            return at
    return at


def _count_behind(parts: list[Part], at: int) -> int:
    """The position where the count of it ends, with the “a week” of it; ``at`` if there is none."""
    last = at
    for position in range(at + 1, min(len(parts), at + 1 + MAX_WORDS_BETWEEN)):
        part = parts[position]
        if part.meanings or not is_joined(parts, position - 1):
            break
        is_day = is_cue(part.plain, "days") and _is_some(parts[position - 1])
        is_week = last > at and is_cue(part.plain, "week")
        if is_day or is_week or _is_share(parts, position):
            last = position
        elif is_cue(part.plain, "month", "no count"):
            return at
        elif not (_is_skipped(part) or _is_some(part)):
            break
    return last


def _is_part(parts: list[Part], at: int) -> bool:
    """“Occasionally” too, which is said of what stands behind it alone."""
    return is_cue(parts[at].plain, "part") or _is_share(parts, at)


def _is_share(parts: list[Part], at: int) -> bool:
    """“Twice”, “partly”, “60%”, “2x a week”; not “3D”."""
    if is_cue(parts[at].plain, "partly", "times"):
        return True
    is_before_week = at + 1 < len(parts) and is_cue(parts[at + 1].plain, "week")
    text = _text(parts[at])
    return bool(_SHORT.fullmatch(text) or (is_before_week and _SHORTEST.fullmatch(text)))


def _is_some(part: Part) -> bool:
    return is_cue(part.plain, "some") or bool(_SOME_DAYS.fullmatch(_text(part)))


def _is_skipped(part: Part) -> bool:
    return part.is_filler or is_cue(part.plain, "week", "at most", "at least")


def _text(part: Part) -> str:
    if len(part.tokens) == 1:
        return part.tokens[0].text.casefold()
    return ""

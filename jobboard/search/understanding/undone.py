"""What was understood and cannot be asked for as it is said: it stays words. “Not in Berlin” is not
Berlin, and as filters “Berlin or remote” would ask for both.
"""

from collections.abc import Iterable

from .parts import Part
from .table import is_cue

PLACES = {"country", "city", "from"}


def undo(parts: list[Part], at: Iterable[int]) -> None:
    for one in at:
        parts[one] = Part(parts[one].tokens)


def undo_what_is_not_meant(parts: list[Part]) -> None:
    """Behind “not” and a filler, as in “not in Berlin, Germany”; behind “not only”; before “not
    required”; and places that are no place of work: “relocating from India”, “Munich Re”.
    """
    for at, part in enumerate(parts):
        if part.meanings:
            continue
        if is_cue(part.plain, "not needed"):
            undo(parts, _next_to(parts, at, -1))
        if is_cue(part.plain, "of a name") and _is_place_joined(parts, at - 1):
            undo(parts, [at - 1])
        behind = _next_to(parts, at, 1)
        is_place = bool(behind) and _fields(parts, behind) <= PLACES
        is_not = is_cue(part.plain, "not")
        is_refused = is_not and (is_place or behind[:1] != [at + 1])
        is_open = is_cue(part.plain, "left open") or (is_not and _has_only_behind(parts, behind))
        if is_refused or is_open or (is_place and is_cue(part.plain, "no place")):
            undo(parts, behind)


def _has_only_behind(parts: list[Part], named: list[int]) -> bool:
    """“Not excel only”; not “no remote, only hybrid”."""
    at = max(named, default=len(parts))
    return at + 1 < len(parts) and is_cue(parts[at + 1].plain, "only") and _is_joined(parts, at)


def _is_place_joined(parts: list[Part], at: int) -> bool:
    return _is_place(parts, at) and _is_joined(parts, at)


def _is_joined(parts: list[Part], at: int) -> bool:
    """To the next by nothing but a blank."""
    return parts[at + 1].tokens[0].start - parts[at].tokens[-1].end <= 1


def undo_mixed_choices(parts: list[Part]) -> None:
    """What “or” joins, where no one filter takes all of it."""
    cues = [at for at, part in enumerate(parts) if is_cue(part.plain, "or")]
    for at in [*cues, *reversed(cues)]:  # and back: one that is undone undoes all of its line
        before, behind = _next_to(parts, at, -1), _next_to(parts, at, 1)
        is_mixed = _fields(parts, before) != _fields(parts, behind)
        if before and behind and is_mixed:
            undo(parts, [*before, *behind])


def _next_to(parts: list[Part], at: int, step: int) -> list[int]:
    """The first part from there on that is no filler; of a place, all that is said of it."""
    at += step
    while 0 <= at < len(parts) and parts[at].is_filler:
        at += step
    if not 0 <= at < len(parts):
        return []
    found = [at]
    while _is_place(parts, at) and _is_place(parts, at + step):
        at += step
        found.append(at)
    return found


def _is_place(parts: list[Part], at: int) -> bool:
    return 0 <= at < len(parts) and bool(parts[at].meanings) and _fields(parts, [at]) <= PLACES


def _fields(parts: list[Part], at: Iterable[int]) -> set[str]:
    return {meaning.field for one in at for meaning in parts[one].meanings}

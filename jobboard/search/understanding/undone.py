"""What was understood and cannot be asked for as it is said: it stays words. “Not in Berlin” is not
Berlin, and as filters “Berlin or remote” would ask for both.
"""

from collections.abc import Iterable

from .parts import Part
from .table import is_cue

PLACES = {"country", "city", "from"}
SAID_OF_PEOPLE = {"level", "type", "workplace"}
WORDS_WITHIN_A_NAME = 2


def undo(parts: list[Part], at: Iterable[int]) -> None:
    for one in at:
        parts[one] = Part(parts[one].tokens)


def undo_what_is_not_meant(parts: list[Part]) -> None:
    """Behind “not” and a filler, as in “not in Berlin, Germany”; behind “not only”; before “not
    required”; and places that are no place of work: “relocating from India”, “Munich Re”.
    """
    for at, part in enumerate(parts):
        if not part.meanings:
            undo(parts, _undone_before(parts, at))
            undo(parts, _undone_behind(parts, at))


def _undone_before(parts: list[Part], at: int) -> list[int]:
    word = parts[at].plain
    if is_cue(word, "not needed"):
        return _next_to(parts, at, -1)
    if is_cue(word, "of a name"):
        return _place_before(parts, at)
    if is_cue(word, "person") and _is_joined_way(parts, at - 1):
        return [at - 1]
    return []


def _undone_behind(parts: list[Part], at: int) -> list[int]:
    word, behind = parts[at].plain, _next_to(parts, at, 1)
    is_place = bool(behind) and _is_place(parts, behind[0])
    if is_cue(word, "left open") or (is_place and is_cue(word, "no place")):
        return behind
    if is_cue(word, "not"):
        is_refused = is_place or behind[:1] != [at + 1] or _is_softened(parts, behind)
        return behind if is_refused else _refused_beside(parts, behind)
    if is_cue(word, "toward") and is_place and _is_place(parts, at - 1):
        return [at - 1, *behind]
    return []


def _is_softened(parts: list[Part], named: list[int]) -> bool:
    """“Not excel only”, “no French required”; but not “no remote, only hybrid”."""
    at = max(named, default=len(parts))
    if at + 1 >= len(parts) or not is_joined(parts, at):
        return False
    return any(is_cue(parts[at + 1].plain, cue) for cue in ("only", "needed"))


def _refused_beside(parts: list[Part], behind: list[int]) -> list[int]:
    """What is refused with a word that means nothing here: “no unpaid internships”, “avoid PHP or
    Java”.
    """
    at = behind[0] if behind else len(parts)
    if at + 1 >= len(parts) or parts[at].meanings or not is_joined(parts, at):
        return []
    if fields_of(parts, [at + 1]) == {"type"}:
        return [at + 1]
    is_list = any(is_cue(parts[at + 1].plain, cue) for cue in ("and", "or"))
    return _next_to(parts, at + 1, 1) if is_list else []


def _place_before(parts: list[Part], at: int) -> list[int]:
    """That stands in the name which ends there: “Munich Re”, “Hamburg Port Authority”."""
    for one in range(at - 1, max(-1, at - 2 - WORDS_WITHIN_A_NAME), -1):
        if not is_joined(parts, one):
            return []
        if parts[one].meanings:
            return [one] if _is_place(parts, one) else []
        if parts[one].is_filler:
            return []
    return []


def _is_joined_way(parts: list[Part], at: int) -> bool:
    """Whether a level, type or way to work is said of what stands behind: “full-time parent”."""
    return at >= 0 and is_joined(parts, at) and bool(fields_of(parts, [at]) & SAID_OF_PEOPLE)


def is_joined(parts: list[Part], at: int) -> bool:
    """To the next by nothing but a blank."""
    return parts[at + 1].tokens[0].start - parts[at].tokens[-1].end <= 1


def undo_mixed_choices(parts: list[Part]) -> None:
    """What “or” joins, where no one filter takes all of it."""
    cues = [at for at, part in enumerate(parts) if is_cue(part.plain, "or")]
    for at in [*cues, *reversed(cues)]:  # and back: one that is undone undoes all of its line
        before, behind = _next_to(parts, at, -1), _next_to(parts, at, 1)
        is_mixed = fields_of(parts, before) != fields_of(parts, behind)
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
    return 0 <= at < len(parts) and bool(parts[at].meanings) and fields_of(parts, [at]) <= PLACES


def fields_of(parts: list[Part], at: Iterable[int]) -> set[str]:
    return {meaning.field for one in at for meaning in parts[one].meanings}

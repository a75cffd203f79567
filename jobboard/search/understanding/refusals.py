"""Reads what a line does not want: “without SQL or Excel”, “not remote”, “not in the US”."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from .parts import EMPTY, REMOTE, Meaning, Part, join, remove_empty
from .table import is_cue
from .undone import get_fields, is_said_before

FROM_AFAR = {"level", "type", "country", "city"}  # “not a senior role”
NOT_WANTED = {"skill", "company"} | FROM_AFAR
"""What can be asked for behind a minus."""
WAYS = (Meaning("workplace", "on_site"), Meaning("workplace", "hybrid"), REMOTE)


def leave_out_what_is_refused(parts: list[Part]) -> list[Part]:
    """The parts, with each refusal and what it refuses as one part; what cannot be refused stays
    words.
    """
    for at in range(1, len(parts)):
        cue = _refusal_before(parts, at)
        if cue < at and parts[at].meanings:
            _refuse(parts, cue, at)
    return remove_empty(parts)


def _refusal_before(parts: list[Part], at: int) -> int:
    """The position of the word that refuses what was understood there; ``at`` if none does."""
    cue = at - 1
    if get_fields(parts, [at]) <= FROM_AFAR:
        while cue > 0 and parts[cue].is_filler and not _refuses(parts, cue):
            cue -= 1
    if _refuses(parts, cue):
        return cue
    return at


def _refuses(parts: list[Part], at: int) -> bool:
    is_refusal = is_cue(parts[at].plain, "not") and not parts[at].meanings
    return is_refusal and not is_said_before(parts, at)


def _refuse(parts: list[Part], cue: int, at: int) -> None:
    meanings = _refused(parts[at].meanings)
    if meanings and meanings[0].field == "workplace":
        meanings = _ways_instead(parts, at, meanings)
    if not meanings:
        parts[at] = parts[at].as_words()
        return
    last = at
    if _is_country_of_city(parts, at + 1):
        last = at + 1
    _join_into_last(parts, cue, last, meanings)
    _refuse_more(parts, last)


def _join_into_last(
    parts: list[Part], first: int, last: int, meanings: tuple[Meaning, ...]
) -> None:
    joined = join(parts[first : last + 1], meanings)
    parts[first : last + 1] = [*[EMPTY] * (last - first), joined]


def _refused(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """The same, not wanted; none where that cannot be asked for."""
    fields = {meaning.field for meaning in meanings}
    if fields and fields <= NOT_WANTED:
        return tuple(replace(meaning, value=f"-{meaning.value}") for meaning in meanings)
    if len(meanings) == 1 and meanings[0] in WAYS:
        return _without(WAYS, meanings)
    return ()


def _without(ways: Iterable[Meaning], others: Collection[Meaning]) -> tuple[Meaning, ...]:
    return tuple(way for way in ways if way not in others)


def _is_country_of_city(parts: list[Part], at: int) -> bool:
    """“Not in Berlin, Germany”."""
    if at >= len(parts) or get_fields(parts, [at - 1]) != {"city"}:
        return False
    return get_fields(parts, [at]) == {"country"}


def _ways_instead(
    parts: list[Part], refused: int, ways: tuple[Meaning, ...]
) -> tuple[Meaning, ...]:
    """The ways to work that the line names beside it: “no remote, only hybrid”; else those of
    ``ways`` that it does not refuse too.
    """
    wanted: list[Meaning] = []
    unwanted: list[Meaning] = []
    for at, (before, part) in enumerate(pairwise([EMPTY, *parts])):
        if at == refused:
            continue
        is_one_more = at == refused + 2 and is_cue(before.plain, "or")
        is_refused = is_one_more or (is_cue(before.plain, "not") and not before.meanings)
        named = [meaning for meaning in part.meanings if meaning.field == "workplace"]
        if is_refused:
            unwanted += named
        else:
            wanted += named
    return tuple(wanted) or _without(ways, unwanted)


def _refuse_more(parts: list[Part], at: int) -> None:
    """Refuse what “or” joins to the unwanted there; “and” too, where it is of the same kind."""
    behind = parts[at + 1 : at + 3]
    if len(behind) < 2:
        return
    fields = get_fields(parts, [at])
    if fields == get_fields(parts, [at + 2]) == {"workplace"} and is_cue(behind[0].plain, "or"):
        _refuse_one_more_way(parts, at)
        return
    is_same = fields == get_fields(parts, [at + 2]) and fields <= FROM_AFAR
    is_list = is_cue(behind[0].plain, "or") or (is_same and is_cue(behind[0].plain, "and"))
    if is_list and (meanings := _refused(behind[1].meanings)):
        parts[at + 2] = replace(behind[1], meanings=meanings)
        _refuse_more(parts, at + 2)


def _refuse_one_more_way(parts: list[Part], at: int) -> None:
    """“Not remote or hybrid” is on site: what is left of the ways there without the one behind."""
    ways = _without(parts[at].meanings, parts[at + 2].meanings)
    _join_into_last(parts, at, at + 2, ways)
    _refuse_more(parts, at + 2)

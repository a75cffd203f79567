"""Undoes what a line says in passing: “my husband works remote, I want an office job”."""

from collections.abc import Iterable
from dataclasses import replace

from .parts import Part
from .table import is_cue
from .undone import PLACES, get_fields, is_parted, undo


def undo_asides(parts: list[Part]) -> None:
    """Undo what asides mean. Behind “my team”, all of a clause that ends before or behind the rest
    of the line: that is not looked for either. Behind “background in”, what it means; behind “I am
    a”, what the rest of the line asks for otherwise: “I am a data analyst and want to be a data
    engineer”.
    """
    for at, part in enumerate(parts):
        if part.meanings:
            continue
        clause = _clause_behind(parts, at)
        if is_cue(part.plain, "oneself"):
            _leave_out_what_is_asked_otherwise(parts, at, clause)
        elif is_cue(part.plain, "aside"):
            _undo_aside(parts, at, clause)
        elif is_cue(part.plain, "so far") and _is_whole(parts, at, clause):
            meaningful = _with_meanings(parts, clause)
            if meaningful:
                _leave_out(parts, [at, *meaningful])


def _undo_aside(parts: list[Part], at: int, clause: list[int]) -> None:
    """Undo one aside. Where nothing says how far it goes, it holds only what follows next, and no
    place: “for my husband data engineer Berlin”; pay if it follows at once: “I earn 75k”.
    """
    if _is_whole(parts, at, clause):
        _leave_out(parts, [at, *clause])
        return
    first = _with_meanings(parts, clause)[:1]
    fields = get_fields(parts, first)
    is_pay_apart = first != [at + 1] and "salary_from" in fields
    if not is_pay_apart and fields.isdisjoint(PLACES):
        undo(parts, first)


def _with_meanings(parts: list[Part], positions: Iterable[int]) -> list[int]:
    return [at for at in positions if parts[at].meanings]


def _is_whole(parts: list[Part], at: int, clause: list[int]) -> bool:
    """Whether the line has another clause beside it."""
    end = at + 1 + len(clause)
    return end < len(parts) or (at > 0 and is_parted(parts[at - 1], parts[at]))


def _leave_out_what_is_asked_otherwise(parts: list[Part], at: int, clause: list[int]) -> None:
    others = set(range(len(parts))).difference(clause)
    fields = get_fields(parts, others)
    replaced = [position for position in clause if not fields.isdisjoint(parts[position].fields)]
    is_of_the_line = at == 0 or is_parted(parts[at - 1], parts[at])  # not “eddy current”
    is_said = is_of_the_line and bool(clause) and bool(parts[at + 1].meanings)
    if replaced or is_said:
        _leave_out(parts, [at, *replaced])


def _leave_out(parts: list[Part], positions: Iterable[int]) -> None:
    for at in positions:
        parts[at] = replace(parts[at], meanings=(), is_filler=True)


def _clause_behind(parts: list[Part], at: int) -> list[int]:
    """The positions up to a comma, or to a word that begins another clause: “want”, “but”."""
    clause: list[int] = []
    for position in range(at + 1, len(parts)):
        part = parts[position]
        if is_parted(parts[position - 1], part) or is_cue(part.plain, "asked"):
            break
        clause.append(position)
    return clause

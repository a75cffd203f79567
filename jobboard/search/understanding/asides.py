"""What a line says beside what it asks for: “my husband works remote, I want an office job”."""

from collections.abc import Iterable
from dataclasses import replace

from .parts import Part
from .table import is_cue
from .undone import PLACES, fields_of, is_parted, undo


def undo_asides(parts: list[Part]) -> None:
    """Behind “my team”, all of a clause that ends before or behind the rest of the line: that is
    not looked for either. Behind “background in”, what it means; behind “I am a”, what the rest of
    the line asks for otherwise: “I am a data analyst and want to be a data engineer”.
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
            meant = [one for one in clause if parts[one].meanings]
            _leave_out(parts, [at, *meant] if meant else [])


def _undo_aside(parts: list[Part], at: int, clause: list[int]) -> None:
    """Where nothing says how far it goes, only what follows next, and no place: “for my husband
    data engineer Berlin”; pay if it follows at once: “I earn 75k”.
    """
    if _is_whole(parts, at, clause):
        _leave_out(parts, [at, *clause])
        return
    meant = [one for one in clause if parts[one].meanings][:1]
    kept = PLACES if meant == [at + 1] else {*PLACES, "salary_from"}
    if not fields_of(parts, meant) & kept:
        undo(parts, meant)


def _is_whole(parts: list[Part], at: int, clause: list[int]) -> bool:
    """Whether the line has another clause beside it."""
    end = at + 1 + len(clause)
    return end < len(parts) or (at > 0 and is_parted(parts[at - 1], parts[at]))


def _leave_out_what_is_asked_otherwise(parts: list[Part], at: int, clause: list[int]) -> None:
    asked = fields_of(parts, [one for one in range(len(parts)) if one not in clause])
    left_out = [one for one in clause if fields_of(parts, [one]) & asked]
    is_of_the_line = at == 0 or is_parted(parts[at - 1], parts[at])  # not “eddy current”
    is_said = is_of_the_line and bool(clause) and bool(parts[at + 1].meanings)
    _leave_out(parts, [at, *left_out] if left_out or is_said else [])


def _leave_out(parts: list[Part], at: Iterable[int]) -> None:
    for one in at:
        parts[one] = replace(parts[one], meanings=(), is_filler=True)


def _clause_behind(parts: list[Part], at: int) -> list[int]:
    """Up to a comma, or to a word that begins another: “want”, “but”."""
    clause: list[int] = []
    for one in range(at + 1, len(parts)):
        if is_parted(parts[one - 1], parts[one]) or is_cue(parts[one].plain, "asked"):
            break
        clause.append(one)
    return clause

"""What a line says beside what it asks for: “my husband works remote, I want an office job”."""

from collections.abc import Iterable
from dataclasses import replace

from .parts import Part
from .table import is_cue
from .undone import fields_of

ENDS_A_CLAUSE = (".", "!", "?", ":")


def undo_asides(parts: list[Part]) -> None:
    """Behind “I study” or “my team”, all up to the end of the clause; behind “I am a”, what the
    rest of the line asks for otherwise: “I am a data analyst and want to be a data engineer”. Such
    words are not looked for either.
    """
    for at, part in enumerate(parts):
        if part.meanings:
            continue
        if is_cue(part.plain, "aside"):
            _leave_out(parts, [at, *_clause_behind(parts, at)])
        elif is_cue(part.plain, "oneself"):
            clause = _clause_behind(parts, at)
            others = [one for one in range(len(parts)) if one not in clause]
            asked = fields_of(parts, others)
            _leave_out(parts, (one for one in clause if fields_of(parts, [one]) & asked))


def _leave_out(parts: list[Part], at: Iterable[int]) -> None:
    for one in at:
        parts[one] = replace(parts[one], meanings=(), is_filler=True)


def _clause_behind(parts: list[Part], at: int) -> list[int]:
    """Up to a comma, or to a word that begins another: “want”, “but”."""
    clause: list[int] = []
    for one in range(at + 1, len(parts)):
        if _is_parted(parts[one - 1], parts[one]) or is_cue(parts[one].plain, "asked"):
            break
        clause.append(one)
    return clause


def _is_parted(before: Part, part: Part) -> bool:
    last = before.tokens[-1]
    is_apart = part.tokens[0].start - last.end > 1
    return is_apart or last.text.endswith(ENDS_A_CLAUSE) or part.tokens[0].text in ("-", "–")

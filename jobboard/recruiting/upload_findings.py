"""Describes the faults in the rows of an uploaded file, in sentences with the file's own
headers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jobboard.feeds.adapters.own_csv_columns import COLUMNS

from .upload_columns import FileColumns

# One sentence lists at most so many values and ranges of rows.
MAX_VALUES_LISTED = 5
MAX_RANGES_LISTED = 20
MAX_SENTENCES = 100
_NAME = re.compile(r"“([a-z_]+)”|\b([a-z]+(?:_[a-z]+)+)\b")


@dataclass
class Sentence:
    """A line for all rows with the same fault, however many they are."""

    column: str
    reason: str
    values: str
    rows: str
    count: int


def group_findings(
    columns: FileColumns, findings: Iterable[tuple[int, str, str, str]]
) -> list[Sentence]:
    """One sentence for all findings (row, field, reason, value) that differ in their values alone,
    the most frequent first.
    """
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for number, name, reason, value in findings:
        pattern = reason
        if value:
            pattern = reason.replace(value, "…")
        groups.setdefault((name, pattern), []).append((number, reason, value))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1][0][0]))
    sentences = []
    for (name, pattern), findings_of_group in ordered[:MAX_SENTENCES]:
        sentences.append(_build_sentence(columns, name, pattern, findings_of_group))
    return sentences


def _build_sentence(
    columns: FileColumns, name: str, pattern: str, findings: list[tuple[int, str, str]]
) -> Sentence:
    values = list(dict.fromkeys(value for _, _, value in findings if value))
    _, reason, _ = findings[0]
    listed_values = ""
    if len(values) > 1:
        reason = pattern
        listed_values = ", ".join(values[:MAX_VALUES_LISTED])
    if len(values) > MAX_VALUES_LISTED:
        listed_values += f" and {len(values) - MAX_VALUES_LISTED:,} more"
    return Sentence(
        column=columns.get_header(name),
        reason=with_own_headers(reason, columns),
        values=listed_values,
        rows=format_ranges([number for number, _, _ in findings]),
        count=len(findings),
    )


def format_ranges(numbers: Iterable[int]) -> str:
    """“2–501, 600 and 12 more”."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    text = ", ".join(_format_range(low, high) for low, high in ranges[:MAX_RANGES_LISTED])
    not_listed = sum(high - low + 1 for low, high in ranges[MAX_RANGES_LISTED:])
    if not_listed:
        text += f" and {not_listed:,} more"
    return text


def _format_range(low: int, high: int) -> str:
    if low == high:
        return f"{low}"
    return f"{low}–{high}"


def with_own_headers(reason: str, columns: FileColumns) -> str:
    """Put the headers of the file in place of our names of columns in ``reason``. Its full stop
    goes: it stands at the end of a line.
    """

    def header(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name in COLUMNS:
            return f"“{columns.get_header(name)}”"
        return match[0]

    return _NAME.sub(header, reason.rstrip("."))

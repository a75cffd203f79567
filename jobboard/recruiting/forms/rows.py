"""Fields that a form shows once for each of several like things: a job's locations, its pay.

Those of the first have their plain names (``city``), those of further ones a number (``city_2``).
Rows are added and removed by buttons that send the form: it comes back unchecked with what was
typed, so that it works without JavaScript.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.utils.datastructures import MultiValueDict

BUTTON = "rows"
# Values of a field that nobody filled in.
BLANK_VALUES: tuple[object, ...] = (None, "", False, [], "unknown", "unstated")


@dataclass(frozen=True)
class RowKind:
    """A kind of repeated row. ``label`` is its name on the page; ``lines`` are its fields as they
    are laid out, and ``folded`` those that few need, under the text ``fold``.
    """

    name: str
    label: str
    lines: tuple[tuple[str, ...], ...]
    fold: str
    folded: tuple[str, ...]
    max_rows: int

    @property
    def fields(self) -> list[str]:
        return [*chain.from_iterable(self.lines), *self.folded]

    def has(self, field: str) -> bool:
        """Whether ``name`` is one of its fields, in any row."""
        name, _, number = field.rpartition("_")
        return field in self.fields or (number.isdecimal() and name in self.fields)

    def count(self, names: Iterable[str]) -> int:
        """Count the rows of a form with the fields ``names``, at least one."""
        numbered_field = re.compile(rf"(?:{'|'.join(self.fields)})_(\d{{1,3}})")
        count = 1
        for name in names:
            if match := numbered_field.fullmatch(name):
                count = max(count, int(match[1]))
        return min(count, self.max_rows)

    def with_numbers(self, values: dict[str, Any], number: int) -> dict[str, Any]:
        """Rename ``values`` to the names that the fields have in row ``number``."""
        return {field_name(name, number): values[name] for name in self.fields}


def field_name(name: str, number: int) -> str:
    """Return the name of the field ``name`` in row ``number``, from 1."""
    if number == 1:
        return name
    return f"{name}_{number}"


@dataclass(frozen=True)
class Row:
    """The values of one row, by the plain names of its fields."""

    number: int
    values: dict[str, Any]

    @property
    def is_blank(self) -> bool:
        return all(value in (None, "") for value in self.values.values())

    def name(self, field: str) -> str:
        return field_name(field, self.number)


class RowsForm(forms.Form):
    """A form with rows of ``row_kinds``, whose fields it declares as those of their first row."""

    row_kinds: tuple[RowKind, ...] = ()

    def __init__(self, data: MultiValueDict | None = None, *args, **kwargs) -> None:
        self.is_row_change = data is not None and BUTTON in data
        focus = ""
        if data is not None and self.is_row_change:
            data = data.copy()
            focus = self._change_rows(data)
        super().__init__(data, *args, **kwargs)
        if data is None:
            self.set_rows(self.initial)
        else:
            self.set_rows(data)
        if focus:
            self.fields[focus].widget.attrs["autofocus"] = True

    def _change_rows(self, data: MultiValueDict) -> str:
        """Add or remove a row of ``data`` as the button says. Returns the field to focus."""
        action, _, rest = str(data[BUTTON]).partition("-")
        name, _, number = rest.partition("-")
        kind = {kind.name: kind for kind in self.row_kinds}.get(name)
        if kind is None:
            return ""
        count = kind.count(data)
        first_field = kind.fields[0]
        if action == "add":
            new_field = field_name(first_field, min(count + 1, kind.max_rows))
            data.setdefault(new_field, "")
            return new_field
        if not number.isdecimal() or not 1 <= int(number) <= count or count == 1:
            return ""
        _remove_row(data, kind, int(number), count)
        return field_name(first_field, min(int(number), count - 1))

    def set_rows(self, names: Iterable[str]) -> None:
        """Add the rows that a form with the fields ``names`` has."""
        names = set(names)
        for kind in self.row_kinds:
            for number in range(2, kind.count(names) + 1):
                self._set_row(kind, number)

    def _set_row(self, kind: RowKind, number: int) -> None:
        new_names = [field_name(name, number) for name in kind.fields]
        if self.fields.keys() >= set(new_names):
            return
        order = list(self.fields)
        after = order.index(field_name(kind.fields[-1], number - 1)) + 1
        for name, new_name in zip(kind.fields, new_names, strict=True):
            field = deepcopy(self.base_fields[name])
            field.label = f"{field.label or name.capitalize()} {number}"
            field.required = False
            field.help_text = ""  # The first row has it.
            self.fields[new_name] = field
        self.order_fields([*order[:after], *new_names, *order[after:]])

    def full_clean(self) -> None:
        """A form that comes back for one row more or less shows no errors yet."""
        super().full_clean()
        if self.is_row_change:
            self.errors.clear()

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_row_change

    def rows(self, kind: RowKind) -> Iterator[Row]:
        """The rows, with the values of fields that are valid."""
        for number in range(1, kind.count(self.fields) + 1):
            values = {}
            for name in kind.fields:
                values[name] = self.cleaned_data.get(field_name(name, number))
            yield Row(number, values)

    def has_error_in(self, row: Row, *fields: str) -> bool:
        return any(row.name(field) in self.errors for field in fields)

    def fold(self, summary: str, *lines: Sequence[str]) -> "Fold":
        """Lines of fields, open if one of them is filled in or has an error."""
        is_open = any(map(self._needs_attention, chain.from_iterable(lines)))
        rows = [Div(*line, css_class="field-row") for line in lines]
        return Fold(*rows, summary=summary, is_open=is_open)

    def _needs_attention(self, name: str) -> bool:
        return name in self.errors or self[name].value() not in BLANK_VALUES

    def _fold_of_row(self, kind: RowKind, number: int) -> "Fold":
        return self.fold(kind.fold, [field_name(name, number) for name in kind.folded])

    def rows_layout(self, kind: RowKind) -> list[Div | HTML]:
        count = kind.count(self.fields)
        rows: list[Div | HTML] = []
        for number in range(1, count + 1):
            fold = self._fold_of_row(kind, number)
            rows.append(_row_layout(kind, number, fold, is_only=count == 1))
        if count < kind.max_rows:
            rows.append(row_button(f"add-{kind.name}", f"Add another {kind.label}", "btn line"))
        return rows


class Fold(Div):
    """Fields in a fold that is ``is_open`` at first."""

    template = "%s/layout/fold.html"

    def __init__(self, *fields: Div, summary: str, is_open: bool) -> None:
        super().__init__(*fields)
        self.summary = summary
        self.is_open = is_open


def _remove_row(data: MultiValueDict, kind: RowKind, removed: int, count: int) -> None:
    """The rows after row ``removed`` move up."""
    for name in kind.fields:
        for number in range(removed, count):
            data[field_name(name, number)] = data.get(field_name(name, number + 1), "")
        data.pop(field_name(name, count), None)


def _row_layout(kind: RowKind, number: int, fold: Fold, *, is_only: bool) -> Div:
    lines: list[Div | Fold] = []
    for line in kind.lines:
        names = [field_name(name, number) for name in line]
        lines.append(Div(*names, css_class="field-row"))
    lines.append(fold)
    if is_only:
        return Div(*lines)
    label = f"{kind.label} {number}"
    heading = HTML(f'<p class="row-head" id="{kind.name}-{number}">{label.capitalize()}</p>')
    remove = row_button(f"remove-{kind.name}-{number}", f"Remove {label}", "link-btn")
    return Div(
        heading,
        *lines,
        remove,
        css_class="form-row",
        role="group",
        aria_labelledby=f"{kind.name}-{number}",
    )


def row_button(value: str, label: str, css_class: str) -> HTML:
    return HTML(f'<button class="{css_class}" name="{BUTTON}" value="{value}">{label}</button>')

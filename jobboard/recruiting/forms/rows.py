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
# Values of a field that is as it was.
SAYS_NOTHING: tuple[object, ...] = (None, "", False, [], "unknown", "unstated")


@dataclass(frozen=True)
class RowKind:
    """``label`` is what one of them is called; ``lines`` are its fields as they are laid out, and
    ``folded`` those that few need, under the words ``fold``.
    """

    name: str
    label: str
    lines: tuple[tuple[str, ...], ...]
    fold: str
    folded: tuple[str, ...]
    most: int

    @property
    def fields(self) -> list[str]:
        return [*chain.from_iterable(self.lines), *self.folded]

    def has(self, field: str) -> bool:
        """Whether it is one of its fields, in whichever row."""
        name, _, number = field.rpartition("_")
        return field in self.fields or (number.isdecimal() and name in self.fields)

    def count(self, names: Iterable[str]) -> int:
        """How many rows the fields ``names`` are of, at least one."""
        numbered = re.compile(rf"(?:{'|'.join(self.fields)})_(\d{{1,3}})")
        numbers = [int(found[1]) for found in map(numbered.fullmatch, names) if found]
        return max(1, min(max(numbers, default=1), self.most))


def field_name(name: str, number: int) -> str:
    """Of the field ``name`` in row ``number``, from 1."""
    if number == 1:
        return name
    return f"{name}_{number}"


@dataclass(frozen=True)
class Row:
    """What one row says, by the plain names of its fields."""

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
        self.set_rows(self.initial if data is None else data)
        if focus:
            self.fields[focus].widget.attrs["autofocus"] = True

    def _change_rows(self, data: MultiValueDict) -> str:
        """Do to ``data`` what the button says; the field to go on with."""
        action, _, rest = str(data[BUTTON]).partition("-")
        name, _, number = rest.partition("-")
        kind = next((kind for kind in self.row_kinds if kind.name == name), None)
        if kind is None:
            return ""
        count = kind.count(data)
        first = kind.fields[0]
        if action == "add":
            there = min(count + 1, kind.most)
            data.setdefault(field_name(first, there), "")
            return field_name(first, there)
        if not number.isdecimal() or not 1 <= int(number) <= count or count == 1:
            return ""
        _remove_row(data, kind, int(number), count)
        return field_name(first, min(int(number), count - 1))

    def set_rows(self, names: Iterable[str]) -> None:
        """Give it the rows that the fields ``names`` are of."""
        names = set(names)
        for kind in self.row_kinds:
            for number in range(2, kind.count(names) + 1):
                self._set_row(kind, number)

    def _set_row(self, kind: RowKind, number: int) -> None:
        new = {field_name(name, number): name for name in kind.fields}
        if new.keys() <= self.fields.keys():
            return
        order = list(self.fields)
        after = order.index(field_name(kind.fields[-1], number - 1)) + 1
        for at, name in new.items():
            self.fields[at] = field = deepcopy(self.base_fields[name])
            field.label = f"{field.label or name.capitalize()} {number}"
            field.required = False
            field.help_text = ""  # as in the first row
        self.order_fields([*order[:after], *new, *order[after:]])

    def full_clean(self) -> None:
        """Of a form that comes back for one row more or less nothing is said yet."""
        super().full_clean()
        if self.is_row_change:
            self.errors.clear()

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_row_change

    def rows(self, kind: RowKind) -> Iterator[Row]:
        """With what passed the checks of its fields."""
        for number in range(1, kind.count(self.fields) + 1):
            names = {name: field_name(name, number) for name in kind.fields}
            yield Row(number, {name: self.cleaned_data.get(at) for name, at in names.items()})

    def has_error_in(self, row: Row, *fields: str) -> bool:
        return any(row.name(field) in self.errors for field in fields)

    def fold(self, summary: str, *lines: Sequence[str]) -> "Fold":
        """Lines of fields, open where something is typed or wrong in one."""
        is_open = any(map(self._says_something, chain.from_iterable(lines)))
        rows = [Div(*line, css_class="field-row") for line in lines]
        return Fold(*rows, summary=summary, is_open=is_open)

    def _says_something(self, name: str) -> bool:
        return name in self.errors or self[name].value() not in SAYS_NOTHING

    def _fold_of_row(self, kind: RowKind, number: int) -> "Fold":
        return self.fold(kind.fold, [field_name(name, number) for name in kind.folded])

    def rows_layout(self, kind: RowKind) -> list[Div | HTML]:
        count = kind.count(self.fields)
        rows: list[Div | HTML] = [
            _row_layout(kind, number, self._fold_of_row(kind, number), is_only=count == 1)
            for number in range(1, count + 1)
        ]
        if count < kind.most:
            rows.append(row_button(f"add-{kind.name}", f"Add another {kind.label}", "btn line"))
        return rows


class Fold(Div):
    """Fields in a fold that is ``is_open`` at first."""

    template = "%s/layout/fold.html"

    def __init__(self, *fields: Div, summary: str, is_open: bool) -> None:
        super().__init__(*fields)
        self.summary, self.is_open = summary, is_open


def _remove_row(data: MultiValueDict, kind: RowKind, gone: int, count: int) -> None:
    """The rows after row ``gone`` move up."""
    for name in kind.fields:
        for number in range(gone, count):
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

"""Two editors at one text: what a form says that was opened on an older version is merged with
what was saved meanwhile, field by field and row by row. Where both changed the same, the editor who
saves last chooses, with all three texts in sight.

A form carries what it showed when it was opened, so that it makes no difference how the text was
changed since: by another form, a restored version, a release or a merged skill.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.forms import BaseForm, BaseInlineFormSet, BaseModelForm, ModelChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict

Value = str | list[str]
Values = dict[str, Value]  # by the name of a field
OPENED = "opened"
SEEN = "seen"  # fingerprint of the others' texts that were shown beside the choices
TAKE_THEIRS = "theirs"


@dataclass
class Shown:
    """The values of a form for a stored text and its rows, as a browser would send them back."""

    fields: Values
    rows: dict[str, dict[str, Values]]  # by prefix, by the id of the row

    def as_text(self) -> str:
        return json.dumps({"fields": self.fields, "rows": self.rows})

    @classmethod
    def from_text(cls, text: str) -> "Shown | None":
        """Read what the form sent; None for what no form of ours has sent."""
        try:
            value = json.loads(text)
            rows = {}
            for prefix, rows_of_prefix in value["rows"].items():
                rows[prefix] = {key: _check_values(row) for key, row in rows_of_prefix.items()}
            return cls(_check_values(value["fields"]), rows)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    @property
    def fingerprint(self) -> str:
        return sha256(self.as_text().encode()).hexdigest()


def _check_values(values: dict[str, Any]) -> Values:
    """Raises AttributeError for what is no dict."""
    checked: Values = {}
    for name, value in values.items():
        if isinstance(value, list):
            checked[name] = list(map(str, value))
        else:
            checked[name] = str(value)
    return checked


@dataclass(frozen=True)
class Conflict:
    """A field, or a row, that both have changed. The three texts are for people.

    ``name`` stays the same where rows are added before it, ``anchor`` is its place on the page.
    """

    name: str
    label: str
    anchor: str
    original: str
    theirs: str
    yours: str


@dataclass
class Merged:
    """The result of merging. ``opened`` is what the next form will count as shown: the values
    stored now, except that a value in conflict is the one that was shown at first.
    """

    data: QueryDict
    opened: Shown
    conflicts: list[Conflict] = field(default_factory=list)
    is_changed: bool = False


def shown_by(form: BaseForm, formsets: list[BaseInlineFormSet]) -> Shown:
    """The values of forms that nobody has typed in."""
    rows = {}
    for formset in formsets:
        forms = formset.initial_forms
        rows[str(formset.prefix)] = {str(row.instance.pk): _get_values(row) for row in forms}
    return Shown(_get_values(form), rows)


def _get_values(form: BaseForm) -> Values:
    names = [name for name in form.fields if name != "DELETE"]
    return {name: _get_stored(form[name]) for name in names}


def _takes_many(bound: BoundField) -> bool:
    widget = bound.field.widget
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget = widget.widget
    return getattr(widget, "allow_multiple_selected", False)


def _get_stored(bound: BoundField) -> Value:
    value = bound.value()
    if _takes_many(bound):
        return sorted(str(getattr(item, "pk", item)) for item in value or [])
    formatted = bound.field.widget.format_value(value)
    if isinstance(formatted, list) and formatted:
        formatted = formatted[0]
    return _normalize(formatted or "")


def _normalize(value: Any) -> str:
    if value is None:
        return ""
    return str(value).replace("\r\n", "\n").strip()


def _get_typed(bound: BoundField, data: QueryDict, name: str) -> Value:
    if _takes_many(bound):
        return sorted(value for value in data.getlist(name) if value)
    return _normalize(data.get(name))


class Merge:
    """Merges what was sent with what is stored now; ``original`` is what the form showed first."""

    def __init__(
        self,
        submitted: QueryDict,
        *,
        original: Shown,
        now: Shown,
        form: BaseForm,
        formsets: list[BaseInlineFormSet],
    ) -> None:
        self.submitted = submitted
        self.original = original
        self.now = now
        self.form = form
        self.formsets = formsets
        self.merged = Merged(submitted.copy(), deepcopy(now), is_changed=original != now)
        # A choice counts for the texts that were beside it: not after a third change.
        self.may_choose = submitted.get(SEEN) == now.fingerprint

    def run(self) -> Merged:
        for name, theirs in self.now.fields.items():
            before = self.original.fields.get(name, theirs)
            yours = _get_typed(self.form[name], self.submitted, name)
            if self._is_in_conflict(name, before, theirs, yours):
                self.merged.opened.fields[name] = before
                self._add_conflict(name, self.form[name], f"id_{name}", "", before, theirs, yours)
            elif self._is_theirs(name, before, theirs, yours):
                self._put(name, theirs)
        for formset in self.formsets:
            self._merge_rows(formset)
        return self.merged

    def _get_choice(self, name: str) -> str:
        if self.may_choose:
            return self.submitted.get(f"choose-{name}", "")
        return ""

    def _is_in_conflict(self, name: str, before: Value, theirs: Value, yours: Value) -> bool:
        if theirs in (before, yours) or yours == before:
            return False
        return not self._get_choice(name)

    def _is_theirs(self, name: str, before: Value, theirs: Value, yours: Value) -> bool:
        if theirs in (before, yours):
            return False
        return yours == before or self._get_choice(name) == TAKE_THEIRS

    def _add_conflict(
        self, name: str, bound: BoundField, anchor: str, row: str, *values: Value
    ) -> None:
        label = str(bound.label)
        if row:
            label = f"{row}: {label}"
        texts = [_describe(bound, value) for value in values]
        self.merged.conflicts.append(Conflict(name, label, anchor, *texts))

    def _put(self, name: str, value: Value) -> None:
        self.merged.data.setlist(name, _as_list(value))

    def _merge_rows(self, formset: BaseInlineFormSet) -> None:
        """Return each row that is stored now, then those that the editor adds."""
        prefix = str(formset.prefix)
        now = self.now.rows[prefix]
        original = self.original.rows.get(prefix, {})
        stored = {str(form.instance.pk): form for form in formset.initial_forms}
        numbers: dict[str, str] = {}  # by id, the number it was sent with
        added: list[Values] = []
        for number, values in _sent_rows(self.submitted, prefix):
            key = str(values.get("id", ""))
            if key in now:
                self._merge_row(stored[key], formset, key, number, place=len(numbers))
                numbers[key] = number
            elif key and not self._is_removed(formset, key, number, values):
                added.append(values | {"id": ""})
            elif not key:
                added.append(values)
        rows = [now[key] for key in now if key not in numbers and key not in original]
        new_count = len(rows)
        for values in added:
            if not _is_among(values, rows[:new_count]):
                rows.append(values)
        kept_count = len(numbers)
        self._write_rows(prefix, list(numbers.values()), rows, kept_count + new_count)

    def _merge_row(
        self, form: BaseModelForm, formset: BaseInlineFormSet, key: str, number: str, *, place: int
    ) -> None:
        rows = str(formset.prefix)
        row = f"{rows}:{key}"
        prefix = f"{rows}-{number}-"
        now = self.now.rows[rows][key]
        original = self.original.rows.get(rows, {}).get(key, now)
        opened = self.merged.opened.rows[rows]
        if not self.submitted.get(f"{prefix}DELETE"):
            for name, theirs in now.items():
                before = original.get(name, theirs)
                bound = form[name]
                yours = _get_typed(bound, self.submitted, f"{prefix}{name}")
                if self._is_in_conflict(f"{row}-{name}", before, theirs, yours):
                    opened[key][name] = before
                    anchor = f"id_{formset.prefix}-{place}-{name}"
                    texts = (before, theirs, yours)
                    self._add_conflict(f"{row}-{name}", bound, anchor, str(form.instance), *texts)
                elif self._is_theirs(f"{row}-{name}", before, theirs, yours):
                    self._put(f"{prefix}{name}", theirs)
        elif now != original and not self._get_choice(row):
            opened[key] = original
            before_text = _describe_row(form, original)
            their_text = _describe_row(form, now)
            anchor = f"id_{formset.prefix}-{place}-DELETE"
            self.merged.conflicts.append(
                Conflict(row, str(form.instance), anchor, before_text, their_text, "Removed")
            )
        elif now != original and self._get_choice(row) == TAKE_THEIRS:
            self.merged.data.pop(f"{prefix}DELETE", None)
            for name, value in now.items():
                self._put(f"{prefix}{name}", value)

    def _is_removed(
        self, formset: BaseInlineFormSet, key: str, number: str, values: Values
    ) -> bool:
        """Whether a row that others removed stays removed: unless the editor changed it, and keeps
        it.
        """
        form = formset.empty_form
        rows = str(formset.prefix)
        row = f"{rows}:{key}"
        original = self.original.rows.get(rows, {}).get(key, {})
        prefix = f"{formset.prefix}-{number}-"
        yours: Values = {}
        for name in original:
            yours[name] = _get_typed(form[name], self.submitted, f"{prefix}{name}")
        if values.get("DELETE") or yours == original or self._get_choice(row) == TAKE_THEIRS:
            return True
        if not self._get_choice(row):
            self.merged.opened.rows[rows][key] = original
            texts = [_describe_row(form, original), "Removed", _describe_row(form, yours)]
            label = str(form._meta.model._meta.verbose_name).capitalize()
            self.merged.conflicts.append(Conflict(row, label, f"{formset.prefix}-group", *texts))
        return False

    def _write_rows(
        self, prefix: str, numbers: list[str], new_rows: list[Values], initial_count: int
    ) -> None:
        """The rows that were sent with these numbers, then the new ones, numbered anew."""
        data = self.merged.data
        rows = [self._get_row(f"{prefix}-{number}-") for number in numbers]
        for values in new_rows:
            rows.append({name: _as_list(value) for name, value in values.items()})
        for name in list(data):
            if _is_of_a_row(name, prefix):
                del data[name]
        for place, row in enumerate(rows):
            for name, texts in row.items():
                data.setlist(f"{prefix}-{place}-{name}", texts)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        data[f"{prefix}-INITIAL_FORMS"] = str(initial_count)

    def _get_row(self, prefix: str) -> dict[str, list[str]]:
        row = {}
        for name, texts in self.merged.data.lists():
            if name.startswith(prefix):
                row[name.removeprefix(prefix)] = texts
        return row


def _as_list(value: Value) -> list[str]:
    if isinstance(value, list):
        return value
    return [value]


def _is_of_a_row(name: str, prefix: str) -> bool:
    number = name.removeprefix(f"{prefix}-").partition("-")[0]
    return name.startswith(f"{prefix}-") and number.isdecimal()


def _sent_rows(submitted: QueryDict, prefix: str) -> Iterator[tuple[str, Values]]:
    rows: dict[str, Values] = {}
    for name in submitted:
        if _is_of_a_row(name, prefix):
            number, _, of_row = name.removeprefix(f"{prefix}-").partition("-")
            rows.setdefault(number, {})[of_row] = str(submitted[name])
    for number in sorted(rows, key=int):
        yield number, rows[number]


def _is_among(values: Values, rows: list[Values]) -> bool:
    """Whether one of the rows says the same: both have added it."""
    texts = {name: _normalize(values[name]) for name in values if name not in ("id", "DELETE")}
    return any(texts.items() <= row.items() for row in rows)


def _describe(bound: BoundField, value: Value) -> str:
    """A value as people read it."""
    values = _as_list(value)
    if isinstance(bound.field, ModelChoiceField) and bound.field.queryset is not None:
        ids = [pk for pk in values if pk.isdecimal()]
        return ", ".join(map(str, bound.field.queryset.filter(pk__in=ids)))
    labels = dict(getattr(bound.field, "choices", []))
    return ", ".join(str(labels.get(item, item)) for item in values)


def _describe_row(form: BaseForm, values: Values) -> str:
    texts = []
    for name, value in values.items():
        if not form[name].is_hidden:
            texts.append(_describe(form[name], value))
    return " · ".join(filter(None, texts))

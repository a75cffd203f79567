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
from django.forms import BaseForm, BaseInlineFormSet, ModelChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict

Value = str | list[str]
Values = dict[str, Value]  # by the name of a field
OPENED = "opened"
SEEN = "seen"  # what of the others' was shown beside the choices
TAKE_THEIRS = "theirs"


@dataclass
class Shown:
    """What a form says of a stored text and of its rows, as a browser would send it back."""

    fields: Values
    rows: dict[str, dict[str, Values]]  # by prefix, by the id of the row

    def as_text(self) -> str:
        return json.dumps({"fields": self.fields, "rows": self.rows})

    @classmethod
    def from_text(cls, text: str) -> "Shown | None":
        """None for what no form of ours has sent."""
        try:
            value = json.loads(text)
            rows = {}
            for prefix, kept in value["rows"].items():
                rows[prefix] = {key: _checked(row) for key, row in kept.items()}
            return cls(_checked(value["fields"]), rows)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    @property
    def fingerprint(self) -> str:
        return sha256(self.as_text().encode()).hexdigest()


def _checked(values: dict[str, Any]) -> Values:
    """Raises AttributeError for what is none."""
    checked: Values = {}
    for name, value in values.items():
        checked[name] = list(map(str, value)) if isinstance(value, list) else str(value)
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
    """``opened``: what the next form goes by. What is in conflict is there as it was at first."""

    data: QueryDict
    opened: Shown
    conflicts: list[Conflict] = field(default_factory=list)
    is_changed: bool = False


def shown_by(form: BaseForm, formsets: list[BaseInlineFormSet]) -> Shown:
    """Of forms that nobody has typed in."""
    rows = {}
    for formset in formsets:
        kept = formset.initial_forms
        rows[formset.prefix] = {str(one.instance.pk): _values_of(one) for one in kept}
    return Shown(_values_of(form), rows)


def _values_of(form: BaseForm) -> Values:
    names = [name for name in form.fields if name != "DELETE"]
    return {name: _stored(form[name]) for name in names}


def _takes_many(bound: BoundField) -> bool:
    widget = bound.field.widget
    chosen = widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
    return getattr(chosen, "allow_multiple_selected", False)


def _stored(bound: BoundField) -> Value:
    value = bound.value()
    if _takes_many(bound):
        return sorted(str(getattr(one, "pk", one)) for one in value or [])
    shown = bound.field.widget.format_value(value)
    return _plain(shown[0] if isinstance(shown, list) and shown else shown or "")


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _typed(bound: BoundField, data: QueryDict, name: str) -> Value:
    if _takes_many(bound):
        return sorted(value for value in data.getlist(name) if value)
    return _plain(data.get(name))


class Merge:
    """Of what was sent with what is stored now; ``original`` is what the form showed at first."""

    def __init__(
        self,
        sent: QueryDict,
        *,
        original: Shown,
        now: Shown,
        form: BaseForm,
        formsets: list[BaseInlineFormSet],
    ) -> None:
        self.sent = sent
        self.original = original
        self.now = now
        self.form = form
        self.formsets = formsets
        self.merged = Merged(sent.copy(), deepcopy(now), is_changed=original != now)
        # A choice counts for the texts that were beside it: not after a third change.
        self.may_choose = sent.get(SEEN) == now.fingerprint

    def run(self) -> Merged:
        for name, theirs in self.now.fields.items():
            before = self.original.fields.get(name, theirs)
            yours = _typed(self.form[name], self.sent, name)
            if self._is_in_conflict(name, before, theirs, yours):
                self.merged.opened.fields[name] = before
                self._note(name, self.form[name], f"id_{name}", "", before, theirs, yours)
            elif self._is_theirs(name, before, theirs, yours):
                self._put(name, theirs)
        for formset in self.formsets:
            self._merge_rows(formset)
        return self.merged

    def _choice(self, name: str) -> str:
        return self.sent.get(f"choose-{name}", "") if self.may_choose else ""

    def _is_in_conflict(self, name: str, before: Value, theirs: Value, yours: Value) -> bool:
        return theirs not in (before, yours) and yours != before and not self._choice(name)

    def _is_theirs(self, name: str, before: Value, theirs: Value, yours: Value) -> bool:
        if theirs in (before, yours):
            return False
        return yours == before or self._choice(name) == TAKE_THEIRS

    def _note(self, name: str, bound: BoundField, anchor: str, row: str, *values: Value) -> None:
        label = f"{row}: {bound.label}" if row else str(bound.label)
        texts = [_in_words(bound, value) for value in values]
        self.merged.conflicts.append(Conflict(name, label, anchor, *texts))

    def _put(self, name: str, value: Value) -> None:
        self.merged.data.setlist(name, _as_list(value))

    def _merge_rows(self, formset: BaseInlineFormSet) -> None:
        """Each row that is stored now, then those that the editor adds."""
        prefix = formset.prefix
        now, original = self.now.rows[prefix], self.original.rows.get(prefix, {})
        stored = {str(form.instance.pk): form for form in formset.initial_forms}
        kept: dict[str, str] = {}  # by id, the number it was sent with
        added: list[Values] = []
        for number, values in _sent_rows(self.sent, prefix):
            key = values.get("id", "")
            if key in now:
                self._merge_row(stored[key], formset, key, number, place=len(kept))
                kept[key] = number
            elif key and not self._is_removed(formset, key, number, values):
                added.append(values | {"id": ""})
            elif not key:
                added.append(values)
        new_to_us = [
            values for key, values in now.items() if key not in kept and key not in original
        ]
        added = [values for values in added if not _is_among(values, new_to_us)]
        self._write_rows(prefix, list(kept.values()), new_to_us, added)

    def _merge_row(
        self, form: BaseForm, formset: BaseInlineFormSet, key: str, number: str, *, place: int
    ) -> None:
        prefix, row = f"{formset.prefix}-{number}-", f"{formset.prefix}:{key}"
        now = self.now.rows[formset.prefix][key]
        original = self.original.rows.get(formset.prefix, {}).get(key, now)
        opened = self.merged.opened.rows[formset.prefix]
        if not self.sent.get(f"{prefix}DELETE"):
            for name, theirs in now.items():
                before, bound = original.get(name, theirs), form[name]
                yours = _typed(bound, self.sent, f"{prefix}{name}")
                if self._is_in_conflict(f"{row}-{name}", before, theirs, yours):
                    opened[key][name] = before
                    anchor = f"id_{formset.prefix}-{place}-{name}"
                    said = (before, theirs, yours)
                    self._note(f"{row}-{name}", bound, anchor, str(form.instance), *said)
                elif self._is_theirs(f"{row}-{name}", before, theirs, yours):
                    self._put(f"{prefix}{name}", theirs)
        elif now != original and not self._choice(row):
            opened[key] = original
            texts = [_row_in_words(form, original), _row_in_words(form, now), "Removed"]
            anchor = f"id_{formset.prefix}-{place}-DELETE"
            self.merged.conflicts.append(Conflict(row, str(form.instance), anchor, *texts))
        elif now != original and self._choice(row) == TAKE_THEIRS:
            self.merged.data.pop(f"{prefix}DELETE", None)
            for name, value in now.items():
                self._put(f"{prefix}{name}", value)

    def _is_removed(
        self, formset: BaseInlineFormSet, key: str, number: str, values: Values
    ) -> bool:
        """Of a row that others removed, whether it stays so: unless the editor changed it, and
        keeps it.
        """
        form, row = formset.empty_form, f"{formset.prefix}:{key}"
        original = self.original.rows.get(formset.prefix, {}).get(key, {})
        prefix = f"{formset.prefix}-{number}-"
        yours = {name: _typed(form[name], self.sent, f"{prefix}{name}") for name in original}
        if values.get("DELETE") or yours == original or self._choice(row) == TAKE_THEIRS:
            return True
        if not self._choice(row):
            self.merged.opened.rows[formset.prefix][key] = original
            texts = [_row_in_words(form, original), "Removed", _row_in_words(form, yours)]
            label = str(formset.model._meta.verbose_name).capitalize()
            self.merged.conflicts.append(Conflict(row, label, f"{formset.prefix}-group", *texts))
        return False

    def _write_rows(
        self, prefix: str, kept: list[str], new_to_us: list[Values], added: list[Values]
    ) -> None:
        data, rows = self.merged.data, []
        for number in kept:
            row = f"{prefix}-{number}-"
            names = [name for name in data if name.startswith(row)]
            rows.append({name[len(row) :]: data.getlist(name) for name in names})
        for values in [*new_to_us, *added]:
            rows.append({name: _as_list(value) for name, value in values.items()})
        for name in [name for name in data if _is_of_a_row(name, prefix)]:
            del data[name]
        for number, sent in enumerate(rows):
            for name, one in sent.items():
                data.setlist(f"{prefix}-{number}-{name}", one)
        data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        data[f"{prefix}-INITIAL_FORMS"] = str(len(kept) + len(new_to_us))


def _as_list(value: Value) -> list[str]:
    return value if isinstance(value, list) else [value]


def _is_of_a_row(name: str, prefix: str) -> bool:
    number = name.removeprefix(f"{prefix}-").partition("-")[0]
    return name.startswith(f"{prefix}-") and number.isdecimal()


def _sent_rows(sent: QueryDict, prefix: str) -> Iterator[tuple[str, Values]]:
    rows: dict[str, Values] = {}
    for name in sent:
        if _is_of_a_row(name, prefix):
            number, _, of_row = name.removeprefix(f"{prefix}-").partition("-")
            rows.setdefault(number, {})[of_row] = str(sent[name])
    yield from sorted(rows.items(), key=lambda one: int(one[0]))


def _is_among(values: Values, rows: list[Values]) -> bool:
    """Whether one of the rows says the same: both have added it."""
    said = {name: _plain(value) for name, value in values.items() if name not in ("id", "DELETE")}
    return any({name: row.get(name) for name in said} == said for row in rows)


def _in_words(bound: BoundField, value: Value) -> str:
    chosen = value if isinstance(value, list) else [value]
    if isinstance(bound.field, ModelChoiceField):
        ids = [one for one in chosen if one.isdecimal()]
        return ", ".join(str(one) for one in bound.field.queryset.filter(pk__in=ids))
    choices = dict(getattr(bound.field, "choices", []))
    return ", ".join(str(choices.get(one, one)) for one in chosen)


def _row_in_words(form: BaseForm, values: Values) -> str:
    hidden = [name for name in values if form[name].is_hidden]
    said = [_in_words(form[name], value) for name, value in values.items() if name not in hidden]
    return " · ".join(filter(None, said))

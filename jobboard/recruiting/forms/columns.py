"""Form for the columns of an uploaded file: a choice for each, and values for all rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from jobboard.common.forms import AddressField, CountedField
from jobboard.feeds.adapters.base import InvalidItemError, checked_link, written_link
from jobboard.feeds.parsing.cells import written_currency
from jobboard.feeds.tables.days import DAY_FIRST, MONTH_FIRST, day_by
from jobboard.feeds.tables.headers import LEFT_OUT
from jobboard.listings.choices import Period
from jobboard.recruiting.upload_columns import FOR_ALL, LABELS, FileColumns

NEEDS = {
    "title": "Choose the column that holds the title of each job.",
    "places": "Choose the column that holds the location, or enter a location for every job.",
    "apply_url": (
        "Choose the column that holds the link or email to apply, or enter one for every job."
    ),
    "salary_min": (
        "No column has the pay. Choose the column that holds it, or enter pay in words for every "
        "job. They can say why pay isn’t stated."
    ),
    "salary_period": "Choose the period that the pay is for, or the column that says it.",
    "day_order": "Choose how the dates are written.",
}


MAX_PAY_TEXT_LENGTH = 200  # characters


@dataclass
class ColumnRow:
    header: str
    samples: list[str]
    field: BoundField


class ColumnsForm(forms.Form):
    places = CountedField(label="Location", required=False, max_length=120)
    apply_url = CountedField(label="Link to apply", required=False, max_length=500)
    apply_email = AddressField(label="Email to apply", required=False)
    salary_currency = CountedField(
        label="Currency", required=False, max_length=3, help_text="Such as EUR or €."
    )
    salary_period = forms.ChoiceField(
        label="Pay period", required=False, choices=[("", "Not stated"), *Period.choices]
    )
    pay_text = CountedField(
        label="Pay in words",
        required=False,
        max_length=MAX_PAY_TEXT_LENGTH,
        help_text="For jobs without an amount. For example, why pay isn’t stated.",
    )

    def __init__(self, *args, file_columns: FileColumns, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.file_columns = file_columns
        if undecided := self._as_typed.undecided_day:
            self.fields["day_order"] = self._day_order_field(undecided)
        for name in FOR_ALL:
            self.fields[name].initial = file_columns.for_all.get(name, "")
        choices = [(LEFT_OUT, "Leave out"), *LABELS.items()]
        for index, header in enumerate(file_columns.headers):
            self.fields[f"column-{index}"] = forms.ChoiceField(
                label=header or f"Column {index + 1}",
                choices=choices,
                required=False,
                initial=file_columns.fields[index] or LEFT_OUT,
            )

    @property
    def _field_names(self) -> list[str]:
        """The form has one field for each column of the file."""
        return [f"column-{index}" for index in range(len(self.file_columns.headers))]

    @property
    def _as_typed(self) -> FileColumns:
        """The data as typed, with the fields that the columns have on the page."""
        if not self.is_bound:
            return self.file_columns
        fields: list[str | None] = [self.data.get(name, LEFT_OUT) for name in self._field_names]
        return replace(self.file_columns, fields=fields)

    def _day_order_field(self, text: str) -> forms.ChoiceField:
        """Asks which day the ambiguous date ``text`` is."""
        choices = [("", "Choose a date")]
        for order in (DAY_FIRST, MONTH_FIRST):
            choices.append((order, f"{day_by(text, order):%-d %B %Y}"))
        return forms.ChoiceField(
            label=f"Dates such as {text}",
            choices=choices,
            initial=self.file_columns.day_order or self.file_columns.usual_order,
            required=self._as_typed.asks_for_day_order,
            error_messages={"required": NEEDS["day_order"]},
        )

    def _rows(self, *, is_known: bool) -> Iterator[ColumnRow]:
        """The columns whose field we know by their name, or the others."""
        for index, name in enumerate(self.file_columns.fields):
            if (name is not None) == is_known:
                field = self[f"column-{index}"]
                yield ColumnRow(str(field.label), self.file_columns.samples[index], field)

    @property
    def unknown_rows(self) -> list[ColumnRow]:
        return list(self._rows(is_known=False))

    @property
    def known_rows(self) -> list[ColumnRow]:
        return list(self._rows(is_known=True))

    @property
    def for_all_fields(self) -> list[BoundField]:
        return [self[name] for name in [*FOR_ALL, "day_order"] if name in self.fields]

    @property
    def lacking(self) -> list[str]:
        return [NEEDS[name] for name in self.file_columns.lacking]

    def clean_apply_url(self) -> str:
        link = self.cleaned_data["apply_url"].strip()
        if not link:
            return ""
        try:
            return checked_link(written_link(link))
        except InvalidItemError as fault:
            raise ValidationError(fault.reason) from None

    def clean_salary_currency(self) -> str:
        text = self.cleaned_data["salary_currency"].strip()
        code = written_currency(text)
        if text and not code:
            raise ValidationError("Enter a three-letter code such as EUR.")
        return code

    def clean(self) -> None:
        super().clean()
        self._reject_repeated_fields()
        if self.errors.keys() <= {"day_order"}:
            for name in self.chosen.lacking:
                # A file with ids may update existing jobs only, and they have their pay.
                if name != "salary_min" or "id" not in self.chosen.fields:
                    self._add_lacking(name)

    def _reject_repeated_fields(self) -> None:
        """Reject a field that two columns of the file are to hold."""
        first_labels: dict[str, str] = {}
        for field_name in self._field_names:
            name = self.cleaned_data.get(field_name)
            if not name:
                continue
            if name in first_labels:
                label = first_labels[name]
                reason = f"Choose another field or “Leave out”: “{label}” is {LABELS[name]}."
                self.add_error(field_name, reason)
            else:
                first_labels[name] = str(self.fields[field_name].label)

    def _add_lacking(self, name: str) -> None:
        if name in self.errors:
            return
        if name in self.fields:
            self.add_error(name, NEEDS[name])
        else:
            self.add_error(None, NEEDS[name])

    @property
    def chosen(self) -> FileColumns:
        """The columns as chosen. The columns of the form must be valid."""
        data = self.cleaned_data
        return replace(
            self.file_columns,
            fields=[data[name] for name in self._field_names],
            for_all={name: data[name] for name in FOR_ALL if data.get(name)},
            day_order=data.get("day_order", ""),
            is_public=False,
        )

"""What the columns of an uploaded file hold: a choice for each, and values for all rows."""

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

    def __init__(self, *args, found: FileColumns, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        if undecided := self._as_typed.undecided_day:
            self.fields["day_order"] = self._two_days(undecided)
        for name in FOR_ALL:
            self.fields[name].initial = found.for_all.get(name, "")
        choices = [(LEFT_OUT, "Leave out"), *LABELS.items()]
        for at, header in enumerate(found.headers):
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=header or f"Column {at + 1}",
                choices=choices,
                required=False,
                initial=found.fields[at] or LEFT_OUT,
            )

    @property
    def _as_typed(self) -> FileColumns:
        """With the fields that the columns have on the page."""
        if not self.is_bound:
            return self.found
        names = [f"column-{at}" for at in range(len(self.found.headers))]
        return replace(self.found, fields=[self.data.get(name, LEFT_OUT) for name in names])

    def _two_days(self, written: str) -> forms.ChoiceField:
        """Which of the two days that ``written`` may be it is."""
        days = [(order, day_by(written, order)) for order in (DAY_FIRST, MONTH_FIRST)]
        return forms.ChoiceField(
            label=f"Dates such as {written}",
            choices=[("", "Choose a date"), *((order, f"{day:%-d %B %Y}") for order, day in days)],
            initial=self.found.day_order or self.found.usual_order,
            required=self._as_typed.asks_for_day_order,
            error_messages={"required": NEEDS["day_order"]},
        )

    def rows(self, *, known: bool) -> Iterator[ColumnRow]:
        """The columns that were known by their names, or the others."""
        for at, name in enumerate(self.found.fields):
            if (name is not None) == known:
                field = self[f"column-{at}"]
                yield ColumnRow(str(field.label), self.found.samples[at], field)

    @property
    def unknown_rows(self) -> list[ColumnRow]:
        return list(self.rows(known=False))

    @property
    def known_rows(self) -> list[ColumnRow]:
        return list(self.rows(known=True))

    @property
    def for_all_fields(self) -> list[BoundField]:
        return [self[name] for name in [*FOR_ALL, "day_order"] if name in self.fields]

    @property
    def lacking(self) -> list[str]:
        return [NEEDS[name] for name in self.found.lacking]

    def clean_apply_url(self) -> str:
        link = self.cleaned_data["apply_url"].strip()
        try:
            if link:
                return checked_link(written_link(link))
            return ""
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
        first: dict[str, str] = {}
        for at in range(len(self.found.headers)):
            name = self.cleaned_data.get(f"column-{at}")
            label = str(self.fields[f"column-{at}"].label)
            if name and name in first:
                reason = f"Choose another field or “Leave out”: “{first[name]}” is {LABELS[name]}."
                self.add_error(f"column-{at}", reason)
            elif name:
                first[name] = label
        if self.errors.keys() <= {"day_order"}:
            for name in self.chosen.lacking:
                # Of jobs that are here already, a file need not say the pay.
                if name != "salary_min" or "id" not in self.chosen.fields:
                    self._say_lacking(name)

    def _say_lacking(self, name: str) -> None:
        if name not in self.errors:
            self.add_error(name if name in self.fields else None, NEEDS[name])

    @property
    def chosen(self) -> FileColumns:
        """What was chosen; of a form whose columns have no fault."""
        data = self.cleaned_data
        return replace(
            self.found,
            fields=[data[f"column-{at}"] for at in range(len(self.found.headers))],
            for_all={name: data[name] for name in FOR_ALL if data.get(name)},
            day_order=data.get("day_order", ""),
            is_public=False,
        )

"""The form of a job. It checks and builds a value; actions store it."""

import uuid
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django import forms

from jobboard.common.forms import AddressField, CleanCharField, form_helper
from jobboard.listings import lifecycle
from jobboard.listings.choices import EmploymentType, Level, PayGross, PayKind, PlaceText, Workplace
from jobboard.listings.content import ListingContent, QuotedValue
from jobboard.listings.models import Company, Listing
from roles.models import Role

from .fields import (
    COUNTRY_CHOICES,
    AdField,
    AmountField,
    CurrencyField,
    PublicURLField,
    SkillsField,
    check_last_day,
    read_countries,
)
from .from_text import MAX_TEXT_LENGTH, FilledFromText
from .job_content import build_content, get_initial
from .job_layout import job_layout
from .job_rows import (
    PAY,
    PLACES,
    build_statement,
    describe_other_place,
    find_other_place,
    mark_pay_elsewhere,
    read_places,
)
from .rows import Row

CHOOSE_OR_CLEAR = "Choose “These countries”, or clear the countries beside this."


class ListingForm(FilledFromText):
    """A job as its employer describes it."""

    row_kinds = (PLACES, PAY)
    first_fieldsets: list[Fieldset] = []

    submission = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)
    title = CleanCharField(
        max_length=140,
        label="Job title",
        help_text="Up to 140 characters, without the location, pay or company name.",
    )
    role = forms.ModelChoiceField(
        Role.objects.none(),
        required=False,
        empty_label="Detect from job title",
        label="Role",
        help_text="Job seekers compare your job with this role’s profile.",
    )
    level = forms.ChoiceField(
        choices=[("", "Detect from job title"), *Level.choices], required=False
    )
    level_max = forms.ChoiceField(
        choices=[("", "One level"), *Level.choices],
        required=False,
        label="Highest level",
        help_text="For jobs that are open to a range of levels.",
    )
    employment_types = forms.MultipleChoiceField(
        choices=EmploymentType.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}),
        required=False,
        label="Employment type",
    )

    place = CleanCharField(
        max_length=120,
        label="Location",
        help_text="As job seekers will see it. For example, “Munich, Germany” or “Remote (EU)”.",
    )
    city = CleanCharField(
        max_length=80,
        required=False,
        help_text="Leave blank to use the city in the location above.",
    )
    country = forms.ChoiceField(
        choices=COUNTRY_CHOICES,
        required=False,
        help_text="Where the work is done. Leave blank if people can work from anywhere.",
    )
    workplace = forms.ChoiceField(
        choices=[("", "Not stated"), *Workplace.choices], required=False, label="Workplace type"
    )
    hybrid_days = forms.IntegerField(
        min_value=1,
        max_value=5,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Enter a number from 1 to 5."
        ),
        required=False,
        label="Days on-site per week",
        help_text="For hybrid jobs only.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    eligibility = forms.ChoiceField(
        choices=Listing.Eligibility.choices, label="People can work from", required=False
    )
    eligible_countries = CleanCharField(
        required=False,
        max_length=300,
        label="Which countries",
        help_text=(
            "Country names or two-letter codes, separated by commas. For example: DE, AT, Portugal."
        ),
    )
    visa = forms.ChoiceField(
        choices=Listing.Visa.choices,
        label="Do you offer visa sponsorship?",
        required=False,
        initial="unknown",
        help_text="If you don’t choose, we use what the description says.",
    )

    salary_min = AmountField(label="Minimum pay")
    salary_max = AmountField(label="Maximum pay")
    salary_currency = CurrencyField(
        label="Currency", widget=forms.TextInput(attrs={"list": "currencies", "size": 4})
    )
    salary_period = forms.ChoiceField(
        choices=[("", "Choose a period"), *Listing.Period.choices], required=False, label="Period"
    )
    pay_kind = forms.ChoiceField(
        choices=[("", "Not stated"), *(kind for kind in PayKind.choices if kind[0])],
        required=False,
        label="Type of pay",
        help_text="Only base pay is compared with other jobs.",
    )
    pay_gross = forms.ChoiceField(
        choices=PayGross.choices, required=False, label="Before or after tax"
    )
    pay_place = CleanCharField(
        max_length=120,
        required=False,
        label="Only for this location",
        help_text="As written above. Leave blank if it is for all.",
    )
    pay_level = CleanCharField(
        max_length=40,
        required=False,
        label="Only for this level",
        help_text="For example, Senior. Leave blank if it is for all.",
    )
    pay_note = CleanCharField(
        max_length=200,
        required=False,
        label="Pay note",
        help_text=(
            "For example bonus, equity or pay grade. If you don’t state pay, explain why here."
        ),
    )

    for_client = forms.BooleanField(
        required=False,
        label="We recruit for a client",
        help_text="The job then says that your company posts it for a client.",
    )
    client_name = CleanCharField(
        max_length=120,
        required=False,
        label="Client’s name",
        help_text="Leave blank if you don’t name the client. We don’t verify clients.",
    )

    description = AdField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        help_text=(
            "Paste the text you have, or write what the person will do, what they need and what "
            "you offer. Headings and lists are kept. You can use Markdown: ## for headings, - for "
            "lists."
        ),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    skills_required = SkillsField(
        required=False,
        label="Required skills",
        help_text="Separate with commas. Leave blank to use the skills in the description.",
    )
    skills_nice = SkillsField(required=False, label="Nice-to-have skills")

    apply_url = PublicURLField(
        required=False,
        max_length=500,
        label="Application link",
        help_text=(
            "Enter a link here, or an email address in the next field. We show the site’s domain "
            "before people leave."
        ),
    )
    apply_email = AddressField(required=False, label="Or application email")
    closes_on = forms.DateField(
        required=False,
        label="Closing date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args,
        companies=None,
        listing: Listing | None = None,
        content: ListingContent | None = None,
        **kwargs,
    ) -> None:
        """Offer ``companies`` to choose from, or none if there is no choice (None). A form to edit
        ``listing`` starts with ``content``, or with the job's latest content.
        """
        self.before = content
        if listing and content is None:
            self.before = lifecycle.latest_content(listing)
        if listing and self.before:
            kwargs["initial"] = get_initial(listing, self.before)
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.published()  # type: ignore[attr-defined]
        if companies is None:
            del self.fields["company"]
        else:
            self.fields["company"].queryset = companies  # type: ignore[attr-defined]
        self.initial["submission"] = self.initial.get("submission") or uuid.uuid4()
        self.show_quotes()

    @property
    def helper(self) -> FormHelper:
        return form_helper(*self.first_fieldsets, "submission", "version", *job_layout(self))

    def __iter__(self) -> Iterator[forms.BoundField]:
        """Yield the fields in the order of the page, which the summary of errors follows."""
        in_order = [field.name for field in self.helper.layout.get_field_names()]
        yield from (self[name] for name in dict.fromkeys([*in_order, *self.fields]))

    def clean_eligible_countries(self) -> tuple[str, ...]:
        return read_countries(self.cleaned_data["eligible_countries"])

    def clean_closes_on(self) -> date | None:
        return check_last_day(self.cleaned_data["closes_on"])

    def clean(self) -> dict[str, Any]:
        self._clean_levels()
        self._clean_pay()
        self._clean_way_to_apply()
        self._clean_where()
        data = self.cleaned_data
        required = set(data.get("skills_required") or [])
        repeated = required & set(data.get("skills_nice") or [])
        if repeated:
            self.add_error("skills_nice", f"{next(iter(repeated))} is already in required skills.")
        if data.get("client_name") and not data.get("for_client"):
            self.add_error(
                "for_client", "Choose “We recruit for a client”, or remove the client’s name."
            )
        data["employment_types"] = tuple(data.get("employment_types", ()))
        data["eligibility"] = data.get("eligibility") or Listing.Eligibility.UNSTATED
        data["visa"] = data.get("visa") or Listing.Visa.UNKNOWN
        return data

    def _clean_levels(self) -> None:
        lowest = self.cleaned_data.get("level", "")
        highest = self.cleaned_data.get("level_max", "")
        if highest and not lowest:
            self.add_error("level", "Choose the lowest level too.")
        elif not Level.may_be_range(lowest, highest):
            self.add_error("level_max", "Choose a level above the other one, or “One level”.")

    def _clean_pay(self) -> None:
        """Require a note that says why if there is no pay."""
        data = self.cleaned_data
        rows = [row for row in self.rows(PAY) if not row.is_blank]
        for row in rows:
            self._clean_pay_row(row)
        data["pay"] = [build_statement(row) for row in rows if self._has_amount(row)]
        has_errors = any(self.has_error_in(row, *PAY.fields) for row in self.rows(PAY))
        if data["pay"] or has_errors or data.get("pay_note") or "pay_note" in self.errors:
            return
        self.add_error("pay_note", "Enter the pay above, or explain here why it isn’t stated.")

    def _clean_pay_row(self, row: Row) -> None:
        """An amount needs a currency and a period."""
        lowest = row.values["salary_min"]
        highest = row.values["salary_max"]
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error(
                row.name("salary_max"),
                "Maximum pay must be the same as or more than minimum pay.",
            )
        if self._has_amount(row):
            if not row.values["salary_currency"] and not self.has_error_in(row, "salary_currency"):
                self.add_error(row.name("salary_currency"), "Enter a currency.")
            if not row.values["salary_period"]:
                self.add_error(row.name("salary_period"), "Choose a period.")

    def _has_amount(self, row: Row) -> bool:
        return row.values["salary_min"] is not None or row.values["salary_max"] is not None

    def _clean_way_to_apply(self) -> None:
        """Either a link or an address, and one of them."""
        if {"apply_url", "apply_email"} & set(self.errors):
            return
        link = self.cleaned_data.get("apply_url")
        email = self.cleaned_data.get("apply_email")
        if link and email:
            self.add_error("apply_url", "Enter either a link or an email address, not both.")
        elif not link and not email:
            self.add_error("apply_url", "Enter a link or an email address where people can apply.")

    def _clean_where(self) -> None:
        """Checks the locations, and the fields that depend on them."""
        data = self.cleaned_data
        self._clean_eligible_countries()
        rows = [row for row in self.rows(PLACES) if not row.is_blank]
        data["places"] = list(chain.from_iterable(map(self._get_places, rows)))
        self._clean_places_of_pay()

    def _clean_eligible_countries(self) -> None:
        is_listed = self.cleaned_data.get("eligibility") == Listing.Eligibility.LISTED
        countries = self.cleaned_data.get("eligible_countries")
        if is_listed and not countries and "eligible_countries" not in self.errors:
            self.add_error("eligible_countries", "Enter at least one country.")
        elif countries and not is_listed and "eligibility" not in self.errors:
            self.add_error("eligibility", CHOOSE_OR_CLEAR)

    def _get_places(self, row: Row) -> tuple[PlaceText, ...]:
        if not row.values["place"]:
            if not self.has_error_in(row, "place"):
                self.add_error(row.name("place"), "Enter a location, or remove it.")
            return ()
        before: tuple[PlaceText, ...] = ()
        if self.before:
            before = self.before.places
        self._check_same_place(row, before)
        places = read_places(row, before)
        if not any(place.country for place in places) and not self.has_error_in(row, "country"):
            self._require_country(row)
        return places

    def _check_same_place(self, row: Row, before: tuple[PlaceText, ...]) -> None:
        other_place = find_other_place(row, before)
        if other_place is None:
            return
        if row.values["city"]:
            self.add_error(row.name("city"), describe_other_place(other_place))
        else:
            self.add_error(row.name("country"), describe_other_place(other_place))

    def _require_country(self, row: Row) -> None:
        """Work on site and a city are in a country."""
        if row.values["workplace"] in (Workplace.ON_SITE, Workplace.HYBRID):
            self.add_error(
                row.name("country"), "Choose the country where the on-site work is done."
            )
        elif row.values["city"]:
            self.add_error(row.name("country"), "Choose the country that the city is in.")

    def _clean_places_of_pay(self) -> None:
        """Pay is for one of the job's own locations, or as it was."""
        data = self.cleaned_data
        if any(self.has_error_in(row, "place") for row in self.rows(PLACES)):
            return
        data["pay"] = mark_pay_elsewhere(data["pay"], data["places"])
        elsewhere = {statement.place for statement in data["pay"] if statement.is_elsewhere}
        if self.before:
            elsewhere -= {statement.place for statement in self.before.pay}
        for row in self.rows(PAY):
            if row.values["pay_place"] in elsewhere:
                self.add_error(
                    row.name("pay_place"),
                    "Enter one of the locations above, or leave this blank.",
                )

    def content(self) -> ListingContent:
        """The value that actions store."""
        stored: tuple[QuotedValue, ...] = ()
        if self.before:
            stored = self.before.read_values
        return build_content(self.cleaned_data, self.before, stored)

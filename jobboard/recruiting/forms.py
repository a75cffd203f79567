"""What recruiters fill in. A form checks and builds a value; actions store it."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError

from jobboard.common.forms import CleanCharField, CleanTextField, form_helper
from jobboard.common.words import CURRENCIES
from jobboard.feeds.parsing.eligibility import read_eligibility
from jobboard.feeds.parsing.titles import match_level
from jobboard.listings.choices import (
    EmploymentType,
    Level,
    PayGross,
    PayStatement,
    PlaceText,
    Workplace,
)
from jobboard.listings.content import ListingContent, content_of
from jobboard.listings.models import Company, Listing, ListingSkill
from roles.models import Role, Skill

from .advice import role_of_title, skills_of_text
from .fields import (
    COUNTRY_CHOICES,
    AmountField,
    PublicURLField,
    SkillsField,
    check_last_day,
    places_typed,
    read_countries,
    value_shown,
)

# What the form and the value it builds call by the same name.
SAME_IN_FORM = [
    "title",
    "description",
    "role",
    "level",
    "employment_types",
    "eligibility",
    "eligible_countries",
    "pay_note",
    "apply_url",
    "apply_email",
    "visa",
    "closes_on",
]


class ListingForm(forms.Form):
    """A job as its employer describes it. One place; feeds may bring several."""

    first_fieldsets: list[Fieldset] = []

    submission = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)
    title = CleanCharField(
        max_length=140,
        label="Job title",
        help_text="Do not include the location, pay or company name.",
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
    )

    salary_min = AmountField(label="Minimum pay")
    salary_max = AmountField(label="Maximum pay")
    salary_currency = forms.CharField(
        max_length=3,
        required=False,
        label="Currency",
        widget=forms.TextInput(attrs={"list": "currencies", "size": 4}),
    )
    salary_period = forms.ChoiceField(
        choices=[("", "Choose a period"), *Listing.Period.choices], required=False, label="Period"
    )
    pay_note = CleanCharField(
        max_length=200,
        required=False,
        label="Pay note",
        help_text=(
            "For example bonus, equity or pay grade. If you don’t state pay, explain why here."
        ),
    )

    description = CleanTextField(
        max_length=20_000,
        required=False,
        help_text=(
            "Say what the person will do, what they need and what you offer. "
            "You can use Markdown: ## for headings, - for lists."
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
            "Enter a link or an email address. We show the site’s domain before people leave."
        ),
    )
    apply_email = forms.EmailField(required=False, label="Or application email")
    closes_on = forms.DateField(
        required=False,
        label="Closing date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, companies=None, **kwargs) -> None:
        """``companies`` to choose from; None where it is settled, since a job does not move."""
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.published()
        if companies is None:
            del self.fields["company"]
        else:
            self.fields["company"].queryset = companies
        if not self.initial.get("submission"):
            self.initial["submission"] = uuid.uuid4()

    @property
    def helper(self) -> FormHelper:
        company = ["company"] if "company" in self.fields else []
        return form_helper(
            *self.first_fieldsets,
            "submission",
            "version",
            Fieldset(
                "Job details",
                *company,
                "title",
                Div("role", "level", css_class="field-row"),
                "employment_types",
            ),
            Fieldset(
                "Where the work happens",
                "place",
                Div("city", "country", css_class="field-row"),
                Div("workplace", "hybrid_days", css_class="field-row"),
                Div("eligibility", "eligible_countries", css_class="field-row"),
                "visa",
            ),
            Fieldset(
                "Pay",
                Div(
                    "salary_min",
                    "salary_max",
                    "salary_currency",
                    "salary_period",
                    css_class="field-row",
                ),
                HTML('{% include "recruiting/_band.html" %}'),
                "pay_note",
            ),
            Fieldset("Description", "description", "skills_required", "skills_nice"),
            Fieldset(
                "How to apply", Div("apply_url", "apply_email", css_class="field-row"), "closes_on"
            ),
        )

    def show_newer(self, newer: dict) -> None:
        """Beside each field that differs, what somebody else saved meanwhile; sent once more, what
        is typed wins.
        """
        self.data = self.data.copy()
        self.data["version"] = newer["version"]
        self.add_error(
            None,
            "Someone else saved this job after you opened it. "
            "Their version is shown next to yours.",
        )
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, name)
            if name not in ("submission", "version") and field.has_changed(newer.get(name), typed):
                self.add_error(
                    name,
                    f"Saved by someone else: “{value_shown(field, newer.get(name))}”. "
                    "Save again to overwrite it.",
                )

    def clean_salary_currency(self) -> str:
        currency = self.cleaned_data["salary_currency"].strip().upper()
        if currency and currency not in CURRENCIES:
            raise ValidationError("Enter a three-letter currency code, like EUR.")
        return currency

    def clean_eligible_countries(self) -> tuple[str, ...]:
        return read_countries(self.cleaned_data["eligible_countries"])

    def clean_closes_on(self) -> date | None:
        return check_last_day(self.cleaned_data["closes_on"])

    def clean(self) -> dict[str, Any]:
        self._clean_pay()
        self._clean_way_to_apply()
        self._clean_where()
        data = self.cleaned_data
        both = set(data.get("skills_required") or []) & set(data.get("skills_nice") or [])
        if both:
            self.add_error("skills_nice", f"{next(iter(both))} is already in required skills.")
        data["employment_types"] = tuple(data.get("employment_types", ()))
        data["eligibility"] = data.get("eligibility") or Listing.Eligibility.UNSTATED
        data["visa"] = data.get("visa") or Listing.Visa.UNKNOWN
        return data

    def _clean_pay(self) -> None:
        """An amount needs a currency and a period; without any, a note must say why."""
        data = self.cleaned_data
        lowest, highest = data.get("salary_min"), data.get("salary_max")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error(
                "salary_max", "Maximum pay must be the same as or more than minimum pay."
            )
        has_amount = lowest is not None or highest is not None
        if has_amount and "salary_currency" not in self.errors and not data.get("salary_currency"):
            self.add_error("salary_currency", "Enter a currency.")
        if has_amount and not data.get("salary_period"):
            self.add_error("salary_period", "Choose a period.")
        if has_amount or {"salary_min", "salary_max"} & set(self.errors):
            return
        data["salary_currency"] = data["salary_period"] = ""
        if not data.get("pay_note") and "pay_note" not in self.errors:
            self.add_error("pay_note", "Enter the pay above, or explain here why it isn’t stated.")

    def _clean_way_to_apply(self) -> None:
        """Either a link or an address, and one of them."""
        if {"apply_url", "apply_email"} & set(self.errors):
            return
        link, email = self.cleaned_data.get("apply_url"), self.cleaned_data.get("apply_email")
        if link and email:
            self.add_error("apply_url", "Enter either a link or an email address, not both.")
        elif not link and not email:
            self.add_error("apply_url", "Enter a link or an email address where people can apply.")

    def _clean_where(self) -> None:
        """What the place and the workplace ask for beside them."""
        data = self.cleaned_data
        if data.get("workplace") != Workplace.HYBRID:
            data["hybrid_days"] = None
        is_listed = data.get("eligibility") == Listing.Eligibility.LISTED
        if is_listed and not data.get("eligible_countries"):
            if "eligible_countries" not in self.errors:
                self.add_error("eligible_countries", "Enter at least one country.")
        if not data.get("place"):
            return
        data["places"] = places_typed(data)
        on_site = data.get("workplace") in (Workplace.ON_SITE, Workplace.HYBRID)
        has_country = any(place.country for place in data["places"])
        if on_site and "country" not in self.errors and not has_country:
            self.add_error("country", "Choose the country where the on-site work is done.")

    def content(self, listing: Listing | None = None) -> ListingContent:
        """The value that actions store. What the form does not show stays as in ``listing``.

        Where nothing is chosen, role and level are read from the title, and of a new job skills and
        who may apply from its texts.
        """
        data = self.cleaned_data
        shown = {name: data[name] for name in SAME_IN_FORM}
        if not data["role"]:
            shown |= {"role": role_of_title(data["title"]), "role_from": Listing.RoleFrom.MATCHED}
        shown["level"] = data["level"] or match_level(data["title"])
        shown["pay"] = self._pay()
        skills = [(skill, "required") for skill in data["skills_required"]]
        skills += [(skill, "nice") for skill in data["skills_nice"]]
        if listing is None:
            return self._new_content(shown, skills)
        return self._changed_content(content_of(listing), shown, skills)

    def _pay(self) -> tuple[PayStatement, ...]:
        data = self.cleaned_data
        if not data["salary_currency"]:
            return ()
        unit = (data["salary_currency"], data["salary_period"])
        lowest, highest = data["salary_min"], data["salary_max"]
        return (
            PayStatement(
                lowest, highest, *unit, gross=PayGross.GROSS, origin=Listing.SalaryFrom.FORM
            ),
        )

    def _new_content(self, shown: dict, skills: list[tuple[Skill, str]]) -> ListingContent:
        data = self.cleaned_data
        if not skills:
            skills = skills_of_text(data["title"], data["description"])
            shown["skills_from"] = ListingSkill.Origin.EXTRACTED
        if data["eligibility"] == Listing.Eligibility.UNSTATED:
            shown |= read_eligibility(data["places"])
        return ListingContent(**shown, places=data["places"], skills=tuple(skills))

    def _changed_content(
        self, base: ListingContent, shown: dict, skills: list[tuple[Skill, str]]
    ) -> ListingContent:
        data = self.cleaned_data
        named = {skill for skill, _ in skills}
        skills += [
            (skill, need)
            for skill, need in base.skills
            if need == "mentioned" and skill not in named
        ]
        same_countries = data["eligible_countries"] == base.eligible_countries
        if shown["role"] == base.role:
            shown["role_from"] = base.role_from
        return replace(
            base,
            **{"role_from": Listing.RoleFrom.EMPLOYER} | shown,
            eligibility_text=base.eligibility_text if same_countries else "",
            places=(*data["places"], *base.places[1:]),
            skills=tuple(skills),
            skills_from=(
                base.skills_from if tuple(skills) == base.skills else ListingSkill.Origin.STATED
            ),
        )


def initial_of(listing: Listing) -> dict:
    """The form's values for a listing that exists."""
    content = content_of(listing)
    first = content.places[0] if content.places else PlaceText("")
    return {
        **{name: getattr(content, name) for name in SAME_IN_FORM},
        "employment_types": list(content.employment_types),
        "place": first.text,
        "city": first.city,
        "country": first.country,
        "workplace": first.workplace,
        "hybrid_days": first.hybrid_days,
        "salary_min": listing.salary_min,
        "salary_max": listing.salary_max,
        "salary_currency": listing.salary_currency,
        "salary_period": listing.salary_period,
        "eligible_countries": ", ".join(content.eligible_countries),
        "skills_required": ", ".join(
            skill.name for skill, need in content.skills if need == "required"
        ),
        "skills_nice": ", ".join(skill.name for skill, need in content.skills if need == "nice"),
        "submission": listing.submission,
        "version": listing.version,
    }

"""What recruiters fill in. A form checks and builds a value; actions store it."""

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches
from urllib.parse import urlsplit

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobboard.common.html import clean_lines, clean_text
from jobboard.common.urls import check_public_url
from jobboard.common.words import COUNTRIES, CURRENCIES, country_code
from roles.models import Role, Skill, SkillAlias, fold

from .advice import role_of_title, skills_of_text
from .content import ListingContent, PlaceText, content_of
from .models import COMPANY_SIZES, Company, EmploymentType, Level, Listing, ListingSkill, Workplace
from .parsing.places import read_eligibility, read_place
from .parsing.titles import match_level

# What the form and the value it builds call by the same name.
SAME_IN_FORM = [
    "title", "description", "role", "level", "employment_types", "hybrid_days", "eligibility", "eligible_countries",
    "salary_min", "salary_max", "salary_currency", "salary_period", "pay_note", "apply_url", "apply_email", "visa",
    "closes_on",
]  # fmt: skip
COUNTRY_CHOICES = [("", "Choose a country"), *sorted(COUNTRIES.items(), key=lambda item: item[1])]
MOST_SKILLS = 15
LONGEST_AHEAD = 180  # days


class CleanCharField(forms.CharField):
    """One line of text without invisible characters."""

    def to_python(self, value):
        return clean_text(super().to_python(value) or "")


class CleanTextField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value):
        return clean_lines(super().to_python(value) or "")


class PublicURLField(forms.CharField):
    widget = forms.URLInput

    def clean(self, value):
        value = super().clean(value)
        return check_public_url(value) if value else ""


class SkillsField(CleanCharField):
    """Skills separated by commas, by any name we know; cleans to Skill rows in the order given."""

    def clean(self, value):
        text = super().clean(value)
        names = {fold(part): part.strip() for part in text.split(",") if part.strip()}
        if len(names) > MOST_SKILLS:
            raise ValidationError(f"Enter up to {MOST_SKILLS} skills. Choose the most important ones.")
        if not names:
            return []
        known = {
            alias.folded: alias.skill for alias in SkillAlias.objects.filter(folded__in=names).select_related("skill")
        }
        known |= {fold(skill.name): skill for skill in Skill.objects.current()}
        for folded, name in names.items():
            if folded not in known:
                near = get_close_matches(folded, known, n=1)
                advice = f"Did you mean {known[near[0]]}?" if near else "Mention it in the description instead."
                raise ValidationError(f"We don’t recognise “{name[:40]}”. {advice}")
        return list(dict.fromkeys(known[folded] for folded in names))


def form_helper(*layout) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


def last_day_ahead() -> date:
    return timezone.now().date() + timedelta(days=LONGEST_AHEAD)


def check_last_day(day: date | None) -> date | None:
    """Raises ValidationError."""
    if day and not timezone.now().date() <= day <= last_day_ahead():
        raise ValidationError(f"Choose a date from today to {LONGEST_AHEAD} days from now.")
    return day


def domain_of(website: str) -> str:
    return (urlsplit(website).hostname or "").removeprefix("www.")


class CompanyForm(forms.ModelForm):
    name = CleanCharField(max_length=120, label="Company name")
    website = PublicURLField(required=False, help_text="The company’s own site, starting with https://")
    country = forms.ChoiceField(choices=COUNTRY_CHOICES, label="Head office country")
    size = forms.ChoiceField(choices=[("", "Not stated"), *((s, f"{s} people") for s in COMPANY_SIZES)], required=False)
    about = CleanTextField(
        required=False,
        max_length=3000,
        label="About the company",
        help_text="Describe what the company does in a few sentences.",
    )

    class Meta:
        model = Company
        fields = ["name", "website", "country", "size", "about"]

    helper = form_helper("name", "website", Div("country", "size", css_class="field-row"), "about")

    def clean_name(self):
        name = self.cleaned_data["name"]
        taken = Company.objects.filter(name__iexact=name, merged_into=None).exclude(pk=self.instance.pk)
        if taken.exists():
            raise ValidationError("There is already a company with this name.")
        return name

    def save(self, commit=True):
        domain = domain_of(self.cleaned_data["website"])
        moved = domain != self.instance.domain and self.instance.verified_by == Company.VerifiedBy.EMAIL
        if moved or "name" in self.changed_data:  # what was proven is no longer what is shown
            self.instance.verified_by, self.instance.verified_at = "", None
        self.instance.domain = domain
        return super().save(commit)


class AmountField(forms.DecimalField):
    """An amount as people write it: 70000, 70,000, 70 000 or 27.50."""

    # As text: a number input shows nothing of what it cannot read, and what was typed must stay.
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"invalid": "Enter an amount in numbers, like 70000."}
    _grouped = re.compile(r"\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+")

    def __init__(self, **kwargs):
        super().__init__(max_digits=14, decimal_places=2, min_value=0, required=False, **kwargs)

    def to_python(self, value):
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and self._grouped.fullmatch(text):
            text = re.sub(r"\D", "", text)
        return super().to_python(text)


class ListingForm(forms.Form):
    """A job as its employer describes it. One place; feeds may bring several."""

    first_fieldsets: list[Fieldset] = []

    submission = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    company = forms.ModelChoiceField(Company.objects.none(), empty_label=None)
    title = CleanCharField(
        max_length=140, label="Job title", help_text="Do not include the location, pay or company name."
    )
    role = forms.ModelChoiceField(
        Role.objects.none(),
        required=False,
        empty_label="Detect from job title",
        label="Role",
        help_text="Job seekers compare your job with this role’s profile.",
    )
    level = forms.ChoiceField(choices=[("", "Detect from job title"), *Level.choices], required=False)
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
    city = CleanCharField(max_length=80, required=False, help_text="Leave blank to use the city in the location above.")
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
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a number from 1 to 5."),
        required=False,
        label="Days on-site per week",
        help_text="For hybrid jobs only.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    eligibility = forms.ChoiceField(choices=Listing.Eligibility.choices, label="People can work from", required=False)
    eligible_countries = CleanCharField(
        required=False,
        max_length=300,
        label="Which countries",
        help_text="Country names or two-letter codes, separated by commas. For example: DE, AT, Portugal.",
    )
    visa = forms.ChoiceField(
        choices=Listing.Visa.choices, label="Do you offer visa sponsorship?", required=False, initial="unknown"
    )

    salary_min = AmountField(label="Minimum pay")
    salary_max = AmountField(label="Maximum pay")
    salary_currency = forms.CharField(
        max_length=3, required=False, label="Currency", widget=forms.TextInput(attrs={"list": "currencies", "size": 4})
    )
    salary_period = forms.ChoiceField(
        choices=[("", "Choose a period"), *Listing.Period.choices], required=False, label="Period"
    )
    pay_note = CleanCharField(
        max_length=200,
        required=False,
        label="Pay note",
        help_text="For example bonus, equity or pay grade. If you don’t state pay, explain why here.",
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
        help_text="Enter a link or an email address. We show the site’s domain before people leave.",
    )
    apply_email = forms.EmailField(required=False, label="Or application email")
    closes_on = forms.DateField(
        required=False, label="Closing date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, companies=None, **kwargs):
        """``companies``: those to choose from; None where the company is settled, since a job does not move."""
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
            Fieldset("Job details", *company, "title", Div("role", "level", css_class="field-row"), "employment_types"),
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
                Div("salary_min", "salary_max", "salary_currency", "salary_period", css_class="field-row"),
                HTML('{% include "recruit/_band.html" %}'),
                "pay_note",
            ),
            Fieldset("Description", "description", "skills_required", "skills_nice"),
            Fieldset("How to apply", Div("apply_url", "apply_email", css_class="field-row"), "closes_on"),
        )

    def show_newer(self, newer: dict) -> None:
        """Beside each field that differs, what somebody else saved meanwhile; sent once more, what is typed wins."""
        self.data = self.data.copy()
        self.data["version"] = newer["version"]
        self.add_error(None, "Someone else saved this job after you opened it. Their version is shown next to yours.")
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, name)
            if name not in ("submission", "version") and field.has_changed(newer.get(name), typed):
                self.add_error(
                    name, f"Saved by someone else: “{_shown(field, newer.get(name))}”. Save again to overwrite it."
                )

    def clean_salary_currency(self):
        currency = self.cleaned_data["salary_currency"].strip().upper()
        if currency and currency not in CURRENCIES:
            raise ValidationError("Enter a three-letter currency code, like EUR.")
        return currency

    def clean_eligible_countries(self):
        parts = [part for part in self.cleaned_data["eligible_countries"].split(",") if part.strip()]
        codes = [country_code(part) for part in parts]
        unknown = [part.strip() for part, code in zip(parts, codes, strict=True) if not code]
        if unknown:
            raise ValidationError(
                f"We don’t recognise the country “{unknown[0][:40]}”. Check the spelling or use a two-letter code."
            )
        return tuple(dict.fromkeys(codes))

    def clean_closes_on(self):
        return check_last_day(self.cleaned_data["closes_on"])

    def clean(self):
        data = self.cleaned_data
        lowest, highest = data.get("salary_min"), data.get("salary_max")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("salary_max", "Maximum pay must be the same as or more than minimum pay.")
        has_amount = lowest is not None or highest is not None
        if has_amount and "salary_currency" not in self.errors and not data.get("salary_currency"):
            self.add_error("salary_currency", "Enter a currency.")
        if has_amount and not data.get("salary_period"):
            self.add_error("salary_period", "Choose a period.")
        if not has_amount and not {"salary_min", "salary_max"} & set(self.errors):
            data["salary_currency"] = data["salary_period"] = ""
            if not data.get("pay_note") and "pay_note" not in self.errors:
                self.add_error("pay_note", "Enter the pay above, or explain here why it isn’t stated.")
        if not {"apply_url", "apply_email"} & set(self.errors):
            if data.get("apply_url") and data.get("apply_email"):
                self.add_error("apply_url", "Enter either a link or an email address, not both.")
            elif not (data.get("apply_url") or data.get("apply_email")):
                self.add_error("apply_url", "Enter a link or an email address where people can apply.")
        if data.get("workplace") != Workplace.HYBRID:
            data["hybrid_days"] = None
        if data.get("eligibility") == Listing.Eligibility.LISTED and not data.get("eligible_countries"):
            if "eligible_countries" not in self.errors:
                self.add_error("eligible_countries", "Enter at least one country.")
        if data.get("place"):
            data["places"] = self._places()
            on_site = data.get("workplace") in (Workplace.ON_SITE, Workplace.HYBRID)
            if on_site and "country" not in self.errors and not any(place.country for place in data["places"]):
                self.add_error("country", "Choose the country where the on-site work is done.")
        both = set(data.get("skills_required") or []) & set(data.get("skills_nice") or [])
        if both:
            self.add_error("skills_nice", f"{next(iter(both))} is already in required skills.")
        data["employment_types"] = tuple(data.get("employment_types", ()))
        data["eligibility"] = data.get("eligibility") or Listing.Eligibility.UNSTATED
        data["visa"] = data.get("visa") or Listing.Visa.UNKNOWN
        return data

    def _places(self) -> tuple[PlaceText, ...]:
        """The place as typed; where neither city nor country is chosen, with what its words name."""
        data = self.cleaned_data
        typed = PlaceText(data["place"], data.get("city", ""), data.get("country", ""), data.get("workplace", ""))
        return (typed,) if typed.city or typed.country else read_place(typed) or (typed,)

    def content(self, listing: Listing | None = None) -> ListingContent:
        """The value that actions store. What ``listing`` says and the form does not show stays as it is.

        Where nothing is chosen, role and level are read from the title, and of a new job skills and who may apply from
        its texts.
        """
        data = self.cleaned_data
        shown = {name: data[name] for name in SAME_IN_FORM}
        skills = [(skill, "required") for skill in data["skills_required"]]
        skills += [(skill, "nice") for skill in data["skills_nice"]]
        if not data["role"]:
            shown |= {"role": role_of_title(data["title"]), "role_from": Listing.RoleFrom.MATCHED}
        shown["level"] = data["level"] or match_level(data["title"])
        if listing is None:
            if not skills:
                found = skills_of_text(data["title"], data["description"])
                skills, shown["skills_from"] = found, ListingSkill.Origin.EXTRACTED
            if data["eligibility"] == Listing.Eligibility.UNSTATED:
                shown |= read_eligibility(data["places"])
            return ListingContent(**shown, places=data["places"], skills=tuple(skills))
        base = content_of(listing)
        named = {skill for skill, _ in skills}
        skills += [(skill, need) for skill, need in base.skills if need == "mentioned" and skill not in named]
        same_countries = data["eligible_countries"] == base.eligible_countries
        if shown["role"] == base.role:
            shown["role_from"] = base.role_from
        return replace(
            base,
            **{"role_from": Listing.RoleFrom.EMPLOYER} | shown,
            eligibility_text=base.eligibility_text if same_countries else "",
            places=(*data["places"], *base.places[1:]),
            skills=tuple(skills),
            skills_from=base.skills_from if tuple(skills) == base.skills else ListingSkill.Origin.STATED,
        )


def _shown(field: forms.Field, value) -> str:
    """``value`` as the field would show it."""
    labels = {} if isinstance(field, forms.ModelChoiceField) else dict(getattr(field, "choices", []))
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(one, one)) for one in values if one is not None) or "nothing"


class ExtendForm(forms.Form):
    """Until when a live job is open; empty: for the days that any job has."""

    closes_on = forms.DateField(
        required=False, label="Closing date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, listing: Listing, **kwargs):
        later = listing.closes_on and min(listing.closes_on, last_day_ahead()) + timedelta(days=30)
        super().__init__(*args, initial={"closes_on": later and min(later, last_day_ahead())}, **kwargs)

    def clean_closes_on(self):
        return check_last_day(self.cleaned_data["closes_on"])


class FirstPostForm(ListingForm):
    """A job, the company it is at, and where to send the link that confirms it."""

    company_name = CleanCharField(max_length=120, label="Company")
    company_website = PublicURLField(
        required=False,
        max_length=200,
        label="Company website",
        help_text="The company’s own site, starting with https://",
    )
    email = forms.EmailField(
        label="Your work email",
        max_length=254,
        help_text="We’ll send you a link to submit the job. We never show this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    first_fieldsets = [
        Fieldset(
            "Company and contact",
            Div("company_name", "company_website", css_class="field-row"),
            "email",
        )
    ]

    def clean_email(self):
        return self.cleaned_data["email"].lower()


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
        "eligible_countries": ", ".join(content.eligible_countries),
        "skills_required": ", ".join(skill.name for skill, need in content.skills if need == "required"),
        "skills_nice": ", ".join(skill.name for skill, need in content.skills if need == "nice"),
        "submission": listing.submission,
        "version": listing.version,
    }  # fmt: skip

"""Forms about a recruiter's company and whom they let in."""

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jobboard.common.addresses import plain_email
from jobboard.common.forms import (
    CleanCharField,
    CleanTextField,
    CountedField,
    MailboxField,
    form_helper,
)
from jobboard.common.hosts.domains import host_of
from jobboard.common.text.html import clean_text
from jobboard.listings.employers import identity
from jobboard.listings.models import COMPANY_SIZES, Company, CompanyClaim, Membership
from jobboard.recruiting.logos import encoding as logos

from .fields import COUNTRY_CHOICES, PublicURLField

MAX_NAME_LENGTH = 120
CLAIMED = ("name", "website", "about")  # what waits where nobody has proven it


class InvitationForm(forms.Form):
    email = MailboxField(label="Colleague’s email address")
    part = forms.ChoiceField(
        choices=Membership.Part.choices,
        initial=Membership.Part.EDITOR,
        label="Role",
        help_text="Editors can post and edit jobs. Owners can also manage members.",
    )


class OtherWebsiteForm(forms.Form):
    """Asks somebody who says that a company which is here is theirs for its other domain."""

    website = PublicURLField(
        max_length=200,
        label="The company’s own website",
        help_text="Starting with https://",
    )

    def __init__(self, *args, company: Company, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_website(self) -> str:
        website = self.cleaned_data["website"]
        if not identity.is_disputed_by(self.company, host_of(website)):
            raise ValidationError(f"That is the website {self.company} has here already.")
        return website

    @property
    def domain(self) -> str:
        """The domain as it was typed, if it is another one; else ''."""
        if self.is_valid():
            return host_of(self.cleaned_data["website"])
        return ""


class VerificationForm(forms.Form):
    name = CountedField(label="Your email address, before the @", max_length=64)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if "@" in name:
            raise ValidationError("Enter only the part before the @.")
        try:
            validate_email(plain_email(f"{name}@example.com"))
        except ValidationError:
            raise ValidationError("Enter a valid email name, like jane.doe.") from None
        return name


class LogoForm(forms.Form):
    logo = forms.FileField(label="Image", help_text="PNG, JPEG or WebP, up to 1 MB.")

    def clean_logo(self) -> logos.Picture:
        return logos.encode(self.cleaned_data["logo"])


class CompanyForm(forms.ModelForm):
    name = CleanCharField(max_length=MAX_NAME_LENGTH, label="Company name")
    website = PublicURLField(
        required=False,
        max_length=200,
        help_text="The company’s own site, starting with https://",
    )
    country = forms.ChoiceField(choices=COUNTRY_CHOICES, label="Head office country")
    size = forms.ChoiceField(
        choices=[("", "Not stated"), *((s, f"{s} people") for s in COMPANY_SIZES)], required=False
    )
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

    @property
    def typed_name(self) -> str:
        """The valid part of the typed name, even if the form rejects it."""
        return clean_text((self["name"].value() or "")[:MAX_NAME_LENGTH])

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        taken = Company.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if taken.exists():
            raise ValidationError("There is already a company with this name.")
        return name

    def write_to(self, company: Company) -> None:
        """Set what was typed of a new company, and do not save it."""
        for name in self.Meta.fields:
            setattr(company, name, self.cleaned_data[name])
        company.domain = host_of(company.website)

    def change(self, company: Company, member: Membership) -> list[CompanyClaim]:
        """Set what ``member`` typed of a locked company, and do not save it; returns what waits for
        review. Not to the row that the form was opened with: that was read before it was locked.
        """
        for name in ("country", "size"):
            setattr(company, name, self.cleaned_data[name])
        typed = {name: self.cleaned_data[name] for name in CLAIMED}
        return identity.change(company, member, **typed)

"""What recruiters say of their company, and whom they let in."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from . import logos
from .models import Membership


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Colleague’s email address")
    part = forms.ChoiceField(
        choices=Membership.Part.choices,
        initial=Membership.Part.EDITOR,
        label="Role",
        help_text="Editors can post and edit jobs. Owners can also manage members.",
    )


class VerificationForm(forms.Form):
    name = forms.CharField(label="Your email address, before the @", max_length=64)

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if "@" in name:
            raise ValidationError("Enter only the part before the @.")
        try:
            validate_email(f"{name}@example.com")
        except ValidationError:
            raise ValidationError("Enter a valid email name, like jane.doe.") from None
        return name


class LogoForm(forms.Form):
    logo = forms.FileField(label="Image", help_text="PNG, JPEG or WebP, up to 1 MB.")

    def clean_logo(self):
        file = self.cleaned_data["logo"]
        logos.encode(file)
        file.seek(0)
        return file

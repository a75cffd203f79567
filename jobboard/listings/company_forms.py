"""What recruiters say of their company, and whom they let in."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from . import logos
from .models import Membership


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Colleague’s e-mail")
    part = forms.ChoiceField(
        choices=Membership.Part.choices,
        initial=Membership.Part.EDITOR,
        label="May",
        help_text="An editor posts and changes jobs; an owner also decides about members.",
    )


class VerificationForm(forms.Form):
    name = forms.CharField(label="Your address there, before the @", max_length=64)

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if "@" in name:
            raise ValidationError("Only what stands before the @.")
        try:
            validate_email(f"{name}@example.com")
        except ValidationError:
            raise ValidationError("This is no name of a mailbox.") from None
        return name


class LogoForm(forms.Form):
    logo = forms.FileField(label="Picture", help_text="PNG, JPEG or WebP, up to 1 MB.")

    def clean_logo(self):
        file = self.cleaned_data["logo"]
        logos.encode(file)
        file.seek(0)
        return file

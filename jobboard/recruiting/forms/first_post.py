from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms

from jobboard.common.forms import CleanCharField, MailboxField

from .fields import PublicURLField
from .job import ListingForm


class FirstPostForm(ListingForm):
    """A job, the company it is at, and who sends it: ``sender``, or who proves ``email``."""

    company_name = CleanCharField(max_length=120, label="Company")
    company_website = PublicURLField(
        required=False,
        max_length=200,
        label="Company website",
        help_text="The company’s own site, starting with https://",
    )
    email = MailboxField(
        label="Your work email",
        max_length=254,
        help_text="We’ll send you a code to submit the job. We never show this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    first_fieldsets = [
        Fieldset(
            "Company and contact",
            Div("company_name", "company_website", css_class="field-row"),
            "email",
        )
    ]

    def __init__(self, *args: Any, sender: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sender:
            self.initial["email"] = sender
            self.fields["email"].disabled = True

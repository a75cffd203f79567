"""A token for the company's programs."""

from django import forms

from jobboard.common.forms import CleanCharField
from jobboard.recruiting.models import ApiToken


class ApiTokenForm(forms.Form):
    name = CleanCharField(
        max_length=60, help_text="What will use it. For example, “Our applicant system”."
    )
    scope = forms.ChoiceField(
        choices=ApiToken.Scope.choices, initial=ApiToken.Scope.WRITE, label="What it can do"
    )
    days = forms.TypedChoiceField(
        choices=[(30, "30 days"), (90, "90 days"), (365, "1 year")],
        initial=365,
        coerce=int,
        label="Works for",
    )

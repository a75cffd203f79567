from django import forms

from jobboard.listings.forms import CleanTextField, form_helper

from .models import Report


class ReportForm(forms.Form):
    reason = forms.ChoiceField(choices=Report.Reason.choices, widget=forms.RadioSelect, label="What is wrong?")
    text = CleanTextField(
        required=False,
        max_length=2000,
        label="What should we know?",
        help_text="Please nothing about yourself: we keep nothing about who reports.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    # People do not see it; who fills in everything is a program.
    website = forms.CharField(required=False, label="Leave this empty", widget=forms.TextInput(attrs={"tabindex": -1}))

    helper = form_helper("reason", "text")

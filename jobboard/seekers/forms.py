from django import forms

from jobboard.listings.forms import CleanCharField, CleanTextField, form_helper

from .models import Alert, Report, SavedListing


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


class FrequencyForm(forms.Form):
    frequency = forms.ChoiceField(
        choices=Alert.Frequency.choices, widget=forms.RadioSelect, initial=Alert.Frequency.WEEKLY, label="How often?"
    )


class AlertForm(FrequencyForm):
    email = forms.EmailField(
        label="Your e-mail",
        max_length=254,
        help_text="Used for these mails alone. We mail a link first; nothing comes before you open it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ["email", "frequency"]


class LinksForm(forms.Form):
    email = forms.EmailField(
        label="Your e-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SavedForm(forms.ModelForm):
    note = CleanCharField(max_length=500, required=False)

    class Meta:
        model = SavedListing
        fields = ["mark", "note"]

from django import forms

from jobboard.common.forms import CleanCharField, CleanTextField, MailboxField, form_helper

from .models import Alert, Report, SavedListing


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        choices=Report.Reason.choices, widget=forms.RadioSelect, label="What’s wrong with this job?"
    )
    text = CleanTextField(
        required=False,
        max_length=2000,
        label="Details",
        help_text="Don’t include personal information.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = MailboxField(
        required=False,
        max_length=254,
        label="Email address",
        help_text=(
            "Leave blank to stay anonymous. Or enter it to hear what we decide: "
            "we’ll email you once and then delete it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # People do not see it; who fills in everything is a program.
    website = forms.CharField(
        required=False,
        max_length=200,
        label="Leave this blank",
        widget=forms.TextInput(attrs={"tabindex": -1}),
    )

    helper = form_helper("reason", "text", "email")


class FrequencyForm(forms.Form):
    frequency = forms.ChoiceField(
        choices=Alert.Frequency.choices,
        widget=forms.RadioSelect,
        initial=Alert.Frequency.WEEKLY,
        label="How often should we email you?",
        help_text="Weekly emails go out on Mondays.",
    )


class AlertForm(FrequencyForm):
    email = MailboxField(
        label="Email address",
        max_length=254,
        help_text="We only use this for your alert. We’ll send a link to confirm it first.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ["email", "frequency"]


class LinksForm(forms.Form):
    email = MailboxField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class SavedForm(forms.ModelForm[SavedListing]):
    note = CleanCharField(max_length=500, required=False)

    class Meta:
        model = SavedListing
        fields = ["mark", "note"]

"""The careers page that a company connects."""

from django import forms

from jobboard.common.forms import CountedField
from jobboard.feeds.detection.addresses import detect_address
from jobboard.feeds.detection.pages import IS_HTML
from jobboard.feeds.detection.sources import NotASourceError

MAX_PASTED_LENGTH = 10_000


class CareersForm(forms.Form):
    """An address to try. What it names is looked at without asking anybody for it."""

    address = CountedField(
        label="Web address of your careers page or job board",
        max_length=MAX_PASTED_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        help_text=(
            "For example https://acme.example/careers or https://jobs.ashbyhq.com/acme. "
            "You can also paste the piece of HTML that shows your board on your website."
        ),
        error_messages={"required": "Enter a web address, like https://acme.example/careers."},
    )

    def clean_address(self) -> str:
        pasted = self.cleaned_data["address"]
        if IS_HTML.match(pasted):
            return pasted
        try:
            detect_address(pasted)
        except NotASourceError as refused:
            raise forms.ValidationError(str(refused)) from None
        return pasted

"""Forms by which a recruiter says something about a job beside its content."""

from datetime import date, timedelta

from django import forms

from jobboard.common.forms import CountedField
from jobboard.listings.models import Listing

from .fields import check_last_day, last_day_ahead

MAX_ANSWER_LENGTH = 1_000  # characters


class AnswerForm(forms.Form):
    """A recruiter's answer to the editors who returned a job."""

    answer = CountedField(
        required=False,
        max_length=MAX_ANSWER_LENGTH,
        label="Answer to the editors",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtendForm(forms.Form):
    """Until when a live job is open; empty: for the days that any job has."""

    closes_on = forms.DateField(
        required=False,
        label="Closing date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, listing: Listing, **kwargs) -> None:
        later = listing.closes_on and min(listing.closes_on, last_day_ahead()) + timedelta(days=30)
        kwargs["initial"] = {"closes_on": later and min(later, last_day_ahead())}
        super().__init__(*args, **kwargs)

    def clean_closes_on(self) -> date | None:
        return check_last_day(self.cleaned_data["closes_on"])

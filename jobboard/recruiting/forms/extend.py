from datetime import date, timedelta

from django import forms

from jobboard.listings.models import Listing

from .fields import check_last_day, last_day_ahead


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

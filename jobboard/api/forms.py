"""The parameters of the API beside those of the search language."""

from django import forms

from jobboard.listings.choices import Outcome
from jobboard.search.results.page import PER_PAGE
from roles.pay.page import CellForm

MAX_PER_PAGE = 100
MAX_ID_LENGTH = 120  # of what a company calls its job
SOURCES = [("survey", "Survey"), ("posted", "Open jobs"), ("official", "Official statistic")]
# What the figures of each source can be narrowed by. The survey's and official ones are in USD.
FILTERS_BY_SOURCE = {
    "survey": {"title", "level", "country", "year", "remote"},
    "posted": {"level", "country", "remote", "currency"},
    "official": set(),
}


class PerPageForm(forms.Form):
    per_page = forms.IntegerField(min_value=1, max_value=MAX_PER_PAGE, required=False)

    def clean_per_page(self) -> int:
        return self.cleaned_data["per_page"] or PER_PAGE


class PageForm(PerPageForm):
    page = forms.IntegerField(min_value=1, max_value=10**6, required=False)

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1


class CompanyJobsForm(PageForm):
    external_id = forms.CharField(max_length=MAX_ID_LENGTH, required=False)


class ClosingForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.employer_choices(), required=False)

    def clean_outcome(self) -> str:
        return self.cleaned_data["outcome"] or Outcome.WITHDRAWN


class ListingsForm(PerPageForm):
    facets = forms.ChoiceField(choices=[("1", "Include facet counts")], required=False)


class FigureForm(CellForm):
    source = forms.ChoiceField(choices=SOURCES, required=False)
    title = forms.CharField(max_length=120, required=False, strip=False)
    currency = forms.RegexField("^[A-Z]{3}$", required=False)

    def clean_source(self) -> str:
        return self.cleaned_data["source"] or "survey"

    def clean(self) -> None:
        """Reject a filter that the source does not have: its figures would pass for filtered."""
        source = self.cleaned_data.get("source")
        if not source:
            return
        for name in ("title", "level", "country", "year", "remote", "currency"):
            value = self.data.get(name)
            in_usd = name == "currency" and value == "USD"
            if not value or in_usd or name in FILTERS_BY_SOURCE[source]:
                continue
            reason = f"cannot be filtered by {name}."
            if name == "currency":
                reason = "are only available in USD."
            self.add_error(name, f"Figures from “{source}” {reason}")

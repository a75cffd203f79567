from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jobboard.common.html import clean_text
from jobboard.common.limits import HOUR, limit
from jobboard.listings.views.public import public_listing

from . import actions
from .forms import ReportForm

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def report(request, pk):
    """Say that something is wrong with a job; the answer has a reference to name in a mail."""
    listing = public_listing(pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "report", most=10, seconds=HOUR)
        data = form.cleaned_data
        reference = "RECEIVED"
        if not data["website"]:
            reference = actions.report_listing(listing=listing, reason=data["reason"], text=data["text"]).reference
        return redirect(reverse("seekers:report", args=[pk]) + f"?sent={reference}")
    context = {"listing": listing, "form": form, "reference": clean_text(request.GET.get("sent", ""))[:12]}
    return render(request, "seekers/report.html", context)

"""“I’d like to know”: a reader asks for what a job leaves open; its recruiter sees how many did."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from jobboard.common.web.http import form_view, found_or_404, is_from_this_site
from jobboard.listings.detail import public_listing
from jobboard.listings.readers import asked

LABELS = {
    "pay": "The pay",
    "visa": "Whether visa sponsorship is available",
    "where": "Where people can work from",
}

ABOUT = {"pay": "the pay", "visa": "visa sponsorship", "where": "where people can work from"}


@csrf_exempt  # the form stands on pages without a cookie; what another site sends is not counted
@form_view
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """One button for each open question; pressed, the page says whether that counted. The answer is
    that of the button alone: an address that says thank you could be opened by anybody.
    """
    listing = found_or_404(public_listing, pk)
    if listing.pk != pk or listing.is_over:
        return redirect(listing)
    about = request.POST.get("about", "")
    questions = {name: LABELS[name] for name in asked.open_questions(listing)}
    context: dict[str, Any] = {
        "listing": listing,
        "asked": None,
        "counts": False,
        "left": questions,
    }
    if request.method == "POST" and about in questions:
        del questions[about]
        context["asked"] = ABOUT.get(about)
        context["counts"] = is_from_this_site(request) and asked.ask(request, listing, about)
    return render(request, "browse/ask.html", context)

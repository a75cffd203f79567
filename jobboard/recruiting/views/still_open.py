from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from jobboard.common.http import form_view
from jobboard.listings import lifecycle
from jobboard.listings.models import Listing
from jobboard.recruiting import still_open

OPEN = "open"


@form_view
@never_cache
def answer(request, token) -> HttpResponse:
    """Where the mail leads: the job, a button for each answer. Opening it changes nothing."""
    listing = still_open.listing_of(token)
    if listing is None:
        raise Http404("This link has expired. Sign in to confirm or close your jobs.")
    if request.method == "POST" and listing.is_open:
        _take(request, listing, request.POST.get("answer", ""))
        return redirect("recruiting:answer", token)
    outcomes = Listing.Outcome.said_by_employers()
    return render(request, "recruiting/answer.html", {"listing": listing, "outcomes": outcomes})


def _take(request, listing: Listing, said: str) -> None:
    try:
        if said == OPEN:
            listing = lifecycle.confirm_listing(listing=listing, by=listing.created_by)
            messages.success(
                request, f"Thank you. The job is live until {listing.last_day:%-d %b %Y}."
            )
        elif said in dict(Listing.Outcome.said_by_employers()):
            lifecycle.close_listing(listing=listing, outcome=said, by=listing.created_by)
            messages.success(request, "Thank you. The job is closed and no longer listed.")
        else:
            messages.error(request, "Choose an answer.")
    except lifecycle.WrongState as problem:
        messages.error(request, str(problem))

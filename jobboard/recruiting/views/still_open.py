from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from jobboard.common import capabilities
from jobboard.common.capabilities import AlreadyUsedError, Purpose
from jobboard.common.models import Capability
from jobboard.common.web.http import form_view
from jobboard.listings import lifecycle
from jobboard.listings.models import Listing
from jobboard.recruiting.posting import still_open

OPEN = "open"
EXPIRED = "This link has expired. Sign in to confirm or close your jobs."


@form_view
@never_cache
def answer(request, token) -> HttpResponse:
    """The link of the email: the job, and a button for each answer. Opening it changes nothing."""
    capability = capabilities.find(token, Purpose.ANSWER)
    if capability is None:
        raise Http404(EXPIRED)
    listing = still_open.get_listing(capability)
    if listing is None:
        raise Http404(EXPIRED)
    if request.method == "POST" and listing.is_open:
        _take(request, listing, capability)
        return redirect("recruiting:answer", token)
    context = {
        "listing": listing,
        "outcomes": Listing.Outcome.employer_choices(),
        "is_answered": capability.used_at is not None,
    }
    return render(request, "recruiting/answer.html", context)


def _take(request, listing: Listing, capability: Capability) -> None:
    outcome = request.POST.get("answer", "")
    if outcome == OPEN:
        outcome = ""
    elif outcome not in dict(Listing.Outcome.employer_choices()):
        messages.error(request, "Choose an answer.")
        return
    try:
        listing = still_open.take_answer(listing, capability, outcome)
    except AlreadyUsedError:
        messages.error(request, "You’ve already answered. To change your answer, sign in.")
    except lifecycle.InvalidStatusError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _thanks(listing, outcome))


def _thanks(listing: Listing, outcome: str) -> str:
    if outcome:
        return "Thank you. The job is closed and no longer listed."
    return f"Thank you. The job is live until {listing.last_day:%-d %b %Y}."

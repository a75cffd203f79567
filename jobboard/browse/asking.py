"""“I’d like to know”: a reader asks for what a job leaves open; its recruiter sees how many did."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from jobboard.common.web.http import form_view, found_or_404
from jobboard.listings import asked
from jobboard.listings.detail import public_listing

LABELS = {
    "pay": "The pay",
    "visa": "Whether visa sponsorship is available",
    "where": "Where people can work from",
}


@csrf_exempt  # the form stands on pages without a cookie; what another site sends is not counted
@form_view
def ask(request, pk) -> HttpResponse:
    """One button for each open question; pressed, the page says thank you."""
    listing = found_or_404(public_listing, pk)
    if listing.pk != pk or listing.is_over:
        return redirect(listing)
    about = request.POST.get("about", "")
    if request.method == "POST" and about in LABELS:
        if is_from_this_site(request):
            asked.ask(request, listing, about)
        return redirect(f"{reverse('browse:ask', args=[pk])}?asked={about}")
    questions = {name: LABELS[name] for name in asked.open_questions(listing)}
    context = {
        "listing": listing,
        "asked": questions.get(request.GET.get("asked", "")),
        "left": {
            name: label for name, label in questions.items() if name != request.GET.get("asked")
        },
    }
    return render(request, "browse/ask.html", context)


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether one of our pages sent it, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()

"""An editor says, beside a doubtful job, which role its title is another name of."""

from itertools import chain

from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jobboard.accounts.signed_in import SignedInRequest
from jobboard.common.text.words import fold
from jobboard.feeds.admin.forms import TeachForm
from jobboard.feeds.aliases import can_teach
from jobboard.listings.models import Listing
from roles.models import Role

from .access import may_moderate


@may_moderate
@require_POST
def teach(request: SignedInRequest, pk: int) -> HttpResponse:
    """Redirects to the job, or to the inbox if it no longer waits."""
    if not can_teach(request.user):
        raise PermissionDenied
    listing = get_object_or_404(Listing, pk=pk)
    role_name = request.POST.get("role", "")
    form = TeachForm(
        {
            "kind": "title",
            "text": request.POST.get("text", ""),
            "role": Role.objects.ids_by_name().get(fold(role_name)),
        }
    )
    if form.is_valid():
        taught = form.teach()
        LogEntry.objects.log_actions(
            request.user.pk, [taught.alias], ADDITION, "Added from the inbox."
        )
        messages.success(request, str(taught))
    else:
        messages.error(request, _describe_errors(form, role_name))
    still_waits = Listing.objects.awaiting_review().filter(pk=listing.pk).exists()
    if still_waits and request.POST.get("from") != "inbox":
        return redirect("moderation_review", listing.pk)
    return redirect(f"{reverse('moderation_inbox')}?kind=doubtful")


def _describe_errors(form: TeachForm, role_name: str) -> str:
    if role_name and "role" in form.errors:
        return f"No role is called “{role_name}”."
    return " ".join(map(str, chain.from_iterable(form.errors.values())))

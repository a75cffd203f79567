"""An editor changes a job in the recruiter's own form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from jobboard.accounts.signed_in import SignedInRequest
from jobboard.common.forms import CleanCharField
from jobboard.common.text.words import COMMON_CURRENCIES
from jobboard.listings import lifecycle
from jobboard.listings.content import whole_content
from jobboard.listings.models import Listing
from jobboard.listings.rights import MODERATE, with_right
from jobboard.recruiting.forms.job import ListingForm
from jobboard.recruiting.forms.job_content import get_initial
from jobboard.recruiting.forms.meanwhile import Saved, show_saved

from .access import may_moderate


class ReasonForm(forms.Form):
    editors_reason = CleanCharField(
        required=False,
        max_length=300,
        label="Reason",
        help_text="The recruiter sees it. Leave blank to only say what was changed.",
    )


@may_moderate
@require_http_methods(["GET", "HEAD", "POST"])
def edit_job(request: SignedInRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.select_related("company", "role"), pk=pk)
    form = ListingForm(request.POST or None, listing=listing, content=whole_content(listing))
    reason_form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and reason_form.is_valid():
        try:
            changed = _save(request, listing, form, reason_form.cleaned_data["editors_reason"])
        except lifecycle.EditConflictError:
            newer = Listing.objects.get(pk=pk)
            saved = Saved("Saved meanwhile", get_initial(newer, whole_content(newer)))
            show_saved(form, newer.version, [saved])
        except lifecycle.InvalidStatusError as problem:
            form.add_error(None, f"{problem} What you typed is still here.")
        else:
            if changed:
                messages.success(request, f"Saved: {', '.join(changed)}. The recruiter is told.")
            else:
                messages.success(request, "Nothing was changed.")
            return redirect("moderation_review", pk)
    context: dict[str, Any] = {
        "listing": listing,
        "form": form,
        "reason_form": reason_form,
        "change": lifecycle.open_change(listing),
        "currencies": COMMON_CURRENCIES,
    }
    return render(request, "moderation/edit_job.html", context)


def _save(request: SignedInRequest, listing: Listing, form: ListingForm, reason: str) -> list[str]:
    with with_right(request.user, MODERATE, jobs=[listing.pk]):
        changed = lifecycle.edit_as_editor(
            listing=listing,
            content=form.content(),
            version=form.cleaned_data["version"],
            reason=reason,
            by=request.user,
        )
        if changed:
            message = f"Edited: {', '.join(changed)}. {reason}".strip()
            LogEntry.objects.log_actions(request.user.pk, [listing], CHANGE, message)
        return changed

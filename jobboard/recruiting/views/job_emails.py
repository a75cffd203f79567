from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobboard.accounts.signed_in import SignedInRequest
from jobboard.listings.models import Membership


@require_POST
@login_required
def job_emails(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member chooses about which jobs of the company they get emails."""
    memberships = Membership.objects.filter(company=pk, user=request.user)
    if not memberships.exists():
        raise Http404
    choice = request.POST.get("job_emails", "")
    if choice not in Membership.JobEmails.values:
        messages.error(request, "Choose which job emails you get.")
        return redirect("recruiting:company", pk)
    memberships.update(job_emails=choice)
    messages.success(request, "Your choice of job emails has been saved.")
    return redirect("recruiting:company", pk)

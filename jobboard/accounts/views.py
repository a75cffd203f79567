from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe
from post_office.models import Email

from jobboard.common.html import clean_lines

NEWEST = 20


@require_safe
def mail_here(request):
    """The newest mails, for a copy of the site that runs on its reader's own machine; no such page anywhere else."""
    is_here = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    if not (settings.MAIL_IS_READ_HERE and is_here):
        raise Http404
    mails = Email.objects.order_by("-created")[:NEWEST]
    return render(request, "accounts/mail_here.html", {"mails": [(mail, clean_lines(mail.message)) for mail in mails]})

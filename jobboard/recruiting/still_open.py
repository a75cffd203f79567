"""Asks recruiters by mail whether jobs are still open; they answer without signing in."""

from collections import defaultdict

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jobboard.common.mail import send_template_mail
from jobboard.common.tasks import WHEN_THERE_IS_TIME
from jobboard.listings.models import Listing
from jobboard.listings.querysets import CONFIRM_AFTER, ENDS_SOON

ANSWERS_ARE_TAKEN = 60 * 24 * 60 * 60  # seconds after the mail
_signer = TimestampSigner(salt="still-open")


def answer_url(listing: Listing) -> str:
    """Who has the mail answers for the job, and for nothing else."""
    return settings.SITE_URL + reverse("recruiting:answer", args=[_signer.sign(str(listing.pk))])


def listing_of(token: str) -> Listing | None:
    try:
        pk = int(_signer.unsign(token, max_age=ANSWERS_ARE_TAKEN))
    except BadSignature:
        return None
    return Listing.objects.filter(pk=pk).for_page().first()


def ask_recruiters() -> None:
    """Mail each recruiter once about all live jobs that are due: CONFIRM_AFTER they were last known
    or asked to be open, and once more when they end within ENDS_SOON. Safe to repeat and to
    interrupt.
    """
    now = timezone.now()
    not_lately = Q(asked_at=None) | Q(asked_at__lte=now - CONFIRM_AFTER)
    first_time_before_it_ends = Q(expires_at__lte=now + ENDS_SOON) & Q(asked_at__lt=now - ENDS_SOON)
    due = (
        Listing.objects.open(now).due_for_answer(now).filter(not_lately | first_time_before_it_ends)
    )
    by_person = defaultdict(list)
    for pk, person in (
        due.exclude(created_by=None).order_by("expires_at").values_list("pk", "created_by")
    ):
        by_person[person].append(pk)
    for pks in by_person.values():
        _ask(pks, now)


@transaction.atomic
def _ask(pks: list[int], now) -> None:
    """The mail and the note that it was sent are one: a killed process repeats or loses neither."""
    locked = (
        Listing.objects.select_for_update(of=("self",))
        .filter(pk__in=pks)
        .select_related("company", "created_by")
        .order_by("expires_at")
    )
    listings = list(locked)
    rows = [(listing, answer_url(listing)) for listing in listings]
    ends_soon = any(listing.expires_at <= now + ENDS_SOON for listing in listings)
    context = {
        "rows": rows,
        "ends_soon": ends_soon,
        "dashboard_url": settings.SITE_URL + reverse("recruiting:dashboard"),
    }
    person = listings[0].created_by
    if person:  # ask_recruiters() leaves out the jobs of nobody
        send_template_mail("still_open", context, to=[person.email], priority=WHEN_THERE_IS_TIME)
    Listing.objects.filter(pk__in=pks).update(asked_at=now)

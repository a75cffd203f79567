"""What seekers leave here, and what becomes of it."""

import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.mail import send_template_mail
from jobboard.listings.models import Listing

from .models import Report

REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another


@transaction.atomic
def report_listing(*, listing: Listing, reason: str, text: str) -> Report:
    """Keep a report and tell the editors, once until the reports of ``listing`` are handled."""
    is_first = not reports_of(listing).exists()
    reference = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(8))
    report = Report.objects.create(listing=listing, reason=reason, text=text, reference=reference)
    if is_first:
        url = settings.SITE_URL + reverse("moderation_review", args=[listing.pk])
        send_template_mail(
            "listing_reported", {"report": report, "url": url}, to=[settings.CONTACT_EMAIL]
        )
    return report


def handle_reports(*, listing: Listing, by: User) -> int:
    """Somebody looked at them; returns how many there were."""
    return reports_of(listing).update(handled_at=timezone.now(), by=by)


def reopen_reports(pks: list[int]) -> None:
    """They wait for somebody to look at them again."""
    Report.objects.filter(pk__in=pks).update(handled_at=None, by=None)


def reports_of(listing: Listing) -> QuerySet[Report]:
    """Those that nobody handled yet, of its copies too."""
    of_job = Q(listing=listing) | Q(listing__folded_into=listing)
    return Report.objects.filter(of_job, handled_at=None)

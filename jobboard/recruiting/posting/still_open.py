"""Asks recruiters by mail whether jobs are still open; they answer without signing in."""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import capabilities
from jobboard.common.capabilities import Purpose
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Capability
from jobboard.common.tasks import WHEN_THERE_IS_TIME
from jobboard.listings import emails, lifecycle
from jobboard.listings.employers.companies import lock_company
from jobboard.listings.models import Listing, Membership
from jobboard.listings.querysets import CONFIRM_AFTER, ENDS_SOON


def answer_url(listing: Listing, person: User) -> str:
    """``person`` answers for the job by it, once, and for nothing else."""
    token = capabilities.grant(
        Purpose.ANSWER,
        str(listing.pk),
        content=_asked_about(listing),
        user=person,
        is_personal=True,
    )
    return settings.SITE_URL + reverse("recruiting:answer", args=[token])


def _asked_about(listing: Listing) -> str:
    return f"{listing.company_id} {listing.title}"


def listing_of(capability: Capability) -> Listing | None:
    """None where it is another job by now, or who was asked acts for its company no longer."""
    listing = Listing.objects.filter(pk=capability.subject).for_page().first()
    if listing is None or not capabilities.is_about(capability, _asked_about(listing)):
        return None
    may_act = Membership.objects.acting_for(listing).filter(user=capability.user).exists()
    if may_act:
        return listing
    return None


@transaction.atomic
def take_answer(listing: Listing, capability: Capability, outcome: str) -> Listing:
    """'' as ``outcome``: it is still open. Raises AlreadyUsedError or InvalidStatusError, also
    where it is another job by now, or who was asked acts for its company no longer.
    """
    lock_company(listing.company_id)
    listing = lifecycle.locked(listing)
    capabilities.use(capability)
    if listing_of(capability) is None:
        raise lifecycle.InvalidStatusError(
            "This link has expired. Sign in to confirm or close your jobs."
        )
    person = capability.user
    if outcome:
        return lifecycle.close_listing(listing=listing, outcome=outcome, by=person)
    return lifecycle.confirm_listing(listing=listing, by=person)


def ask_recruiters() -> None:
    """Mail who may act for live jobs that are due, once about all of a company: CONFIRM_AFTER they
    were last known or asked to be open, and once more when they end within ENDS_SOON. Safe to
    repeat and to interrupt.
    """
    now = timezone.now()
    not_lately = Q(asked_at=None) | Q(asked_at__lte=now - CONFIRM_AFTER)
    first_time_before_it_ends = Q(expires_at__lte=now + ENDS_SOON) & Q(asked_at__lt=now - ENDS_SOON)
    due = (
        Listing.objects.open(now).due_for_answer(now).filter(not_lately | first_time_before_it_ends)
    )
    by_company = defaultdict(list)
    for pk, company in due.order_by("expires_at").values_list("pk", "company"):
        by_company[company].append(pk)
    for pks in by_company.values():
        _ask(pks, now)


@transaction.atomic
def _ask(pks: list[int], now: datetime) -> None:
    """The mails and the note that they were sent are one: a killed process repeats or loses
    neither.
    """
    lifecycle.lock_jobs(pks)
    asked = Listing.objects.filter(pk__in=pks).select_related("company")
    by_person = defaultdict(list)
    told = set()
    for listing in asked.order_by("expires_at"):
        for person in emails.get_readers(listing):
            by_person[person].append(listing)
            told.add(listing.pk)
    for person, listings in by_person.items():
        _write(person, listings, now)
    Listing.objects.filter(pk__in=told).update(asked_at=now)


def _write(person: User, listings: list[Listing], now: datetime) -> None:
    ends_soon = any(
        listing.expires_at and listing.expires_at <= now + ENDS_SOON for listing in listings
    )
    context = {
        "rows": [(listing, answer_url(listing, person)) for listing in listings],
        "has_posted_all": all(listing.created_by_id == person.pk for listing in listings),
        "ends_soon": ends_soon,
        "dashboard_url": settings.SITE_URL + reverse("recruiting:dashboard"),
    }
    send_template_mail(
        "still_open",
        context,
        to=[person.email],
        about={listing.company_id for listing in listings},
        priority=WHEN_THERE_IS_TIME,
    )

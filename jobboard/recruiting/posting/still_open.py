"""Asks recruiters by email whether jobs are still open; they answer without signing in."""

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
    """Lets ``person`` answer for this job once, and do nothing else."""
    token = capabilities.grant(
        Purpose.ANSWER,
        str(listing.pk),
        content=_get_identity(listing),
        user=person,
        is_personal=True,
    )
    return settings.SITE_URL + reverse("recruiting:answer", args=[token])


def _get_identity(listing: Listing) -> str:
    """A job whose company or title changed is not the one that we asked about."""
    return f"{listing.company_id} {listing.title}"


def get_listing(capability: Capability) -> Listing | None:
    """Return the job; None if it changed since the question, or the person no longer acts for its
    company.
    """
    listing = Listing.objects.filter(pk=capability.subject).for_page().first()
    if listing is None or not capabilities.is_about(capability, _get_identity(listing)):
        return None
    may_act = Membership.objects.acting_for(listing).filter(user=capability.user).exists()
    if may_act:
        return listing
    return None


@transaction.atomic
def take_answer(listing: Listing, capability: Capability, outcome: str) -> Listing:
    """Close the job with ``outcome``, or confirm it as open if that is ''. Raises AlreadyUsedError,
    and InvalidStatusError also for what ``get_listing`` does not return.
    """
    lock_company(listing.company_id)
    listing = lifecycle.locked(listing)
    capabilities.use(capability)
    if get_listing(capability) is None:
        raise lifecycle.InvalidStatusError(
            "This link has expired. Sign in to confirm or close your jobs."
        )
    person = capability.user
    if outcome:
        return lifecycle.close_listing(listing=listing, outcome=outcome, by=person)
    return lifecycle.confirm_listing(listing=listing, by=person)


def ask_recruiters() -> None:
    """Email those who act for live jobs that are due, one email about all jobs of a company. A job
    is due CONFIRM_AFTER it was last confirmed or asked about, and once more when it ends within
    ENDS_SOON. Safe to repeat and to interrupt.
    """
    now = timezone.now()
    not_lately = Q(confirmation_requested_at=None) | Q(
        confirmation_requested_at__lte=now - CONFIRM_AFTER
    )
    first_time_before_it_ends = Q(expires_at__lte=now + ENDS_SOON) & Q(
        confirmation_requested_at__lt=now - ENDS_SOON
    )
    due = Listing.objects.open(now).due_for_answer(now)
    due = due.filter(not_lately | first_time_before_it_ends)
    jobs_by_company = defaultdict(list)
    for pk, company in due.order_by("expires_at").values_list("pk", "company"):
        jobs_by_company[company].append(pk)
    for pks in jobs_by_company.values():
        _ask(pks, now)


@transaction.atomic
def _ask(pks: list[int], now: datetime) -> None:
    """The emails and the note that they were sent commit together, so that a process that is killed
    neither repeats nor loses any.
    """
    lifecycle.lock_jobs(pks)
    listings = Listing.objects.filter(pk__in=pks).select_related("company")
    jobs_by_person = defaultdict(list)
    asked_about = set()
    for listing in listings.order_by("expires_at"):
        for person in emails.get_readers(listing):
            jobs_by_person[person].append(listing)
            asked_about.add(listing.pk)
    for person, jobs in jobs_by_person.items():
        _send_email(person, jobs, now)
    Listing.objects.filter(pk__in=asked_about).update(confirmation_requested_at=now)


def _send_email(person: User, jobs: list[Listing], now: datetime) -> None:
    soon = now + ENDS_SOON
    context = {
        "rows": [(job, answer_url(job, person)) for job in jobs],
        "has_posted_all": {job.created_by_id for job in jobs} == {person.pk},
        "ends_soon": any(job.expires_at and job.expires_at <= soon for job in jobs),
        "dashboard_url": settings.SITE_URL + reverse("recruiting:dashboard"),
    }
    send_template_mail(
        "still_open",
        context,
        to=[person.email],
        about={job.company_id for job in jobs},
        priority=WHEN_THERE_IS_TIME,
    )

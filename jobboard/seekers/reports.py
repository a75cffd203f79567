"""Reports of seekers, and how they are handled."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.mail import send_template_mail
from jobboard.listings.models import Company, Listing
from jobboard.listings.trust.open_reports import FIND_OPEN_REPORTS

from .models import Report

REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another


def connect() -> None:
    """Once, when the app is ready."""
    FIND_OPEN_REPORTS.append(find_open_reports)


def find_open_reports() -> QuerySet[Report]:
    """Return reports that nobody handled yet."""
    return Report.objects.filter(handled_at=None).order_by()


def is_answered(listing: Listing, reference: str) -> bool:
    """Whether the reporter left an address and will hear what became of it."""
    reports = Report.objects.filter(listing=listing, reference=reference)
    return reports.exclude(email="").exists()


@transaction.atomic
def report_listing(*, listing: Listing, reason: str, text: str, email: str = "") -> Report:
    """Keep a report and tell the editors, once until the reports of ``listing`` are handled."""
    is_first = not get_reports(listing).exists()
    reference = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(8))
    report = Report.objects.create(
        listing=listing, reason=reason, text=text, reference=reference, email=email
    )
    if is_first:
        url = settings.SITE_URL + reverse("moderation_review", args=[listing.pk])
        send_template_mail(
            "listing_reported", {"report": report, "url": url}, to=[settings.CONTACT_EMAIL]
        )
    return report


@transaction.atomic
def handle_reports(*, listing: Listing, by: User) -> int:
    """Somebody looked at them; returns how many there were. Who left an address hears whether the
    job was taken down, in our words alone, and the address goes.
    """
    listing.refresh_from_db(fields=["hidden_at", "status"])
    return _handle(get_reports(listing), by, was_taken_down=not listing.is_public)


@transaction.atomic
def handle_reports_of_company(company: Company, by: User) -> int:
    """Handle the reports of a company that was suspended with all its jobs."""
    reports = Report.objects.filter(listing__company=company, handled_at=None)
    return _handle(reports, by, was_taken_down=True)


def _handle(waiting: QuerySet[Report], by: User, *, was_taken_down: bool) -> int:
    reports = list(waiting.select_for_update(of=("self",)))
    for report in reports:
        if report.email:
            _tell_reporter(report, was_taken_down=was_taken_down)
    handled = Report.objects.filter(pk__in=[report.pk for report in reports])
    return handled.update(handled_at=timezone.now(), by=by, email="")


def _tell_reporter(report: Report, *, was_taken_down: bool) -> None:
    context = {
        "report": report,
        "was_taken_down": was_taken_down,
        "contact_url": f"{settings.SITE_URL}/contact/",
    }
    send_template_mail("report_answered", context, to=[report.email])


def reopen_reports(pks: list[int]) -> None:
    """Reopen the reports, so that they wait for somebody to look at them again."""
    Report.objects.filter(pk__in=pks).update(handled_at=None, by=None)


def get_reports(listing: Listing) -> QuerySet[Report]:
    """Reports of the job and its copies that nobody handled yet."""
    copies = Listing.objects.filter(folded_into=listing).order_by().values("pk")
    return Report.objects.filter(Q(listing=listing) | Q(listing__in=copies), handled_at=None)


def first_report() -> Any:
    """When the first open report of a job came. Its own and those of its copies are asked apart:
    each has an index, and a database that is asked for both at once reads all jobs.
    """
    first = _first_time(find_open_reports().filter(listing=OuterRef("pk")))
    first_of_copies = _first_time(find_open_reports().filter(listing__folded_into=OuterRef("pk")))
    # The smaller of a time and nothing is nothing on some databases.
    return Coalesce(Least(first, first_of_copies), first, first_of_copies)


def _first_time(reports: QuerySet[Report]) -> QuerySet[Report, Any]:
    return reports.values("handled_at").annotate(first=Min("at")).values("first")

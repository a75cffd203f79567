"""Emails about jobs. They go to who may act for the company now, never to who once did."""

from django.conf import settings
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.common.mail import FOLLOWS_READER, MAY_STILL_GET, send_template_mail
from jobboard.common.models import Email

from .models import Company, Listing, Membership
from .querysets import MembershipQuerySet, contact

FOR_MEMBERS = [
    "claim_decided",
    "listing_change_published",
    "listing_change_rejected",
    "listing_change_returned",
    "listing_closed",
    "listing_published",
    "listing_rejected",
    "listing_returned",
    "listing_submitted",
    "outranked",
    "still_open",
]
FOR_OWNERS = ["badge_dropped", "join_request"]


def to_reviewers(listing: Listing) -> None:
    review = settings.SITE_URL + reverse("moderation_review", args=[listing.pk])
    context = {"number": listing.pk, "review_url": review}
    send_template_mail("listing_waits", context, to=[settings.CONTACT_EMAIL])


def many_to_reviewers(company: Company, count: int) -> None:
    context = {
        "company_number": company.pk,
        "count": count,
        "queue_url": settings.SITE_URL + reverse("moderation_queue"),
    }
    send_template_mail("jobs_wait", context, to=[settings.CONTACT_EMAIL])


def to_recruiter(what: str, listing: Listing, *, reason: str = "") -> None:
    """The email ``mail/listing_<what>.txt``, to who answers for the job; nobody does for feeds' and
    samples.
    """
    asked = Listing.objects.filter(pk=listing.pk).annotate(contact=contact())
    person = User.objects.filter(pk__in=asked.values("contact")).first()
    if person is None:
        return
    context = {
        "listing": listing,
        "reason": reason,
        "is_poster": person.pk == listing.created_by_id,
        "public_url": settings.SITE_URL + listing.get_absolute_url(),
        "dashboard_url": settings.SITE_URL + reverse("recruiting:dashboard"),
        "edit_url": settings.SITE_URL + reverse("recruiting:listing_edit", args=[listing.pk]),
    }
    send_template_mail(f"listing_{what}", context, to=[person.email], about=[listing.company_id])


def is_for_member(email: Email) -> bool:
    """Whether its reader still acts for all companies that it is about."""
    return _memberships(email).count() == len(email.about or [])


def is_for_owner(email: Email) -> bool:
    owned = _memberships(email).deciding()
    return owned.count() == len(email.about or [])


def _memberships(email: Email) -> MembershipQuerySet:
    return Membership.objects.filter(user__email=email.to, company__in=email.about or [])


def connect() -> None:
    """Once, when the app is ready."""
    MAY_STILL_GET.update(dict.fromkeys(FOR_MEMBERS, is_for_member))
    MAY_STILL_GET.update(dict.fromkeys(FOR_OWNERS, is_for_owner))
    FOLLOWS_READER.update([*FOR_MEMBERS, "join_answer"])

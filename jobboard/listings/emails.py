"""Mails about one listing."""

from django.conf import settings
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.common.mail import send_template_mail

from .models import Company, Listing


def to_reviewers(listing: Listing) -> None:
    review = settings.SITE_URL + reverse("moderation_review", args=[listing.pk])
    send_template_mail(
        "listing_waits", {"listing": listing, "review_url": review}, to=[settings.CONTACT_EMAIL]
    )


def many_to_reviewers(company: Company, count: int, by: User) -> None:
    context = {
        "company": company,
        "count": count,
        "by": by,
        "queue_url": settings.SITE_URL + reverse("moderation_queue"),
    }
    send_template_mail("jobs_wait", context, to=[settings.CONTACT_EMAIL])


def to_recruiter(what: str, listing: Listing) -> None:
    """The mail ``mail/listing_<what>.txt``. Listings that no person posted (feeds, samples) have
    nobody to write to.
    """
    if listing.created_by is None:
        return
    context = {
        "listing": listing,
        "public_url": settings.SITE_URL + listing.get_absolute_url(),
        "dashboard_url": settings.SITE_URL + reverse("recruiting:dashboard"),
        "edit_url": settings.SITE_URL + reverse("recruiting:listing_edit", args=[listing.pk]),
    }
    send_template_mail(f"listing_{what}", context, to=[listing.created_by.email])

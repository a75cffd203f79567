"""Mails about one listing."""

from django.conf import settings
from django.urls import reverse

from jobboard.common.mail import send_template_mail

from .models import Listing


def send_listing_submitted(pk: int) -> None:
    """To the recruiter, and to whoever reviews."""
    _to_recruiter("listing_submitted", pk)
    listing = Listing.objects.select_related("company").get(pk=pk)
    review = settings.SITE_URL + reverse("admin:listings_listing_review", args=[pk])
    send_template_mail("listing_waits", {"listing": listing, "review_url": review}, to=[settings.CONTACT_EMAIL])


def send_listing_published(pk: int) -> None:
    _to_recruiter("listing_published", pk)


def send_listing_returned(pk: int) -> None:
    _to_recruiter("listing_returned", pk)


def send_listing_rejected(pk: int) -> None:
    _to_recruiter("listing_rejected", pk)


def send_listing_closed(pk: int) -> None:
    _to_recruiter("listing_closed", pk)


def _to_recruiter(template: str, pk: int) -> None:
    """Listings that no person posted (feeds, samples) have nobody to write to."""
    listing = Listing.objects.select_related("company", "created_by").get(pk=pk)
    context = {
        "listing": listing,
        "public_url": settings.SITE_URL + listing.get_absolute_url(),
        "dashboard_url": settings.SITE_URL + reverse("recruit:dashboard"),
        "edit_url": settings.SITE_URL + reverse("recruit:listing_edit", args=[pk]),
    }
    send_template_mail(template, context, to=[listing.created_by.email] if listing.created_by else [])

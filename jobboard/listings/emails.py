"""Emails about jobs. They go to who may act for the company now, never to who once did."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.mail import (
    FINISHED_BY,
    FOLLOWS_READER,
    MAY_STILL_GET,
    rewrite,
    send_template_mail,
)
from jobboard.common.models import Email

from .employers.querysets import MembershipQuerySet
from .models import Company, JobNotice, Listing, ListingEvent, Membership
from .review_time import review_days

# How long an email about a decision waits for more, and how many jobs of each kind it lists.
GATHERED_FOR = timedelta(minutes=5)
SHOWN_OF_A_KIND = 100

OF_A_CHANGE = (
    JobNotice.Kind.CHANGE_PUBLISHED,
    JobNotice.Kind.CHANGE_RETURNED,
    JobNotice.Kind.CHANGE_REJECTED,
)
FOR_MEMBERS = [
    "claim_decided",
    "claim_undone",
    "company_reinstated",
    "company_suspended",
    "listing_change_published",
    "listing_change_rejected",
    "listing_change_returned",
    "listing_closed",
    "listing_decisions",
    "listing_edited",
    "listing_hidden",
    "listing_published",
    "listing_rejected",
    "listing_returned",
    "listing_shown",
    "listing_submitted",
    "listing_undone",
    "outranked",
    "still_open",
]
FOR_OWNERS = ["badge_dropped", "join_request"]


def notify_reviewers(listing: Listing) -> None:
    review = settings.SITE_URL + reverse("moderation_review", args=[listing.pk])
    context = {"number": listing.pk, "review_url": review}
    send_template_mail("listing_waits", context, to=[settings.CONTACT_EMAIL])


def notify_reviewers_of_upload(company: Company, count: int) -> None:
    context = {
        "company_number": company.pk,
        "count": count,
        "inbox_url": settings.SITE_URL + reverse("moderation_inbox"),
    }
    send_template_mail("jobs_wait", context, to=[settings.CONTACT_EMAIL])


def send_recruiter_email(what: str, listing: Listing, *, reason: str = "") -> None:
    """The email ``mail/listing_<what>.txt``, to who may act for the job; nobody is told of
    feeds' jobs. Decisions about other jobs in the next minutes are told in the same email. That a
    job was sent is told to who sent it alone.
    """
    if listing.feed_id and listing.created_by_id is None:
        return
    if what not in JobNotice.Kind.values:
        if sender := _get_sender(listing):
            _write(what, listing, sender, reason)
        return
    if not reason:
        reason = listing.reason
        if what == JobNotice.Kind.HIDDEN:
            reason = listing.hidden_reason
    for person in get_readers(listing):
        _tell(what, listing, person, reason)


def _get_sender(listing: Listing) -> User | None:
    """Return who posted the job, if still a member, else an owner."""
    members = Membership.objects.filter(company=listing.company_id).order_by("pk")
    poster = members.filter(user=listing.created_by_id).select_related("user").first()
    sender = poster or members.deciding().select_related("user").first()
    if sender:
        return sender.user
    return None


def get_readers(listing: Listing) -> list[User]:
    """Return who may act for the job now and wants its emails; if nobody does, who decides about
    the company. The order is always the same, as each email is locked.
    """
    members = Membership.objects.acting_for(listing).filter(user__is_active=True)
    wants_email = Q(job_emails=Membership.JobEmails.ALL) | Q(user=listing.created_by_id)
    readers = members.filter(wants_email)
    if not readers.exists():
        readers = members.deciding()
    return [member.user for member in readers.select_related("user").order_by("user")]


@transaction.atomic
def _tell(what: str, listing: Listing, person: User, reason: str) -> None:
    for email in _emails_to_tell_in(what, listing, person, reason):
        JobNotice.objects.create(email=email, listing=listing, kind=what, reason=reason)


def _emails_to_tell_in(what: str, listing: Listing, person: User, reason: str) -> list[Email]:
    gathering = _gathering(person, listing)
    if gathering:
        return [gathering]
    return _write(what, listing, person, reason, GATHERED_FOR)


@transaction.atomic
def to_who_was_told(listing: Listing, since: datetime) -> None:
    """Tell that the decision about the job, made at ``since``, was taken back: to those who were
    told of it and may still act. Who was not told yet is told of neither.
    """
    notices = JobNotice.objects.filter(listing=listing, at__gte=since, undone_at=None)
    still_act = Membership.objects.acting_for(listing).values("user__email")
    for notice in notices.exclude(kind=JobNotice.Kind.UNDONE).order_by("email_id"):
        if _take_out(notice):
            continue
        for person in User.objects.filter(email=notice.email.to, email__in=still_act):
            _tell(JobNotice.Kind.UNDONE, listing, person, "")


def _take_out(notice: JobNotice) -> bool:
    """Take the news out of an email that has not left. An email without other news is not sent."""
    email = Email.objects.select_for_update().get(pk=notice.email_id)
    untold = JobNotice.objects.filter(pk=notice.pk, told_at=None)
    if email.state != Email.State.WAITING or not untold.update(undone_at=timezone.now()):
        return False
    if not email.job_notices.filter(undone_at=None).exists():
        email.delete()
    return True


def _write(
    what: str, listing: Listing, person: User, reason: str, after: timedelta = timedelta()
) -> list[Email]:
    typical_wait = ""
    if what == "submitted":
        typical_wait = review_days()
    context = {
        "listing": listing,
        "reason": reason,
        "is_poster": person.pk == listing.created_by_id,
        "is_author": what in OF_A_CHANGE and _last_changed_by(listing) == person.pk,
        "review_days": typical_wait,
        "public_url": settings.SITE_URL + listing.get_absolute_url(),
        "dashboard_url": _dashboard_url(),
        "edit_url": settings.SITE_URL + reverse("recruiting:listing_edit", args=[listing.pk]),
    }
    return send_template_mail(
        f"listing_{what}", context, to=[person.email], about=[listing.company_id], after=after
    )


def _last_changed_by(listing: Listing) -> int | None:
    """Return who made the change that was decided about."""
    held_events = listing.events.filter(kind=ListingEvent.Kind.HELD).order_by("-pk")
    return held_events.values_list("by", flat=True).first()


def _dashboard_url() -> str:
    return settings.SITE_URL + reverse("recruiting:dashboard")


def _gathering(person: User, listing: Listing) -> Email | None:
    """The newest email to them that waits for more to tell, locked. None if that one tells of the
    job already: what is decided of it now is news, and an older one would leave before it.
    """
    notices = JobNotice.objects.filter(told_at=None, email__to=person.email)
    waiting = Email.objects.filter(state=Email.State.WAITING)
    newest = waiting.filter(pk__in=notices.values("email")).order_by("-pk")
    email = newest.select_for_update().first()
    if email is None:
        return None
    jobs = list(notices.filter(email=email).values_list("listing", flat=True))
    if jobs and listing.pk not in jobs:
        return email
    return None


@transaction.atomic
def finish_gathering(email: Email) -> None:
    """Write what the email tells: all that was decided since and not taken back, of the companies
    that its reader still acts for.
    """
    Email.objects.select_for_update().get(pk=email.pk)
    all_notices = JobNotice.objects.filter(email=email)
    all_notices.filter(told_at=None).update(told_at=timezone.now())
    notices = list(_get_news(email).select_related("listing__company"))
    if not notices:
        return  # who is asked next says that its reader may not get it
    # Their companies of now: one may have been merged into another meanwhile.
    email.about = sorted({notice.listing.company_id for notice in notices})
    if all_notices.count() == 1:
        email.save(update_fields=["about"])
        return
    groups = []
    for kind in JobNotice.Kind:
        of_kind = [notice for notice in notices if notice.kind == kind]
        if of_kind:
            first = of_kind[:SHOWN_OF_A_KIND]
            groups.append((kind.label, len(of_kind), first, len(of_kind) - len(first)))
    context = {"count": len(notices), "groups": groups, "dashboard_url": _dashboard_url()}
    rewrite(email, "listing_decisions", context)


def _get_news(email: Email) -> QuerySet[JobNotice]:
    """Return the news of an email that was not taken back and is about companies that its reader
    acts for.
    """
    members = Membership.objects.filter(user__email=email.to).values("company")
    return email.job_notices.filter(undone_at=None, listing__company__in=members)


def to_members(what: str, company: Company, reason: str) -> None:
    """The email ``mail/company_<what>.txt`` to everybody who acts for the company."""
    people = User.objects.filter(memberships__company=company, is_active=True)
    context = {"company": company, "reason": reason, "dashboard_url": _dashboard_url()}
    to = list(people.values_list("email", flat=True))
    send_template_mail(f"company_{what}", context, to=to, about=[company.pk])


def is_for_member(email: Email) -> bool:
    """Whether the reader still acts for all companies that the email is about, and there is news to
    tell.
    """
    if email.job_notices.exists() and not _get_news(email).exists():
        return False
    return _memberships(email).count() == len(email.about or [])


def is_for_owner(email: Email) -> bool:
    owned = _memberships(email).deciding()
    return owned.count() == len(email.about or [])


def _memberships(email: Email) -> MembershipQuerySet:
    return Membership.objects.filter(user__email=email.to, company__in=email.about or [])


def connect() -> None:
    """Once, when the app is ready."""
    MAY_STILL_GET.update(dict.fromkeys(FOR_MEMBERS, is_for_member))
    gathered = [f"listing_{kind}" for kind in JobNotice.Kind.values]
    # Those that could not be sent at once too: meanwhile its reader may have left a company.
    FINISHED_BY.update(dict.fromkeys([*gathered, "listing_decisions"], finish_gathering))
    MAY_STILL_GET.update(dict.fromkeys(FOR_OWNERS, is_for_owner))
    FOLLOWS_READER.update([*FOR_MEMBERS, "join_answer"])

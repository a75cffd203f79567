"""Jobs that nobody of a company answers for, once somebody has proven to act for it."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.hosts.domains import proven_by_mailbox
from jobboard.listings import emails
from jobboard.listings.models import Company, Listing, ListingEvent

from .folding import settle_copies
from .record import Actor, Kind, Status, event, lock_jobs

WHY = (
    "The company was verified after this job was published. The person who posted it has not "
    "verified that they act for the company, and the job would show the company’s badge."
)


@transaction.atomic
def review_jobs_of_unproven(company: Company) -> int:
    """Send to review what is public of people who have not proven to act for ``company``, which is
    locked: editors approved it when nobody had. Returns how many jobs these are. What has ended
    goes to review if it is opened again.
    """
    by_people = company.listings.filter(Q(feed=None) | Q(created_by__isnull=False))
    unproven = by_people.exclude(created_by__in=_get_people(company)).order_by("pk")
    lock_jobs(list(unproven.values_list("pk", flat=True)))
    now = timezone.now()
    unproven.filter(status=Status.PUBLISHED, expires_at__lte=now).update(
        status=Status.CLOSED, closed_at=F("expires_at"), outcome=Listing.Outcome.UNLISTED
    )
    unproven.filter(status=Status.CLOSED).update(expires_at=None)
    jobs = list(unproven.filter(status=Status.PUBLISHED))
    if not jobs:
        return 0
    _set_in_review(jobs)
    for job in jobs:
        settle_copies(job)
    emails.notify_reviewers_of_upload(company, len(jobs))
    return len(jobs)


def _get_people(company: Company) -> list[int]:
    """Ids of those who posted its jobs and speak for it: they have proven it, or their mailbox is
    at the domain that somebody has proven.
    """
    proven = set(company.memberships.proven().values_list("user", flat=True))
    posters = User.objects.filter(pk__in=company.listings.order_by().values("created_by"))
    people = []
    for poster in posters:
        if poster.pk in proven or proven_by_mailbox(poster.email, company.verified_domain):
            people.append(poster.pk)
    return people


def _set_in_review(jobs: list[Listing]) -> None:
    now = timezone.now()
    Listing.objects.filter(pk__in=[job.pk for job in jobs]).update(
        status=Status.IN_REVIEW,
        submitted_at=now,
        changed_at=now,
        version=F("version") + 1,
    )
    ListingEvent.objects.bulk_create(
        event(job, Kind.SUBMITTED, Actor.SYSTEM, at=now, new=WHY) for job in jobs
    )

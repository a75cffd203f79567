"""Jobs that nobody of a company answers for, once somebody has proven to act for it."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jobboard.listings import emails
from jobboard.listings.models import Company, Listing, ListingEvent

from .folding import settle_copies
from .record import Actor, Kind, Status, event, lock_jobs

WHY = (
    "Somebody has proven to act for the company. Who posted this job has not, and it would show "
    "the company’s badge."
)


@transaction.atomic
def review_jobs_of_unproven(company: Company) -> int:
    """Send to review what is public of people who have not proven to act for ``company``, which is
    locked: editors approved it when nobody had. Returns how many jobs these are.
    """
    proven = company.memberships.proven().values("user")
    by_people = company.listings.filter(Q(feed=None) | Q(created_by__isnull=False))
    public = by_people.filter(status=Status.PUBLISHED, expires_at__gt=timezone.now())
    unproven = public.exclude(created_by__in=proven).order_by("pk")
    lock_jobs(list(unproven.values_list("pk", flat=True)))
    jobs = list(unproven)
    if not jobs:
        return 0
    _set_in_review(jobs)
    for job in jobs:
        settle_copies(job)
    emails.many_to_reviewers(company, len(jobs))
    return len(jobs)


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

"""Approving many jobs at once."""

import time
from contextlib import suppress
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.common.tasks import DEFAULT, SOON
from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import Decision, EditConflictError, InvalidStatusError
from jobboard.listings.models import Listing
from jobboard.listings.rights import MODERATE, with_right

MAX_SECONDS = 0.5  # in a request; the rest runs in the background

# The id of a job and the version of it that the editor saw.
JobVersion = tuple[int, int]


@dataclass
class ApprovalResult:
    count: int = 0
    problems: list[str] = field(default_factory=list)
    remaining: list[JobVersion] = field(default_factory=list)


def approve(selected: list[JobVersion], *, by: User, seconds: float) -> ApprovalResult:
    """Publish the jobs, each in its own transaction, until ``seconds`` are over. A job that
    somebody decided or edited meanwhile becomes a problem, and does not stop the others.
    """
    outcome = ApprovalResult()
    end = time.monotonic() + seconds
    listings = Listing.objects.in_bulk([pk for pk, _ in selected])
    for index, (pk, version) in enumerate(selected):
        if time.monotonic() > end:
            outcome.remaining = selected[index:]
            break
        if pk not in listings:
            continue
        try:
            with with_right(by, MODERATE, jobs=[pk]):
                lifecycle.decide(
                    listing=listings[pk], decision=Decision.APPROVE, by=by, version=version
                )
            outcome.count += 1
        except (InvalidStatusError, EditConflictError) as problem:
            outcome.problems.append(str(problem))
    return outcome


def approve_some(selected: list[JobVersion], *, by: User) -> ApprovalResult:
    """Approve as many as a request has time for, and the rest in the background."""
    outcome = approve(selected, by=by, seconds=MAX_SECONDS)
    if outcome.remaining:
        approve_the_rest.enqueue(jobs=list(map(list, outcome.remaining)), user_id=by.pk)
    return outcome


@task(queue_name=DEFAULT, priority=SOON)
def approve_the_rest(jobs: list[list[int]], user_id: int) -> None:
    """Approve the rest in the background. Jobs that somebody decided or edited meanwhile stay in
    the inbox; so do all that remain if the editor may no longer decide.
    """
    by = User.objects.filter(pk=user_id).first()
    if by is None:
        return
    with suppress(PermissionDenied):
        approve([(pk, version) for pk, version in jobs], by=by, seconds=float("inf"))

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

# What takes longer than a request may is done in the background.
SECONDS = 0.5

# A job and the version of it that was seen.
Seen = tuple[int, int]


@dataclass
class Outcome:
    count: int = 0
    problems: list[str] = field(default_factory=list)
    left: list[Seen] = field(default_factory=list)


def approve(selected: list[Seen], *, by: User, seconds: float) -> Outcome:
    """Publish the jobs, each in a transaction of its own, until ``seconds`` are over. What somebody
    decided or edited meanwhile is a problem, in words; the others are not kept back by it.
    """
    outcome, end = Outcome(), time.monotonic() + seconds
    listings = Listing.objects.in_bulk([pk for pk, _ in selected])
    for place, (pk, version) in enumerate(selected):
        if time.monotonic() > end:
            outcome.left = selected[place:]
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


def approve_some(selected: list[Seen], *, by: User) -> Outcome:
    """As many as a request may take; the rest is left to the background."""
    outcome = approve(selected, by=by, seconds=SECONDS)
    if outcome.left:
        approve_the_rest.enqueue(jobs=[list(seen) for seen in outcome.left], user_id=by.pk)
    return outcome


@task(queue_name=DEFAULT, priority=SOON)
def approve_the_rest(jobs: list[list[int]], user_id: int) -> None:
    """What was decided or edited meanwhile stays as it is, and waits in the inbox. So does all
    that is left where whoever selected it may not decide any more.
    """
    by = User.objects.filter(pk=user_id).first()
    if by is None:
        return
    with suppress(PermissionDenied):
        approve([(pk, version) for pk, version in jobs], by=by, seconds=float("inf"))

"""Keeps how risky each job is that waits for a moderator, for lists that are sorted by it."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jobboard.common.batches import delete_in_batches

from .models import Listing, RiskScore
from .risk import Risk, risks_of

AT_ONCE = 100
# What is risky depends on other jobs and on the company, too, so it is asked again.
ASKED_AGAIN_AFTER = timedelta(days=1)
KEPT = timedelta(days=7)


def total(risks: Iterable[Risk]) -> int:
    return sum(risk.weight for risk in risks)


IS_CURRENT = Q(risk_score__isnull=False, risk_score__version=F("version"))


def with_open_reports() -> Q:
    """Jobs of which somebody reported something that nobody has handled yet. What is told of a copy
    is told of the job.
    """
    reported = Listing.objects.filter(
        reports__isnull=False, reports__handled_at__isnull=True
    ).order_by()
    copies = reported.filter(folded_into__isnull=False)
    jobs = reported.filter(folded_into__isnull=True)
    return Q(pk__in=jobs.values("pk")) | Q(pk__in=copies.values("folded_into"))


def looked_at() -> QuerySet[Listing]:
    """What moderators have in their lists, the oldest first."""
    visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
    waiting = visible.filter(Q(status=Listing.Status.IN_REVIEW) | with_open_reports())
    return waiting.order_by("submitted_at", "pk")


def risks_of_unscored(most: int) -> dict[int, list[Risk]]:
    """Of those that came in since ``score_waiting`` ran, the oldest ``most``."""
    unscored = looked_at().filter(~IS_CURRENT).select_related("company", "role")[:most]
    return risks_of(unscored) if unscored else {}


def score_waiting() -> bool:
    """Score some of those that have no score, or an old one; True where some are left."""
    now = timezone.now()
    is_old = Q(risk_score__at__lt=now - ASKED_AGAIN_AFTER)
    due = looked_at().filter(is_old | ~IS_CURRENT)
    listings = list(due.select_related("company", "role")[:AT_ONCE])
    found = risks_of(listings)
    scores = [_score(listing, found[listing.pk]) for listing in listings]
    RiskScore.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=["version", "weight", "risks", "at"],
    )
    return len(listings) == AT_ONCE


def _score(listing: Listing, risks: list[Risk]) -> RiskScore:
    rows = [[risk.weight, risk.words] for risk in risks]
    return RiskScore(listing=listing, version=listing.version, weight=total(risks), risks=rows)


def delete_old_scores() -> None:
    """Of jobs that wait no more: the others are scored again every day."""
    delete_in_batches(RiskScore.objects.filter(at__lt=timezone.now() - KEPT))

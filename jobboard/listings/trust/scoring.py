"""Keeps how risky each job is that waits for a moderator, for lists that are sorted by it."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.listings.facts import MarketFacts
from jobboard.listings.models import ApprovedContent, Listing, ListingChange, RiskScore

from .open_reports import open_reports
from .risk import facts_by_database, find_risks
from .text_risks import Risk

BATCH_SIZE = 100
# What is risky depends on other jobs and on the company, too, so it is asked again.
SCORE_MAX_AGE = timedelta(days=1)
SCORE_RETENTION = timedelta(days=7)


def total(risks: Iterable[Risk]) -> int:
    return sum(risk.weight for risk in risks)


IS_CURRENT = Q(risk_score__isnull=False, risk_score__version=F("version"))


def with_open_reports() -> Q:
    """Jobs with a report that nobody has handled yet. A report of a copy is one of the job."""
    reported = open_reports().values("listing")
    copies = Listing.objects.filter(pk__in=reported, folded_into__isnull=False).order_by()
    return Q(pk__in=reported, folded_into=None) | Q(pk__in=copies.values("folded_into"))


def held() -> Q:
    """Jobs of which a change waits. Found from the changes, which are few beside all jobs."""
    return Q(pk__in=ListingChange.objects.filter(returned_at=None).values("listing"))


def edited() -> Q:
    """Jobs that say something that nobody has looked at, and somebody should."""
    return Q(pk__in=ApprovedContent.objects.filter(is_listed=True).values("listing"))


def looked_at() -> QuerySet[Listing]:
    """Return the jobs in the lists of moderators, the oldest first: jobs in review, those of which
    a change waits, those that say something that nobody looked at, and those that were reported.
    Each is found by itself, so that no database takes one OR for a reason to read all jobs.
    """
    in_review = _pks_where(Q(status=Listing.Status.IN_REVIEW))
    others = map(_pks_where, [held(), edited(), with_open_reports()])
    waiting = Listing.objects.filter(pk__in=in_review.union(*others))
    visible = waiting.filter(hidden_at=None, company__suspended_at=None)
    loaded = visible.select_related("company", "role", "change")
    return loaded.defer("change__base", "change__content").order_by("submitted_at", "pk")


def _pks_where(condition: Q) -> QuerySet[Listing, Any]:
    return Listing.objects.filter(condition).order_by().values("pk")


def _oldest(listings: QuerySet[Listing], count: int) -> list[Listing]:
    """Sorted by their ids: rows with all their texts would be sorted to read a few."""
    pks = list(listings.values_list("pk", flat=True)[:count])
    if pks:
        return list(listings.filter(pk__in=pks))
    return []


def risks_with_change(
    listings: Iterable[Listing],
    *,
    compare_texts: bool = False,
    facts_of: Callable[[Collection[int]], dict[int, MarketFacts]] = facts_by_database,
) -> dict[int, list[Risk]]:
    """List the risks of each job, first those of the change that waits, as it was scored."""
    listings = list(listings)
    if not listings:
        return {}
    risks = find_risks(listings, compare_texts=compare_texts, facts_of=facts_of)
    for listing in listings:
        change = listing.waiting_change
        if change:
            risks_of_change = [Risk(**risk) for risk in change.risks]
            risks[listing.pk] = risks_of_change + risks[listing.pk]
    return risks


def score_waiting() -> bool:
    """Score some of those that have no score, or an old one; True where some are left."""
    now = timezone.now()
    is_old = Q(risk_score__at__lt=now - SCORE_MAX_AGE)
    listings = _oldest(looked_at().filter(is_old | ~IS_CURRENT), BATCH_SIZE)
    risks = risks_with_change(listings)
    scores = [_score(listing, risks[listing.pk]) for listing in listings]
    RiskScore.objects.bulk_create(
        scores,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=["version", "weight", "risks", "at"],
    )
    return len(listings) == BATCH_SIZE


def _score(listing: Listing, risks: list[Risk]) -> RiskScore:
    rows = [[risk.weight, risk.words] for risk in risks]
    return RiskScore(listing=listing, version=listing.version, weight=total(risks), risks=rows)


def delete_old_scores() -> None:
    """Delete scores of jobs that wait no more: the others are scored again every day."""
    delete_in_batches(RiskScore.objects.filter(at__lt=timezone.now() - SCORE_RETENTION))

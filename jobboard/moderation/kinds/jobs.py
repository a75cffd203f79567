"""Jobs that wait: new, doubtful, changed, edited, reported."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import (
    Case,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Now, RowNumber
from django.urls import reverse

from jobboard.common.text.words import plural
from jobboard.listings.models import Listing, RiskScore
from jobboard.listings.rights import MODERATE
from jobboard.listings.trust.open_reports import count_open_reports, first_report
from jobboard.listings.trust.scoring import IS_CURRENT, edited, held, with_open_reports
from jobboard.listings.trust.text_risks import Risk

from .base import Entry, Kind, Shown, ranked

# Of one company, so many come before the rest of its jobs takes its turn: nobody hides the jobs of
# others behind their own.
TURN = 20
REPORTED = 10  # weighs more than what a job says
# What a row of the list says: of hundreds of jobs each further column costs.
SHOWN = [
    "title",
    "place_line",
    "status",
    "relevance",
    "version",
    "role__name",
    "company__name",
    "risk_score__version",
    "risk_score__risks",
]
NOT_READ_YET = 3  # a job that the worker has not come to is taken for a risky one


def scored(more: int = 0) -> Any:
    """How risky a job is; ``more`` on top."""
    return Case(
        When(IS_CURRENT, then=F("risk_score__weight") + more),
        default=Value(NOT_READ_YET + more),
        output_field=IntegerField(),
    )


class JobKind(Kind):
    permission = MODERATE
    is_job = True

    def entries(self, found: dict[str, datetime]) -> Shown:
        listings = Listing.objects.filter(pk__in=[int(key) for key in found])
        loaded = listings.select_related("company", "role", "risk_score").only(*SHOWN)
        states = self.states(loaded)
        shown = {}
        for listing in loaded:
            key, score = str(listing.pk), current_score(listing)
            risks = score.risks if score else []
            shown[key] = Entry(
                kind=self,
                key=key,
                title=listing.title,
                url=reverse("moderation_review", args=[listing.pk]),
                open_label="Review",
                since=found[key],
                state=states.get(listing.pk, ""),
                about=f"{listing.company} · {listing.place_summary or 'Location not stated'}",
                risks=[Risk(weight, words) for weight, words in risks],
                listing=listing,
                is_scored=score is not None,
            )
        return shown

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {}


def current_score(listing: Listing) -> RiskScore | None:
    score = getattr(listing, "risk_score", None)
    if score is None or score.version != listing.version:
        return None
    return score


class WaitingJobs(JobKind):
    """Jobs in review that nobody has reported."""

    condition: ClassVar[Q]

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.awaiting_review().filter(self.condition).exclude(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        place = Window(RowNumber(), partition_by="company", order_by=["submitted_at", "id"])
        return ranked(
            self.waiting().annotate(place_in_company=place),
            risk=scored(),
            since=Coalesce("submitted_at", "first_seen_at"),
            turn=(F("place_in_company") - 1) / TURN,
        )


class NewJobs(WaitingJobs):
    name = "new"
    label = "New jobs"
    condition = ~Q(relevance=Listing.Relevance.DOUBTFUL)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "New" for one in listings}


class DoubtfulJobs(WaitingJobs):
    name = "doubtful"
    label = "Doubtful topic"
    condition = Q(relevance=Listing.Relevance.DOUBTFUL)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Doubtful topic" for one in listings}


class HeldChanges(JobKind):
    """Of public jobs: what was approved is public meanwhile."""

    name = "held"
    label = "Held changes"

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.filter(held()).with_held_change(Now()).exclude(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(), since=F("change__submitted_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Change held" for one in listings}


class EditedJobs(JobKind):
    """Public jobs that say something harmless that nobody has looked at."""

    name = "edited"
    label = "Edited"

    def waiting(self) -> QuerySet[Listing]:
        jobs = Listing.objects.filter(edited()).edited_since_decision(Now())
        return jobs.exclude(held()).exclude(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(), since=F("approved__edited_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Edited" for one in listings}


class ReportedJobs(JobKind):
    name = "reported"
    label = "Reported jobs"
    is_alarm = True

    def waiting(self) -> QuerySet[Listing]:
        visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
        return visible.filter(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        since = first_report()
        return ranked(self.waiting(), risk=scored(REPORTED), since=since)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        counts = count_open_reports([one.pk for one in listings])
        return {pk: plural(count, "report") for pk, count in counts.items()}

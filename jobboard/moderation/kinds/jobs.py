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
from jobboard.listings.trust.open_reports import count_open_reports
from jobboard.listings.trust.scoring import IS_CURRENT, edited, held, with_open_reports
from jobboard.listings.trust.text_risks import Risk
from jobboard.seekers.reports import first_report

from .base import Entry, Kind, ranked

# After so many jobs of one company it is the turn of the others: nobody can hide the jobs of others
# behind their own.
TURN = 20
REPORTED = 10  # a report weighs more than any risk of the text
# The columns that a list needs. It has hundreds of jobs, so each further one costs.
COLUMNS = [
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
NOT_SCORED_YET = 3  # until the worker has scored a job, it counts as a risky one


def scored(extra: int = 0) -> Any:
    """Build the expression of how risky a job is, plus ``extra``."""
    return Case(
        When(IS_CURRENT, then=F("risk_score__weight") + extra),
        default=Value(NOT_SCORED_YET + extra),
        output_field=IntegerField(),
    )


class JobKind(Kind):
    permission = MODERATE
    is_job = True
    state: ClassVar[str] = ""

    def entries(self, since_by_key: dict[str, datetime]) -> dict[str, Entry]:
        listings = Listing.objects.filter(pk__in=since_by_key)
        listings = listings.select_related("company", "role", "risk_score").only(*COLUMNS)
        states = self.states(listings)
        entries = {}
        for listing in listings:
            key = str(listing.pk)
            score = current_score(listing)
            risks = []
            if score:
                risks = [Risk(weight, words) for weight, words in score.risks]
            entries[key] = Entry(
                kind=self,
                key=key,
                title=listing.title,
                url=reverse("moderation_review", args=[listing.pk]),
                open_label="Review",
                since=since_by_key[key],
                state=states.get(listing.pk, ""),
                about=f"{listing.company} · {listing.place_summary or 'Location not stated'}",
                risks=risks,
                listing=listing,
                is_scored=score is not None,
            )
        return entries

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        """Job id → what the entry says about why it waits."""
        return {listing.pk: self.state for listing in listings}


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
    state = "New"
    condition = ~Q(relevance=Listing.Relevance.DOUBTFUL)


class DoubtfulJobs(WaitingJobs):
    name = "doubtful"
    label = "Doubtful topic"
    state = "Doubtful topic"
    condition = Q(relevance=Listing.Relevance.DOUBTFUL)


class HeldChanges(JobKind):
    """Changes of public jobs. The approved text stays public meanwhile."""

    name = "held"
    label = "Held changes"
    state = "Change held"

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.filter(held()).with_held_change(Now()).exclude(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(), since=F("change__submitted_at"))


class EditedJobs(JobKind):
    """Public jobs with a harmless edit, which went live before anybody looked at it."""

    name = "edited"
    label = "Edited"
    state = "Edited"

    def waiting(self) -> QuerySet[Listing]:
        jobs = Listing.objects.filter(edited()).edited_since_decision(Now())
        return jobs.exclude(held()).exclude(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(), since=F("approved__edited_at"))


class ReportedJobs(JobKind):
    name = "reported"
    label = "Reported jobs"
    is_alarm = True

    def waiting(self) -> QuerySet[Listing]:
        visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
        return visible.filter(with_open_reports())

    def ranked(self) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(REPORTED), since=first_report())

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        counts = count_open_reports([listing.pk for listing in listings])
        return {pk: plural(count, "report") for pk, count in counts.items()}

"""Jobs that wait: new, doubtful, changed, edited, reported."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse

from jobboard.common.text.words import plural
from jobboard.listings.models import Listing
from jobboard.listings.rights import MODERATE
from jobboard.listings.trust.said import Risk
from jobboard.listings.trust.scoring import IS_CURRENT, edited, held, total, with_open_reports
from jobboard.seekers.models import Report

from .base import Entry, Kind, Live, Shown, ranked

# Of one company, so many come before the rest of its jobs takes its turn: nobody hides the jobs of
# others behind their own.
TURN = 20
REPORTED = 10  # weighs more than what a job says
NOT_READ_YET = 3  # a job whose risks nobody has looked for is taken for a risky one


def scored(live: Live, more: int = 0) -> Any:
    """How risky a job is; ``more`` on top."""
    by_weight: dict[int, list[int]] = {}
    for pk, risks in live.items():
        by_weight.setdefault(total(risks), []).append(pk)
    whens = [When(IS_CURRENT, then=F("risk_score__weight") + more)]
    whens += [When(pk__in=pks, then=Value(weight + more)) for weight, pks in by_weight.items()]
    return Case(*whens, default=Value(NOT_READ_YET + more), output_field=IntegerField())


class JobKind(Kind):
    permission = MODERATE
    is_job = True

    def entries(self, found: dict[str, datetime], live: Live) -> Shown:
        listings = Listing.objects.filter(pk__in=[int(key) for key in found])
        loaded = listings.select_related("company", "role", "risk_score").defer(
            "description_source", "description_html"
        )
        states = self.states(loaded)
        shown = {}
        for listing in loaded:
            key = str(listing.pk)
            shown[key] = Entry(
                kind=self,
                key=key,
                title=listing.title,
                url=reverse("moderation_review", args=[listing.pk]),
                open_label="Review",
                since=found[key],
                state=states.get(listing.pk, ""),
                about=f"{listing.company} · {listing.place_summary or 'Location not stated'}",
                risks=risks_known_of(listing, live),
                listing=listing,
            )
        return shown

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {}


def risks_known_of(listing: Listing, live: Live) -> list[Risk]:
    if listing.pk in live:
        return live[listing.pk]
    score = getattr(listing, "risk_score", None)
    if score is None or score.version != listing.version:
        return []
    return [Risk(weight, words) for weight, words in score.risks]


class WaitingJobs(JobKind):
    """Jobs in review that nobody has reported."""

    condition: ClassVar[Q]

    def waiting(self) -> QuerySet[Listing]:
        return Listing.objects.awaiting_review().filter(self.condition).exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        place = Window(RowNumber(), partition_by="company", order_by=["submitted_at", "id"])
        return ranked(
            self.waiting().annotate(place_in_company=place),
            risk=scored(live),
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
        return Listing.objects.filter(held()).with_held_change().exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(live), since=F("change__submitted_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Change held" for one in listings}


class EditedJobs(JobKind):
    """Public jobs that say something harmless that nobody has looked at."""

    name = "edited"
    label = "Edited"

    def waiting(self) -> QuerySet[Listing]:
        jobs = Listing.objects.filter(edited()).edited_since_decision()
        return jobs.exclude(held()).exclude(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        return ranked(self.waiting(), risk=scored(live), since=F("approved__edited_at"))

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        return {one.pk: "Edited" for one in listings}


class ReportedJobs(JobKind):
    name = "reported"
    label = "Reported jobs"
    is_alarm = True

    def waiting(self) -> QuerySet[Listing]:
        visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
        return visible.filter(with_open_reports())

    def ranked(self, live: Live) -> QuerySet[Any]:
        of_job = _open_reports().filter(job=OuterRef("pk")).values("job")
        since = of_job.annotate(first=Min("at")).values("first")
        return ranked(self.waiting(), risk=scored(live, REPORTED), since=since)

    def states(self, listings: Iterable[Listing]) -> dict[int, str]:
        of_jobs = _open_reports().filter(job__in=[one.pk for one in listings])
        counts = of_jobs.values_list("job").annotate(Count("pk"))
        return {pk: plural(count, "report") for pk, count in counts}


def _open_reports() -> QuerySet[Any]:
    waiting = Report.objects.filter(handled_at=None).order_by()
    return waiting.annotate(job=Coalesce("listing__folded_into", "listing"))

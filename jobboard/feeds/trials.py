"""Trials: fetch an address before it is followed, and show its jobs as they would be here, and what
the import would reject.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.common.batches import delete_in_batches
from jobboard.common.locks import advisory_lock
from jobboard.common.tasks import SLOW, SOMEBODY_WAITS, TryAgainError, unfinished
from jobboard.listings.employers.companies import company_named
from jobboard.listings.models import Company, Feed, FeedTrial, Listing, ListingEvent

from .adapters.base import FeedItem, InvalidFeedError, Result
from .adapters.registry import ADAPTERS
from .adapters.source import Source as Adapter
from .boards.ownership import Statements, find_ownership
from .detection.sources import DetectedSource, NotASourceError
from .download import FetchError
from .fetching import items_at
from .following import LEFT_OUT, is_left_out, start_again
from .importing.importer import try_and_show
from .importing.report import ImportReport
from .importing.storing import Pair
from .pasted import detect_source, why_not_importable

TRIAL_RETENTION = timedelta(days=1)
MAX_JOBS_SHOWN = 10
# Jobs that are read. Fewer if each needs a request of its own, because somebody waits.
MAX_READ = 1_000
MAX_REQUESTED = 20
MAX_LINES_SHOWN = 50
BUSY_PAUSE = timedelta(seconds=5)
NEEDS_COMPANY = "This board does not say whose jobs it has. Enter the name of the company."
OF_MANY_EMPLOYERS = (
    "{} lists jobs of many employers. Paste the address of your own careers page or job board."
)
LEFT_OUT_OF_COMPANY = (
    "Its employer asked us to leave this board out, so it can’t be connected. "
    "If you speak for the employer, contact us."
)
OUR_FAULT = "Something went wrong on our side, and it was noted. Try again."

logger = logging.getLogger("jobboard.feeds")


@dataclass
class TrialResult:
    """``jobs`` are the first ones, serialised. ``stated`` counts the jobs that state each field.
    ``lines`` are the first of all ``remarks``.
    """

    source: str
    read: int
    is_part: bool
    remarks: int
    public: int
    doubtful: int
    irrelevant: int
    problem: str
    lines: list[str]
    stated: list[tuple[str, int]]
    jobs: list[dict[str, Any]]


def begin(
    *, pasted: str, by: User, company_name: str = "", company: Company | None = None
) -> FeedTrial:
    """A member passes their ``company``; an admin the name of one, which need not exist yet."""
    with transaction.atomic():
        trial = FeedTrial.objects.create(
            pasted=pasted, company_name=company_name, company=company, by=by
        )
        read_trial.enqueue(trial_id=str(trial.pk))
    return trial


def of_person(trial_id: UUID, by: User, company: Company | None = None) -> FeedTrial | None:
    """A trial of this person, for ``company`` or as an admin, until it is deleted."""
    since = timezone.now() - TRIAL_RETENTION
    trials = FeedTrial.objects.filter(by=by, company=company, created_at__gte=since)
    return trials.filter(pk=trial_id).first()


@task(queue_name=SLOW, priority=SOMEBODY_WAITS)
def read_trial(trial_id: str) -> None:
    reading = FeedTrial.objects.filter(pk=trial_id, state=FeedTrial.State.READING)
    trial = reading.select_related("company").first()
    if trial is None:
        return
    try:
        trial.outcome = asdict(_try(trial))
    except (NotASourceError, InvalidFeedError, FetchError) as problem:
        trial.state = FeedTrial.State.FAILED
        trial.problem = str(problem)[:400]
    except (Error, TryAgainError):
        raise  # The queue runs the task again.
    except Exception:  # It would fail again, and somebody is looking at "being read".
        logger.exception("A trial of a feed (%s) failed", trial_id)
        trial.state = FeedTrial.State.FAILED
        trial.problem = OUR_FAULT
    else:
        trial.state = FeedTrial.State.READ
    trial.save(update_fields=["state", "problem", "outcome", "kind", "address", "proof", "doubt"])


def _try(trial: FeedTrial) -> TrialResult:
    source = detect_source(trial.pasted, reads_pages=True)
    if reason := _why_not(source, trial.company):
        raise NotASourceError(reason)
    trial.kind = source.kind
    trial.address = source.api
    feed = _new_feed(trial)
    try:
        feed.clean()
    except ValidationError:
        raise NotASourceError(NEEDS_COMPANY) from None
    with advisory_lock(f"host-{urlsplit(source.api).netloc}") as alone:
        if not alone:
            raise TryAgainError(timezone.now() + BUSY_PAUSE, "The host is being asked.")
        first_items = _FirstItems(ADAPTERS[source.kind], trial)
        report, pairs = try_and_show(feed=feed, items=first_items.read())
    if _lacks_company(report):
        raise NotASourceError(NEEDS_COMPANY)
    if trial.company:
        ownership = find_ownership(
            source, trial.company, pasted=trial.pasted, statements=first_items.statements
        )
        trial.proof = ownership.proof[:200]
        trial.doubt = ownership.doubt[:300]
    return _build_outcome(source, first_items, report, pairs)


def _lacks_company(report: ImportReport) -> bool:
    """Whether no job came in, because none says whose it is."""
    reasons = {(name, reason) for _, name, reason in report.bad}
    return reasons == {("company", "is missing")} and not report.created


def _why_not(source: DetectedSource, company: Company | None) -> str:
    if is_left_out(source.kind, source.api):
        if company:
            return LEFT_OUT_OF_COMPANY
        return LEFT_OUT
    if company and not source.board and source.kind != "page":
        return OF_MANY_EMPLOYERS.format(source.name)
    return why_not_importable(source)


def _new_feed(trial: FeedTrial) -> Feed:
    """A new one, even if the address is followed already. Neither it nor its company is saved."""
    if trial.company:
        company: Company | None = trial.company
        publishes = publishes_for(trial.company)
    else:
        company = company_named(trial.company_name)
        publishes = str(Feed.Publishes.DIRECTLY)
    return Feed(company=company, kind=trial.kind, address=trial.address, publishes=publishes)


def publishes_for(company: Company) -> str:
    """Jobs of a member's board go to review, like those that members post, until an editor has
    verified the company or published one of its jobs.
    """
    if company.verified_by == Company.VerifiedBy.ADMIN:
        return Feed.Publishes.DIRECTLY
    by_editors = Q(events__kind=ListingEvent.Kind.PUBLISHED, events__actor=ListingEvent.Actor.ADMIN)
    if company.listings.filter(by_editors, hidden_at=None).exists():
        return Feed.Publishes.DIRECTLY
    return Feed.Publishes.THROUGH_REVIEW


class _FirstItems:
    """Reads the first items of an address, and saves how many were read, at most once a second
    because it is a write.
    """

    def __init__(self, adapter: Adapter, trial: FeedTrial) -> None:
        self.adapter = adapter
        self.trial = trial
        self.limit = MAX_READ
        if adapter.details:
            self.limit = MAX_REQUESTED
        self.count = 0
        self.noted_at = time.monotonic()
        self.statements = Statements()
        self.is_part = False

    def read(self) -> Iterator[Result]:
        for item in items_at(self.adapter, self.trial.address):
            if self.count == self.limit:
                self.is_part = True
                return
            self.count += 1
            if isinstance(item, FeedItem):
                self.statements.note(item)
            if time.monotonic() - self.noted_at >= 1:
                self.noted_at = time.monotonic()
                FeedTrial.objects.filter(pk=self.trial.pk).update(jobs_read=self.count)
            yield item


STATED: list[tuple[str, Callable[[Listing], object]]] = [
    ("Description", lambda listing: listing.description_html),
    ("Location", lambda listing: listing.place_summary),
    ("Workplace", lambda listing: listing.workplace_line),
    ("Base pay", lambda listing: listing.has_pay),
    ("Level", lambda listing: listing.level),
    ("Employment type", lambda listing: listing.employment_types),
    ("Skills", lambda listing: listing.skill_line),
]


def _build_outcome(
    source: DetectedSource, first_items: _FirstItems, report: ImportReport, pairs: list[Pair]
) -> TrialResult:
    listings = [listing for listing, _ in pairs]
    stated = []
    for name, get_value in STATED:
        stated.append((name, sum(bool(get_value(listing)) for listing in listings)))
    # Irrelevant jobs last.
    listings.sort(key=lambda listing: listing.relevance == Listing.Relevance.NO)
    shown = listings[:MAX_JOBS_SHOWN]
    for listing in shown:
        listing.description_source = listing.description_html = ""
    return TrialResult(
        source=str(source),
        read=first_items.count,
        is_part=first_items.is_part,
        remarks=len(report.lines),
        public=report.published,
        doubtful=report.waiting,
        irrelevant=report.irrelevant,
        problem=report.problem,
        lines=report.lines[:MAX_LINES_SHOWN],
        stated=stated,
        jobs=list(map(serialize_job, shown)),
    )


def take_up_again(trial_id: str) -> None:
    """Called when an admin retries a failed task: set the state back."""
    given_up = FeedTrial.objects.filter(pk=trial_id, state=FeedTrial.State.FAILED)
    given_up.update(state=FeedTrial.State.READING, problem="", jobs_read=0)


# --- Showing --------------------------------------------------------------------------------------


def serialize_job(listing: Listing) -> dict[str, Any]:
    """Fields without a value are left out: the release that shows it may not know all of them."""
    (row,) = serializers.serialize("python", [listing])
    row["fields"] = {name: value for name, value in row["fields"].items() if value is not None}
    return {"company": listing.company.name, "row": row}


def shown_jobs(trial: FeedTrial) -> dict[str, list[Listing]]:
    """The jobs that the page shows: those that would be imported, and the irrelevant ones. None is
    saved.
    """
    jobs: list[Listing] = []
    others: list[Listing] = []
    outcome = trial.outcome or {}
    for job in outcome.get("jobs", []):
        listing = _deserialize_job(job)
        if listing.relevance == Listing.Relevance.NO:
            others.append(listing)
        else:
            jobs.append(listing)
    return {"jobs": jobs, "others": others}


def _deserialize_job(job: dict[str, Any]) -> Listing:
    fields = {**job["row"]["fields"], "company": None, "feed": None}
    row = {**job["row"], "fields": fields}
    (deserialized,) = serializers.deserialize("python", [row], ignorenonexistent=True)
    listing: Any = deserialized.object
    listing.company = Company(name=job["company"])
    return listing


def find_feed(trial: FeedTrial) -> Feed | None:
    """The feed that follows the address already; for a member, a feed of their company."""
    feeds = Feed.objects.filter(kind=trial.kind, address=trial.address, ended_at=None)
    if trial.company:
        feeds = feeds.filter(company=trial.company)
    if trial.address:
        return feeds.select_related("company").first()
    return None


# --- Following ------------------------------------------------------------------------------------


@transaction.atomic
def follow_trial(trial: FeedTrial, *, publishes: str) -> Feed:
    """Follow the address of the trial; returns the existing feed if there is one. Raises
    NotASourceError.
    """
    if is_left_out(trial.kind, trial.address):
        raise NotASourceError(LEFT_OUT)
    company = company_named(trial.company_name)
    if company and company.suspended_at:
        raise NotASourceError(f"{company} is suspended, so its jobs would not be shown.")
    if company and not company.pk:
        company.save()
    feed = Feed.objects.filter(company=company, kind=trial.kind, address=trial.address).first()
    if feed and not feed.ended_at:
        return feed
    if feed is None:
        feed = Feed(company=company, kind=trial.kind, address=trial.address)
    feed.publishes = publishes
    start_again(feed, at=timezone.now())
    return feed


def delete_old_trials() -> None:
    _fail_trials_without_a_task()
    delete_in_batches(FeedTrial.objects.filter(created_at__lt=timezone.now() - TRIAL_RETENTION))


def _fail_trials_without_a_task() -> None:
    """Their task failed for good or an admin cancelled it, but their page says "being read"."""
    reading = FeedTrial.objects.filter(state=FeedTrial.State.READING)
    ids = {str(pk) for pk in reading.values_list("pk", flat=True)}
    for arguments in unfinished(read_trial):
        ids.discard(arguments["trial_id"])
    reading.filter(pk__in=ids).update(state=FeedTrial.State.FAILED, problem=OUR_FAULT)

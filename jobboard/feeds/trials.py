"""Trying an address before it is followed: what it leads to, the jobs as they would stand here,
and what would not come in.
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
from jobboard.common.locks import only_one
from jobboard.common.tasks import SLOW, SOMEBODY_WAITS, TryAgainError, unfinished
from jobboard.listings.employers.companies import company_named
from jobboard.listings.models import Company, Feed, FeedTrial, Listing, ListingEvent

from .adapters.base import FeedItem, InvalidFeedError, Result
from .adapters.registry import ADAPTERS
from .adapters.source import Source as Adapter
from .boards.ownership import Said, ownership_of
from .detection.sources import NotASourceError, Source
from .download import FetchError
from .fetching import items_at
from .following import LEFT_OUT, is_left_out, start_again
from .importing.importer import try_and_show
from .importing.report import Report
from .importing.storing import Pair
from .pasted import detect_source, why_not_importable

KEPT = timedelta(days=1)
SHOWN = 10  # jobs
# Jobs that are read. Where each is asked for by itself, fewer: the admin waits, and so do hosts.
MAX_READ = 1_000
MAX_ASKED_FOR = 20
LINES_SHOWN = 50
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
class Outcome:
    """``jobs`` are the first to show, serialised; ``stated`` says of how many of the jobs read each
    field is known. ``lines`` are the first of so many ``remarks``.
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
    """``company`` is whose member asks; an admin may name one that need not be here."""
    with transaction.atomic():
        trial = FeedTrial.objects.create(
            pasted=pasted, company_name=company_name, company=company, by=by
        )
        read_trial.enqueue(trial_id=str(trial.pk))
    return trial


def of_person(trial_id: UUID, by: User, company: Company | None = None) -> FeedTrial | None:
    """Nobody else's, and none that is to be deleted: one for ``company``, or of an admin."""
    since = timezone.now() - KEPT
    trials = FeedTrial.objects.filter(by=by, company=company, created_at__gte=since)
    return trials.filter(pk=trial_id).first()


@task(queue_name=SLOW, priority=SOMEBODY_WAITS)
def read_trial(trial_id: str) -> None:
    reading = FeedTrial.objects.filter(pk=trial_id, state=FeedTrial.State.READING)
    trial = reading.select_related("company").first()
    if trial is None:
        return
    try:
        trial.outcome = asdict(_tried(trial))
    except (NotASourceError, InvalidFeedError, FetchError) as problem:
        trial.state, trial.problem = FeedTrial.State.FAILED, str(problem)[:400]
    except (Error, TryAgainError):
        raise  # it is tried again
    except Exception:  # it would fail again, and somebody is looking at "being read"
        logger.exception("A trial of a feed (%s) failed", trial_id)
        trial.state, trial.problem = FeedTrial.State.FAILED, OUR_FAULT
    else:
        trial.state = FeedTrial.State.READ
    trial.save(update_fields=["state", "problem", "outcome", "kind", "address", "proof", "doubt"])


def _tried(trial: FeedTrial) -> Outcome:
    source = detect_source(trial.pasted, reads_pages=True)
    if refusal := _refusal(source, trial.company):
        raise NotASourceError(refusal)
    trial.kind, trial.address = source.kind, source.api
    feed = _feed_of(trial)
    try:
        feed.clean()
    except ValidationError:
        raise NotASourceError(NEEDS_COMPANY) from None
    with only_one(f"host-{urlsplit(source.api).netloc}") as alone:
        if not alone:
            raise TryAgainError(timezone.now() + BUSY_PAUSE, "The host is being asked.")
        counted = _Counted(ADAPTERS[source.kind], trial)
        report, pairs = try_and_show(feed=feed, items=counted.items())
    if _lacks_company(report):
        raise NotASourceError(NEEDS_COMPANY)
    if trial.company:
        owned = ownership_of(source, trial.company, pasted=trial.pasted, said=counted.said)
        trial.proof, trial.doubt = owned.proof[:200], owned.doubt[:300]
    return _outcome(source, counted, report, pairs)


def _lacks_company(report: Report) -> bool:
    """Whether no job came in, because none says whose it is."""
    reasons = {(name, reason) for _, name, reason in report.bad}
    return reasons == {("company", "is missing")} and not report.created


def _refusal(source: Source, company: Company | None) -> str:
    if is_left_out(source.kind, source.api):
        if company:
            return LEFT_OUT_OF_COMPANY
        return LEFT_OUT
    if company and not source.board and source.kind != "page":
        return OF_MANY_EMPLOYERS.format(source.name)
    return why_not_importable(source)


def _feed_of(trial: FeedTrial) -> Feed:
    """A new one, also where it is followed already; neither it nor its company is saved."""
    company, publishes = company_named(trial.company_name), str(Feed.Publishes.DIRECTLY)
    if trial.company:
        company, publishes = trial.company, publishes_for(trial.company)
    return Feed(company=company, kind=trial.kind, address=trial.address, publishes=publishes)


def publishes_for(company: Company) -> str:
    """How far jobs go that a member's board brings: as what its members post, to review, until our
    editors have vouched for the company or published one of its jobs.
    """
    by_editors = Q(events__kind=ListingEvent.Kind.PUBLISHED, events__actor=ListingEvent.Actor.ADMIN)
    is_known = (
        company.verified_by == Company.VerifiedBy.ADMIN
        or company.listings.filter(by_editors, hidden_at=None).exists()
    )
    if is_known:
        return Feed.Publishes.DIRECTLY
    return Feed.Publishes.THROUGH_REVIEW


class _Counted:
    """The first jobs of an address, noting how many were read, once a second: it is a write."""

    def __init__(self, adapter: Adapter, trial: FeedTrial) -> None:
        self.adapter, self.trial = adapter, trial
        self.most = MAX_ASKED_FOR if adapter.details else MAX_READ
        self.count, self.noted_at, self.said = 0, time.monotonic(), Said()
        self.is_part = False

    def items(self) -> Iterator[Result]:
        for item in items_at(self.adapter, self.trial.address):
            if self.count == self.most:
                self.is_part = True
                return
            self.count += 1
            if isinstance(item, FeedItem):
                self.said.note(item)
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


def _outcome(source: Source, counted: _Counted, report: Report, pairs: list[Pair]) -> Outcome:
    listings = [listing for listing, _ in pairs]
    stated = [(name, sum(map(bool, map(value, listings)))) for name, value in STATED]
    is_other = Listing.Relevance.NO
    shown = sorted(listings, key=lambda one: one.relevance == is_other)[:SHOWN]
    for listing in shown:
        listing.description_source = listing.description_html = ""
    return Outcome(
        source=str(source),
        read=counted.count,
        is_part=counted.is_part,
        remarks=len(report.lines),
        public=report.published,
        doubtful=report.waiting,
        irrelevant=report.irrelevant,
        problem=report.problem,
        lines=report.lines[:LINES_SHOWN],
        stated=stated,
        jobs=[job_to_keep(listing) for listing in shown],
    )


def take_up_again(trial_id: str) -> None:
    """One whose task was given up; to call before it is tried again."""
    given_up = FeedTrial.objects.filter(pk=trial_id, state=FeedTrial.State.FAILED)
    given_up.update(state=FeedTrial.State.READING, problem="", jobs_read=0)


# --- Showing --------------------------------------------------------------------------------------


def job_to_keep(listing: Listing) -> dict[str, Any]:
    (row,) = serializers.serialize("python", [listing])
    return {"company": listing.company.name, "row": row}


def shown_jobs(trial: FeedTrial) -> dict[str, list[Listing]]:
    """For the page: those that would come, as their cards show them, and those of other work. None
    is stored.
    """
    read = [_shown(job) for job in (trial.outcome or {}).get("jobs", [])]
    others = [one for one in read if one.relevance == Listing.Relevance.NO]
    return {"jobs": [one for one in read if one not in others], "others": others}


def _shown(job: dict[str, Any]) -> Listing:
    fields = {**job["row"]["fields"], "company": None, "feed": None}
    (found,) = serializers.deserialize("python", [{**job["row"], "fields": fields}])
    listing: Any = found.object
    listing.company = Company(name=job["company"])
    return listing


def feed_of(trial: FeedTrial) -> Feed | None:
    """The one that follows the address already; for a member, to their company."""
    feeds = Feed.objects.filter(kind=trial.kind, address=trial.address, ended_at=None)
    if trial.company:
        feeds = feeds.filter(company=trial.company)
    if trial.address:
        return feeds.select_related("company").first()
    return None


# --- Following ------------------------------------------------------------------------------------


@transaction.atomic
def follow_trial(trial: FeedTrial, *, publishes: str) -> Feed:
    """Follow what was tried; the same feed if it is there already. Raises NotASourceError."""
    if is_left_out(trial.kind, trial.address):
        raise NotASourceError(LEFT_OUT)
    company = company_named(trial.company_name)
    if company and company.suspended_at:
        raise NotASourceError(f"{company} is suspended, so its jobs would not be shown.")
    if company and company.pk is None:
        company.save()
    here = Feed.objects.filter(company=company, kind=trial.kind, address=trial.address).first()
    if here and not here.ended_at:
        return here
    feed = here or Feed(company=company, kind=trial.kind, address=trial.address)
    feed.publishes = publishes
    start_again(feed, at=timezone.now())
    return feed


def delete_old_trials() -> None:
    _end_those_without_a_task()
    delete_in_batches(FeedTrial.objects.filter(created_at__lt=timezone.now() - KEPT))


def _end_those_without_a_task() -> None:
    """Somebody looks at "being read" while its task was given up, or cancelled by an admin."""
    reading = FeedTrial.objects.filter(state=FeedTrial.State.READING)
    ids = {str(pk) for pk in reading.values_list("pk", flat=True)}
    ids -= {arguments["trial_id"] for arguments in unfinished(read_trial)}
    reading.filter(pk__in=ids).update(state=FeedTrial.State.FAILED, problem=OUR_FAULT)

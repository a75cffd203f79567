"""One run over the items of a feed, and what it does with each."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cache, cached_property
from itertools import islice

from django.db import DataError, IntegrityError

from jobboard.common.text.words import plural
from jobboard.feeds.adapters.base import (
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
    Result,
    Shortfall,
)
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.reading import Reader, hash_of_reading
from jobboard.listings.content import ListingContent, get_content
from jobboard.listings.last_day import is_past
from jobboard.listings.models import Listing
from roles.models import FxRate

from .merging import merged
from .missing import MAX_MISSING_PERCENT, missing_listings, open_listings
from .new_jobs import NewJobs
from .outcomes import What, outcome_of_changed, outcome_of_listing, outcome_of_new
from .report import EMPTY_FEED_MESSAGE, NO_TEXTS, ImportReport, report_errors
from .storing import Storage
from .uploaded import (
    ALREADY_HERE,
    FROM_A_FEED,
    UNKNOWN_JOB,
    changed_content,
    changed_since,
    ids_of_equals,
    job_number,
    jobs_of_others,
    jobs_of_our_ids,
    makes_equal,
)

BATCH = 500  # items whose jobs are loaded at once
# New jobs are read and written so many at a time. Writing one takes a millisecond or more, in which
# nobody else can write; while the next ones are read, others can.
WRITTEN_AT_ONCE = 10
LISTING_FIELDS: tuple[str, ...] = (
    "feed",
    "external_id",
    "item_hash",
    "status",
    "outcome",
    "closes_on",
    "last_zone",
    "first_seen_at",
    "changed_at",
)
# More fields of jobs that stay as they are, if there is a note about each item.
NOTED_FIELDS = (
    "title",
    "place_line",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "pay_note",
)
FEED_UPDATE_FIELDS = [
    "last_success_at",
    "failing_since",
    "failures",
    "times_gone",
    "problem",
    "last_count",
    "parser_version",
    "etag",
    "last_modified",
]

Status = Listing.Status
OVER = (Status.REJECTED, Status.CLOSED)


class ImportRun:
    """One run over one feed. ``storage`` writes the result, or only pretends to."""

    def __init__(
        self, storage: Storage, progress: Callable[[int], None], *, notes_each: bool = False
    ) -> None:
        self.storage = storage
        self.report = ImportReport()
        self.progress = progress
        self.notes_each = notes_each
        self.feed = storage.feed
        self.now = storage.now
        self.by = storage.by
        self.numbers: dict[str, int] = {}  # external id → number of the item in the file
        self.has_text = False  # whether any item has one
        # Ids of items of the batch that could not be read. They are still listed.
        self.rejected: list[str] = []
        # Jobs of the batch that an earlier run of the same import changed.
        self.changed_before: set[int] = set()

    def run(self, items: Iterable[Result]) -> ImportReport:
        self.reader = Reader()
        self.new_jobs = NewJobs(self.storage, self.reader, cache(FxRate.objects.newest))
        self.feed.etag = self.feed.last_modified = ""  # those of the answer before
        numbered = enumerate(items, start=1)
        while batch := list(islice(numbered, BATCH)):
            self.store(list(self._usable(batch)))
        self.feed.last_count = len(self.numbers)
        self.feed.parser_version = self.reader.fingerprint
        if self.by:
            self.storage.link_same_jobs(after=self.now)
            return self.report
        if not self.numbers and open_listings(self.feed).exists():
            self.storage.save_feed(["last_count"])
            raise InvalidFeedError(EMPTY_FEED_MESSAGE)
        return self.finish()

    def confirm_all(self, pks: list[int]) -> ImportReport:
        self.storage.confirm(pks)
        self.report.unchanged = len(pks)
        return self.finish()

    def finish(self) -> ImportReport:
        feed = self.feed
        report = self.report
        self.storage.link_same_jobs(after=feed.last_success_at)
        if feed.last_count and not self.has_text and not report.is_short:
            report.problem = NO_TEXTS
        # An unfinished answer goes on in the next run; a short one was never complete.
        if not (report.is_unfinished or report.is_short):
            if ADAPTERS[feed.kind].lists_all:
                self._close_missing()
            feed.last_success_at = self.now
        feed.failing_since = None
        feed.failures = 0
        feed.times_gone = 0
        feed.problem = report.problem
        self.storage.save_feed(FEED_UPDATE_FIELDS)
        self.storage.note_run(
            created=report.created,
            published=report.published,
            updated=report.updated,
            unchanged=report.unchanged,
            reopened=report.reopened,
            closed=report.closed,
            skipped=len(report.skipped),
            refused=len(report.bad),
            faults=len(report.faults),
            notes=report.notes,
        )
        return report

    def _usable(self, batch: list[tuple[int, Result]]) -> Iterator[tuple[int, FeedItem]]:
        for number, item in batch:
            if isinstance(item, Shortfall):
                self.report.is_short = True
                self.report.problem = item.sentence
            elif isinstance(item, InvalidItemError):
                self.report.bad.append((number, item.field, item.reason))
                if item.external_id and item.external_id not in self.numbers:
                    self.rejected.append(item.external_id)
            elif not item.is_listed:
                self.report.skipped.append((number, item.title, "no longer listed by the employer"))
            elif not (self.feed.company or item.company):
                self.report.bad.append((number, "company", "is missing"))
            elif item.external_id in self.numbers:
                self.report.bad.append(
                    (number, "id", f"is already used by item {self.numbers[item.external_id]}")
                )
            else:
                self.numbers[item.external_id] = number
                self.has_text = self.has_text or item.has_text
                self.report.faults += [(number, *fault) for fault in item.faults]
                yield number, item

    def store(self, items: list[tuple[int, FeedItem]]) -> None:
        rejected = [external_id for external_id in self.rejected if external_id not in self.numbers]
        self.rejected = []
        self.numbers |= dict.fromkeys(rejected, 0)
        ids = [*rejected, *(item.external_id for _, item in items)]
        existing, from_this_feed = self._load_existing(ids)
        not_editable = jobs_of_others(existing.values(), self.by)
        self.changed_before = changed_since(self.now, existing.values(), self.by)
        confirmed = from_this_feed - not_editable
        reopened = self._reopen(items, existing, confirmed)
        new = []
        changed = []
        for number, item in items:
            listing = existing.get(item.external_id)
            item_hash = self.reader.item_hash(item)
            if why := self._why_rejected(item, listing, not_editable):
                self.report.bad.append((number, "id", why))
            elif listing is None:
                new.append((number, item, item_hash))
            elif listing.item_hash == item_hash:
                self._note_unchanged(number, listing)
            elif listing.status in OVER and item.external_id not in reopened:
                reason = f"it is {listing.get_status_display().lower()} here"
                self.report.skipped.append((number, item.title, reason))
            else:
                changed.append((number, item, item_hash, listing.pk))
        self.storage.confirm(list(confirmed))
        self._edit_and_create(changed, new)

    def _load_existing(self, ids: list[str]) -> tuple[dict[str, Listing], set[int]]:
        """External id → existing job, and the primary keys of those that this feed brought."""
        fields = LISTING_FIELDS
        if self.notes_each:
            fields += NOTED_FIELDS
        listings = Listing.objects.of_feed(self.feed).filter(external_id__in=ids).only(*fields)
        existing = {listing.external_id: listing for listing in listings}
        from_this_feed = {listing.pk for listing in existing.values()}
        if self.by:
            existing |= jobs_of_our_ids(set(ids) - existing.keys(), self.feed, fields)
        return existing, from_this_feed

    def _why_rejected(self, item: FeedItem, listing: Listing | None, not_editable: set[int]) -> str:
        if listing is None:
            if self.by and job_number(item.external_id):
                return UNKNOWN_JOB
            return ""
        if listing.pk in not_editable:
            return FROM_A_FEED
        return ""

    def _reopen(
        self, items: list[tuple[int, FeedItem]], existing: dict[str, Listing], confirmed: set[int]
    ) -> set[str]:
        """Reopen jobs that are listed again. Returns the external ids of all that should be."""
        returned = set()
        for number, item in items:
            listing = existing.get(item.external_id)
            if listing is None or listing.pk not in confirmed or not self._should_reopen(listing):
                continue
            returned.add(item.external_id)
            with self._report_errors(number):
                self.storage.relist(listing)
                self.report.reopened += 1
        return returned

    def _edit_and_create(
        self, changed: list[tuple[int, FeedItem, str, int]], new: list[tuple[int, FeedItem, str]]
    ) -> None:
        for number, item, item_hash, pk in changed:
            with self._report_errors(number):
                self._update(number, self._with_details(number, item), item_hash, pk)
            self.progress(self.report.done)
        for start in range(0, len(new), WRITTEN_AT_ONCE):
            self._read_and_create(new[start : start + WRITTEN_AT_ONCE])
            self.progress(self.report.done)
        self.progress(self.report.done)

    def _note_unchanged(self, number: int, listing: Listing) -> None:
        what = What.SAME
        if self.by and listing.first_seen_at == self.now:
            self.report.created += 1
            what = What.NEW
        elif listing.pk in self.changed_before:
            self.report.updated += 1
            what = What.CHANGED
        else:
            self.report.unchanged += 1
        if self.notes_each:
            self.report.outcomes.append(outcome_of_listing(number, what, listing))

    def _should_reopen(self, listing: Listing) -> bool:
        """Whether it was closed for being missing, and has not reached its closing date since."""
        if listing.outcome != Listing.Outcome.UNLISTED:
            return False
        return not is_past(listing.closes_on, listing.last_zone, self.now)

    def _report_errors(self, number: int) -> AbstractContextManager[None]:
        return report_errors(self.report, number, feed=self.feed, is_by_person=bool(self.by))

    def _read_and_create(self, items: list[tuple[int, FeedItem, str]]) -> None:
        pairs = []
        for number, item, item_hash in items:
            with self._report_errors(number):
                detailed = self._with_details(number, item)
                listing, content = self.new_jobs.of_item(detailed, item_hash)
                self.new_jobs.take_place_in_review(listing)
                pairs.append((number, listing, content))
                if self.notes_each:
                    outcome = outcome_of_new(number, detailed, content, self.reader)
                    self.report.outcomes.append(outcome)
                if self.by and (equal := self._ids_of_equals.get(makes_equal(listing))):
                    self.report.twins.append((number, ALREADY_HERE.format(equal)))
        if pairs:
            self._create(pairs)

    def _with_details(self, number: int, item: FeedItem) -> FeedItem:
        """``item`` with what its own page states, for feeds whose list leaves that out. Raises
        InvalidItemError and DetailsNotFetchedError.
        """
        if not item.whole:
            return item
        detailed = item.whole()
        self.report.faults += [(number, *fault) for fault in detailed.faults]
        return detailed

    @cached_property
    def _ids_of_equals(self) -> dict[tuple[str, str], str]:
        return ids_of_equals(self.feed)

    def _create(self, items: list[tuple[int, Listing, ListingContent]]) -> None:
        """Create them. If the database rejects one, halve the list until it is found."""
        if len(items) == 1:
            [(number, listing, content)] = items
            with self._report_errors(number):
                self._write([(listing, content)])
            return
        try:
            self._write([(listing, content) for _, listing, content in items])
        except (DataError, IntegrityError):
            middle = len(items) // 2
            self._create(items[:middle])
            self._create(items[middle:])

    def _write(self, pairs: list[tuple[Listing, ListingContent]]) -> None:
        self.storage.create(pairs)
        self.report.created += len(pairs)
        statuses = [listing.status for listing, _ in pairs]
        self.report.published += statuses.count(Status.PUBLISHED)
        self.report.irrelevant += statuses.count(Status.IRRELEVANT)

    def _update(self, number: int, item: FeedItem, item_hash: str, pk: int) -> None:
        listing = Listing.objects.select_related("company", "role").get(pk=pk)
        content_read = self.reader.content(item, listing.company.name)
        read_hash = hash_of_reading(content_read)
        # Else only the names or parsers are new, and the employer changed nothing.
        is_news = self.reader.is_news(listing.item_hash, item_hash)
        is_of_feed = listing.feed_id == self.feed.pk
        before = content_read
        if self.by or self.notes_each:
            before = get_content(listing)
        content = self._merge(listing, before, item, content_read)
        is_same_reading = read_hash == listing.read_hash
        keeps_edit = listing.was_edited_by_hand and not is_news
        if content is None or (is_of_feed and (is_same_reading or keeps_edit)):
            self._note_unchanged(number, listing)
            if is_of_feed:
                self.storage.note_hashes(pk, item_hash=item_hash)
            return
        edited = self.storage.edit(listing, content, is_news=is_news)
        self._settle(edited, content, before=listing)
        self.report.updated += 1
        self.report.held += self.storage.is_held(edited)
        if self.notes_each:
            outcome = outcome_of_changed(number, item, before, content, self.reader)
            self.report.outcomes.append(outcome)
        if is_of_feed:
            self.storage.note_hashes(pk, item_hash=item_hash, read_hash=read_hash)

    def _merge(
        self,
        listing: Listing,
        before: ListingContent,
        item: FeedItem,
        content_read: ListingContent,
    ) -> ListingContent | None:
        """The new content of the job; None if a person's row changes nothing."""
        if self.by:
            return changed_content(listing, before, item, content_read)
        return merged(listing, content_read)

    def _settle(self, listing: Listing, content: ListingContent, before: Listing) -> None:
        """Decide about a feed's job whose relevance changed, or that may go live now. Jobs that
        people posted or edited, and public ones that wait again, are left to people.
        """
        if self.by or listing.created_by_id or before.was_edited_by_hand:
            return
        may_go_live = self.new_jobs.goes_live(listing, content)
        is_relevance_new = listing.relevance != before.relevance
        waits = listing.status in (Status.IN_REVIEW, Status.IRRELEVANT)
        waits_first_time = waits and listing.published_at is None
        is_settled = waits_first_time and (may_go_live or is_relevance_new)
        is_withdrawn = listing.status == Status.PUBLISHED and is_relevance_new
        if is_settled or is_withdrawn:
            self.storage.settle(listing, may_go_live=may_go_live)

    def _close_missing(self) -> None:
        """Close the jobs that neither this answer nor the last one lists, unless they are
        implausibly many.
        """
        candidates = missing_listings(self.feed).values_list("external_id", flat=True)
        count = sum(external_id not in self.numbers for external_id in candidates)
        open_count = self.storage.open_count()
        if count * 100 > open_count * MAX_MISSING_PERCENT:
            self.report.problem = (
                f"{plural(count, 'job')} of {open_count:,} disappeared at once, "
                "so we closed none. "
                "If the employer really removed them, use “Close jobs missing from the last fetch”."
            )
            return
        self.report.closed = self.storage.close_missing(count)

"""One run over what a feed lists: what becomes of each item."""

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
from jobboard.feeds.reading import Reader, cut, hash_of_reading
from jobboard.listings.content import ListingContent, get_content
from jobboard.listings.last_day import is_past
from jobboard.listings.models import Listing
from roles.models import FxRate

from .merging import merged
from .new_jobs import NewJobs
from .outcomes import What, of_changed, of_listing, of_new
from .report import MAX_NOTE_LENGTH, NOTES, Report, refused_alone
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
from .vanished import MAX_MISSING_PERCENT, open_listings, vanished

BATCH = 500  # items that are compared with what is there at once
# New jobs are read and written so many at a time. Writing one takes a millisecond or more, in which
# nobody else can write; while the next ones are read, others can.
WRITTEN_AT_ONCE = 10
NONE_LISTED = (
    "The feed is empty, but it has open jobs here. We kept them open. "
    "If the feed is right, use “Close jobs missing from the last fetch”."
)
NO_TEXTS = (
    "No job of this feed has a description, so none goes live without review. "
    "For Greenhouse, add “content=true” to the address."
)
KNOWN = (
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
# What is said of each job that stays as it is, where that is asked for.
SHOWN = (
    "title",
    "place_line",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "pay_note",
)
SAVED = [
    "last_ok_at",
    "failing_since",
    "failures",
    "times_gone",
    "problem",
    "last_count",
    "read_with",
    "etag",
    "last_modified",
]

Status = Listing.Status
OVER = (Status.REJECTED, Status.CLOSED)


class ImportRun:
    """One run over one feed: what becomes of each item. ``storage`` writes it, or does not."""

    def __init__(
        self, storage: Storage, progress: Callable[[int], None], *, notes_each: bool = False
    ) -> None:
        self.storage, self.report, self.progress = storage, Report(), progress
        self.notes_each = notes_each
        self.feed, self.now, self.by = storage.feed, storage.now, storage.by
        self.numbers: dict[str, int] = {}  # external id → number of the item in the file
        self.has_text = False  # whether any item has one
        # Ids of the batch's items that are there, though nothing can be read from them.
        self.refused: list[str] = []
        # Of the batch: what a run before, of the same import, changed.
        self.changed_before: set[int] = set()

    def run(self, items: Iterable[Result]) -> Report:
        self.reader = Reader()
        self.new_jobs = NewJobs(self.storage, self.reader, cache(FxRate.objects.newest))
        self.feed.etag = self.feed.last_modified = ""  # of an answer that this one replaces
        numbered = enumerate(items, start=1)
        while batch := list(islice(numbered, BATCH)):
            self.store(list(self._usable(batch)))
        self.feed.last_count, self.feed.read_with = len(self.numbers), self.reader.fingerprint
        if self.by:
            self.storage.link_same_jobs(after=self.now)
            return self.report
        if not self.numbers and open_listings(self.feed).exists():
            self.storage.save_feed(["last_count"])
            raise InvalidFeedError(NONE_LISTED)
        return self.finish()

    def confirm_all(self, pks: list[int]) -> Report:
        self.storage.confirm(pks)
        self.report.unchanged = len(pks)
        return self.finish()

    def finish(self) -> Report:
        feed, report = self.feed, self.report
        self.storage.link_same_jobs(after=feed.last_ok_at)
        if feed.last_count and not self.has_text and not report.is_short:
            report.problem = NO_TEXTS
        # Else the rest follows, and both together are one answer, or it was never the whole.
        if not (report.is_unfinished or report.is_short):
            if ADAPTERS[feed.kind].lists_all:
                self._end_vanished()
            feed.last_ok_at = self.now
        feed.failing_since, feed.failures, feed.times_gone = None, 0, 0
        feed.problem = report.problem
        self.storage.save_feed(SAVED)
        counts = ["created", "published", "updated", "unchanged", "reopened", "closed"]
        self.storage.note_run(
            skipped=len(report.skipped),
            refused=len(report.bad),
            faults=len(report.faults),
            notes="\n".join(cut(line, MAX_NOTE_LENGTH) for line in report.lines[:NOTES]),
            **{name: getattr(report, name) for name in counts},
        )
        return report

    def _usable(self, batch: list[tuple[int, Result]]) -> Iterator[tuple[int, FeedItem]]:
        for number, item in batch:
            if isinstance(item, Shortfall):
                self.report.is_short, self.report.problem = True, item.sentence
            elif isinstance(item, InvalidItemError):
                self.report.bad.append((number, item.field, item.reason))
                if item.external_id and item.external_id not in self.numbers:
                    self.refused.append(item.external_id)
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
        refused = [found_as for found_as in self.refused if found_as not in self.numbers]
        self.refused = []
        self.numbers |= dict.fromkeys(refused, 0)
        known, confirmed = self._known([*refused, *(item.external_id for _, item in items)])
        not_theirs = jobs_of_others(known.values(), self.by)
        self.changed_before = changed_since(self.now, known.values(), self.by)
        mine = confirmed - not_theirs
        returned = {one for one in known if known[one].pk in mine and self._returned(known[one])}
        self._relist(
            (number, known[item.external_id])
            for number, item in items
            if item.external_id in returned
        )
        new, changed = [], []
        for number, item in items:
            listing, item_hash = known.get(item.external_id), self.reader.item_hash(item)
            if why := self._why_refused(item, listing, not_theirs):
                self.report.bad.append((number, "id", why))
            elif listing is None:
                new.append((number, item, item_hash))
            elif listing.item_hash == item_hash:
                self._note_unchanged(number, listing)
            elif listing.status in OVER and item.external_id not in returned:
                reason = f"it is {listing.get_status_display().lower()} here"
                self.report.skipped.append((number, item.title, reason))
            else:
                changed.append((number, item, item_hash, listing.pk))
        self.storage.confirm(list(mine))
        self._edit_and_create(changed, new)

    def _known(self, ids: list[str]) -> tuple[dict[str, Listing], set[int]]:
        """The jobs that are here already, by the id of their item, and which of them this feed
        itself brought.
        """
        columns = (*KNOWN, *SHOWN) if self.notes_each else KNOWN
        there = Listing.objects.of_feed(self.feed).filter(external_id__in=ids).only(*columns)
        known = {listing.external_id: listing for listing in there}
        confirmed = {listing.pk for listing in known.values()}
        if self.by:
            known |= jobs_of_our_ids(set(ids) - known.keys(), self.feed, columns)
        return known, confirmed

    def _why_refused(self, item: FeedItem, listing: Listing | None, not_theirs: set[int]) -> str:
        if listing is None:
            if self.by and job_number(item.external_id):
                return UNKNOWN_JOB
            return ""
        if listing.pk in not_theirs:
            return FROM_A_FEED
        return ""

    def _relist(self, returned: Iterable[tuple[int, Listing]]) -> None:
        for number, listing in returned:
            with self._refused_alone(number):
                self.storage.relist(listing)
                self.report.reopened += 1

    def _edit_and_create(
        self, changed: list[tuple[int, FeedItem, str, int]], new: list[tuple[int, FeedItem, str]]
    ) -> None:
        for number, item, item_hash, pk in changed:
            with self._refused_alone(number):
                self._update(number, self._whole(number, item), item_hash, pk)
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
            self.report.outcomes.append(of_listing(number, what, listing))

    def _returned(self, listing: Listing) -> bool:
        """Whether it ended because it was listed no more, and not by its closing date since."""
        return listing.outcome == Listing.Outcome.UNLISTED and not is_past(
            listing.closes_on, listing.last_zone, self.now
        )

    def _refused_alone(self, number: int) -> AbstractContextManager[None]:
        return refused_alone(self.report, number, feed=self.feed, is_by_person=bool(self.by))

    def _read_and_create(self, items: list[tuple[int, FeedItem, str]]) -> None:
        pairs = []
        for number, item, item_hash in items:
            with self._refused_alone(number):
                whole = self._whole(number, item)
                listing, content = self.new_jobs.of_item(whole, item_hash)
                self.new_jobs.take_place_in_review(listing)
                pairs.append((number, listing, content))
                if self.notes_each:
                    self.report.outcomes.append(of_new(number, whole, content, self.reader))
                if self.by and (twin := self._here.get(makes_equal(listing))):
                    self.report.twins.append((number, ALREADY_HERE.format(twin)))
        if pairs:
            self._create(pairs)

    def _whole(self, number: int, item: FeedItem) -> FeedItem:
        """``item`` with what its own answer says. Raises InvalidItemError and
        DetailsNotFetchedError.
        """
        if not item.whole:
            return item
        whole = item.whole()
        self.report.faults += [(number, *fault) for fault in whole.faults]
        return whole

    @cached_property
    def _here(self) -> dict[tuple[str, str], str]:
        return ids_of_equals(self.feed)

    def _create(self, items: list[tuple[int, Listing, ListingContent]]) -> None:
        if len(items) == 1:
            with self._refused_alone(items[0][0]):
                self._write([items[0][1:]])
            return
        try:
            self._write([item[1:] for item in items])
        except (DataError, IntegrityError):
            middle = len(items) // 2  # find the one that is refused
            self._create(items[:middle])
            self._create(items[middle:])

    def _write(self, pairs: list[tuple[Listing, ListingContent]]) -> None:
        self.storage.create(pairs)
        self.report.created += len(pairs)
        statuses = [listing.status for listing, _ in pairs]
        self.report.published += statuses.count(Status.PUBLISHED)
        self.report.irrelevant += statuses.count(Status.IRRELEVANT)

    def _update(self, number: int, item: FeedItem, item_hash: str, pk: int) -> None:
        """Store what is read. When only names or parsers are new, the employer changed nothing."""
        listing = Listing.objects.select_related("company", "role").get(pk=pk)
        read = self.reader.content(item, listing.company.name)
        read_hash = hash_of_reading(read)
        is_news = self.reader.is_news(listing.item_hash, item_hash)
        is_of_feed = listing.feed_id == self.feed.pk
        is_known = is_of_feed and (
            read_hash == listing.read_hash or (listing.was_edited_by_hand and not is_news)
        )
        before = get_content(listing) if self.by or self.notes_each else read
        content = self._with_what_stays(listing, before, item, read)
        if is_known or content is None:
            self._note_unchanged(number, listing)
            if is_of_feed:
                self.storage.note_hashes(pk, item_hash=item_hash)
            return
        edited = self.storage.edit(listing, content, is_news=is_news)
        self._settle(edited, content, before=listing)
        self.report.updated += 1
        self.report.held += self.storage.is_held(edited)
        if self.notes_each:
            outcome = of_changed(number, item, before, content, self.reader)
            self.report.outcomes.append(outcome)
        if is_of_feed:
            self.storage.note_hashes(pk, item_hash=item_hash, read_hash=read_hash)

    def _with_what_stays(
        self, listing: Listing, before: ListingContent, item: FeedItem, read: ListingContent
    ) -> ListingContent | None:
        """What the job says from now on; None if a person's row changes nothing of it."""
        if self.by:
            return changed_content(listing, before, item, read)
        return merged(listing, read)

    def _settle(self, listing: Listing, content: ListingContent, before: Listing) -> None:
        """Of a feed's job that is read as other work than ``before``, or as ours now. What people
        posted or changed, and what was public and waits again, is decided by people.
        """
        if self.by or listing.created_by_id or before.was_edited_by_hand:
            return
        is_read_anew = listing.relevance != before.relevance
        may_go_live = self.new_jobs.goes_live(listing, content)
        waits = listing.status in (Status.IN_REVIEW, Status.IRRELEVANT)
        waits_first = waits and listing.published_at is None and (may_go_live or is_read_anew)
        if waits_first or (is_read_anew and listing.status == Status.PUBLISHED):
            self.storage.settle(listing, may_go_live=may_go_live)

    def _end_vanished(self) -> None:
        """End what neither this answer nor the last one lists, unless that is implausibly much."""
        gone = vanished(self.feed).values_list("external_id", flat=True)
        count = sum(external_id not in self.numbers for external_id in gone)
        of = self.storage.open_count()
        if count * 100 > of * MAX_MISSING_PERCENT:
            self.report.problem = (
                f"{plural(count, 'job')} of {of:,} disappeared at once, so we closed none. "
                "If the employer really removed them, use “Close jobs missing from the last fetch”."
            )
            return
        self.report.closed = self.storage.end_vanished(count)

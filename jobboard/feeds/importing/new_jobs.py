"""Jobs that a feed lists and that are not here yet: whose they are, and how far they go."""

from collections.abc import Callable
from functools import cached_property

from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.reading import Reader, hash_of_reading
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent, fill_listing_fields
from jobboard.listings.employers.companies import company_names, find_company
from jobboard.listings.last_day import is_past, latest_zone
from jobboard.listings.lifecycle.why_not_live import kept_back_by
from jobboard.listings.models import Company, Listing
from jobboard.listings.trust.risk import heavy_warning
from roles.models import FxRate

from .storing import Storage

Status = Listing.Status


class NewJobs:
    """The new jobs of one run over one feed. Nothing is written but companies that are new."""

    def __init__(
        self, storage: Storage, reader: Reader, newest_rate: Callable[[str], FxRate | None]
    ) -> None:
        self.storage = storage
        self.reader = reader
        self.newest_rate = newest_rate
        self.feed = storage.feed
        self.now = storage.now
        self.by = storage.by
        self._companies: dict[str, Company] = {}
        self._places_in_review: dict[int, int] = {}  # left for jobs of a company, by its ID

    def of_item(self, item: FeedItem, item_hash: str) -> tuple[Listing, ListingContent]:
        company = self._company(item)
        content = self.reader.content(item, company.name)
        listing = Listing(
            company=company,
            feed=self.feed,
            external_id=item.external_id,
            item_hash=item_hash,
            read_hash=hash_of_reading(content),
            status=Status.IN_REVIEW if self._may_wait(content) else Status.IRRELEVANT,
            submitted_at=self.now,
            # A date ahead would stay the newest.
            posted_at=min(item.posted_at or self.now, self.now).replace(microsecond=0),
            first_seen_at=self.now,
            last_seen_at=self.now,
            closes_on=content.closes_on,
            created_by=self.by,
        )
        fill_listing_fields(listing, content, self.newest_rate)
        if self.goes_live(listing, content):
            lifecycle.mark_published(listing, self.now)
            listing.confirmed_at = self.now
        return listing, content

    def take_place_in_review(self, listing: Listing) -> None:
        """Raises lifecycle.QueueFullError. What feeds bring is not counted: staff entered them."""
        if self.by is None or listing.status != Status.IN_REVIEW:
            return
        company = listing.company
        if company.pk not in self._places_in_review:
            self._places_in_review[company.pk] = lifecycle.room_in_review(company, self.by)
        if self._places_in_review[company.pk] < 1:
            lifecycle.check_room(company, self.by)
            raise lifecycle.QueueFullError(company)
        self._places_in_review[company.pk] -= 1

    def _may_wait(self, content: ListingContent) -> bool:
        """Whether the job may wait for review: one that a person uploads may, whatever it is."""
        return self.by is not None or content.relevance != Listing.Relevance.NO

    def goes_live(self, listing: Listing, content: ListingContent) -> bool:
        """``listing`` is filled with ``content``."""
        return not kept_back_by(
            self.feed,
            listing.company,
            relevance=content.relevance,
            has_text=bool(content.description),
            is_past=is_past(content.closes_on, latest_zone(content.places), self.now),
            warning=heavy_warning(listing),
        )

    def _company(self, item: FeedItem) -> Company:
        if self.feed.company:
            return self.feed.company
        key = fold(item.company)
        if key not in self._companies:
            existing = find_company(item.company, self._names)
            self._companies[key] = existing or self.storage.new_company(item.company)
        return self._companies[key]

    @cached_property
    def _names(self) -> dict[str, int]:
        return company_names()

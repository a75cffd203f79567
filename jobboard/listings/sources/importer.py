"""Stores what a feed lists: new items become listings, changed ones are edited, for the rest only the date moves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from jobboard.common.html import clean_lines
from jobboard.listings import actions
from jobboard.listings.content import PLAIN_FIELDS, ListingContent, PlaceText, write_content
from jobboard.listings.models import EmploymentType, Feed, Listing, ListingEvent, ListingPlace, Place
from jobboard.listings.parsing.titles import match_level, match_role
from roles.models import Role, fold

from .base import BadItem, FeedItem

BATCH = 200  # items looked up together; each is stored in its own transaction, so nobody waits for a long one
OVER = {Listing.Status.REJECTED: "it was rejected here", Listing.Status.CLOSED: "it is closed here"}
# Of these a feed that says nothing leaves what is there: people fill them in.
LEFT_ALONE = ("hybrid_days", "utc_note", "visa", "closes_on")


@dataclass
class Report:
    """What became of the items; ``published`` of the created ones are public at once."""

    created: int = 0
    published: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[tuple[int, str, str]] = field(default_factory=list)  # number in the file, title, reason
    bad: list[tuple[int, str, str]] = field(default_factory=list)  # number in the file, field, reason


def role_names() -> dict[str, int]:
    """Names and aliases of the published roles, folded, with the role's id. One query."""
    names: dict[str, int] = {}
    for role, name, alias in Role.objects.published().values_list("pk", "name", "aliases__folded"):
        names |= {fold(name): role} | ({alias: role} if alias else {})
    return names


def import_items(
    *, feed: Feed, items: Iterable[FeedItem | BadItem], publish: bool, now: datetime | None = None
) -> Report:
    """Bring the listings of ``feed`` up to ``items``; the same items again change nothing but ``last_seen_at``.

    With ``publish`` new listings whose title names a role go live at once; all others wait for review. One bad item
    stops no other. What is no longer in the feed stays as it is.
    """
    run = _Import(feed, publish=publish and feed.company.suspended_at is None, now=now or timezone.now())
    numbered = enumerate(items, start=1)
    while batch := list(islice(numbered, BATCH)):
        run.store(batch)
    run.report.skipped.sort()
    run.report.bad.sort()
    feed.last_ok_at, feed.failing_since, feed.last_count = run.now, None, len(run.numbers)
    feed.save(update_fields=["last_ok_at", "failing_since", "last_count"])
    return run.report


class _Import:
    """One run over one feed."""

    def __init__(self, feed: Feed, *, publish: bool, now: datetime):
        self.feed, self.publish, self.now = feed, publish, now
        self.report = Report()
        self.numbers: dict[str, int] = {}  # external id → number of the item in the file
        self.names = role_names()
        self.roles = Role.objects.in_bulk(set(self.names.values()))

    def store(self, batch: list[tuple[int, FeedItem | BadItem]]) -> None:
        items = list(self._usable(batch))
        ids = [item.external_id for _, item in items]
        listings = Listing.objects.filter(feed=self.feed, external_id__in=ids).select_related("role")
        there = {
            listing.external_id: listing
            for listing in listings.prefetch_related("places__place", "countries", "skills__skill")
        }
        for number, item in items:
            try:
                self._store_one(number, item, there.get(item.external_id))
            except (actions.WrongState, actions.EditConflict) as reason:
                self.report.skipped.append((number, item.content.title, str(reason)))
            except (DataError, IntegrityError) as error:
                self.report.bad.append((number, "item", f"is refused by the database: {error}"))
        Listing.objects.filter(pk__in=[listing.pk for listing in there.values()]).update(last_seen_at=self.now)

    def _usable(self, batch) -> Iterator[tuple[int, FeedItem]]:
        for number, item in batch:
            if isinstance(item, BadItem):
                self.report.bad.append((number, item.field, item.reason))
            elif not item.is_listed:
                self.report.skipped.append((number, item.content.title, "not listed by its employer"))
            elif item.external_id in self.numbers:
                self.report.bad.append((number, "id", f"is the same as that of item {self.numbers[item.external_id]}"))
            else:
                self.numbers[item.external_id] = number
                yield number, item

    def _store_one(self, number: int, item: FeedItem, listing: Listing | None) -> None:
        if listing is None:
            status = self._create(item)
            self.report.created += 1
            self.report.published += status == Listing.Status.PUBLISHED
            return
        content = self._merged(listing, item.content)
        if not _differs(listing, content):
            self.report.unchanged += 1
        elif listing.status in OVER:
            self.report.skipped.append((number, content.title, OVER[listing.status]))
        else:
            actions.edit_listing(
                listing=listing, content=content, version=listing.version, by=None, actor=ListingEvent.Actor.FEED
            )
            self.report.updated += 1

    @transaction.atomic
    def _create(self, item: FeedItem) -> str:
        listing = Listing(
            company=self.feed.company,
            feed=self.feed,
            external_id=item.external_id,
            status=Listing.Status.IN_REVIEW,
            submitted_at=self.now,
            posted_at=min(item.posted_at or self.now, self.now),  # a date ahead would stay the newest
            first_seen_at=self.now,
            last_seen_at=self.now,
        )
        content = self._with_title_read(item.content)
        write_content(listing, content)
        feed = ListingEvent.Actor.FEED
        actions.record(listing, ListingEvent.Kind.FIRST_SEEN, feed, public=True, at=self.now)
        if self.publish and content.role:
            listing = actions.publish_listing(listing=listing, by=None, actor=feed, now=self.now)
        return listing.status

    def _with_title_read(self, content: ListingContent) -> ListingContent:
        return replace(
            content,
            role=self.roles.get(match_role(content.title, self.names)),
            role_from=Listing.RoleFrom.MATCHED,
            level=content.level or match_level(content.title),
        )

    def _merged(self, listing: Listing, content: ListingContent) -> ListingContent:
        """``content`` with what people chose for this listing, and with what the feed does not speak of."""
        content = self._with_title_read(content)
        kept = {name: getattr(listing, name) for name in LEFT_ALONE if getattr(content, name) == _UNSAID[name]}
        if not content.skills:
            kept["skills"] = tuple((item.skill, item.need) for item in listing.skills.all())
        if listing.role_from != Listing.RoleFrom.MATCHED:
            kept |= {"role": listing.role, "role_from": listing.role_from}
        if listing.level != match_level(listing.title):  # then a person chose it
            kept["level"] = listing.level
        return replace(content, **kept)


def _differs(listing: Listing, content: ListingContent) -> bool:
    """Whether writing ``content``, fitted as adapters give it, would change anything of ``listing``."""
    countries = {place.country for place in content.places if place.country}
    if content.eligibility == Listing.Eligibility.LISTED:
        countries |= set(content.eligible_countries)
    skills = [(skill.pk, need) for skill, need in content.skills]
    return (
        any(getattr(listing, name) != getattr(content, name) for name in _COMPARED)
        or listing.description_source != clean_lines(content.description)
        or listing.employment_types != EmploymentType.mask(content.employment_types)
        or [_stored_place(item) for item in listing.places.all()] != [_stated_place(place) for place in content.places]
        or {item.country for item in listing.countries.all()} != countries
        or [(item.skill_id, item.need) for item in listing.skills.all()] != skills
    )


def _stored_place(item: ListingPlace) -> tuple[str, ...]:
    city = item.place.folded if item.place and item.place.kind == Place.Kind.CITY else ""
    return item.text, item.workplace, item.place.country if item.place else "", city


def _stated_place(place: PlaceText) -> tuple[str, ...]:
    return place.text, place.workplace, place.country, fold(place.city) if place.country else ""


_COMPARED = [*PLAIN_FIELDS, "role_from", "title", "eligibility_text", "utc_note", "pay_note"]
_UNSAID = {name: ListingContent.__dataclass_fields__[name].default for name in LEFT_ALONE}

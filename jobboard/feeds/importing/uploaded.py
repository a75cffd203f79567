"""Updates an existing job from a row of an uploaded file: only what differs from the row that a
download would give of the job is changed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from jobboard.accounts.models import User
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.own_csv_columns import OWN
from jobboard.feeds.adapters.own_csv_export import build_row
from jobboard.feeds.chosen import kept_eligibility, with_quotes, with_regions
from jobboard.feeds.parsing.texts.types import read_types
from jobboard.feeds.read_values import kept_values, still_said
from jobboard.listings import lifecycle
from jobboard.listings.choices import Visa
from jobboard.listings.content import ListingContent, QuotedValue, get_content, stored_values
from jobboard.listings.models import Company, Feed, Listing, ListingEvent

from .merging import merged

REFERENCE = "site-job-"  # before the number of a job that has no id of the employer's own
_REFERENCE = re.compile(rf"{REFERENCE}(\d{{1,18}})", re.IGNORECASE)

LEVEL = ("level", "level_max")
ROLE = ("role", "role_from", "relevance", "relevance_why", "family")
SKILLS = ("skills", "skills_from")
# Fields of an item that belong together, and the fields of ListingContent for them.
FIELD_GROUPS = (
    (("title",), ("title",)),
    (("description",), ("description", "description_is_html")),
    (("places",), ("places",)),
    (("types",), ("employment_types",)),
    (("level", "level_max"), LEVEL),
    (("role",), ROLE),
    (("skills", "skills_required", "skills_nice"), SKILLS),
    (("pay", "pay_text", "pay_note"), ("pay", "pay_note")),
    (("apply_url", "apply_email"), ("apply_url", "apply_email")),
    (("visa",), ("visa",)),
    (("for_client", "client_name"), ("for_client", "client_name")),
    (("closes_on",), ("closes_on",)),
    (
        ("eligibility", "eligible_countries"),
        ("eligibility", "eligible_countries", "eligibility_text"),
    ),
)

# Fields that are read from title and text if they are blank in the row.
BLANK = ("", (), None, Visa.UNKNOWN)
READ_IF_BLANK = {"employment_types", "level", "role", "skills", "visa", "closes_on"}

UNKNOWN_JOB = "is the id of another company’s job, or of a deleted one. Enter an id of your own"
FROM_A_FEED = (
    "is the id of a job that a feed brought. Verify your part in the company to change it here"
)
ALREADY_HERE = "is new, but its title, description and places equal {}. Use that id to update it"


def reference(listing: Listing) -> str:
    """The id of the job in a file: the employer's own, if it was uploaded with one, or ours."""
    if listing.feed is not None and listing.feed.kind == Feed.Kind.CSV:
        return listing.external_id
    return f"{REFERENCE}{listing.pk}"


def job_number(reference: str) -> int | None:
    """The job's primary key, if ``reference`` is one of our ids."""
    match = _REFERENCE.fullmatch(reference)
    if match:
        return int(match[1])
    return None


def as_downloaded(reference: str) -> str:
    """Our own id as a download writes it: spreadsheets and people may capitalise it."""
    if job_number(reference):
        return reference.lower()
    return reference


def jobs_of_our_ids(ids: Iterable[str], feed: Feed, columns: Sequence[str]) -> dict[str, Listing]:
    """Our id → job of the feed's company, from any source."""
    ids_by_number = {}
    for reference in ids:
        if number := job_number(reference):
            ids_by_number[number] = reference
    if not ids_by_number:
        return {}
    jobs = Listing.objects.filter(company=feed.company, pk__in=list(ids_by_number))
    return {ids_by_number[listing.pk]: listing for listing in jobs.only(*columns)}


def jobs_of_others(listings: Iterable[Listing], by: User | None) -> set[int]:
    """The jobs that ``by`` may not edit. A feed itself, without a person, may edit all."""
    if by is None:
        return set()
    pks = {listing.pk for listing in listings}
    editable = Listing.objects.editable_by(by).filter(pk__in=pks)
    return pks - set(editable.values_list("pk", flat=True))


def changed_since(moment: datetime, listings: Iterable[Listing], by: User | None) -> set[int]:
    """The jobs that an import of this person changed. A public job also changes when it is renewed,
    but only an edit has an event.
    """
    if by is None:
        return set()
    changed = [listing for listing in listings if listing.changed_at > moment]
    public = {listing.pk for listing in changed if listing.status == Listing.Status.PUBLISHED}
    edited: set[int] = set()
    if public:
        events = ListingEvent.objects.filter(listing__in=public, by=by, at__gt=moment)
        edited = set(events.values_list("listing", flat=True))
    return {listing.pk for listing in changed} - public | edited


def makes_equal(listing: Listing) -> tuple[str, str]:
    """The same for jobs of one company with the same title, description and places."""
    return listing.content_hash, listing.place_line


def ids_of_equals(feed: Feed) -> dict[tuple[str, str], str]:
    """The values that make jobs equal → the id, for all jobs of the feed's company that are or may
    open.
    """
    jobs = Listing.objects.filter(company=feed.company).not_over().select_related("feed")
    jobs = jobs.only("content_hash", "place_line", "external_id", "feed__kind")
    return {makes_equal(listing): reference(listing) for listing in jobs}


def is_unchanged(item: FeedItem, company: Company) -> bool:
    """Whether the row equals the download of a job of ``company``."""
    jobs = Listing.objects.filter(company=company)
    if number := job_number(item.external_id):
        jobs = jobs.filter(pk=number)
    else:
        jobs = jobs.filter(feed__kind=Feed.Kind.CSV, external_id=item.external_id)
    return any(not _find_changes(item, get_content(listing)) for listing in jobs)


def changed_content(
    listing: Listing, before: ListingContent, item: FeedItem, row: ListingContent
) -> ListingContent | None:
    """The content of the job with the changes of the row, None if there are none. ``before`` is its
    current content, ``row`` that of the row alone. A change that waits already is kept.
    """
    values = _changed_values(listing, before, item, row)
    latest = replace(lifecycle.latest_content(listing), read_values=())
    changed = replace(latest, **values)
    if changed == latest:
        return None
    return replace(changed, read_values=_read_values(listing, before, changed, row))


def _changed_values(
    listing: Listing, before: ListingContent, item: FeedItem, row: ListingContent
) -> dict[str, Any]:
    of_row = {name: getattr(row, name) for name in _stated_fields(item)}
    stated = replace(merged(listing, row), **of_row)
    changes = _find_changes(item, before)
    changes += _fields_to_read(item, before, changes)
    values: dict[str, Any] = {name: getattr(stated, name) for name in changes}
    if "places" in values:
        values["places"] = tuple(with_regions(stated.places, before.places))
    if "pay" in values:
        values["pay"] = tuple(with_quotes(row.pay, before.pay))
    if not item.eligibility or "eligibility" not in values:
        values |= kept_eligibility(before, values.get("places", before.places))
    return values


def _read_values(
    listing: Listing, before: ListingContent, changed: ListingContent, row: ListingContent
) -> tuple[QuotedValue, ...]:
    """The quotes of unchanged values, and those of the row for the others."""
    values = list(kept_values(stored_values(listing), before, changed))
    names = {value.name for value in values}
    for value in still_said(row.read_values, row, changed):
        if value.name not in names:
            values.append(value)
    return tuple(values)


def _fields_to_read(item: FeedItem, before: ListingContent, changes: list[str]) -> Iterator[str]:
    """Fields that the file has no column for, or that are blank in the row and the job: if the
    title or text is new, they are read from it.
    """
    if {"title", "description"}.isdisjoint(changes):
        return
    for columns, names in FIELD_GROUPS:
        if names[0] not in READ_IF_BLANK:
            continue
        values = [getattr(item, column) for column in columns]
        values.append(getattr(before, names[0]))
        if item.absent.issuperset(columns) or all(value in BLANK for value in values):
            yield from names


def _stated_fields(item: FeedItem) -> Iterator[str]:
    """Fields that the row states. They count even if a person chose another value before."""
    if item.role:
        yield from ROLE
    if item.level:
        yield from LEVEL
    if item.skills or item.skills_required or item.skills_nice:
        yield from SKILLS


def _find_changes(item: FeedItem, before: ListingContent) -> list[str]:
    """The fields of ListingContent in which the row differs from the job."""
    downloaded = _downloaded_item(before)
    uploaded = _comparable(item)
    changes: list[str] = []
    for columns, names in FIELD_GROUPS:
        if item.absent.issuperset(columns):
            continue
        if downloaded is None or _differ(uploaded, downloaded, columns):
            changes += names
    return changes


def _differ(item: FeedItem, other: FeedItem, columns: Iterable[str]) -> bool:
    return any(getattr(item, name) != getattr(other, name) for name in columns)


def _downloaded_item(content: ListingContent) -> FeedItem | None:
    """The item that an upload of the job's own download would give; None if it has faults."""
    item, faults = own_csv.read_row(build_row(content, REFERENCE), OWN)
    if faults:
        return None
    return _comparable(item)


def _comparable(item: FeedItem) -> FeedItem:
    """Types by their meaning, and line ends as spreadsheets may change them."""
    description = "\n".join(item.description.splitlines())
    return replace(item, types=read_types(*item.types), description=description)

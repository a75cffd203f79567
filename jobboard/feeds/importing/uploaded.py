"""A job that is here, and the row of a file that a person uploads for it: what differs from the row
that a download gives of it changes, and nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from jobboard.accounts.models import User
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.own_csv_columns import OWN
from jobboard.feeds.adapters.own_csv_export import row_of
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
# Columns of a row that say one thing together, and what the job says of it.
SAID_TOGETHER = (
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

# What is read from title and text where the row leaves it blank.
BLANK = ("", (), None, Visa.UNKNOWN)
READ_WHERE_BLANK = {"employment_types", "level", "role", "skills", "visa", "closes_on"}

UNKNOWN_JOB = "is the id of another company’s job, or of a deleted one. Enter an id of your own"
FROM_A_FEED = (
    "is the id of a job that a feed brought. Verify your part in the company to change it here"
)
ALREADY_HERE = "is new, but its title, description and places equal {}. Use that id to update it"


def reference(listing: Listing) -> str:
    """The id of the job in a file: the employer's own, if it came with one, or ours."""
    was_uploaded = listing.feed is not None and listing.feed.kind == Feed.Kind.CSV
    if was_uploaded:
        return listing.external_id
    return f"{REFERENCE}{listing.pk}"


def job_number(reference: str) -> int | None:
    """Which job our own id stands for."""
    match = _REFERENCE.fullmatch(reference)
    if match:
        return int(match[1])
    return None


def as_downloaded(reference: str) -> str:
    """Our own id as a download writes it: spreadsheets and people write it with capitals."""
    if job_number(reference):
        return reference.lower()
    return reference


def jobs_of_our_ids(ids: Iterable[str], feed: Feed, columns: Sequence[str]) -> dict[str, Listing]:
    """Jobs of the feed's company, of whatever source, by our own ids of them."""
    numbers = {number: one for one in ids if (number := job_number(one))}
    if not numbers:
        return {}
    jobs = Listing.objects.filter(company=feed.company, pk__in=list(numbers))
    return {numbers[listing.pk]: listing for listing in jobs.only(*columns)}


def jobs_of_others(listings: Iterable[Listing], by: User | None) -> set[int]:
    """Which of them ``by`` may not edit; a feed itself, where ``by`` is None, edits all."""
    if by is None:
        return set()
    pks = {listing.pk for listing in listings}
    theirs = Listing.objects.editable_by(by).filter(pk__in=pks)
    return pks - set(theirs.values_list("pk", flat=True))


def changed_since(moment: datetime, listings: Iterable[Listing], by: User | None) -> set[int]:
    """Which of them an import of this person changed. Public ones change as well when they are
    renewed, but only what was edited has an event.
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
    """The ids of its company's open jobs, and of those on the way there, by what makes them equal
    to another.
    """
    jobs = Listing.objects.filter(company=feed.company).not_over().select_related("feed")
    seen = jobs.only("content_hash", "place_line", "external_id", "feed__kind")
    return {makes_equal(listing): reference(listing) for listing in seen}


def stands_so(item: FeedItem, company: Company) -> bool:
    """Whether the row says what a download says of a job of ``company``, whatever that lacks."""
    jobs = Listing.objects.filter(company=company)
    if number := job_number(item.external_id):
        jobs = jobs.filter(pk=number)
    else:
        jobs = jobs.filter(feed__kind=Feed.Kind.CSV, external_id=item.external_id)
    return any(not _changes(item, get_content(listing)) for listing in jobs)


def changed_content(
    listing: Listing, before: ListingContent, item: FeedItem, read: ListingContent
) -> ListingContent | None:
    """What the job says with the changes of the row, None if there are none; ``before`` is what it
    says now, ``read`` what the row alone says. Changes that wait already stay beside those of the
    row.
    """
    changes = _changes(item, before)
    stated = replace(merged(listing, read), **{name: getattr(read, name) for name in _stated(item)})
    changes += _read_anew(item, before, changes)
    said: dict[str, Any] = {name: getattr(stated, name) for name in changes}
    if "places" in said:
        said["places"] = tuple(with_regions(stated.places, before.places))
    if "pay" in said:
        said["pay"] = tuple(with_quotes(read.pay, before.pay))
    if not item.eligibility or "eligibility" not in said:
        said |= kept_eligibility(before, said.get("places", before.places))
    latest = replace(lifecycle.latest_content(listing), read_values=())
    changed = replace(latest, **said)
    if changed == latest:
        return None
    return replace(changed, read_values=_quoted(listing, before, changed, read))


def _quoted(
    listing: Listing, before: ListingContent, changed: ListingContent, read: ListingContent
) -> tuple[QuotedValue, ...]:
    """The words of what is as it was, and of what the row's text says too."""
    kept = kept_values(stored_values(listing), before, changed)
    names = {value.name for value in kept}
    read_too = still_said(read.read_values, read, changed)
    return (*kept, *(value for value in read_too if value.name not in names))


def _read_anew(item: FeedItem, before: ListingContent, changes: list[str]) -> Iterator[str]:
    """What the file has no column for, and what neither the row nor the job states: another title
    or text may say it.
    """
    if not {"title", "description"} & set(changes):
        return
    for columns, names in SAID_TOGETHER:
        values = [getattr(before, names[0]), *(getattr(item, column) for column in columns)]
        is_unsaid = item.absent.issuperset(columns) or all(one in BLANK for one in values)
        if names[0] in READ_WHERE_BLANK and is_unsaid:
            yield from names


def _stated(item: FeedItem) -> Iterator[str]:
    """What the row says beside what people chose before, of that which is never blank there."""
    if item.role:
        yield from ROLE
    if item.level:
        yield from LEVEL
    if item.skills or item.skills_required or item.skills_nice:
        yield from SKILLS


def _changes(item: FeedItem, before: ListingContent) -> list[str]:
    """The names of what the job says otherwise."""
    there = _downloaded(before)
    row = _comparable(item)
    changes: list[str] = []
    for columns, names in SAID_TOGETHER:
        is_as_there = there is not None and all(row[name] == there[name] for name in columns)
        if not (is_as_there or item.absent.issuperset(columns)):
            changes += names
    return changes


def _downloaded(content: ListingContent) -> dict[str, Any] | None:
    """The row that a download gives of it, as it would be read; None where it cannot be."""
    item, faults = own_csv.read_row(row_of(content, REFERENCE), OWN)
    if faults:
        return None
    return _comparable(item)


def _comparable(item: FeedItem) -> dict[str, Any]:
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    lines = "\n".join(item.description.splitlines())  # as spreadsheets do not keep them
    return values | {"types": read_types(*item.types), "description": lines}

"""Jobs in an uploaded file: read, tried out, then imported. Missing rows end nothing."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.words import fold
from jobboard.feeds.adapters import own_csv
from jobboard.feeds.adapters.base import BadFeed, BadItem, FeedItem, limit
from jobboard.feeds.importer import import_items
from jobboard.feeds.report import Report
from jobboard.listings import emails
from jobboard.listings.models import Company, Feed
from roles.models import Role

MOST_BYTES = 2 * 2**20
MOST_ROWS = 5_000
KEPT = 60 * 60  # seconds between trying out and importing
EXAMPLE_ID = "example-1"
EXAMPLE = {
    "id": EXAMPLE_ID,
    "title": "Data Engineer",
    "apply_url": "https://careers.example.com/jobs/1",
    "places": "Lisbon; Remote (Portugal)",
    "employment_types": "full_time",
    "level": "mid",
    "salary_min": "45000",
    "salary_max": "60000",
    "salary_currency": "EUR",
    "salary_period": "year",
    "skills": "Python; SQL",
    "visa": "no",
    "description": "## What you do\n\nYou build pipelines.",
}


@dataclass
class Outcome:
    """What an import did, or would do; ``refused`` rows as (line in the file, column, reason)."""

    report: Report
    refused: list[tuple[int, str, str]]


def keep(content: bytes, *, company: Company, by: User) -> UUID:
    """Keep the file for KEPT, for the same person and company alone."""
    token = uuid4()
    cache.set(f"upload:{token}", (by.pk, company.pk, zlib.compress(content)), KEPT)
    return token


def kept(token: UUID, *, by: User) -> tuple[Company, bytes] | None:
    upload = cache.get(f"upload:{token}")
    if upload is None:
        return None
    owner, company, packed = upload
    if owner != by.pk:
        return None
    found = Company.objects.of_user(by).public().filter(pk=company).first()
    return (found, zlib.decompress(packed)) if found else None


def try_out(content: bytes, *, company: Company, by: User) -> Outcome:
    """What ``import_file`` would do; nothing is written. Raises BadFeed."""
    with transaction.atomic():
        outcome = import_file(content, company=company, by=by)
        transaction.set_rollback(True)
    return outcome


def import_file(content: bytes, *, company: Company, by: User) -> Outcome:
    """Raises BadFeed for no CSV of ours, before anything is written, and importer.Busy."""
    rows = content.count(b"\n")
    if content.startswith(b"PK\x03\x04"):
        raise BadFeed("This is a spreadsheet file. Save it as CSV (UTF-8) and upload that instead.")
    if content.startswith(b"\x1f\x8b"):
        raise BadFeed("This file is compressed. Unzip it and upload the CSV file.")
    if rows > 20 * MOST_ROWS:
        raise BadFeed(
            f"The file has {rows:,} rows. You can upload up to {MOST_ROWS:,} jobs at a time."
        )
    lines: list[int] = []
    items = own_csv.parse(BytesIO(content), lines=lines)
    feed, _ = Feed.objects.get_or_create(company=company, kind=Feed.Kind.CSV)
    report = import_items(feed=feed, items=_checked(items, company), uploaded_by=by)
    if waiting := report.waiting:
        emails.many_to_reviewers(company, waiting, by)
    refused = [
        (lines[number - 1], name, _without_line(reason, lines[number - 1]))
        for number, name, reason in report.bad
    ]
    refused += [(lines[number - 1], "id", reason) for number, _, reason in report.skipped]
    return Outcome(report, sorted(refused))


def _checked(items: Iterator[FeedItem | BadItem], company: Company) -> Iterator[FeedItem | BadItem]:
    """The rows, each held to what the form asks for."""
    roles = set(Role.objects.published().values_list("slug", flat=True))
    for number, item in enumerate(items, start=1):
        if number > MOST_ROWS:
            yield BadItem("row", f"is over the limit of {MOST_ROWS:,} jobs per file")
        elif isinstance(item, FeedItem) and (problem := _problem(item, company, roles)):
            problem.external_id = item.external_id
            yield problem
        else:
            yield item


def _problem(item: FeedItem, company: Company, roles: set[str]) -> BadItem | None:
    if item.external_id == EXAMPLE_ID:
        return BadItem("id", "is the example from the template. Delete this row")
    if item.company and fold(item.company) != fold(company.name):
        return BadItem("company", f"must be {company} or blank, not {item.company[:40]}")
    if len(item.title) > limit("title"):
        return BadItem(
            "title", f"has {len(item.title)} characters. The maximum is {limit('title')}"
        )
    if item.role and item.role not in roles:
        return BadItem("role", f"is not one of our roles: {item.role[:40]}")
    if item.closes_on and item.closes_on < timezone.now().date():
        return BadItem("closes_on", f"is in the past: {item.closes_on}")
    return _missing(item)


def _missing(item: FeedItem) -> BadItem | None:
    if not item.places:
        return BadItem("places", "is missing")
    if not item.pay and not item.pay_text:
        return BadItem(
            "salary_min", "is missing. Enter the pay, or use pay_text to say why it isn’t stated"
        )
    return None


def _without_line(reason: str, line: int) -> str:
    return reason.removesuffix(f" (line {line})")

"""Sample companies and jobs: labelled, dated relative to the day, loaded only if wanted."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobboard.common.batches import delete_in_batches
from jobboard.listings.choices import PayStatement, PlaceText, Workplace
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.last_day import latest_zone
from jobboard.listings.lifecycle import Actor, Kind, expiry, record
from jobboard.listings.models import Company, Feed, Listing
from roles.models import Role, Skill, StarterFingerprint
from roles.starter_content import fingerprint

FOLDER = Path(__file__).parent
# Whoever removed the samples does not get them back by a restart.
REMOVED = {
    "kind": "samples",
    "key": "removed",
}


def shipped(name: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def are_removed() -> bool:
    return StarterFingerprint.objects.filter(**REMOVED).exists()


def load(now: datetime | None = None) -> Counter[str]:
    """Create new samples, and renew the dates and texts of those nobody edited; counts of each."""
    now = now or timezone.now()
    StarterFingerprint.objects.filter(**REMOVED).delete()
    companies = {}
    for fields in shipped("companies"):
        defaults = fields | {"is_demo": True, "verified_at": now if fields["verified_by"] else None}
        companies[fields["slug"]], _ = Company.objects.get_or_create(
            slug=fields["slug"], defaults=defaults
        )
    roles = {role.slug: role for role in Role.objects.all()}
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    items = StarterFingerprint.objects.filter(kind="listing")
    fingerprints = dict(items.values_list("key", "fingerprint"))
    jobs = shipped("listings")
    keys = [job["key"] for job in jobs]
    samples = Listing.objects.filter(company__is_demo=True, feed=None, external_id__in=keys)
    existing = {listing.external_id: listing for listing in samples}
    outcomes: Counter[str] = Counter()
    for job in jobs:
        outcomes[_load_job(job, now, companies, roles, skills, fingerprints, existing)] += 1
    return outcomes


@transaction.atomic
def _load_job(
    job: dict[str, Any],
    now: datetime,
    companies: dict[str, Company],
    roles: dict[str, Role],
    skills: dict[str, Skill],
    fingerprints: dict[str, str],
    existing: dict[str, Listing],
) -> str:
    listing = existing.get(job["key"])
    if listing is None and job["key"] in fingerprints:
        return "left alone"
    if listing is not None and is_touched(listing):
        return "left alone"
    company = companies[job["company"]]
    if listing is None or fingerprints.get(job["key"]) != fingerprint(job):
        outcome = "created" if listing is None else "updated"
        listing = listing or Listing(company=company, external_id=job["key"], first_seen_at=now)
        _set_dates(listing, job, now)
        write_content(listing, _build_content(job, roles, skills, listing.closes_on))
        StarterFingerprint.objects.update_or_create(
            kind="listing", key=job["key"], defaults={"fingerprint": fingerprint(job)}
        )
    else:
        outcome = "renewed"
        _set_dates(listing, job, now)
        listing.save()
    listing.events.all().delete()
    _write_events(listing)
    return outcome


def is_touched(listing: Listing) -> bool:
    """Whether somebody edited a sample or decided something about it."""
    return listing.version > 1 or listing.events.exclude(by=None).exists()


def _build_content(
    job: dict[str, Any], roles: dict[str, Any], skills: dict[str, Any], closes_on: date | None
) -> ListingContent:
    needs = []
    for need, slugs in job["skills"].items():
        needs += [(skills[slug], need) for slug in slugs]
    return ListingContent(
        title=job["title"],
        description=job["description"],
        role=roles.get(job["role"]),
        level=job["level"],
        employment_types=tuple(job["employment_types"]),
        places=_build_places(job),
        eligibility=job["eligibility"],
        eligibility_text=job["eligibility_text"],
        eligible_countries=tuple(job["eligible_countries"]),
        utc_note=job["utc_note"],
        pay=_build_pay(job),
        pay_note=job["pay_note"],
        apply_url=job["apply_url"],
        apply_email=job["apply_email"],
        visa=job["visa"],
        closes_on=closes_on,
        skills=tuple(needs),
    )


def _build_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    """The days on-site are those of the hybrid ones."""
    places = []
    for values in job["places"]:
        place = PlaceText(**values)
        if place.workplace == Workplace.HYBRID:
            place = replace(place, hybrid_days=job["hybrid_days"])
        places.append(place)
    return tuple(places)


def _to_decimal(amount: float | None) -> Decimal | None:
    if amount is None:
        return None
    return Decimal(str(amount))


def _build_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    lowest = _to_decimal(job["salary_min"])
    highest = _to_decimal(job["salary_max"])
    if lowest is None and highest is None:
        return ()
    unit = (job["salary_currency"], job["salary_period"])
    return (PayStatement(lowest, highest, *unit, origin=Listing.SalaryFrom.FORM),)


def _set_dates(listing: Listing, job: dict[str, Any], now: datetime) -> None:
    """Set all that depends on the day. The key spreads hours, so that no two jobs share a
    moment.
    """
    minutes = int(fingerprint(job["key"])[:4], 16) % 600
    posted_at = now - timedelta(days=job["posted_days_ago"], minutes=minutes)
    listing.posted_at = posted_at.replace(microsecond=0)
    listing.first_seen_at = listing.published_at = listing.posted_at
    listing.confirmed_at = listing.closes_on = listing.featured_until = listing.closed_at = None
    if job["confirmed_days_ago"] is not None:
        confirmed_at = now - timedelta(days=job["confirmed_days_ago"])
        listing.confirmed_at = max(listing.posted_at, confirmed_at)
    if job["closes_in_days"] is not None:
        listing.closes_on = (now + timedelta(days=job["closes_in_days"])).date()
    listing.last_zone = latest_zone(_build_places(job))
    listing.expires_at = expiry(listing, now)
    if job["featured_days"] is not None:
        listing.featured_until = now + timedelta(days=job["featured_days"])
    listing.status = job["status"]
    listing.outcome = job["outcome"]
    if job["status"] == "closed":
        listing.closed_at = now - timedelta(days=1)


def _write_events(listing: Listing) -> None:
    record(listing, Kind.FIRST_SEEN, Actor.SYSTEM, public=True, at=listing.first_seen_at)
    record(listing, Kind.PUBLISHED, Actor.SYSTEM, public=True, at=listing.published_at)
    if listing.confirmed_at:
        record(listing, Kind.CONFIRMED, Actor.SYSTEM, public=True, at=listing.confirmed_at)
    if listing.closed_at:
        outcome = listing.get_outcome_display()
        record(listing, Kind.CLOSED, Actor.SYSTEM, public=True, at=listing.closed_at, new=outcome)


def remove() -> int:
    """Delete every sample company with its jobs, some at a time; returns how many jobs went. A
    restart does not bring them back.
    """
    StarterFingerprint.objects.get_or_create(**REMOVED, defaults={"fingerprint": ""})
    count = delete_in_batches(Listing.objects.filter(company__is_demo=True))
    delete_in_batches(Feed.objects.filter(company__is_demo=True))
    delete_in_batches(Company.objects.filter(is_demo=True))
    StarterFingerprint.objects.filter(kind="listing").delete()
    return count

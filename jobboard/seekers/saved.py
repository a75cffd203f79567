"""Jobs somebody keeps: in the address of the page, as the browser holds them, or with an
account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.http import urlencode

from jobboard.accounts.models import User
from jobboard.common.text.words import format_amount_range, short_amount
from jobboard.listings.models import Listing
from roles.models import FxRate

from .models import SavedListing

MAX_SAVED_JOBS = 200
SIDE_BY_SIDE = 4
CLOSES_SOON = timedelta(days=7)
COLUMNS = ["title", "company", "state", "mark", "note", "saved_on", "closes_on", "url"]


@dataclass
class SavedJob:
    """One job of the list. ``listing`` is None when it is not public any more; ``saved`` is there
    with an account, ``pk`` and ``without_url``, the list without it, where an address names it.
    """

    listing: Listing | None
    saved: SavedListing | None = None
    pk: int = 0
    without_url: str = ""
    about: str = ""

    @property
    def pay(self) -> str:
        """The pay as stated, with about how much that is in the currency that was asked for."""
        if self.listing is None:
            return ""
        if self.about:
            return f"{self.listing.pay_line} (≈ {self.about})"
        return self.listing.pay_line

    @property
    def title(self) -> str:
        if self.listing:
            return self.listing.title
        if self.saved:
            return self.saved.title
        return ""

    @property
    def company(self) -> str:
        if self.listing:
            return self.listing.company.name
        if self.saved:
            return self.saved.company
        return ""

    @property
    def state(self) -> str:
        if self.listing is None:
            return "No longer available"
        if self.listing.is_over:
            if self.listing.outcome:
                return "Closed"
            return "Expired"
        ends = self.listing.expires_at
        if ends and ends - timezone.now() <= CLOSES_SOON:
            return f"Closes {self.listing.last_day:%-d %b}"
        return "Open"


def public(pks: Sequence[int]) -> dict[int, Listing]:
    """Jobs with a public page, open or closed, by id. For a copy, the job it is part of."""
    job_of: dict[int, int] = {}
    for pk, folded_into in Listing.objects.filter(pk__in=pks).values_list("pk", "folded_into"):
        job_of[pk] = folded_into or pk
    listings = Listing.objects.filter(pk__in=job_of.values()).select_related("role").for_cards()
    visible = {listing.pk: listing for listing in listings if listing.is_public}
    return {pk: visible[job] for pk, job in job_of.items() if job in visible}


def of_ids(pks: Sequence[int]) -> list[SavedJob]:
    """Return the jobs in the order given; what is not public any more is left as a gap that says
    so.
    """
    pks = list(dict.fromkeys(pks))[:MAX_SAVED_JOBS]
    listings = public(pks)
    jobs: dict[int, Listing | None] = {}
    for pk in pks:
        listing = listings.get(pk)
        if listing:
            jobs[listing.pk] = listing
        else:
            jobs[pk] = None
    saved_jobs = []
    for pk, listing in jobs.items():
        others = [("listing", other) for other in jobs if other != pk]
        saved_jobs.append(SavedJob(listing, pk=pk, without_url=f"?{urlencode(others)}"))
    return saved_jobs


def of_user(user: User) -> list[SavedJob]:
    rows = list(user.saved_listings.all()[:MAX_SAVED_JOBS])
    listings = public([row.listing_id for row in rows if row.listing_id])
    return [SavedJob(listings.get(row.listing_id or 0), row) for row in rows]


def put_in_currency(saved_jobs: Sequence[SavedJob], currency: str) -> None:
    """Set ``about`` on each whose pay can be converted: a year of it in ``currency``."""
    rate = FxRate.objects.newest(currency)
    if rate is None:
        return
    for job in saved_jobs:
        if job.listing is None:
            continue
        lowest = _convert_from_usd(job.listing.pay_year_min_usd, rate)
        highest = _convert_from_usd(job.listing.pay_year_max_usd, rate)
        if lowest or highest:
            job.about = f"{currency} {format_amount_range(lowest, highest, short_amount)} a year"


def _convert_from_usd(usd: int | None, rate: FxRate) -> int | None:
    """Rounded to thousands."""
    if usd is None:
        return None
    return int(round(usd / rate.usd_per_unit, -3))


def saved_ids(user: User) -> set[int]:
    """Ids of jobs, and of those that they are part of."""
    pks = user.saved_listings.values_list("listing", "listing__folded_into")
    return set(filter(None, chain.from_iterable(pks)))


def remove_listings(*, user: User, pks: Sequence[int]) -> bool:
    """Keep these jobs no longer. One with a mark or a note stays: then the answer is False."""
    rows = user.saved_listings.filter(Q(listing__in=pks) | Q(listing__folded_into__in=pks))
    rows.filter(mark="", note="").delete()
    return not rows.exists()


@transaction.atomic
def save_listings(*, user: User, listings: Sequence[Listing]) -> int:
    """Keep them with the account, each once; returns how many are new."""
    existing_ids = saved_ids(user)
    new = [listing for listing in dict.fromkeys(listings) if listing.pk not in existing_ids]
    new = new[: max(0, MAX_SAVED_JOBS - user.saved_listings.count())]
    rows = []
    for listing in new:
        company = listing.company.name
        rows.append(SavedListing(user=user, listing=listing, title=listing.title, company=company))
    SavedListing.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def _say_company(job: Listing) -> str:
    if job.company.is_demo:
        return f"{job.company.name} (sample)"
    return job.company.name


def _say_types(job: Listing) -> str:
    return ", ".join(kind.label for kind in job.types) or "Not stated"


def _say_role(job: Listing) -> str:
    if job.public_role:
        return job.public_role.name
    return "None"


def _say_confirmed(job: Listing) -> str:
    if job.confirmed_at:
        return f"{job.confirmed_at:%-d %b %Y}"
    return "Not since posting"


def _say_closing_date(job: Listing) -> str:
    if job.closes_on:
        return f"{job.closes_on:%-d %b %Y}"
    return "Not stated"


# What is compared side by side: a name and how a job says it.
ROWS = [
    ("Company", _say_company),
    ("Location", lambda job: job.place_summary or "Not stated"),
    ("Workplace type", lambda job: job.workplace_line or "Not stated"),
    ("Pay", lambda job: job.pay_line or "Not stated"),
    ("Level", lambda job: job.level_line or "Not stated"),
    ("Employment type", _say_types),
    ("Role", _say_role),
    ("Skills", lambda job: job.skill_line or "None listed"),
    ("Visa sponsorship", lambda job: job.get_visa_display()),
    ("Posted", lambda job: f"{job.posted_at:%-d %b %Y}"),
    ("Confirmed open", _say_confirmed),
    ("Closing date", _say_closing_date),
]


def side_by_side(listings: Sequence[Listing]) -> list[tuple[str, list[str]]]:
    """Rows for up to SIDE_BY_SIDE jobs: a name, and the text of each job."""
    return [(name, list(map(say, listings))) for name, say in ROWS]


def export_rows(saved_jobs: Sequence[SavedJob], site_url: str) -> list[tuple]:
    """Yield the rows as COLUMNS name them."""
    return [_export_row(job, site_url) for job in saved_jobs]


def _export_row(job: SavedJob, site_url: str) -> tuple:
    mark = note = saved_on = url = ""
    closes_on = None
    if job.saved:
        mark = job.saved.get_mark_display()
        note = job.saved.note
        saved_on = f"{job.saved.saved_at:%Y-%m-%d}"
    if job.listing:
        closes_on = job.listing.closes_on
        url = site_url + job.listing.get_absolute_url()
    title = job.title or "No longer available"
    return (title, job.company, job.state, mark, note, saved_on, closes_on, url)

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
from jobboard.common.text.words import amount_range, short_amount
from jobboard.listings.models import Listing
from roles.models import FxRate

from .models import SavedListing

MOST = 200
SIDE_BY_SIDE = 4
CLOSES_SOON = timedelta(days=7)
COLUMNS = ["title", "company", "state", "mark", "note", "saved_on", "closes_on", "url"]


@dataclass
class Kept:
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
        """As stated, with about how much that is in the currency that was asked for."""
        stated = self.listing.pay_line if self.listing else ""
        return f"{stated} (≈ {self.about})" if self.about else stated

    @property
    def title(self) -> str:
        if self.listing:
            return self.listing.title
        return self.saved.title if self.saved else ""

    @property
    def company(self) -> str:
        if self.listing:
            return self.listing.company.name
        return self.saved.company if self.saved else ""

    @property
    def state(self) -> str:
        if self.listing is None:
            return "No longer available"
        if self.listing.is_over:
            return "Closed" if self.listing.outcome else "Expired"
        ends = self.listing.expires_at
        if ends and ends - timezone.now() <= CLOSES_SOON:
            return f"Closes {self.listing.last_day:%-d %b}"
        return "Open"


def public(pks: Sequence[int]) -> dict[int, Listing]:
    """Those the public may see the page of: open, or over. Of a copy, the job it is part of."""
    part_of = dict(Listing.objects.filter(pk__in=pks).values_list("pk", "folded_into"))
    jobs = {job or pk for pk, job in part_of.items()}
    found = Listing.objects.filter(pk__in=jobs).select_related("role").for_cards().in_order(jobs)
    there = {one.pk: one for one in found if one.is_public}
    return {pk: there[job or pk] for pk, job in part_of.items() if (job or pk) in there}


def of_ids(pks: Sequence[int]) -> list[Kept]:
    """In the order given; what is not public any more is left as a gap that says so."""
    pks = list(dict.fromkeys(pks))[:MOST]
    there = public(pks)
    jobs = dict.fromkeys(there[pk].pk if pk in there else pk for pk in pks)
    of_job = {one.pk: one for one in there.values()}
    kept = []
    for pk in jobs:
        others = [("listing", other) for other in jobs if other != pk]
        kept.append(Kept(of_job.get(pk), pk=pk, without_url=f"?{urlencode(others)}"))
    return kept


def of_user(user: User) -> list[Kept]:
    rows = list(user.saved_listings.all()[:MOST])
    there = public([row.listing_id for row in rows if row.listing_id])
    return [Kept(there.get(row.listing_id or 0), row) for row in rows]


def put_in_currency(kept: Sequence[Kept], currency: str) -> None:
    """Set ``about`` on each whose pay can be converted: a year of it in ``currency``."""
    rate = FxRate.objects.newest(currency)
    if rate is None:
        return
    for one in kept:
        lowest, highest = _yearly_in(one.listing, rate) if one.listing else (None, None)
        if lowest or highest:
            one.about = f"{currency} {amount_range(lowest, highest, short_amount)} a year"


def _yearly_in(listing: Listing, rate: FxRate) -> tuple[int | None, int | None]:
    """Lowest and highest base pay a year, in the rate's currency."""
    lowest, highest = listing.pay_year_min_usd, listing.pay_year_max_usd
    return _converted(lowest, rate), _converted(highest, rate)


def _converted(usd: int | None, rate: FxRate) -> int | None:
    """Rounded to thousands."""
    return None if usd is None else int(round(usd / rate.usd_per_unit, -3))


def kept_by(user: User) -> set[int]:
    """Ids of jobs, and of those that they are part of."""
    saved = user.saved_listings.values_list("listing", "listing__folded_into")
    return {pk for pk in chain.from_iterable(saved) if pk}


def remove_listings(*, user: User, pks: Sequence[int]) -> bool:
    """Keep these jobs no longer. One with a mark or a note stays: then the answer is False."""
    rows = user.saved_listings.filter(Q(listing__in=pks) | Q(listing__folded_into__in=pks))
    rows.filter(mark="", note="").delete()
    return not rows.exists()


@transaction.atomic
def save_listings(*, user: User, listings: Sequence[Listing]) -> int:
    """Keep them with the account, each once; returns how many are new."""
    known = kept_by(user)
    new = [one for one in dict.fromkeys(listings) if one.pk not in known]
    new = new[: max(0, MOST - user.saved_listings.count())]
    SavedListing.objects.bulk_create(
        [
            SavedListing(user=user, listing=one, title=one.title, company=one.company.name)
            for one in new
        ],
        ignore_conflicts=True,
    )
    return len(new)


# What is compared side by side: a name and how a job says it.
ROWS = [
    (
        "Company",
        lambda one: f"{one.company.name} (sample)" if one.company.is_demo else one.company.name,
    ),
    ("Location", lambda one: one.place_summary or "Not stated"),
    ("Workplace type", lambda one: one.workplace_line or "Not stated"),
    ("Pay", lambda one: one.pay_line or "Not stated"),
    ("Level", lambda one: one.level_line or "Not stated"),
    ("Employment type", lambda one: ", ".join(kind.label for kind in one.types) or "Not stated"),
    ("Role", lambda one: one.public_role.name if one.public_role else "None"),
    ("Skills", lambda one: one.skill_line or "None listed"),
    ("Visa sponsorship", lambda one: one.get_visa_display()),
    ("Posted", lambda one: f"{one.posted_at:%-d %b %Y}"),
    (
        "Confirmed open",
        lambda one: f"{one.confirmed_at:%-d %b %Y}" if one.confirmed_at else "Not since posting",
    ),
    ("Closing date", lambda one: f"{one.closes_on:%-d %b %Y}" if one.closes_on else "Not stated"),
]


def side_by_side(listings: Sequence[Listing]) -> list[tuple[str, list[str]]]:
    """Of up to SIDE_BY_SIDE jobs: each row's name and what each job says."""
    return [(name, list(map(say, listings))) for name, say in ROWS]


def export_rows(kept: Sequence[Kept], site_url: str) -> list[tuple]:
    """As COLUMNS name them."""
    return [
        (
            one.title or "No longer available",
            one.company,
            one.state,
            one.saved.get_mark_display() if one.saved else "",
            one.saved.note if one.saved else "",
            f"{one.saved.saved_at:%Y-%m-%d}" if one.saved else "",
            one.listing.closes_on if one.listing else None,
            site_url + one.listing.get_absolute_url() if one.listing else "",
        )
        for one in kept
    ]

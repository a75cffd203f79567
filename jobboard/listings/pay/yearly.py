"""Pay in US dollars a year, by which jobs are filtered and sorted; never shown."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from operator import attrgetter

from django.db import transaction
from django.utils import timezone

from jobboard.common.locks import one_of_many
from jobboard.listings.models import Listing
from roles.models import FxRate
from roles.pay.formulas import annual_pay

# What is above is a typing error; a key to sort by has 32 bits for it.
MAX_YEARLY_USD = 2**32 - 2
WRITTEN_AT_ONCE = 100
PAY = ("salary_min", "salary_max", "salary_currency", "salary_period")
YEARLY = ("pay_year_min_usd", "pay_year_max_usd", "pay_rate_on")

NewestRate = Callable[[str], FxRate | None]


def fill_yearly_pay(listing: Listing, newest_rate: NewestRate) -> None:
    """Set its base pay in US dollars a year; None where no rate is new enough."""
    rate = None
    if listing.has_pay:
        rate = newest_rate(listing.salary_currency)
    listing.pay_year_min_usd = _yearly_usd(listing.salary_min, listing.salary_period, rate)
    listing.pay_year_max_usd = _yearly_usd(listing.salary_max, listing.salary_period, rate)
    listing.pay_rate_on = None
    if rate:
        listing.pay_rate_on = rate.date


def _yearly_usd(amount: Decimal | None, period: str, rate: FxRate | None) -> int | None:
    if rate is None or amount is None:
        return None
    return min(int(annual_pay(amount, period) * rate.usd_per_unit), MAX_YEARLY_USD)


def refresh_yearly_pay() -> int:
    """Compute it again of all jobs, after rates changed or became too old; how many changed."""
    changed = _changed(cache(FxRate.objects.newest))
    count = 0
    while batch := list(islice(changed, WRITTEN_AT_ONCE)):
        with one_of_many(), transaction.atomic():
            Listing.objects.bulk_update(batch, [*YEARLY, "changed_at"])
        count += len(batch)
    return count


_yearly = attrgetter(*YEARLY)


def _changed(newest_rate: NewestRate) -> Iterator[Listing]:
    now = timezone.now()
    paid = Listing.objects.exclude(salary_currency="").order_by("pk")
    for listing in paid.only(*PAY, *YEARLY).iterator():
        before = _yearly(listing)
        fill_yearly_pay(listing, newest_rate)
        if _yearly(listing) != before:
            listing.changed_at = now
            yield listing

"""What live jobs add up to, in numbers that can be put together and taken apart."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Q

from jobboard.listings.facts import MarketFacts
from jobboard.listings.querysets import ListingQuerySet

IDS_IN_RANGE = 500


@dataclass(frozen=True)
class Tally:
    """``paid`` of the jobs state pay, of whatever kind; ``companies`` and ``facts`` are by ID, the
    latter of roles. Jobs without a role are in the other numbers. ``id_ranges`` says how many have
    one of IDS_IN_RANGE IDs, by which these are: range 1 begins with ID IDS_IN_RANGE.
    """

    total: int = 0
    paid: int = 0
    companies: Counter = field(default_factory=Counter)
    id_ranges: Counter = field(default_factory=Counter)
    facts: dict[int, MarketFacts] = field(default_factory=dict)

    def replaced(self, gone: "Tally", come: "Tally") -> "Tally":
        """Without the jobs that ``gone`` counts, all of which this one does, and with others."""
        facts = dict(self.facts)
        for role in gone.facts.keys() | come.facts.keys():
            before = facts.pop(role, MarketFacts())
            after = before.replaced(
                gone.facts.get(role, MarketFacts()), come.facts.get(role, MarketFacts())
            )
            if after.total:
                facts[role] = after
        return Tally(
            total=self.total - gone.total + come.total,
            paid=self.paid - gone.paid + come.paid,
            companies=_replaced(self.companies, gone.companies, come.companies),
            id_ranges=_replaced(self.id_ranges, gone.id_ranges, come.id_ranges),
            facts=facts,
        )


def _replaced(counts: Counter, gone: Counter, come: Counter) -> Counter:
    """Without those that fall to 0."""
    replaced = counts + come
    replaced.subtract(gone)
    return +replaced


def tally_of_rows(listings: ListingQuerySet) -> Tally:
    """By the database, from few rows."""
    facts = listings.market_facts()
    facts.pop(None, None)  # type: ignore[call-overload]  # of jobs without a role
    by_company = listings.order_by().values_list("company")
    counted = by_company.annotate(Count("pk"), paid=Count("pk", filter=Q(states_pay=True)))
    companies: Counter = Counter()
    paid = 0
    for company, count, with_pay in counted:
        companies[company] = count
        paid += with_pay
    in_ranges = listings.order_by().values_list(F("pk") / IDS_IN_RANGE)
    id_ranges = Counter(dict(in_ranges.annotate(Count("pk"))))
    return Tally(companies.total(), paid, companies, id_ranges, facts)

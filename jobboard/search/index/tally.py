"""Sums of live jobs, in numbers that can be put together and taken apart."""

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

    def replaced(self, removed: "Tally", added: "Tally") -> "Tally":
        """This tally without the jobs that ``removed`` counts, all of which it counts too, and with
        others.
        """
        nothing = MarketFacts()
        facts = dict(self.facts)
        for role in removed.facts.keys() | added.facts.keys():
            before = facts.pop(role, nothing)
            after = before.replaced(
                removed.facts.get(role, nothing), added.facts.get(role, nothing)
            )
            if after.total:
                facts[role] = after
        return Tally(
            total=self.total - removed.total + added.total,
            paid=self.paid - removed.paid + added.paid,
            companies=_replaced(self.companies, removed.companies, added.companies),
            id_ranges=_replaced(self.id_ranges, removed.id_ranges, added.id_ranges),
            facts=facts,
        )


def _replaced(counts: Counter, removed: Counter, added: Counter) -> Counter:
    """``counts`` without ``removed`` and with ``added``; values that fall to 0 are left out."""
    replaced = counts + added
    replaced.subtract(removed)
    return +replaced


def tally_rows(listings: ListingQuerySet) -> Tally:
    """The tally of ``listings`` by the database, from few rows."""
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

"""What live jobs add up to, in numbers that can be put together and taken apart."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Q

from jobboard.listings.facts import MarketFacts
from jobboard.listings.querysets import ListingQuerySet


@dataclass(frozen=True)
class Tally:
    """``paid`` of the jobs state pay, of whatever kind; ``companies`` and ``facts`` are by ID, the
    latter of roles. Jobs without a role are in the other numbers.
    """

    total: int = 0
    paid: int = 0
    companies: Counter = field(default_factory=Counter)
    facts: dict[int, MarketFacts] = field(default_factory=dict)

    def replaced(self, gone: "Tally", come: "Tally") -> "Tally":
        """Without the jobs that ``gone`` counts, all of which this one does, and with others."""
        companies = self.companies + come.companies
        companies.subtract(gone.companies)
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
            companies=+companies,
            facts=facts,
        )


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
    return Tally(total=companies.total(), paid=paid, companies=companies, facts=facts)

"""A visitor's own pay, which a job's page asks for and the salary page of its role compares."""

from dataclasses import dataclass

from jobboard.common.text.words import country_currency
from jobboard.insights.fair_pay.form import CURRENCIES
from jobboard.listings.choices import Period
from jobboard.listings.models import Listing
from jobboard.you.visitor import Visitor
from roles.models import Role

from .pay import first_country


@dataclass(frozen=True)
class OwnPayQuestion:
    """``level`` and ``country`` are the visitor's or the job's, '' where it has none, or several
    levels.
    """

    role: Role
    level: str
    country: str
    currency: str

    @property
    def currencies(self) -> list[str]:
        return list(dict.fromkeys([self.currency, *CURRENCIES]))

    @property
    def periods(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Period.choices]


def own_pay_question(listing: Listing, visitor: Visitor) -> OwnPayQuestion | None:
    """The form with what the visitor said in place of what the job says. None of a job whose role
    has no salary page.
    """
    role = listing.public_role
    if role is None:
        return None
    level = visitor.level
    if not level and not listing.level_max:
        level = listing.level
    country = visitor.country or first_country(listing)
    currency = visitor.currency or listing.salary_currency or country_currency(country) or "USD"
    if currency not in CURRENCIES:
        currency = "USD"
    return OwnPayQuestion(role, level, country, currency)

"""The pay that a visitor types, read from the address of a salary page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jobboard.common.text.words import COMMON_CURRENCIES, country_code, full_amount
from jobboard.common.text.words import CURRENCIES as ALL_CURRENCIES
from jobboard.feeds.parsing.cells import written_amount
from jobboard.listings.choices import Period
from roles.models import FxRate
from roles.pay.formulas import PERIODS_PER_YEAR
from roles.pay.page import ANY_CELL, LEVELS
from roles.pay.regions import REGIONS
from roles.pay.survey import HIGHEST_USD, Cell

AMOUNT = "amount"  # the page answers where its address has it
MAX_AMOUNT_LENGTH = 30
# The rates of these are shipped. Others can be asked for in the address.
CURRENCIES = [
    *COMMON_CURRENCIES,
    *["CNY", "CZK", "HKD", "HUF", "IDR", "ILS", "KRW", "MXN", "MYR", "NZD", "PHP", "RON", "THB"],
    *["TRY", "TWD", "ZAR"],
]
ONE_AMOUNT = "Enter one amount in figures, such as 80,000."
TOO_HIGH = f"Enter a lower amount. We compare pay of up to USD {HIGHEST_USD:,} a year."


def _choose(name: str) -> str:
    return f"Choose a {name} from the list."


def _choose_if_wrong(name: str) -> dict[str, str]:
    codes = ["invalid_choice", "max_length", "null_characters_not_allowed"]
    return dict.fromkeys(codes, _choose(name))


@dataclass(frozen=True)
class TypedPay:
    """Pay before tax as somebody typed it. ``rate`` is that of its currency; None for USD."""

    amount: Decimal
    currency: str
    period: str
    rate: FxRate | None = None

    @property
    def yearly(self) -> Decimal:
        return self.amount * PERIODS_PER_YEAR[self.period]

    @property
    def usd_per_unit(self) -> Decimal:
        if self.rate:
            return self.rate.usd_per_unit
        return Decimal(1)

    @property
    def yearly_usd(self) -> Decimal:
        return self.yearly * self.usd_per_unit

    def __str__(self) -> str:
        return f"{self.currency} {full_amount(self.amount)} {Period(self.period).label}"


class FairPayForm(forms.Form):
    """Asks for a pay to compare. Once it is valid, ``pay`` is there. Where something is wrong, the
    level and the country that were understood count all the same.
    """

    pay: TypedPay | None = None

    amount = forms.CharField(
        label="Your pay before tax",
        max_length=MAX_AMOUNT_LENGTH,
        error_messages={
            "required": "Enter your pay before tax, such as 80,000.",
            "max_length": f"Enter an amount of up to {MAX_AMOUNT_LENGTH} characters.",
            "null_characters_not_allowed": ONE_AMOUNT,
        },
    )
    currency = forms.CharField(
        required=False,
        max_length=3,
        error_messages=_choose_if_wrong("currency"),
    )
    period = forms.ChoiceField(
        choices=Period.choices,
        required=False,
        error_messages=_choose_if_wrong("period"),
    )
    level = forms.ChoiceField(
        choices=list(LEVELS.items()),
        required=False,
        error_messages=_choose_if_wrong("level"),
    )
    country = forms.CharField(
        required=False,
        max_length=60,
        error_messages=_choose_if_wrong("country"),
    )

    @property
    def cell(self) -> Cell:
        """Whom to compare with, first of all."""
        self.is_valid()
        level = self.cleaned_data.get("level", "")
        country = self.cleaned_data.get("country", "")
        return ANY_CELL._replace(level=level, country=country)

    @property
    def chosen_currency(self) -> str:
        """The one that the form shows as selected: that of the valid pay, else what was sent."""
        if self.pay:
            return self.pay.currency
        return str(self["currency"].value() or "").upper()

    def clean_amount(self) -> tuple[Decimal, str]:
        """The amount with the currency that stands beside it; '' where none does."""
        text = self.cleaned_data["amount"]
        if text.lstrip().startswith(("-", "−")):
            raise ValidationError("Enter an amount above 0.")
        written = written_amount(text)
        if written is None:
            raise ValidationError(ONE_AMOUNT)
        if not written.amount:
            raise ValidationError("Enter an amount above 0.")
        return written.amount, written.currency

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if currency and currency not in ALL_CURRENCIES:
            raise ValidationError(_choose("currency"))
        return currency

    def clean_period(self) -> str:
        return self.cleaned_data["period"] or Period.YEAR

    def clean_country(self) -> str:
        """A country or a region of ours by its code, or a country by its name."""
        text = self.cleaned_data["country"]
        if text.upper() in REGIONS:
            return text.upper()
        code = country_code(text)
        if text and not code:
            raise ValidationError(_choose("country"))
        return code

    def clean(self) -> None:
        if self.errors:
            return
        amount, stated = self.cleaned_data["amount"]
        currency = self.cleaned_data["currency"] or stated or "USD"
        if stated and stated != currency:
            conflict = f"Choose {stated}, or remove it from the amount. Now it says {currency}."
            raise ValidationError({"currency": conflict})
        pay = TypedPay(amount, currency, self.cleaned_data["period"], _get_rate(currency))
        if pay.yearly_usd > HIGHEST_USD:
            raise ValidationError({"amount": TOO_HIGH})
        self.pay = pay


def _get_rate(currency: str) -> FxRate | None:
    """The rate of ``currency``; None for the dollar. Raises ValidationError where there is none
    that is new enough.
    """
    if currency == "USD":
        return None
    rate = FxRate.objects.newest(currency)
    if rate is None:
        no_rate = f"Choose another currency. We don’t have an exchange rate for {currency}."
        raise ValidationError({"currency": no_rate})
    return rate


def asked_form(query: Mapping[str, Any]) -> FairPayForm | None:
    """The form with what the address asks for; None where it asks for no comparison."""
    if AMOUNT in query:
        return FairPayForm(query)
    return None

"""The context in which the salary page of a role asks for somebody's pay, and answers."""

from typing import Any

from jobboard.common.text.words import CURRENCIES as ALL_CURRENCIES
from jobboard.insights.pay_panel import RolePay
from jobboard.listings.choices import Period
from roles.pay.page import SalaryFigures
from roles.pay.regions import REGIONS, area_name
from roles.pay.survey import Cell

from .answer import fair_pay
from .form import CURRENCIES, FairPayForm


def question(form: FairPayForm) -> dict[str, Any]:
    """The context of the form, whether or not it was sent."""
    currencies = list(CURRENCIES)
    currency = form.chosen_currency
    if currency in ALL_CURRENCIES and currency not in CURRENCIES:
        currencies.append(currency)
    return {
        "ask": form,
        "currencies": currencies,
        "periods": Period.choices,
        "regions": [(code, area_name(code)) for code in REGIONS],
    }


def empty_question(cell: Cell, currency: str) -> dict[str, Any]:
    """Nothing is typed yet; the level and the country are those of the page."""
    initial = {"level": cell.level, "country": cell.country, "currency": currency}
    return question(FairPayForm(initial=initial))


def answer(form: FairPayForm, figures: SalaryFigures, role_pay: RolePay) -> dict[str, Any]:
    context = question(form) | {"fair": None}
    if form.pay:
        context["fair"] = fair_pay(form.pay, figures, role_pay)
    return context

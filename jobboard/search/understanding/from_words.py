"""Criteria with what their words ask for as filters."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from jobboard.search.criteria import Criteria
from jobboard.search.understanding.amounts import currencies_in
from jobboard.search.understanding.parts import Meaning
from jobboard.search.understanding.read import locate, names_in, understand
from jobboard.search.understanding.tokens import split_tokens
from jobboard.search.words import names_of_words
from roles.models import FxRate

ATTRIBUTES = {"from": "work_from"}  # of a parameter, where they differ
Rates = dict[str, Decimal]  # USD for a unit of a currency


def read_words(criteria: Criteria) -> Criteria:
    """The criteria with what their words ask for beside what was chosen: values of one field mean
    OR, and of two amounts or times the narrower counts.
    """
    text = criteria.words
    if not text:
        return criteria
    names = names_of_words(text, names_in(text))
    rates = _rates(currencies_in(split_tokens(text)))
    read = understand(text, names, rates)
    result = replace(criteria, names=names, chosen=criteria, understanding=read)
    if not read.meanings:
        return result
    result = replace(result, words=read.words, ranked_by=read.without_fillers)
    return _with_meanings(result, read.meanings, rates)


def read_where(criteria: Criteria, where: str) -> Criteria:
    """The criteria with the places that the words ``where`` say; what is no place is looked for as
    a phrase.
    """
    read = locate(where)
    result = _with_meanings(replace(criteria, located=read), read.meanings, {})
    others = read.words.replace('"', " ").strip()
    if others:
        return replace(result, words=f'{result.words} "{others}"'.strip())
    return result


def _with_meanings(criteria: Criteria, meanings: Iterable[Meaning], rates: Rates) -> Criteria:
    for meaning in meanings:
        criteria = replace(criteria, **_change(criteria, meaning, rates))
    return criteria


def _rates(currencies: set[str]) -> Rates:
    """The rates of ``currencies``; those we cannot compare are left out."""
    rates = {"USD": Decimal(1)}
    for currency in sorted(currencies - {"USD"}):
        rate = FxRate.objects.newest(currency)
        if rate:
            rates[currency] = rate.usd_per_unit
    return rates


def _change(criteria: Criteria, meaning: Meaning, rates: Rates) -> dict[str, Any]:
    """The fields of the criteria that change by what was understood."""
    if meaning.field == "salary_from":
        rate = rates.get(meaning.currency, criteria.usd_per_unit)
        amount = max(criteria.salary_from or 0, int(int(meaning.value) * rate))
        return {"salary_from": amount, "salary": criteria.salary or ("surely", "maybe")}
    if meaning.field == "posted":
        days = int(meaning.value)
        return {"posted": min(criteria.posted or days, days)}
    if meaning.field == "visa":
        return {"visa": True}
    if meaning.field == "skills":
        return {"any_skill": True}
    if meaning.is_unwanted:
        name = f"without_{meaning.field}"
        unwanted = meaning.named or meaning.value.removeprefix("-")
        return {name: _added(getattr(criteria, name), unwanted)}
    name = ATTRIBUTES.get(meaning.field, meaning.field)
    return {name: _added(getattr(criteria, name), meaning.named or meaning.value)}


def _added(values: tuple, value: Any) -> tuple:
    """``values`` and this one, once: of rows, the same if the ID is."""
    ids = [getattr(row, "pk", row) for row in values]
    if getattr(value, "pk", value) in ids:
        return values
    return (*values, value)

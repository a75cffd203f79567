"""Amounts and days as people write them into cells."""

from datetime import date
from decimal import Decimal

import pytest

from jobboard.feeds.parsing.cells import (
    may_be_two_days,
    written_amount,
    written_currency,
    written_day,
)

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("52000", 52_000, ""),
        ("27.50", "27.50", ""),
        ("27,5", "27.5", ""),
        ("45,000", 45_000, ""),
        ("45.000", 45_000, ""),
        ("45 000", 45_000, ""),
        ("45\u00a0000", 45_000, ""),
        ("45\u202f000,50", "45000.50", ""),
        ("45'000", 45_000, ""),
        ("45’000.00", 45_000, ""),
        ("1.234.567,89", "1234567.89", ""),
        ("1,234,567.89", "1234567.89", ""),
        ("45.000 €", 45_000, "EUR"),
        ("€45,000", 45_000, "EUR"),
        ("EUR 45.000,00", 45_000, "EUR"),
        ("£ 60k", 60_000, "GBP"),
        ("80k", 80_000, ""),
        ("80,5K", 80_500, ""),
        ("chf 120'000", 120_000, "CHF"),
        ("US$120,000", 120_000, "USD"),
        ("$120,000", 120_000, ""),
        ("500000 SEK", 500_000, "SEK"),
    ],
)
def test_an_amount_is_read_as_its_country_writes_it(text, amount, currency):
    found = written_amount(text)

    assert found and (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        *("lots", "", "-1", "45.0000", "45,00,000", "4.5.000", "45.000.00", "1,2,3", "12,5 Mio"),
        *("45000 €€", "EUR 45000 USD", "45000 XYZ", "45 0000", "1e6", "45000-50000", "k", "€"),
        *("1" * 13, "٤٥٠٠٠"),
    ],
)
def test_what_is_not_certainly_one_amount_is_none(text):
    assert written_amount(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[("€", "EUR"), ("eur", "EUR"), ("Euro", "EUR"), ("£", "GBP"), ("us$", "USD")],
        *[("$", ""), ("kr", ""), ("", "")],
    ],
)
def test_a_currency_is_a_code_or_a_sign_or_name_of_one_country(text, code):
    assert written_currency(text) == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31.12.26", date(2026, 12, 31)),
        ("1.2.2027", date(2027, 2, 1)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("12/31/26", date(2026, 12, 31)),
        ("31-12-2026", date(2026, 12, 31)),
        ("03/03/2027", date(2027, 3, 3)),
        ("31 December 2026", date(2026, 12, 31)),
        ("December 31, 2026", date(2026, 12, 31)),
        ("31. Dezember 2026", date(2026, 12, 31)),
        ("46387", date(2026, 12, 31)),
        ("46387.75", date(2026, 12, 31)),
        ("31.02.2026", None),
        ("12345", None),
        ("99999", None),
        ("soon", None),
        ("02/03/2027", None),
    ],
)
def test_a_day_is_read_as_its_country_or_spreadsheet_writes_it(text, day):
    assert written_day(text) == day


def test_a_day_that_may_be_two_is_told_from_one_that_is_none():
    assert may_be_two_days("02/03/2027")
    assert may_be_two_days("02/03/27")
    assert not may_be_two_days("31/12/2026")
    assert not may_be_two_days("2027-03-02")
    assert not may_be_two_days("soon")

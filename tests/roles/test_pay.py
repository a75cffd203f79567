from decimal import Decimal

import pytest

from roles.pay.formulas import (
    PERCENTILES,
    PERIODS_PER_YEAR,
    Spread,
    UnknownPeriodError,
    annual_pay,
    percentile,
    spread,
)


@pytest.mark.parametrize(
    ("q", "expected"),
    [(0, 10), (10, 14), (25, 20), (50, 30), (75, 40), (90, 46), (100, 50)],
)
def test_percentiles_lie_between_the_closest_ranks(q, expected):
    assert percentile([10, 20, 30, 40, 50], q) == expected


def test_percentile_between_two_values_is_the_way_from_one_to_the_other():
    assert percentile([100, 200], 25) == 125
    assert percentile([100, 200], 90) == 190


def test_percentiles_of_one_value_are_that_value():
    assert [percentile([70_000], q) for q in PERCENTILES] == [70_000] * 5


def test_percentile_of_decimals_is_exact():
    assert percentile([Decimal("0.10"), Decimal("0.20"), Decimal("0.40")], 75) == Decimal("0.30")


@pytest.mark.parametrize(("values", "q"), [([], 50), ([1], -1), ([1], 101)])
def test_percentile_refuses_no_values_and_impossible_ranks(values, q):
    with pytest.raises(ValueError, match="percentile of"):
        percentile(values, q)


def test_nine_answers_show_their_count_and_no_percentile():
    nine = spread(range(9), "EUR")

    assert nine == Spread(9, None, None, None, None, None, "EUR")
    assert nine.is_suppressed
    assert not nine.few


def test_no_answers_are_held_back():
    assert spread([], "USD").is_suppressed


def test_ten_answers_show_percentiles_marked_as_few():
    ten = spread(range(100, 0, -10), "USD")

    assert ten == Spread(10, 19.0, 32.5, 55.0, 77.5, 91.0, "USD")
    assert not ten.is_suppressed
    assert ten.few


@pytest.mark.parametrize(("n", "few"), [(29, True), (30, False)])
def test_thirty_answers_are_no_longer_few(n, few):
    assert spread(range(n), "USD").few is few


def test_percentiles_are_rounded_to_four_decimals():
    assert spread([Decimal(0)] * 9 + [Decimal("0.0012")], "USD").p90 == Decimal("0.0001")
    assert spread([0.0] * 9 + [0.0012], "USD").p90 == 0.0001


@pytest.mark.parametrize(
    ("amount", "period", "expected"),
    [
        ("50000", "year", "50000"),
        ("4200.50", "month", "50406"),
        ("1000", "week", "52000"),
        ("500", "day", "130000"),
        ("27.77", "hour", "57762"),
        ("0", "hour", "0"),
        ("50000.5", "year", "50000"),
        ("50001.5", "year", "50002"),
    ],
)
def test_pay_of_any_period_becomes_whole_units_a_year(amount, period, expected):
    assert str(annual_pay(Decimal(amount), period)) == expected


@pytest.mark.parametrize("period", ["", "quarter", "Year"])
def test_an_unknown_period_is_refused(period):
    with pytest.raises(UnknownPeriodError):
        annual_pay(Decimal(1), period)


@pytest.mark.parametrize("period", PERIODS_PER_YEAR)
def test_negative_pay_is_refused(period):
    with pytest.raises(ValueError, match="negative pay: -1"):
        annual_pay(Decimal(-1), period)

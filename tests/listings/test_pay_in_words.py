"""What a text promises to pay, told from budgets and prices."""

import pytest

from jobboard.listings.trust.texts.pay_in_words import pay_in_words


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("Make $9,000 a week from home.", (9_000, "USD", "week")),
        ("$9,000 weekly", (9_000, "USD", "week")),
        ("Salary: €300,000", (300_000, "EUR", "year")),
        ("Salary €200-300k a year", (300_000, "EUR", "year")),
        ("You earn USD 25k/month", (25_000, "USD", "month")),
        ("Gehalt: 250.000 € brutto pro Jahr", (250_000, "EUR", "year")),
        ("Sie verdienen 12.500,50 Euro im Monat", (12_500, "EUR", "month")),
        ("Salaire : 300 000 € par an", (300_000, "EUR", "year")),
        ("Puedes ganar 20.000 euros al mes", (20_000, "EUR", "month")),
        ("Ganhe 15.000 dollars por mês", (15_000, "USD", "month")),
        ("We pay $2m a year", (2_000_000, "USD", "year")),
        ("Weekly pay: $9,000", (9_000, "USD", "week")),
        ("Your weekly salary is $9,900.", (9_900, "USD", "week")),
        ("Earn $9,000+ per week.", (9_000, "USD", "week")),
        ("Earn $9,000/wk", (9_000, "USD", "week")),
        ("Earn $9,000 a 5 day week", (9_000, "USD", "week")),
        ("Earn $9,000 guaranteed per week", (9_000, "USD", "week")),
        ("Salary: €0.9m a year", (900_000, "EUR", "year")),
        ("Salary: 0.9 million USD", (900_000, "USD", "year")),
        ("Salary: 900 thousand EUR a year", (900_000, "EUR", "year")),
        ("Salary ₹900 lakh per annum", (90_000_000, "INR", "year")),
        ("Salary: 9,00,00,000 INR per annum", (90_000_000, "INR", "year")),
        ("Salary: $900,000 - 1 USD", (900_000, "USD", "year")),
        ("Salary: ＄900,000", (900_000, "USD", "year")),
        ("Compensation\n\n€900,000", (900_000, "EUR", "year")),
        ("Salary: 900,000 US-Dollar a year", (900_000, "USD", "year")),
        ("Salary: 900,000 SGD a year", (900_000, "SGD", "year")),
        ("Total comp $900k", (900_000, "USD", "year")),
        ("$900,000 salary", (900_000, "USD", "year")),
        ("We offer a $900,000 base salary", (900_000, "USD", "year")),
        ("900.000 € Jahresgehalt", (900_000, "EUR", "year")),
        ("90.000 € Monatsgehalt", (90_000, "EUR", "month")),
        ("Monatsgehalt: 90.000 €", (90_000, "EUR", "month")),
        ("Gehalt: 900 TEUR", (900_000, "EUR", "year")),
        ("₹9 Cr per annum salary", (90_000_000, "INR", "year")),
        ("Earn $9,000 p/w", (9_000, "USD", "week")),
        ("Per week: $9,000", (9_000, "USD", "week")),
    ],
)
def test_pay_is_read_with_its_currency_and_period(text, promised):
    assert [(one.amount, one.currency, one.period) for one in pay_in_words(text)] == [promised]


@pytest.mark.parametrize(
    "text",
    [
        "You look after a budget of $5,000,000 a year.",
        "We raised $200M in 2025.",
        "We saved $900,000 in cloud costs and pay attention to detail.",
        "A budget of $2m per year.",
        "A bonus of $500 when you join, paid once.",
        "Our 300,000 users in 12 countries.",
        "Latency fell by 40% over 3 weeks.",
        "Monthly team events.\nWe serve all 300,000 users and try 40,000 models.",
    ],
)
def test_what_is_no_pay_promises_nothing(text):
    assert pay_in_words(text) == ()

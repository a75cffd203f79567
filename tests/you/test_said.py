"""What a visitor said, as a value and as a cookie."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from jobboard.you.forms import AmountField
from jobboard.you.said import MAX_CHARACTERS, NOBODY, You

ANALYST = You("data-analyst", "PT", "mid", "EUR", 80_000, ("sql", "python"))


def test_the_cookie_is_readable():
    assert ANALYST.as_cookie() == (
        "role=data-analyst&country=PT&level=mid&currency=EUR&salary_from=80000&skill=sql.python"
    )


def test_a_cookie_is_read_as_it_was_written_also_percent_encoded():
    cookie = ANALYST.as_cookie()

    assert You.from_cookie(cookie) == ANALYST
    assert You.from_cookie(quote(cookie)) == ANALYST


def test_repeated_skills_are_read_as_an_address_has_them():
    assert You.from_cookie("skill=sql&skill=python").skills == ("sql", "python")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "role=<script>",
        "country=XX&level=boss&currency=eu",
        "salary_from=-1",
        "salary_from=٣",
        "skill=..",
        "\x00",
        "%ff%fe",
        "&" * 500,
        "skill=a&" * 300,
        "role=" + "a" * 5_000,
    ],
)
def test_what_is_no_value_is_left_out(text):
    assert not You.from_cookie(text).role
    assert len(You.from_cookie(text).skills) <= 1


def test_one_bad_value_does_not_take_the_others_along():
    assert You.from_cookie("country=PT&level=boss") == You(country="PT")


@given(st.text(max_size=300))
def test_any_cookie_is_read_without_an_error(text):
    You.from_cookie(text)


@given(st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,79}", fullmatch=True), max_size=100))
def test_whatever_is_said_fits_into_the_cookie_and_comes_back(slugs):
    said = You.from_values({"skill": slugs, "role": ["a" * 80], "country": ["PT"]})

    assert len(said.as_cookie()) <= MAX_CHARACTERS
    assert You.from_cookie(said.as_cookie()) == said


def test_who_said_nothing_is_false():
    assert not NOBODY
    assert You(level="mid")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("80000", 80_000),
        ("80,000", 80_000),
        ("80.000", 80_000),
        ("80 000", 80_000),
        ("80k", 80_000),
        ("80,5k", 80_500),
        ("80.5K", 80_500),
        ("1.200.000", 1_200_000),
    ],
)
def test_pay_is_taken_as_people_write_it(typed, amount):
    assert AmountField().clean(typed) == amount


@pytest.mark.parametrize("typed", ["80,5", "80.5", "a lot", "8k0", "k"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)

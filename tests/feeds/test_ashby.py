import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from jobboard.feeds.adapters.base import FeedItem, InvalidItemError
from jobboard.feeds.adapters.systems import ashby
from jobboard.listings.choices import PlaceText

pytestmark = pytest.mark.pure

FILE = Path(__file__).parent / "data" / "ashby.json"
ANSWER = json.loads(FILE.read_text())


def parse(answer):
    return list(ashby.SOURCE.parse(BytesIO(json.dumps(answer).encode())))


def one(**changes):
    """This is the first job from the file with ``changes``, as its adapter reads it."""
    (item,) = parse({"jobs": [{**ANSWER["jobs"][0], **changes}]})
    return item


def pay(item):
    return [
        (pay.place or pay.level, pay.lowest, pay.highest, pay.currency, pay.period, pay.kind)
        for pay in item.pay
    ]


def test_every_item_gives_one_result_and_a_bad_one_stops_no_other():
    results = parse(ANSWER)

    assert [getattr(result, "external_id", result) for result in results[:4]] == [
        "job-1",
        "job-2",
        "job-3",
        "job-4",
    ]
    assert [result.is_listed for result in results[:4]] == [True, True, True, False]
    assert [str(bad) for bad in results[4:6]] == [
        "apply_url: Enter an address that starts with https://.",
        "id: is missing",
    ]
    assert results[6].external_id == "job-6"


def test_fields_are_read_as_the_employer_states_them():
    item = parse(ANSWER)[0]

    assert item.title == "Senior ML Engineer, Ranking"
    assert item.types == ("FullTime",)
    assert item.apply_url == "https://jobs.example.com/job-1/application"
    assert item.description == ANSWER["jobs"][0]["descriptionHtml"]
    assert item.posted_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def test_of_an_unlisted_job_only_its_title_is_read():
    assert parse(ANSWER)[3] == FeedItem(
        "job-4", title="Data Engineer (secret project)", is_listed=False
    )
    assert not one(isListed=None).is_listed


def test_a_form_whose_address_may_not_be_shown_gives_way_to_the_jobs_page():
    assert parse(ANSWER)[1].apply_url == "https://jobs.example.com/job-2"


def test_places_keep_their_text_and_what_their_address_says():
    assert parse(ANSWER)[0].places == (
        PlaceText(
            "Lisbon Office", city="Lisbon", country="Portugal", workplace="hybrid", admin1="Lisboa"
        ),
        PlaceText("Porto", city="Porto", country="Portugal", workplace="hybrid"),
        PlaceText("Remote (Spain)", country="Spain", workplace="remote"),
        PlaceText("lisbon office", workplace="hybrid"),
    )


def test_a_remote_jobs_other_places_do_not_say_how_one_works_there():
    assert parse(ANSWER)[1].places == (
        PlaceText("Remote (US)", country="United States", workplace="remote"),
        PlaceText("Austin, TX", city="Austin", country="USA"),
    )


def test_a_place_without_a_text_is_named_by_its_address():
    assert parse(ANSWER)[6].places == (
        PlaceText("Toronto, Canada", city="Toronto", country="Canada", workplace="on_site"),
    )


def test_a_remote_job_without_any_place_is_still_remote():
    item = one(workplaceType="Remote", location="", address=None, secondaryLocations=[])

    assert item.places == (PlaceText("Remote", workplace="remote"),)


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({"id": ""}, "id: is missing"),
        ({"id": "x" * 121}, "id: is longer than 120 characters"),
        ({"title": " \u200b "}, "title: is empty"),
        ({"applyUrl": None, "jobUrl": None}, "apply_url: is missing"),
        (
            {"applyUrl": "https://localhost/x", "jobUrl": ""},
            "apply_url: Enter an address with a public domain name, like",
        ),
        (
            {"applyUrl": "https://example.com/" + "x" * 500},
            "apply_url: is longer than 500 characters",
        ),
    ],
)
def test_an_item_that_cannot_be_a_listing_says_which_field_and_why(changes, bad):
    item = one(**changes)

    assert isinstance(item, InvalidItemError)
    assert str(item).startswith(bad)


def test_salaries_of_all_tiers_are_read_and_equity_and_bonuses_left_out():
    assert pay(parse(ANSWER)[0]) == [
        ("Lisbon/Porto", 60_000, 75_000, "EUR", "year", ""),
        ("Spain", 55_000, Decimal("70500.50"), "EUR", "year", ""),
    ]
    assert pay(parse(ANSWER)[6]) == [
        ("Canada", Decimal("27.75"), None, "CAD", "hour", ""),
        ("Elsewhere", 4_000, 5_000, "USD", "month", ""),
    ]


def test_on_target_earnings_are_marked():
    assert pay(parse(ANSWER)[1]) == [
        ("Zone A", 168_000, 231_000, "USD", "year", "on_target"),
        ("Zone B", 151_000, 207_000, "USD", "year", "on_target"),
    ]


def test_pay_is_shown_only_if_the_employer_says_so():
    hidden, unsaid = parse(ANSWER)[2], one(shouldDisplayCompensationOnJobPostings=None)

    assert (hidden.pay, hidden.hides_pay) == ((), True)
    assert (unsaid.pay, unsaid.hides_pay) == ((), True)
    assert not parse(ANSWER)[0].hides_pay


def paths(value, path=()):
    """Where anything stands in a JSON value."""
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(deeper for key, child in children for deeper in paths(child, (*path, key)))]


ODD_VALUES = [
    None,
    True,
    -1,
    10**400,
    0.1,
    float("nan"),
    "",
    "\x00\ud800",
    "1e99",
    [],
    [None, [], "x"],
    {},
    {"id": 1},
]


@pytest.mark.parametrize("path", paths(ANSWER["jobs"][0])[1:], ids=str)
def test_no_odd_value_anywhere_in_a_job_stops_the_next(path):
    for value in ODD_VALUES:
        job = copy.deepcopy(ANSWER["jobs"][0])
        parent = job
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = value

        results = parse({"jobs": [job, ANSWER["jobs"][1]]})

        assert isinstance(results[0], FeedItem | InvalidItemError)
        assert results[1].external_id == "job-2"


def test_a_field_that_cannot_be_read_is_left_out_and_named():
    item = one(publishedAt="yesterday")

    assert item.title == "Senior ML Engineer, Ranking"
    assert item.posted_at is None
    assert item.faults == (("publishedAt", "is not a valid date: yesterday"),)

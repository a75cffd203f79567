"""The importer on real answers and at volume. The tables say what was read: run with ``-s`` to see
them.
"""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO

import pytest

from jobboard.feeds.adapters.base import FeedItem, each_item
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.importing.importer import import_items
from jobboard.feeds.importing.run import NO_TEXTS
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PlaceText
from jobboard.listings.models import Feed, FeedRun, Listing
from tests.factories import CompanyFactory

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORKDAY = "https://gdit.wd5.myworkdayjobs.com/External_Career_Site"

# Of so many jobs at least so many state it; to be raised when the parsers learn more. Pay is base
# pay of the job's own places. No federal job of 2016 has a role of ours: the one research scientist
# among them studies cyber resiliency.
USAJOBS = {"jobs": 344, "pay": 337, "place": 344, "level": 25, "role": 0, "skills": 47}
SECURITY = {"jobs": 213, "pay": 102, "place": 196, "level": 97, "role": 3, "skills": 188}


def lines(file):
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        yield from text


def said() -> dict[str, int]:
    """How many of all listings state what."""
    jobs = Listing.objects.order_by()
    return {
        "jobs": jobs.count(),
        "pay": jobs.exclude(salary_currency="").count(),
        "place": jobs.filter(places__place__isnull=False).distinct().count(),
        "level": jobs.exclude(level="").count(),
        "role": jobs.exclude(role=None).count(),
        "skills": jobs.filter(skills__isnull=False).distinct().count(),
    }


def assert_reaches(floors):
    reached = said()
    print(*(f"{name} {count:,}" for name, count in reached.items()), sep=" · ")
    print(
        "pay from:",
        dict(
            Counter(
                Listing.objects.exclude(salary_currency="").values_list("salary_from", flat=True)
            )
        ),
    )
    assert {name: count for name, count in reached.items() if count < floors[name]} == {}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("adzuna_search", 4),
        ("ashby_jobs", 4),
        ("greenhouse_jobs", 4),
        ("lever_postings", 4),
        ("remotive_jobs", 4),
        ("usajobs_jobs", 3),
        ("workday_search", 4),
        ("workday_job_detail", 1),
    ],
)
def test_a_real_answer_twice_is_stored_once(starter, shared_data, name, count):
    kind = name.partition("_")[0]
    data = (shared_data / f"ats/lubobali__{name}.json").read_bytes()
    company = CompanyFactory() if kind in ("ashby", "lever", "workday") else None
    feed = Feed.objects.create(kind=kind, company=company, publishes="directly")

    first, second = (
        import_items(
            feed=feed,
            items=ADAPTERS[kind].parse(BytesIO(data), WORKDAY),
            now=NOW + timedelta(days=day),
        )
        for day in (0, 1)
    )

    assert (first.created, first.lines, second.lines) == (count, [], [])
    assert (second.created, second.updated, second.unchanged, second.closed) == (0, 0, count, 0)
    assert set(Listing.objects.values_list("version", flat=True)) == {1}


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_federal_jobs_are_read(starter, shared_data):
    data = gzip.decompress((shared_data / "listings/usajobs_open.jsonl.gz").read_bytes())
    feed = Feed.objects.create(kind=Feed.Kind.USAJOBS)

    report = import_items(feed=feed, items=ADAPTERS["usajobs"].parse(BytesIO(data)), now=NOW)

    assert report.lines == []
    assert_reaches(USAJOBS)


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_jobs_that_state_their_pay_in_the_text_only_are_read(starter, shared_data):
    feed = Feed.objects.create(kind=Feed.Kind.JOBPOSTING)
    rows = map(json.loads, lines(shared_data / "listings/security_ai_open.jsonl.gz"))

    report = import_items(
        feed=feed, items=each_item(rows, read_security_job, ("job_key",)), now=NOW
    )

    assert [(name, reason) for _, name, reason in report.bad] == [
        ("apply_url", "Enter an address that starts with https://.")
    ]
    assert_reaches(SECURITY)


def read_security_job(row):
    return FeedItem(
        row["job_key"],
        title=row["title"],
        company=row["company"],
        description=row["description"],
        description_is_html=False,
        places=(PlaceText(row["location"]),),
        apply_url=row.get("apply_url") or row["url"],
    )


# Three weeks of 224 companies


def read_snapshot(row):
    period = pay_period(row["salary_interval_orig"])
    pay = pay_statement(
        row["salary_min_orig"], row["salary_max_orig"], row["currency_original"], period
    )
    return FeedItem(
        row["job_uid"],
        title=row["title"],
        company=row["company"],
        places=(PlaceText(row["location_raw"]),),
        types=(row["employment_type"],),
        pay=(pay,) if pay else (),
        apply_url=row["apply_url"].replace("http://", "https://"),  # eight would be refused
        posted_at=datetime.fromisoformat(row["published_at"]).astimezone(UTC),
    )


@pytest.mark.slow
@pytest.mark.sqlite_alone  # test_feed_life.py has a few on both
def test_jobs_open_and_end_as_their_daily_snapshots_say(shared_data, analyze):
    reference = json.loads((shared_data / "listings/midat_reference_open.json").read_text())
    rows = list(csv.DictReader(lines(shared_data / "listings/midat_open.csv.gz")))
    feed = Feed.objects.create(kind=Feed.Kind.GREENHOUSE)
    items = {
        row["job_uid"]: item for row, item in zip(rows, each_item(rows, read_snapshot), strict=True)
    }
    first, last = date(2026, 7, 18), date(2026, 8, 8)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]

    # The last answer comes twice, because only the second one ends what it left out.
    for day in [*days, last + timedelta(days=1)]:
        shown = str(min(day, last))
        listed = [
            items[row["job_uid"]]
            for row in rows
            if row["first_snapshot"] <= shown <= row["last_snapshot"]
        ]
        report = import_items(feed=feed, items=listed, now=datetime.combine(day, time(12), UTC))
        if day == first:
            analyze()
        assert (report.updated, report.reopened) == (0, 0)
        assert report.problem == NO_TEXTS  # the snapshots have none

    ended = Listing.objects.filter(status="closed", outcome="unlisted")
    assert Listing.objects.exclude(status="closed").count() == reference["open_on_2026_08_08"]
    assert ended.count() == reference["closed_before"]
    assert (
        Counter(f"{seen:%Y-%m-%d}" for seen in ended.values_list("last_seen_at", flat=True))
        == (reference["closed_last_seen"])
    )
    assert Counter(run.at.date() for run in FeedRun.objects.all()) == Counter(
        [*days, last + timedelta(days=1)]
    )
    paid = Listing.objects.exclude(salary_currency="")
    assert not paid.filter(salary_max__gt=1_500_000).exclude(salary_currency="JPY").exists()
    assert not paid.filter(salary_period="year", salary_min__lt=10_000).exists()
    left_out = reference["with_salary_fields"] - paid.count()
    implausible = (
        reference["implausible_max_over_1_5m"] + reference["implausible_min_under_10k_yearly"]
    )
    print(
        said(),
        "pay left out: "
        f"{left_out} of {reference['with_salary_fields']:,}, of which implausible {implausible}",
    )
    assert left_out >= implausible

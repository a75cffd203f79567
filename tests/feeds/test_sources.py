"""Each kind of source on a small answer in its shape, with the traps of its kind: what
data/sources/expected.json says of it, and the same jobs the second time.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import time_machine

from jobboard.common.text.words import country_code
from jobboard.feeds.adapters.base import FeedItem, InvalidItemError
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.importing.importer import import_items
from jobboard.feeds.parsing.pay.reader import read_pay
from jobboard.feeds.parsing.places.reader import read_place
from jobboard.feeds.reading import currencies_of
from jobboard.listings.choices import PlaceText
from jobboard.listings.models import Feed, Listing
from jobboard.listings.models.feed import NAMELESS
from tests.factories import CompanyFactory

FOLDER = Path(__file__).parent / "data" / "sources"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TODAY = time_machine.travel(NOW, tick=False)
WORKDAY = "https://acme.wd5.myworkdayjobs.com/Careers"

# Each file: its kind, and where it comes from.
FILES = {
    "arbeitnow.json": ("arbeitnow", "https://www.arbeitnow.com/api/job-board-api"),
    "atom.xml": ("rss", "https://acme.example/jobs.atom"),
    "bamboohr.json": ("bamboohr", "https://acme.bamboohr.com/careers/list"),
    "bamboohr_job.json": ("bamboohr", "https://acme.bamboohr.com/careers/86/detail"),
    "breezy.json": ("breezy", "https://acme.breezy.hr/json?verbose=true"),
    "careerjet.xml": ("xml", "https://acme.example/careerjet.xml"),
    "himalayas.json": ("himalayas", "https://himalayas.app/jobs/api"),
    "himalayas.xml": ("himalayas_rss", "https://himalayas.app/jobs/rss"),
    "indeed.xml": ("xml", "https://acme.example/indeed.xml"),
    "jobicy.json": ("jobicy", "https://jobicy.com/api/v2/remote-jobs"),
    "jooble.xml": ("xml", "https://acme.example/jooble.xml"),
    "ojcp_search.json": ("ojcp", "https://acme.example/.well-known/ojcp.json"),
    "ojobpub.json": ("ojobpub", "https://acme.example/.well-known/ojobpub.json"),
    "personio.xml": ("personio", "https://acme.jobs.personio.de/xml?language=en"),
    "pinpoint.json": ("pinpoint", "https://acme.pinpointhq.com/postings.json"),
    "recruitee.json": ("recruitee", "https://acme.recruitee.com/api/offers/"),
    "remoteok.json": ("remoteok", "https://remoteok.com/api"),
    "rippling.json": (
        "rippling",
        "https://api.rippling.com/platform/api/ats/v1/board/acme-careers/jobs",
    ),
    "rippling_job.json": (
        "rippling",
        "https://ats.rippling.com/api/v2/board/acme-careers/jobs/44444444-4444-4444-8444-444444444441",
    ),
    "rippling_v2.json": ("rippling", "https://ats.rippling.com/api/v2/board/acme-careers/jobs"),
    "rss.xml": ("rss", "https://acme.example/jobs.rss"),
    "smartrecruiters.json": (
        "smartrecruiters",
        "https://api.smartrecruiters.com/v1/companies/Acme/postings",
    ),
    "smartrecruiters_job.json": (
        "smartrecruiters",
        "https://api.smartrecruiters.com/v1/companies/Acme/postings/744000100000001",
    ),
    "successfactors.xml": ("successfactors", "https://jobs.acme.example/googlefeed.xml"),
    "successfactors_rss.xml": (
        "successfactors",
        "https://careers.acme.example/services/rss/job?company=acme",
    ),
    "teamtailor.html": ("jobposting", "https://career.acme.example/jobs/8100001"),
    "teamtailor.json": ("teamtailor", "https://acme.teamtailor.com/jobs.json"),
    "teamtailor.xml": ("teamtailor", "https://acme.teamtailor.com/jobs.rss"),
    "weworkremotely.xml": ("weworkremotely", "https://weworkremotely.com/remote-jobs.rss"),
    "workable.json": (
        "workable",
        "https://apply.workable.com/api/v1/widget/accounts/acme?details=true",
    ),
    "workday.json": ("workday", WORKDAY),
    "workday_job.json": ("workday", WORKDAY),
    "workday_page2.json": ("workday", WORKDAY),
}
ROWS = [(name, number) for name in FILES for number in range(len(EXPECTED[name]))]


def read(name: str) -> list[FeedItem | InvalidItemError]:
    kind, address = FILES[name]
    with TODAY:
        return list(ADAPTERS[kind].parse(BytesIO((FOLDER / name).read_bytes()), address))


def test_every_file_has_a_kind_and_says_so_many_jobs():
    counts = {name: len(read(name)) for name in FILES}

    assert counts == {name: len(rows) for name, rows in EXPECTED.items()}


@pytest.mark.parametrize(("name", "number"), ROWS)
def test_a_job_is_read_as_expected(name, number):
    item, expected = read(name)[number], EXPECTED[name][number]

    if not item.is_listed:
        assert expected["note"].startswith("no opening")
        return
    left_out = {"note"}
    says = said_of(item, expected)
    if FILES[name][0] in NAMELESS and not item.company:
        left_out.add("company")
    assert {key: says[key] for key in expected.keys() - left_out} == {
        key: expected[key] for key in expected.keys() - left_out
    }


def said_of(item: FeedItem, expected: dict) -> dict:
    """In the words of expected.json: what the item says, with countries and workplaces that the
    words of its places name where a country or workplace is expected.
    """
    assert item.faults == () or item.company == ""
    said = {
        "id": item.external_id,
        "title": item.title.strip(),
        "places": [place_of(*pair) for pair in zip(item.places, expected["places"], strict=False)],
        "types": list(item.types),
        "pay": pay_of(item),
        "posted": posted_of(item, expected),
        "closes": item.closes_on and item.closes_on.isoformat(),
        "apply": "the page" if expected["apply"] == "the page" else item.apply_url,
        "company": item.company or "-",
    }
    assert len(item.places) == len(expected["places"])
    if isinstance((expected["pay"] or [None])[0], list):
        said["pay"] = [pay_of(FeedItem("", pay=(one,))) for one in item.pay]
    return said


def place_of(place: PlaceText, expected: list) -> list:
    _, country, workplace = expected
    (found, *_) = read_place(place)
    where = place.workplace or (found.workplace if workplace else "")
    code = country_code(place.country) or (found.country if country else "")
    return [place.text, code, where.replace("on_site", "onsite")]


def pay_of(item: FeedItem) -> list | None:
    stated = item.pay or read_pay(item.pay_text, only_pay=True, currencies=currencies(item))
    if not stated:
        return None
    pay = stated[0]
    return [number(pay.lowest), number(pay.highest), pay.currency, str(pay.period)]


def currencies(item: FeedItem) -> frozenset[str]:
    return frozenset(currencies_of(read_place(place)[0] for place in item.places))


def number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def posted_of(item: FeedItem, expected: dict) -> str:
    if item.posted_at is None:
        return "-"
    days = {"today": 0, "yesterday": 1}
    if expected["posted"] in days:
        day = NOW.date() - timedelta(days=days[expected["posted"]])
        return expected["posted"] if item.posted_at.date() == day else str(item.posted_at)
    is_day = len(expected["posted"]) == len("2026-11-18")
    return item.posted_at.strftime("%Y-%m-%d" if is_day else "%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    "name", ["smartrecruiters.json", "smartrecruiters_job.json", "recruitee.json", "indeed.xml"]
)
def test_no_reader_sees_what_is_about_people(name):
    kind, address = FILES[name]
    seen = []

    def look(row) -> tuple[str, ...]:
        seen.append(repr(row))
        return ()

    source = ADAPTERS[kind]
    looking = replace(source, fields=replace(source.fields, tags=look))
    if source.details:
        own = replace(source.details, fields=replace(source.details.fields, tags=look))
        looking = replace(looking, details=own)
    list(looking.parse(BytesIO((FOLDER / name).read_bytes()), address))

    assert len(seen) == len(EXPECTED[name])
    words = ["never keep it", "job.x1@", "SECRET", "jobs@acme.example", "1 River Street"]
    rows = [row.partition("'@answer'")[0] for row in seen]
    assert [word for word in words if word in " ".join(rows)] == []


# Stored


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
@pytest.mark.both_databases
def test_the_same_answer_twice_changes_nothing(name):
    kind, address = FILES[name]
    feed = Feed.objects.create(kind=kind, company=CompanyFactory(), address=address)

    first, second = (
        import_items(feed=feed, items=read(name), now=NOW + timedelta(days=day)) for day in (0, 1)
    )

    listed = [item for item in read(name) if isinstance(item, FeedItem) and item.is_listed]
    assert (first.created, first.bad) == (len(listed), [])
    assert (second.created, second.updated, second.unchanged) == (0, 0, len(listed))
    assert set(Listing.objects.values_list("version", flat=True)) == {1}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_nothing_about_people_is_stored(name):
    kind, address = FILES[name]
    feed = Feed.objects.create(kind=kind, company=CompanyFactory(), address=address)

    import_items(feed=feed, items=read(name), now=NOW)

    stored = " ".join(str(row) for row in Listing.objects.values())
    words = [
        "never keep it",
        "job.x1@",
        "SECRET",
        "jobs@acme.example",
        "192.0.2",
        "RMTky",
        "1 River",
    ]
    assert [word for word in words if word in stored] == []

"""How sources are asked: pages, promises, further answers, each job's own, and the hosts' peace."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from jobboard.feeds import fetching
from jobboard.feeds.adapters.base import Shortfall
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.adapters.systems import workday
from jobboard.feeds.download import FetchError, Response
from jobboard.feeds.fetching import fetch_feed, fetch_now, items_at
from jobboard.listings.models import Feed, Listing
from tests.factories import FeedFactory, ListingFactory, RoleFactory

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "data" / "sources"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SITE = "https://acme.wd5.myworkdayjobs.com/Careers"
API = "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers"


class Web:
    """Stands in for ``fetch``: what is at an address, or who says it."""

    def __init__(self):
        self.pages, self.asked, self.sent, self.waits = {}, [], [], []
        self.others = FetchError("It returned 404 Not Found.")

    def __call__(self, url, **sent):
        self.asked.append(url)
        self.sent.append(sent)
        page = self.pages.get(url, self.others)
        page = page(sent) if callable(page) else page
        if isinstance(page, Exception):
            raise page
        return Response(page if isinstance(page, bytes) else json.dumps(page).encode(), "", "", "")


@pytest.fixture
def web(monkeypatch):
    web = Web()
    monkeypatch.setattr(fetching, "fetch", web)
    monkeypatch.setattr(fetching, "wait", web.waits.append)
    with time_machine.travel(NOW, tick=False):
        yield web


def answer(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def changed(name: str, **values) -> dict:
    return json.loads(answer(name)) | values


def again(feed: Feed, days: int) -> Feed:
    """The fetch of so many days later."""
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        fetch_now(feed)
    feed.refresh_from_db()
    return feed


# Workday


ENGINEERS, SELLERS = "f1" * 16, "f2" * 16


class Careers:
    """A Workday site of jobs in two families, of which a list tells of ``most``."""

    def __init__(self, engineers: int, sellers: int = 0, most: int = 10**6):
        self.jobs = {ENGINEERS: [f"E{n}" for n in range(engineers)]}
        self.jobs |= {SELLERS: [f"S{n}" for n in range(sellers)]}
        self.most, self.words, self.facets = most, set(), set()

    def __call__(self, sent):
        query = sent["json"]
        self.words.add(query["searchText"])
        self.facets |= query["appliedFacets"].keys()
        families = query["appliedFacets"].get("family", [ENGINEERS, SELLERS])
        names = [name for family in families for name in self.jobs[family]]
        listed = names[: self.most]
        start = query["offset"]
        rows = [
            {"title": name, "externalPath": f"/job/x_{name}"}
            for name in listed[start : start + query["limit"]]
        ]
        values = [{"id": one, "count": len(self.jobs[one])} for one in families]
        facets = [{"facetParameter": "group", "values": [dict(facet("family", values))]}]
        return {
            "total": 0 if start else len(listed),
            "jobPostings": rows,
            "facets": [] if start else facets,
        }


def facet(name: str, values: list) -> dict:
    return {"facetParameter": name, "values": values}


def listed_at(web, careers: Careers, address: str = SITE) -> list:
    web.pages[f"{API}/jobs"] = careers
    return list(items_at(ADAPTERS["workday"], address))


@pytest.mark.parametrize("count", [1, 20, 1000, 1366])
def test_all_pages_of_a_workday_site_are_read_though_later_ones_say_no_total(web, count):
    items = listed_at(web, Careers(count))

    assert [item.external_id for item in items] == [f"E{n}" for n in range(count)]
    assert len(web.asked) == -(-count // 20)
    assert set(web.waits) == {0.25}


def test_a_workday_site_that_tells_of_two_thousand_jobs_is_asked_by_its_filters(web):
    items = listed_at(web, Careers(1500, 900, most=2000))

    assert len({item.external_id for item in items}) == len(items) == 2400


def test_a_workday_site_whose_filters_do_not_help_says_how_many_are_missing(web):
    *items, last = listed_at(web, Careers(2500, most=2000))

    assert len(items) == 2000
    assert last == Shortfall(
        "The feed says that it has 2,500 jobs but listed 2,000. We closed none of the others."
    )


def test_a_search_and_filters_of_a_workday_address_are_asked_for(web):
    careers = Careers(2, 3)

    items = listed_at(web, careers, f"{SITE}?q=data&family={SELLERS}&source=Friend")

    assert [item.external_id for item in items] == ["S0", "S1", "S2"]
    assert (careers.words, careers.facets) == ({"data"}, {"family"})


@pytest.mark.parametrize(
    ("address", "home", "api"),
    [
        (f"{SITE}/?q=x", SITE, API),
        ("https://acme.wd5.myworkdayjobs.com/en-US/Careers", SITE, API),
        (f"{API}/jobs", SITE, API),
        (
            "https://wd1.myworkdaysite.com/en-US/recruiting/acme/Careers",
            "https://wd1.myworkdaysite.com/recruiting/acme/Careers",
            "https://wd1.myworkdaysite.com/wday/cxs/acme/Careers",
        ),
        (
            "https://wd1.myworkdaysite.com/wday/cxs/acme/Careers/jobs",
            "https://wd1.myworkdaysite.com/recruiting/acme/Careers",
            "https://wd1.myworkdaysite.com/wday/cxs/acme/Careers",
        ),
    ],
)
def test_forms_of_a_workday_address(address, home, api):
    assert workday.site_at(address) == workday.Site(home, api)


@pytest.mark.parametrize(
    "address", ["https://wd1.myworkdaysite.com/recruiting", "https://acme.example/wday", "x"]
)
def test_addresses_that_name_no_workday_site(address):
    assert workday.site_at(address) is None


# Answers that are less than they promise


def test_fewer_jobs_than_promised_close_nothing_and_the_feed_says_so(web):
    feed = FeedFactory(
        kind="smartrecruiters", address="https://api.smartrecruiters.com/v1/companies/Acme/postings"
    )
    listed = changed("smartrecruiters.json")
    web.pages[f"{feed.address}?offset=0&limit=100"] = listed
    web.pages |= {
        f"{feed.address}/{row['id']}": answer("smartrecruiters_job.json")
        for row in listed["content"]
    }
    fetch_now(feed)
    assert Listing.objects.not_over().count() == 3
    less = changed("smartrecruiters.json", content=listed["content"][:2])
    web.pages[f"{feed.address}?offset=0&limit=100"] = less

    for days in (1, 2, 3):
        again(feed, days)

    assert Listing.objects.not_over().count() == 3
    assert feed.problem == (
        "The feed says that it has 3 jobs but listed 2. We closed none of the others."
    )


def test_a_list_is_asked_for_each_jobs_own_answer_once(web):
    feed = FeedFactory(kind="bamboohr", address="https://acme.bamboohr.com/careers/list")
    web.pages[feed.address] = answer("bamboohr.json")
    details = [f"https://acme.bamboohr.com/careers/{n}/detail" for n in (86, 87, 88)]
    web.pages |= dict.fromkeys(details, answer("bamboohr_job.json"))
    fetch_now(feed)
    assert web.asked == [feed.address, *details]
    web.asked.clear()

    again(feed, 1)

    assert web.asked == [feed.address]
    job = Listing.objects.get(external_id="86")
    assert (job.place_line, job.salary_max) == ("Denver, Colorado, United States", 150_000)
    assert job.apply_url == "https://acme.bamboohr.com/careers/86"


def test_a_job_that_its_own_answer_does_not_list_is_not_taken(web):
    feed = FeedFactory(
        kind="rippling", address="https://ats.rippling.com/api/v2/board/acme-careers/jobs"
    )
    web.pages[f"{feed.address}?page=0&pageSize=1000"] = answer("rippling_v2.json")
    uuid = "44444444-4444-4444-8444-44444444444"
    web.pages[f"{feed.address}/{uuid}1"] = answer("rippling_job.json")
    web.pages[f"{feed.address}/{uuid}2"] = changed("rippling_job.json", unlistedFromSearch=True)

    report = fetch_now(feed)

    assert report.lines == ["Item 2 rejected: id: is no longer listed by the employer."]
    job = Listing.objects.get()
    assert [(one.lowest, one.place) for one in job.statements] == [
        (140_000, "New Jersey"),
        (155_000, "New York"),
    ]


@pytest.mark.parametrize(("kind", "is_open"), [("jobicy", True), ("remotive", False)])
def test_a_job_that_a_board_of_the_newest_leaves_out_stays_open(web, kind, is_open):
    feed = FeedFactory(board=True, kind=kind, address="https://board.example/api")
    rows = [
        {"id": number, "url": f"https://board.example/{number}"}
        | {"jobTitle": "Data Engineer", "companyName": f"Company {number}"}
        | {"title": "Data Engineer", "company_name": f"Company {number}"}
        for number in range(10)
    ]
    web.pages[feed.address] = {"jobs": rows}
    fetch_now(feed)
    web.pages[feed.address] = {"jobs": rows[1:]}

    for days in (1, 2, 3):
        again(feed, days)

    assert Listing.objects.not_over().filter(external_id="0").exists() is is_open
    assert Listing.objects.not_over().count() == 9 + is_open


def test_a_field_that_cannot_be_read_costs_itself_and_the_run_counts_it(web):
    feed = FeedFactory(kind="recruitee", address="https://acme.recruitee.com/api/offers/")
    offers = json.loads(answer("recruitee.json"))["offers"]
    offers[0] |= {"close_at": "soon", "published_at": "2026-13-45 10:00:00 UTC"}
    web.pages[feed.address] = {"offers": offers}

    report = fetch_now(feed)

    assert (report.created, report.bad) == (3, [])
    assert str(report).endswith("0 rejected, 2 fields left out.")
    run = feed.runs.get()
    assert (run.faults, run.refused) == (2, 0)
    assert run.notes.splitlines() == [
        "Item 1 kept without close_at: is not a valid date: soon.",
        "Item 1 kept without published_at: is not a valid date: 2026-13-45 10:00:00 UTC.",
    ]


# Further answers


def test_personio_is_asked_in_german_for_the_texts_that_english_lacks(web):
    feed = FeedFactory(kind="personio", address="https://acme.jobs.personio.de/xml?language=en")
    german = answer("personio.xml").decode()
    text = "<jobDescription><name>Aufgaben</name><value>Du baust Modelle.</value></jobDescription>"
    german = german.replace(
        "<jobDescriptions></jobDescriptions>", f"<jobDescriptions>{text}</jobDescriptions>"
    ).replace("Your tasks", "Deine Aufgaben")
    web.pages = {
        feed.address: answer("personio.xml"),
        "https://acme.jobs.personio.de/xml?language=de": german.encode(),
    }

    fetch_now(feed)

    english, student = Listing.objects.order_by("external_id")
    assert "Your tasks" in english.description_html
    assert "Du baust Modelle." in student.description_html


def test_what_teamtailors_rss_leaves_out_comes_from_its_json(web):
    feed = FeedFactory(kind="teamtailor", address="https://acme.teamtailor.com/jobs.rss")
    web.pages = {
        feed.address: answer("teamtailor.xml"),
        "https://acme.teamtailor.com/jobs.json": answer("teamtailor.json"),
    }

    report = fetch_now(feed)

    assert (report.created, len(report.skipped)) == (2, 1)
    analyst = Listing.objects.get(external_id="8100002")
    assert (analyst.salary_max, analyst.salary_period) == (5100, "month")
    assert analyst.closes_on.isoformat() == "2026-12-24"
    assert analyst.workplace == "remote"
    engineer = Listing.objects.get(external_id="8100001")
    assert engineer.place_line == "Stockholm, Sweden · København, Denmark"
    # The JSON links the same job at acme.teamtailor.com.
    assert engineer.apply_url.startswith("https://career.acme.example/jobs/8100001-")


# The hosts' peace


@pytest.mark.both_databases
def test_a_feed_whose_host_is_asked_by_another_process_waits_for_its_turn(web, monkeypatch):
    held = []

    @contextmanager
    def not_ours(name):
        held.append(name)
        yield False

    monkeypatch.setattr(fetching, "advisory_lock", not_ours)
    feed = FeedFactory(kind="breezy", address="https://acme.breezy.hr/json")
    web.pages[feed.address] = answer("breezy.json")

    fetch_feed.func(feed.pk)

    feed.refresh_from_db()
    assert (held, web.asked, feed.next_fetch_at) == (["host-acme.breezy.hr"], [], None)


@pytest.mark.both_databases
def test_a_host_that_asks_to_wait_is_left_alone_by_all_its_feeds(web):
    start = "https://apply.workable.com/api/v1/widget/accounts/"
    feeds = [FeedFactory(kind="workable", address=f"{start}{name}") for name in ("a", "b")]
    other = FeedFactory(kind="breezy", address="https://acme.breezy.hr/json")
    web.pages[feeds[0].address] = FetchError("Too many.", retry_after=7200)

    fetch_now(feeds[0])

    assert web.waits == [4]
    for feed in [*feeds, other]:
        feed.refresh_from_db()
    assert [feed.next_fetch_at for feed in [*feeds, other]] == [
        NOW + timedelta(hours=2),
        NOW + timedelta(hours=2),
        None,
    ]


def test_a_host_that_asks_to_wait_for_a_job_is_left_alone_too(web):
    feed = FeedFactory(
        kind="bamboohr", address="https://acme.bamboohr.com/careers/list", publishes="directly"
    )
    web.pages[feed.address] = answer("bamboohr.json")
    web.others = FetchError("Too many.", retry_after=7200)

    fetch_now(feed)

    assert len(web.asked) == 2
    assert feed.next_fetch_at == NOW + timedelta(hours=2)


def test_a_board_that_allows_one_request_an_hour_is_not_asked_sooner_after_a_failure(web):
    feed = FeedFactory(board=True, kind="jobicy", address="https://jobicy.com/api/v2/remote-jobs")

    fetch_now(feed)

    assert (feed.failures, feed.next_fetch_at) == (1, NOW + timedelta(hours=1))


def test_an_unchanged_first_page_does_not_vouch_for_the_others(web, monkeypatch):
    feed = FeedFactory(kind="teamtailor", address="https://acme.teamtailor.com/jobs.rss")
    web.pages = {
        feed.address: answer("teamtailor.xml"),
        "https://acme.teamtailor.com/jobs.json": answer("teamtailor.json"),
    }
    fetch_now(feed)
    Feed.objects.filter(pk=feed.pk).update(etag="v1")
    web.sent.clear()

    for count in (2, 100):
        feed.refresh_from_db()
        feed.last_count, feed.etag = count, "v1"
        fetch_now(feed)

    assert ["etag" in sent for sent in web.sent] == [True, False, False, False]


# What a board's terms ask of its jobs' pages


@pytest.mark.parametrize(
    ("kind", "name", "rel"),
    [("remoteok", "Remote OK", "noopener"), ("jobicy", "Jobicy", "nofollow noopener")],
)
def test_a_board_is_named_and_linked_as_its_terms_ask(web, client, kind, name, rel):
    RoleFactory(name="Machine Learning Engineer")
    feed = FeedFactory(board=True, kind=kind, address="https://board.example/api")
    rows = json.loads(answer(f"{kind}.json"))
    web.pages[feed.address] = rows
    fetch_now(feed)
    job = Listing.objects.live().order_by("external_id").last()

    page = " ".join(client.get(job.get_absolute_url()).content.decode().split())

    assert f'<a href="{job.apply_url}" rel="{rel}">{name}</a>' in page
    assert "JobPosting" not in page
    # Above the text, after it, and at the foot of a phone's screen.
    assert page.count(f"Apply via {name}") == 3
    direct = page.count(f'href="{job.apply_url}" rel="noopener" > Apply')
    assert direct == (3 if kind == "remoteok" else 0)


@pytest.mark.parametrize("kind", ["remoteok", "greenhouse"])
def test_a_copy_from_a_board_is_linked_as_its_terms_ask_too(web, client, kind):
    job = ListingFactory(live=True)
    copy = ListingFactory(
        live=True, company=job.company, folded_into=job, feed=FeedFactory(board=True, kind=kind)
    )

    page = " ".join(client.get(job.get_absolute_url()).content.decode().split())

    counted = f'<a data-applied="/jobs/{copy.pk}/seen/"'
    is_direct = f'{counted} href="{copy.apply_url}" rel="noopener">' in page
    assert is_direct is (kind == "remoteok")
    assert (f'/jobs/{copy.pk}/apply/" rel="nofollow noopener"' in page) is not is_direct

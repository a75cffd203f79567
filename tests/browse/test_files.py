"""Any search as feed, CSV, JSON and API: the rows of the list, and nothing that the public may not
see.
"""

import csv
import gzip
import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from jobboard.browse import files
from jobboard.common.cache import HERE
from jobboard.common.web import files as web_files
from jobboard.listings.lifecycle import close_listing
from jobboard.listings.models import Listing
from tests.factories import (
    CompanyFactory,
    ListingFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.reading import body_of, tight, titles_in

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FILES = ["/jobs/feed/", "/jobs.csv", "/jobs.json"]


def feed_in(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 - it is ours


def entries(response):
    return feed_in(response).findall(f"{ATOM}entry")


def in_feed(response):
    return [
        entry.find(f"{ATOM}title").text.partition(",")[0].removeprefix("Sample: ")
        for entry in entries(response)
    ]


def in_csv(response):
    return [row["title"] for row in csv.DictReader(io.StringIO(body_of(response)))]


def in_json(response):
    return [item["title"] for item in json.loads(body_of(response))["items"]]


READERS = {
    "/jobs/": titles_in,
    "/jobs/feed/": in_feed,
    "/jobs.csv": in_csv,
    "/jobs.json": in_json,
    "/api/v1/listings": in_json,
}


def everywhere(client, query=""):
    """Address → the titles there."""
    return {path: read(client.get(f"{path}?{query}")) for path, read in READERS.items()}


@pytest.fixture
def market(db):
    role, skill = (
        RoleFactory(name="Data Engineer", slug="data-engineer"),
        SkillFactory(slug="python"),
    )
    for number in range(6):
        ListingFactory(
            live=True,
            paid=True,
            title=f"Job {number}",
            role=role if number % 2 else None,
            level="senior" if number < 3 else "",
            workplace="remote" if number < 4 else "",
            required=[skill] if number > 1 else [],
            posted_at=in_days(-1 - number),
        )
    Listing.objects.filter(title="Job 3").update(featured_until=in_days(7))


@pytest.mark.parametrize(
    "query",
    [
        "",
        pytest.param("role=data-engineer", marks=pytest.mark.slow),
        pytest.param("level=senior&level=unstated", marks=pytest.mark.slow),
        "workplace=remote&role=data-engineer",
        pytest.param("skill=python", marks=pytest.mark.slow),
        "salary_from=90000",
        pytest.param("salary_from=200000", marks=pytest.mark.slow),
        "q=job",
        pytest.param("posted=3", marks=pytest.mark.slow),
        "featured=1",
        "colour=blue",
        pytest.param("level=", marks=pytest.mark.slow),
    ],
)
def test_a_search_finds_the_same_jobs_everywhere(client, market, query):
    found = everywhere(client, f"{query}&sort=newest")

    assert {path: titles for path, titles in found.items() if titles != found["/jobs/"]} == {}
    assert len(found["/jobs/"]) == client.get(f"/api/v1/listings?{query}").json()["total"]


def test_files_have_the_order_that_was_asked_for_and_the_feed_always_the_newest_first(client):
    for days, pay in [(1, 100_000), (2, 300_000), (3, 200_000)]:
        ListingFactory(
            live=True,
            paid=True,
            title=f"Pays {pay}",
            posted_at=in_days(-days),
            salary_min=pay,
            salary_max=pay,
        )

    found = everywhere(client, "sort=salary")

    by_pay = ["Pays 300000", "Pays 200000", "Pays 100000"]
    assert found.pop("/jobs/feed/") == ["Pays 100000", "Pays 300000", "Pays 200000"]
    assert all(titles == by_pay for titles in found.values())


def test_what_the_public_may_not_see_is_in_no_file(client):
    ListingFactory(live=True, title="Live")
    for state in ["draft", "in_review", "returned", "rejected", "expired", "closed", "hidden"]:
        ListingFactory(**{state: True}, title=state)
    ListingFactory(live=True, title="suspended", company__suspended_at=timezone.now())

    assert set(map(tuple, everywhere(client).values())) == {("Live",)}


def test_a_job_leaves_every_file_the_second_it_ends(client, time_machine):
    now = timezone.now().replace(microsecond=0)
    ListingFactory(live=True, title="Ends", expires_at=now + timedelta(minutes=1))

    time_machine.move_to(now + timedelta(seconds=59), tick=False)
    assert set(map(tuple, everywhere(client).values())) == {("Ends",)}
    time_machine.move_to(now + timedelta(seconds=60), tick=False)
    assert set(map(tuple, everywhere(client).values())) == {()}


def test_all_pages_of_a_search_are_in_one_file(client):
    ListingFactory.create_batch(30, live=True)

    assert len(in_csv(client.get("/jobs.csv?page=2"))) == 30
    assert len(in_json(client.get("/jobs.json"))) == 30


def test_a_file_says_where_it_was_cut(client, monkeypatch):
    monkeypatch.setattr(files, "MAX_RESULTS", 3)
    ListingFactory.create_batch(5, live=True)

    as_csv, as_json = client.get("/jobs.csv"), json.loads(body_of(client.get("/jobs.json")))

    assert (as_csv["X-Total"], as_csv["X-Most-In-A-File"], len(in_csv(as_csv))) == ("5", "3", 3)
    assert (as_json["total"], as_json["most_in_a_file"], len(as_json["items"])) == (5, 3, 3)


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "query", ["role=nobody", "level=boss", "posted=0", "q=%00", "page=x", "salary_from=1e400"]
)
def test_a_wrong_value_refuses_the_file_and_names_the_parameter(client, market, path, query):
    response = client.get(f"{path}?{query}")

    name = query.partition("=")[0]
    assert response.status_code == 422
    assert (
        f'"{name}"' in response.content.decode()
        if path == "/jobs.json"
        else response.content.decode().startswith(name)
    )
    assert "Job 1" not in response.content.decode()


def test_an_unknown_parameter_is_named(client, market):
    assert json.loads(body_of(client.get("/jobs.json?colour=blue")))["ignored"] == ["colour"]
    assert client.get("/jobs.csv?colour=blue&%0d%0aSet-Cookie:a=b")["X-Ignored"].startswith(
        "names=%0D%0ASet-Cookie"
    )
    assert (
        b"Ignored because they are not filters: colour"
        in client.get("/jobs/feed/?colour=blue").content
    )


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_sent_again_only_when_something_changed(client, market, path, time_machine):
    time_machine.move_to(timezone.now(), tick=True)
    first = client.get(path)
    time_machine.shift(timedelta(minutes=5))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304

    close_listing(listing=Listing.objects.get(title="Job 5"), outcome="withdrawn", by=UserFactory())
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert "Last-Modified" not in first


def test_an_empty_feed_stays_the_same(client, time_machine):
    time_machine.move_to(timezone.now(), tick=True)
    first = client.get("/jobs/feed/?level=senior")
    time_machine.shift(timedelta(minutes=5))

    assert (
        client.get("/jobs/feed/?level=senior", headers={"If-None-Match": first["ETag"]}).status_code
        == 304
    )


def test_entries_keep_their_id_when_the_title_changes_and_others_come_before_them(client):
    listing = ListingFactory(live=True, title="Before", posted_at=in_days(-2))

    def id_and_update():
        entry = entries(client.get("/jobs/feed/"))[-1]
        return entry.find(f"{ATOM}id").text, entry.find(f"{ATOM}updated").text[:19]

    before, _ = id_and_update()
    ListingFactory(live=True, posted_at=in_days(-1))
    listing.title = "After"
    listing.save()

    assert id_and_update() == (before, f"{listing.changed_at:%Y-%m-%dT%H:%M:%S}")
    assert before == f"tag:localhost,{listing.first_seen_at:%Y-%m-%d}:job/{listing.pk}"


def test_the_feed_says_its_search_in_words_and_stands_under_the_sites_own_address(client, market):
    url = "/jobs/feed/?role=data-engineer&country=DE&workplace=remote&level=senior&q=python&page=2"
    feed = feed_in(client.get(url, headers={"host": "127.0.0.1:9"}))

    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    own = "role=data-engineer&country=DE&workplace=remote&level=senior&q=python"
    assert (
        feed.find(f"{ATOM}title").text
        == "Rolebook: Remote Data Engineer jobs in Germany: “python”, Senior-level / Expert"
    )
    assert links == {
        "alternate": f"http://localhost:8000/jobs/?{own}",
        "self": f"http://localhost:8000/jobs/feed/?{own}",
    }


def test_an_entry_says_what_a_card_says_and_cannot_break_out_of_its_feed(client):
    ListingFactory(
        live=True,
        paid=True,
        title="</title><script>\x0b",
        company__name="A & B",
        place_line="Munich",
        level="senior",
    )

    (entry,) = entries(client.get("/jobs/feed/"))

    assert entry.find(f"{ATOM}title").text == "</title><script>, A & B"
    assert (
        entry.find(f"{ATOM}summary").text
        == "A &amp; B · Munich · Senior-level / Expert · USD 100,000 - 130,000 a year"
    )


def test_samples_are_marked_in_every_file(client):
    ListingFactory(live=True, title="Invented", company__is_demo=True)

    assert (
        entries(client.get("/jobs/feed/"))[0]
        .find(f"{ATOM}title")
        .text.startswith("Sample: Invented")
    )
    assert "True" in body_of(client.get("/jobs.csv"))
    for path in ["/jobs.json", "/api/v1/listings"]:
        assert json.loads(body_of(client.get(path)))["items"][0]["is_sample"] is True


def test_a_spreadsheet_runs_nothing_of_a_file(client):
    ListingFactory(live=True, title="=cmd()", company__name="@sum", place_line="Munich")

    (row,) = csv.DictReader(io.StringIO(body_of(client.get("/jobs.csv"))))

    assert (row["title"], row["company"]) == ("'=cmd()", "'@sum")


@pytest.mark.parametrize("path", FILES)
def test_files_are_open_to_other_sites_and_set_no_cookie(client, market, path):
    response = client.get(path)

    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_files_are_limited_and_do_not_need_the_cache(client, market, monkeypatch, clock):
    monkeypatch.setattr(files, "MAX_REQUESTS_PER_MINUTE", {"file": 2, "feed": 2})
    answers = [client.get(path) for path in ("/jobs.json", "/jobs.csv", "/jobs.json")]
    assert client.get("/jobs/feed/").status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60

    def broken(*args, **kwargs):
        raise ConnectionError("no cache")

    monkeypatch.setattr(caches[HERE], "add", broken)
    assert client.get("/jobs.json").status_code == 200


def test_the_list_the_role_and_the_company_lead_to_their_feeds_and_files(client, market):
    company = ListingFactory(live=True, company=CompanyFactory(slug="acme")).company

    def page(url):
        return tight(client.get(url).content.decode())

    search = "?role=data-engineer&amp;level=senior"
    listed = page("/jobs/?role=data-engineer&level=senior&page=1")
    for path in FILES:
        assert f'<a href="{path}{search}">' in listed
    alternate = '<link rel="alternate" type="application/atom+xml"'
    assert (
        f'{alternate} title="Data Engineer jobs: Senior-level / Expert" href="/jobs/feed/{search}">'
        in listed
    )
    assert alternate in page("/roles/data-engineer/")
    assert 'href="/jobs/feed/?role=data-engineer"' in page("/roles/data-engineer/")
    assert 'href="/jobs/feed/?company=acme"' in page(company.get_absolute_url())
    assert reverse("browse:csv") + "?" not in page("/jobs/?level=boss")


@pytest.mark.parametrize("path", ["/jobs.csv", "/jobs.json"])
def test_a_file_of_all_jobs_is_sent_in_pieces_and_not_again_to_who_has_it(
    client, market, monkeypatch, path
):
    monkeypatch.setattr(web_files, "LINES_OF_A_PIECE", 1)

    whole = client.get(path)
    again = client.get(path, headers={"If-None-Match": whole["ETag"]})

    assert whole.streaming
    assert len(list(whole)) > 2
    assert again.status_code == 304
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.getvalue()) == client.get(path).getvalue()

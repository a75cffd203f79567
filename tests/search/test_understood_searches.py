"""What the list, the feed, the files, the API and alerts make of a line of words."""

import csv
import hashlib
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from jobboard.listings.choices import PlaceText
from jobboard.listings.models import Listing
from jobboard.search.find import search
from jobboard.search.results.page import ListingSearch
from jobboard.seekers.models import Alert
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory
from tests.reading import text_of, titles_in
from tests.search.test_search import place

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

STORED = Path(__file__).with_name("data") / "stored_queries.csv"
LINE = "senior data engineer remote germany python"
AS_FILTERS = "country=DE&level=senior&role=data-engineer&skill=python&workplace=remote"


@pytest.fixture
def jobs(db):
    role = RoleFactory(name="Data Engineer", slug="data-engineer")
    python = SkillFactory(name="Python", slug="python")
    CompanyFactory(name="Remote")
    for title, level in [("Meant", "senior"), ("Beginner", "entry")]:
        listing = ListingFactory(live=True, title=title)
        place(listing, PlaceText("Germany", country="DE", workplace="remote"))
        listing.skills.create(skill=python, need="required")
        Listing.objects.filter(pk=listing.pk).update(level=level, role=role)
    words = "Senior data engineer, remote, Germany, Python"
    ListingFactory(live=True, title="Words", description_source=words)


@pytest.mark.parametrize(
    "address", ["/jobs/", "/jobs.csv", "/jobs.json", "/jobs/feed/", "/api/v1/listings"]
)
def test_each_surface_understands_the_same_as_the_filters_say(client, jobs, address):
    understood, filtered, as_words = (
        client.get(f"{address}?{query}")
        for query in (urlencode({"q": LINE}), AS_FILTERS, urlencode({"q": LINE, "words": "1"}))
    )

    for response in (understood, filtered):
        assert said_in(response) == {"Meant": 1, "Beginner": 0, "Words": 0}
    assert said_in(as_words) == {"Meant": 0, "Beginner": 0, "Words": 1}


def said_in(response) -> dict[str, int]:
    """How many of the jobs it holds by title."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    titles = re.findall(r"\b(Meant|Beginner|Words)\b", body.decode())
    return {title: int(title in titles) for title in ("Meant", "Beginner", "Words")}


def test_each_chip_takes_its_words_away_and_the_box_keeps_what_was_typed(client, jobs):
    response = client.get("/jobs/", {"q": "senior jobs in Germany with verve", "visa": "yes"})

    chips = response.context["search"].chips
    assert [(chip.label, QueryDict(chip.url[1:]).get("q")) for chip in chips] == [
        ("Visa sponsorship", "senior jobs in Germany with verve"),
        ("Senior-level / Expert", "Germany verve"),
        ("Germany", "senior verve"),
        ("“verve”", "senior Germany"),
    ]
    assert 'value="senior jobs in Germany with verve"' in response.content.decode()


def test_a_line_can_be_searched_as_words_and_read_again(client, jobs):
    meant = client.get("/jobs/", {"q": LINE})
    assert titles_in(meant) == ["Meant"]
    assert "Search the words instead" in text_of(meant)

    as_words = client.get("/jobs/" + meant.context["search"].as_words_url)
    assert titles_in(as_words) == ["Words"]
    assert "Read filters from the words" in text_of(as_words)
    assert titles_in(client.get("/jobs/" + as_words.context["search"].as_meant_url)) == ["Meant"]


def test_what_was_understood_is_chosen_in_the_panel_but_goes_with_its_words(client, jobs):
    page = client.get("/jobs/", {"q": "senior"}).content.decode()

    box = re.search(r'<input[^>]*name="level"[^>]*value="senior"[^>]*>', page)[0]
    assert "checked" in box and "disabled" in box
    assert "Senior-level / Expert (from your words)" in page


def test_an_amount_means_the_currency_beside_it_or_the_chosen_one(client):
    for title, lowest in [("Pays", 90_000), ("Less", 50_000)]:
        listing = ListingFactory(live=True, title=title)
        yearly = {"pay_year_min_usd": lowest, "pay_year_max_usd": lowest + 9_000}
        Listing.objects.filter(pk=listing.pk).update(**yearly)

    for query in ("q=90k", "q=%2490k", "q=over+90000+USD", "q=70k&salary_from=90000"):
        assert titles_in(client.get(f"/jobs/?{query}")) == ["Pays"]


def test_a_new_alert_keeps_the_filters_that_were_understood(client, jobs, mails):
    client.post(
        f"/alerts/new/?{urlencode({'q': 'senior remote verve over 90k USD'})}",
        {"email": "ada@example.com", "frequency": "daily"},
    )

    assert Alert.objects.get().query == (
        "currency=USD&level=senior&q=verve&salary_from=90000&words=1&workplace=remote"
    )


def test_a_job_that_lacks_one_thing_is_shown_under_what_it_lacks(client, jobs):
    response = client.get("/jobs/", {"q": "senior data engineer in Berlin"})

    near = response.context["results"].near
    assert [(group.label, group.total) for group, _ in near] == [("Berlin", 1)]
    assert "1 job misses only Berlin" in text_of(response)
    assert titles_in(client.get("/jobs/" + near[0][0].url)) == ["Meant"]


def test_where_none_lacks_one_thing_those_that_lack_two_are_shown(client, jobs):
    response = client.get("/jobs/", {"q": "senior data engineer in Berlin part-time"})

    near = response.context["results"].near
    assert [(group.label, group.total) for group, _ in near] == [("Part-time and Berlin", 1)]


def test_a_place_without_jobs_is_widened(client, jobs):
    near = client.get("/jobs/", {"q": "jobs in Cologne"}).context["results"].near
    assert [(group.wider, group.total, group.url) for group, _ in near] == [
        ("Germany", 2, "?country=DE")
    ]

    near = client.get("/jobs/", {"country": "FR"}).context["results"].near
    assert [(group.wider, group.total) for group, _ in near] == [
        ("Europe", 2),
        ("the European Union", 2),
    ]


def test_jobs_that_hold_the_words_are_offered_where_no_job_is_as_they_say(client, jobs):
    response = client.get("/jobs/", {"q": "senior data engineer in Germany part-time"})
    assert response.context["results"].with_words == 0

    ListingFactory(live=True, title="Interim", description_source="A part-time gardener.")
    response = client.get("/jobs/", {"q": "part-time"})
    assert response.context["results"].total == 0
    assert "1 job mentions the words “part-time”" in text_of(response)


@pytest.mark.slow
def test_searches_stored_before_words_were_understood_find_what_they_found(
    starter_with_samples, index
):
    """As the release before found them, among our sample jobs."""
    with STORED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    wrong = [row["query"] for row in rows if found(as_migrated(row["query"])) != as_found(row)]

    assert wrong == []
    assert len(rows) == 200


def as_migrated(query: str) -> str:
    return f"{query}&words=1" if "q" in QueryDict(query) else query


def as_found(row: dict[str, str]) -> tuple[int, str]:
    return int(row["jobs"]), row["which"]


def found(query: str) -> tuple[int, str]:
    """How many jobs, and a hash of which."""
    asked = ListingSearch(QueryDict(query)).criteria
    ids = search(asked, limit=1000, with_facets=False).ids
    which = Listing.objects.filter(pk__in=ids).values_list("external_id", flat=True)
    said = "\n".join(sorted(which))
    return len(ids), hashlib.sha256(said.encode()).hexdigest()[:12]

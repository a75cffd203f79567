"""What the list of jobs says of a search, whichever of the two implementations answers it."""

import re
from urllib.parse import parse_qs

import pytest

from jobboard.common.text.words import COUNTRIES
from tests.factories import ListingFactory, SkillFactory
from tests.reading import text_of, tight, titles_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]


def test_a_choice_that_gives_nothing_cannot_be_chosen_but_a_chosen_one_can_be_dropped(client):
    ListingFactory(live=True, workplace="remote", level="mid")

    page = tight(client.get("/jobs/?level=senior").content.decode())

    assert 'name="level" value="senior" checked>' in page
    assert 'name="level" value="entry" disabled>' in page
    assert 'name="level" value="mid">' in page


@pytest.mark.slow
def test_only_jobs_that_there_are_can_be_downloaded(client):
    ListingFactory(live=True, level="mid")

    assert "Download this search" in text_of(client.get("/jobs/"))
    assert "Download this search" not in text_of(client.get("/jobs/?level=senior"))


def test_each_active_filter_is_a_link_that_removes_it_alone(client):
    ListingFactory(
        live=True, role__slug="ai-architect", role__name="AI Architect", level="senior", visa="yes"
    )
    query = (
        "q=job&role=ai-architect&level=senior&level=mid&from=PT&visa=yes&posted=7&city=Munich"
        "&salary_from=90000"
    )

    chips = client.get(f"/jobs/?{query}&page=1").context["search"].chips

    without = {chip.label: parse_qs(chip.url.removeprefix("?")) for chip in chips}
    full = parse_qs(query)
    assert without["AI Architect"] == {name: full[name] for name in full if name != "role"}
    assert without["Senior-level / Expert"] == full | {"level": ["mid"]}
    assert without["Mid-level / Intermediate"] == full | {"level": ["senior"]}
    assert without["Work from Portugal"] == {name: full[name] for name in full if name != "from"}
    assert set(without) == {
        "“job”",
        "AI Architect",
        "Senior-level / Expert",
        "Mid-level / Intermediate",
        "Work from Portugal",
        "Visa sponsorship",
        "Posted in the last 7 days",
        "Munich",
        "USD 90,000+ a year",
    }


def test_links_between_pages_keep_the_search(client):
    ListingFactory.create_batch(51, live=True, workplace="remote")

    results = client.get("/jobs/?workplace=remote&sort=closing&page=2&stray=1").context["results"]

    assert results.pager.next_url == "?workplace=remote&sort=closing&page=3"
    assert results.pager.previous_url == "?workplace=remote&sort=closing&page=1"


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("level=boss", "level", "“boss” is not one of the options."),
        ("type=gig", "type", "“gig” is not one of the options."),
        ("workplace=moon", "workplace", "“moon” is not one of the options."),
        ("country=XQ", "country", "“XQ” is not one of the options."),
        ("from=Atlantis", "from", "“Atlantis” is not one of the options."),
        (f"from={'&from='.join(sorted(COUNTRIES)[:21])}", "from", "Choose up to 20 options."),
        ("role=boss", "role", "We couldn’t find the role “boss”."),
        ("skill=magic", "skill", "We couldn’t find the skill “magic”."),
        ("company=acme", "company", "We couldn’t find the company “acme”."),
        ("salary_from=abc", "salary_from", "Enter a number."),
        ("salary_from=-1", "salary_from", "Ensure this value is greater than or equal to 0."),
        ("salary_from=1&currency=XQX", "currency", "We don’t have an exchange rate for “XQX”."),
        ("salary=much", "salary", "“much” is not one of the options."),
        ("posted=0", "posted", "Enter a number of days from 1 to 365."),
        ("featured=2", "featured", "“2” is not one of the options."),
        ("visa=no", "visa", "“no” is not one of the options."),
        ("verified=x", "verified", "“x” is not one of the options."),
        ("sort=up", "sort", "“up” is not one of the options."),
        ("page=x", "page", "Enter a page number of 1 or more."),
        ("q=" + "a" * 201, "q", "Ensure this value has at most 200 characters (it has 201)."),
        ("city=" + "a" * 81, "city", "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_a_bad_value_is_named_on_the_page_and_filters_nothing(client, query, name, words):
    ListingFactory(live=True, title="There", level="mid", workplace="remote")

    response = client.get(f"/jobs/?{query}")

    assert response.status_code == 200
    assert f"{response.context['search'].form[name].label}: {words}" in text_of(response)
    assert titles_in(response) == ["There"]


@pytest.mark.parametrize(
    ("query", "name", "words", "found"),
    [
        ("skill=terraf&skill=sql", "skill", "We couldn’t find the skill “terraf”.", ["SQL"]),
        ("skill=-&skill=-sql", "skill", "We couldn’t find the skill “-”.", ["Python"]),
        ("company=-", "company", "We couldn’t find the company “-”.", ["Python", "SQL"]),
        ("level=boss&level=mid", "level", "“boss” is not one of the options.", ["Python"]),
        ("workplace=moon&workplace=remote", "workplace", "“moon” is not one of", ["SQL"]),
    ],
)
def test_a_bad_value_leaves_the_good_ones_beside_it(client, query, name, words, found):
    ListingFactory(live=True, title="Python", level="mid", workplace="on_site")
    skill = SkillFactory(name="SQL")
    ListingFactory(live=True, title="SQL", workplace="remote", required=[skill])

    response = client.get(f"/jobs/?{query}")

    assert f"{response.context['search'].form[name].label}: {words}" in text_of(response)
    assert sorted(titles_in(response)) == found


def test_the_box_keeps_all_that_it_does_not_ask_anew(client):
    query = "q=python&where=Berlin&level=mid&level=entry&from=PT&sort=salary&words=1&city="

    page = tight(client.get(f"/jobs/?{query}").content.decode())

    box = page[page.index('<form class="search"') :]
    kept = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', box[: box.index("</form>")])
    assert kept == [("level", "mid"), ("level", "entry"), ("from", "PT"), ("sort", "salary")]


def test_unknown_parameters_are_named_as_ignored(client):
    response = client.get("/jobs/?remote=1&Skill=python")

    assert "remote is not a filter, so we ignored it." in text_of(response)
    assert "Skill is not a filter, so we ignored it." in text_of(response)


def test_a_search_with_filters_stays_out_of_search_engines_and_the_plain_list_does_not(client):
    ListingFactory(live=True, level="mid")

    assert "noindex" not in client.get("/jobs/").content.decode()
    assert (
        '<meta name="robots" content="noindex, follow">'
        in client.get("/jobs/?level=mid").content.decode()
    )


def test_page_zero_and_a_broken_page_number_are_page_one(client):
    ListingFactory(live=True, title="There")

    for number in ["0", "-1", "-1E3000000", "x", ""]:
        assert titles_in(client.get(f"/jobs/?page={number}")) == ["There"]


@pytest.mark.parametrize("field", ["q", "where"])
@pytest.mark.parametrize("words", ["no", "not", "remote not", "non", "sans"])
def test_a_refusal_of_nothing_is_a_word(client, field, words):
    assert client.get("/jobs/", {field: words}).status_code == 200

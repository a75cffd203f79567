"""What a search says beside its results: corrections, suggestions, similar jobs, bands of pay,
landing pages.
"""

import html
import re
from urllib.parse import urlencode

import pytest

from jobboard.listings.choices import PlaceText, Workplace
from jobboard.listings.models import Listing
from roles.models import SkillAlias
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory, in_days
from tests.reading import text_of, titles_in
from tests.search.test_search import found, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def suggested(client, typed: str) -> list[str]:
    response = client.get("/jobs/suggestions/", {"q": typed})
    return [
        f"{suggestion['kind']} {suggestion['label']}"
        for suggestion in response.json()["suggestions"]
    ]


def test_the_longest_end_of_what_is_typed_is_completed(client):
    for name in ("Data Engineer", "Machine Learning Engineer"):
        ListingFactory(live=True, title="Somebody", role=RoleFactory(name=name))

    assert suggested(client, "senior data eng") == ["role senior Data Engineer"]
    response = client.get("/jobs/suggestions/", {"q": "senior data eng"})
    assert [one["jobs"] for one in response.json()["suggestions"]] == [0]  # nobody counted them


def test_a_distance_from_no_city_is_said(client):
    assert "Within 50 km of where? Add a city." in text_of(client.get("/jobs/?within=50"))
    assert "of where?" not in text_of(client.get("/jobs/?within=50&city=Berlin"))


# --- Words ----------------------------------------------------------------------------------------


def test_the_best_match_names_the_words_in_its_title_and_the_newest_can_be_asked_for(client):
    ListingFactory(
        live=True,
        title="Analyst",
        description_source="You meet a data engineer.",
        posted_at=in_days(-1),
    )
    ListingFactory(
        live=True, title="Data engineer", description_source="You build.", posted_at=in_days(-9)
    )

    assert titles_in(client.get("/jobs/?q=data+engineer")) == ["Data engineer", "Analyst"]
    assert titles_in(client.get("/jobs/?q=data+engineer&sort=newest")) == [
        "Analyst",
        "Data engineer",
    ]


def test_a_skill_that_a_job_names_counts_more_than_its_word_in_passing(client):
    spark = SkillFactory(name="Spark")
    ListingFactory(
        live=True,
        title="A",
        description_source="You spark joy, spark, spark.",
        posted_at=in_days(-1),
    )
    ListingFactory(
        live=True,
        title="B",
        description_source="You move data.",
        required=[spark],
        posted_at=in_days(-9),
    )

    assert titles_in(client.get("/jobs/?words=1&q=spark")) == ["B", "A"]


AS_WRITTEN = {
    "engineers": ["Engineer"],
    "interns": ["Intern"],
    "intern": ["Intern"],
    "c++": ["C++ developer"],
    "c": [],
    ".net": [".NET developer"],
    "node": ["Node.js developer"],
    "munchen": ["Köchin"],
    "München": ["Köchin"],
    "東京": ["データ"],
    "京東": [],
    "ci/cd": ["Engineer"],
    "cd/ci": [],
    "amazon web services": ["Cloud"],
    "web services of amazon": [],
    "developer -node": [".NET developer", "C++ developer"],
    "remote": ["Cloud"],
}


def test_words_are_found_as_people_write_them():
    aws = SkillFactory(name="AWS")
    SkillAlias.objects.create(skill=aws, folded="amazon web services")
    texts = {
        "Engineer": "Looks after internal systems and CI/CD.",
        "Intern": "Learns.",
        "C++ developer": "Builds.",
        ".NET developer": "Builds.",
        "Node.js developer": "Builds.",
        "Köchin": "In München.",
        "データ": "東京 で働く",
    }
    for title, text in texts.items():
        ListingFactory(live=True, title=title, description_source=text)
    ListingFactory(
        live=True, title="Cloud", description_source="Runs it.", required=[aws], workplace="remote"
    )

    as_words = {words: found(urlencode({"q": words, "words": "1"})) for words in AS_WRITTEN}
    assert as_words == AS_WRITTEN


def test_a_word_no_job_says_is_taken_for_the_one_probably_meant_and_the_page_says_so(client):
    ListingFactory(live=True, title="Data scientist")
    ListingFactory(live=True, title="Scientific writer")

    response = client.get("/jobs/?q=data+sceintist")

    assert titles_in(response) == ["Data scientist"]
    assert "No jobs mention “sceintist”. Showing results for scientist" in text_of(response)


@pytest.mark.parametrize(
    "query", ["q=sceintist&level=senior", "q=xylophonist", "q=scientist&level=senior", "q=cat"]
)
def test_nothing_is_corrected_where_that_would_find_nothing(client, query):
    ListingFactory(live=True, title="Data scientist", level="mid")
    ListingFactory(live=True, title="Car mechanic")

    response = client.get(f"/jobs/?{query}")

    assert response.context["results"].total == 0
    assert "No jobs mention" not in text_of(response)


# --- Suggestions ----------------------------------------------------------------------------------


def test_roles_skills_companies_and_titles_are_suggested_by_the_beginning_of_a_word(client):
    role, pandas = RoleFactory(name="Panda Keeper"), SkillFactory(name="Pandas")
    ListingFactory(
        live=True,
        title="Senior Pan-African Analyst (m/f/d)",
        company=CompanyFactory(name="Big Pan Works"),
    )
    ListingFactory(live=True, title="Keeper", role=role, required=[pandas])

    assert suggested(client, "pan") == [
        "role Panda Keeper",
        "skill Pandas",
        "company Big Pan Works",
        "title Pan-African Analyst",
    ]
    assert suggested(client, "african") == []
    assert suggested(client, "analyst") == ["title Pan-African Analyst"]


def test_places_are_suggested_where_there_are_jobs_the_most_first(client):
    for city, country in [("Geneva", "CH"), ("Munich", "DE"), ("Cologne", "DE")]:
        place(ListingFactory(live=True), PlaceText(city, city=city, country=country))

    def places(typed: str) -> list[str]:
        answer = client.get("/jobs/suggestions/", {"where": typed}).json()["suggestions"]
        return [f"{one['kind']} {one['label']}" for one in answer]

    assert places("ge") == ["country Germany", "city Geneva"]
    assert places("europ") == ["region Europe", "region European Union"]
    assert places("fra") == places("g") == []
    assert places("remote from ger") == ["country remote from Germany"]
    assert suggested(client, "germ") == ["country Germany"]


def test_what_sets_a_filter_is_suggested_whatever_it_is_called(client):
    listing = ListingFactory(live=True, title="Gardener", level="senior", workplace="remote")
    place(listing, PlaceText("Austin", city="Austin", country="US", admin1="Texas"))
    ListingFactory(live=True, title="Gardener", required=[SkillFactory(name="PyTorch")])

    assert suggested(client, "usa") == ["country United States"]
    assert suggested(client, "aus") == ["city Austin"]
    assert suggested(client, "texa") == ["state Texas"]
    assert suggested(client, "senior pyt") == ["skill senior PyTorch"]
    assert suggested(client, "north") == ["region North America"]


def test_what_another_language_calls_a_level_is_suggested_once_it_is_surely_meant(client):
    ListingFactory(live=True, title="Gardener", level="senior")

    assert suggested(client, "beru") == []
    assert suggested(client, "beruf") == ["level Berufserfahrene"]


@pytest.mark.slow
def test_one_kind_alone_is_suggested_where_a_box_takes_no_other(client):
    ListingFactory(live=True, title="Pandas tamer", required=[SkillFactory(name="Pandas")])

    answer = client.get("/jobs/suggestions/", {"q": "pan", "kind": "skill"}).json()

    assert [one["label"] for one in answer["suggestions"]] == ["Pandas"]


def test_what_nobody_offers_is_not_suggested(client):
    RoleFactory(name="Panda Keeper"), SkillFactory(name="Pandas")
    ListingFactory(closed=True, title="Pantomime")

    assert suggested(client, "pan") == []
    assert suggested(client, "p") == []


# --- Similar jobs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["live", "closed"])
def test_a_job_open_or_closed_leads_to_those_most_like_it(client, state):
    python, role = SkillFactory(), RoleFactory()
    job = ListingFactory(**{state: True}, title="Vision engineer", role=role, required=[python])
    ListingFactory(live=True, title="Nurse", role=RoleFactory())
    ListingFactory(live=True, title="Engineer of bridges", role=RoleFactory())
    ListingFactory(live=True, title="Engineer", role=role, required=[python])
    ListingFactory(live=True, title="Vision engineer", same_as=job)
    ListingFactory(closed=True, title="Vision engineer of old", role=role)
    response = client.get(job.get_absolute_url())

    assert [other.title for other in response.context["similar"]] == [
        "Engineer",
        "Engineer of bridges",
    ]
    assert [other.title for other in response.context["elsewhere"]] == ["Vision engineer"]


# --- Bands of pay ---------------------------------------------------------------------------------


def test_round_amounts_show_how_many_jobs_may_pay_so_much_and_lead_to_them(client):
    for lowest, highest in [(60_000, 90_000), (110_000, 160_000), (None, None)]:
        ListingFactory(live=True, pay_year_min_usd=lowest, pay_year_max_usd=highest)

    bands = client.get("/jobs/").context["results"].bands

    assert {band.label: band.count for band in bands} == {
        "50K": 2,
        "75K": 2,
        "100K": 1,
        "150K": 1,
        "200K": 0,
    }
    for band in bands:
        assert client.get(f"/jobs/{band.url}").context["results"].total == band.count


# --- Landing pages --------------------------------------------------------------------------------


@pytest.fixture
def architects(db):
    """Five jobs for AI architects in Germany and four in Portugal; four of these and one more are
    remote.
    """
    role = RoleFactory(name="AI Architect", slug="ai-architect")
    for number in range(9):
        listing = ListingFactory(live=True, title=f"Architect {number}", role=role)
        town = (
            PlaceText("Munich", "Munich", "DE")
            if number < 5
            else PlaceText("Lisbon", "Lisbon", "PT")
        )
        place(listing, town, role=role)
        Listing.objects.filter(pk=listing.pk).update(
            workplaces=Workplace.mask(["remote" if number % 2 else "on_site"])
        )
    ListingFactory(live=True, title="Architect anywhere", role=role, workplace="remote")
    return role


GERMANY = "/jobs/?role=ai-architect&country=DE"


# Addresses, and what search engines list them as: None where they list none.
CANONICAL = {
    GERMANY: GERMANY,
    "/jobs/?country=de&role=ai-architect&level=&q=": GERMANY,
    "/jobs/?role=ai-architect&country=PT": None,
    "/jobs/?role=ai-architect&workplace=remote": "/jobs/?role=ai-architect&workplace=remote",
    "/jobs/?role=ai-architect&workplace=on_site": None,
    "/jobs/?role=ai-architect&country=DE&level=senior": None,
    "/jobs/?role=ai-architect&country=DE&country=PT": None,
    "/jobs/?q=architect": None,
    "/jobs/": "/jobs/",
}


@pytest.mark.slow
def test_search_engines_may_list_a_role_in_a_country_from_five_jobs_on(client, architects):
    listed = {}
    for address in CANONICAL:
        page = client.get(address).content.decode()
        link = re.search('<link rel="canonical" href="http://localhost:8000([^"]*)">', page)
        may_be_listed = '<meta name="robots" content="noindex, follow">' not in page
        listed[address] = html.unescape(link[1]) if may_be_listed and link else None

    assert listed == CANONICAL


def test_a_landing_page_says_what_it_is_and_is_linked_from_the_map_and_from_the_role_s_jobs(
    client, architects
):
    assert "<h1>AI Architect jobs in Germany</h1>" in client.get(GERMANY).content.decode()

    beside = client.get("/jobs/?role=ai-architect").context["results"].landings
    sitemap = client.get("/sitemap.xml").content.decode()

    assert beside == [
        ("Remote", "/jobs/?role=ai-architect&workplace=remote", 5),
        ("Germany", GERMANY, 5),
    ]
    assert "/jobs/?role=ai-architect&amp;country=DE</loc>" in sitemap
    assert "/jobs/?role=ai-architect&amp;workplace=remote</loc>" in sitemap
    assert "country=PT" not in sitemap


def test_what_is_left_out_is_said_and_can_be_taken_off(client):
    page = client.get("/jobs/?level=-unstated&type=-contractor&country=-de&city=-")

    labels = [chip.label for chip in page.context["search"].chips]
    assert labels == ["Stated", "Not Contractor", "Not Germany"]


def test_what_a_job_misses_may_be_that_it_is_left_out(client):
    place(ListingFactory(live=True, title="Python"), PlaceText("Bonn", city="Bonn", country="DE"))

    page = client.get("/jobs/?q=python&country=-DE")

    assert "1 job misses only Not Germany" in text_of(page)


def test_what_one_search_leaves_out_is_no_country_of_another(client):
    client.get("/jobs/?q=not+Germany&country=DE")

    page = client.get("/jobs/?from=-DE")

    assert "“-DE” is not one of the options." in text_of(page)

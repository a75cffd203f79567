"""The query language of /jobs/: what each parameter means and what it survives. What the page says
of it is in test_list_page.py.
"""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from jobboard.listings.choices import EmploymentType, PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing, ListingCountry
from jobboard.search.language import ListingFilter
from jobboard.search.results.page import ListingSearch
from jobboard.site.request_bounds import MAX_QUERY_LENGTH
from roles.models import FxRate, SkillAlias
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory, in_days
from tests.reading import text_of, titles_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True, params=["database", "index"])
def _answered_by(request):
    """Everything here is said of both implementations."""
    if request.param == "index":
        request.getfixturevalue("index")


def found(query: str) -> list[str]:
    """Titles of the jobs a search gives, in alphabetical order."""
    jobs = Listing.objects.filter(
        pk__in=ListingSearch(QueryDict(query)).find(with_facets=False).ids
    )
    return sorted(jobs.values_list("title", flat=True))


def total_of(query: str) -> int:
    return ListingSearch(QueryDict(query)).find(with_facets=False).total


def place(listing: Listing, *places: PlaceText, **content) -> Listing:
    """Store where the work of ``listing`` is done, as its employer would."""
    write_content(
        listing,
        ListingContent(
            title=listing.title,
            description="Work.",
            apply_url=listing.apply_url,
            places=tuple(places),
            **content,
        ),
    )
    return listing


# --- What matches ---------------------------------------------------------------------------------


def test_values_of_one_name_widen_a_search_and_names_narrow_it():
    for title, level, workplace in [
        ("A", "senior", "remote"),
        ("B", "mid", "remote"),
        ("C", "senior", "hybrid"),
    ]:
        ListingFactory(live=True, title=title, level=level, workplace=workplace)

    assert found("level=senior") == ["A", "C"]
    assert found("level=senior&level=mid") == ["A", "B", "C"]
    assert found("level=senior&workplace=remote") == ["A"]


def test_a_range_of_levels_is_found_and_counted_under_each_of_them():
    ListingFactory(live=True, title="Range", level="mid", level_max="senior")
    ListingFactory(live=True, title="Wide", level="entry", level_max="senior")
    ListingFactory(live=True, title="Senior", level="senior")

    assert found("level=mid") == ["Range", "Wide"]
    assert found("level=senior") == ["Range", "Senior", "Wide"]
    assert found("level=entry&level=executive") == ["Wide"]
    levels = ListingSearch(QueryDict("")).run().result.facets["level"]
    counts = {value: levels.get_count(value) for value in ("entry", "mid", "senior", "unstated")}
    assert counts == {"entry": 1, "mid": 2, "senior": 3, "unstated": 0}


def test_a_job_is_found_and_counted_under_how_one_works_at_each_of_its_locations():
    place(
        ListingFactory(live=True, title="Either"),
        PlaceText("Munich", "Munich", "DE", "on_site"),
        PlaceText("Remote (Portugal)", "", "PT", "remote"),
        eligibility="anywhere",
    )
    place(ListingFactory(live=True, title="Office"), PlaceText("Munich", "Munich", "DE", "on_site"))
    place(ListingFactory(live=True, title="Silent"), PlaceText("Munich", "Munich", "DE"))

    assert found("workplace=remote") == ["Either"]
    assert found("workplace=on_site") == ["Either", "Office"]
    assert found("workplace=unstated&workplace=remote") == ["Either", "Silent"]
    assert found("from=JP") == ["Either"]
    assert found("q=remote") == ["Either"]
    workplaces = ListingSearch(QueryDict("")).run().result.facets["workplace"]
    names = ("on_site", "hybrid", "remote", "unstated")
    assert [workplaces.get_count(name) for name in names] == [2, 0, 1, 1]


def pay_of(lowest: int, currency: str = "EUR", **more) -> PayStatement:
    return PayStatement(Decimal(lowest), None, currency, "year", origin="form", **more)


def test_pay_that_is_stated_but_not_comparable_is_a_state_of_its_own(client):
    rate = {"date": in_days(-30).date(), "source": "ECB"}
    FxRate.objects.create(currency="EUR", usd_per_unit=Decimal("1.1"), **rate)
    pays = {
        "Base": pay_of(60_000),
        "Net": pay_of(60_000, gross="net"),
        "On target": pay_of(60_000, kind="on_target"),
        "No rate": pay_of(60_000, "KES"),
        "Elsewhere": pay_of(60_000, place="Oslo", is_elsewhere=True),
    }
    munich = PlaceText("Munich", "Munich", "DE")
    for title, pay in pays.items():
        place(ListingFactory(live=True, title=title), munich, pay=(pay,))
    place(ListingFactory(live=True, title="None"), munich)

    assert found("salary=not_comparable") == ["Net", "No rate", "On target"]
    assert found("salary=unstated") == ["Elsewhere", "None"]
    assert found("salary_from=1000&currency=EUR") == ["Base"]
    both = "salary_from=1000&currency=EUR&salary=surely&salary=maybe&salary=not_comparable"
    assert found(both) == ["Base", "Net", "No rate", "On target"]
    states = ListingSearch(QueryDict("")).run().result.facets["salary"]
    assert (states.get_count("unstated"), states.get_count("not_comparable")) == (2, 3)
    page = text_of(client.get("/jobs/?salary=not_comparable"))
    assert "Stated, but not comparable" in page


def test_work_without_a_role_is_found_as_other_and_counted_among_roles(client):
    role = RoleFactory(name="Data Engineer", slug="data-engineer")
    ListingFactory(live=True, title="Pipelines", role=role)
    ListingFactory(live=True, title="Managing", role=None, family="management")

    assert found("role=other") == ["Managing"]
    assert found("role=other&role=data-engineer") == ["Managing", "Pipelines"]
    roles = ListingSearch(QueryDict("role=other")).run().result.facets["role"]
    assert [(one.value, one.label, one.count) for one in roles.options] == [
        ("data-engineer", "Data Engineer", 1),
        ("other", "Other AI and data work", 1),
    ]
    page = text_of(client.get("/jobs/?role=other"))
    assert "Other AI and data work" in page
    assert "Other AI and data work jobs" not in page


def test_several_skills_must_all_be_named():
    python, spark = SkillFactory(slug="python"), SkillFactory(slug="spark")
    ListingFactory(live=True, title="Both", required=[python, spark])
    ListingFactory(live=True, title="Python", required=[python])

    assert found("skill=python") == ["Both", "Python"]
    assert found("skill=python&skill=spark") == ["Both"]


def test_a_skill_or_company_behind_a_minus_is_not_wanted(client):
    python = SkillFactory(name="Python", slug="python")
    sql = SkillFactory(name="SQL", slug="sql")
    acme = CompanyFactory(name="Acme", slug="acme")
    ListingFactory(live=True, title="Both", required=[python, sql])
    ListingFactory(live=True, title="Python", required=[python], company=acme)
    ListingFactory(live=True, title="Neither")

    assert found("skill=python&skill=-sql") == ["Python"]
    assert found("skill=-sql") == ["Neither", "Python"]
    assert found("company=-acme") == ["Both", "Neither"]
    assert found("skill=-sql&company=-acme") == ["Neither"]
    chips = client.get("/jobs/?skill=-sql&company=-acme").context["search"].chips
    assert [(chip.label, chip.url) for chip in chips] == [
        ("Not SQL", "?company=-acme"),
        ("Not Acme", "?skill=-sql"),
    ]
    facets = ListingSearch(QueryDict("company=-acme")).run().result.facets
    assert facets["company"].get_count("acme") == 1


def test_unstated_finds_the_jobs_that_do_not_say():
    full_time = EmploymentType.mask(["full_time", "contractor"])
    ListingFactory(
        live=True, title="Says", level="mid", workplace="remote", employment_types=full_time
    )
    ListingFactory(live=True, title="Silent")

    for name, value in [("level", "mid"), ("workplace", "remote"), ("type", "contractor")]:
        assert found(f"{name}=unstated") == ["Silent"]
        assert found(f"{name}={value}") == ["Says"]
        assert found(f"{name}={value}&{name}=unstated") == ["Says", "Silent"]


def test_role_and_company_are_chosen_by_slug_an_old_one_included():
    listing = ListingFactory(live=True, title="A", role__slug="ai-architect", company__slug="acme")
    ListingFactory(live=True, title="B")
    role = type(listing.role).objects.get(pk=listing.role_id)
    role.slug = "ai-solutions-architect"
    role.save()

    assert found("company=acme") == ["A"]
    assert found("role=ai-solutions-architect") == ["A"]
    assert found("role=ai-architect") == ["A"]


def test_country_and_city_are_where_the_work_is_done():
    place(ListingFactory(live=True, title="Munich"), PlaceText("München, Germany", "München", "DE"))
    place(ListingFactory(live=True, title="Zurich"), PlaceText("Zürich", "Zürich", "CH"))
    place(
        ListingFactory(live=True, title="Remote"),
        PlaceText("Remote (Germany)", workplace="remote"),
        eligibility="listed",
        eligible_countries=("DE",),
    )

    assert found("country=DE") == ["Munich"]
    assert found("country=de&country=CH") == ["Munich", "Zurich"]
    assert found("city=munchen") == ["Munich"]
    assert found("city=Zürich") == ["Zurich"]


def test_within_finds_the_cities_around_one():
    for city, country in [("Munich", "DE"), ("Augsburg", "DE"), ("Nuremberg", "DE")]:
        place(ListingFactory(live=True, title=city), PlaceText(city, city=city, country=country))

    assert found("city=Munich") == ["Munich"]
    assert found("city=Munich&within=100") == ["Augsburg", "Munich"]
    assert found("city=München&within=200") == ["Augsburg", "Munich", "Nuremberg"]
    assert found("city=Munich&within=100&country=AT") == []
    assert found("q=munich&within=100&workplace=unstated") == ["Augsburg", "Munich"]
    assert found("within=100") == ["Augsburg", "Munich", "Nuremberg"]


def test_from_finds_remote_work_open_to_a_country_and_any_work_there():
    remote = PlaceText("Remote", workplace="remote")
    place(
        ListingFactory(live=True, title="In Lisbon"), PlaceText("Lisbon", "Lisbon", "PT", "on_site")
    )
    place(
        ListingFactory(live=True, title="In Madrid"), PlaceText("Madrid", "Madrid", "ES", "on_site")
    )
    place(
        ListingFactory(live=True, title="Open to PT"),
        remote,
        eligibility="listed",
        eligible_countries=("ES", "PT"),
    )
    place(
        ListingFactory(live=True, title="Open to US"),
        remote,
        eligibility="listed",
        eligible_countries=("US",),
    )
    place(ListingFactory(live=True, title="Anywhere"), remote, eligibility="anywhere")
    place(ListingFactory(live=True, title="Silent"), remote)

    assert found("from=PT") == ["Anywhere", "In Lisbon", "Open to PT"]
    assert found("from=PT&from=US") == ["Anywhere", "In Lisbon", "Open to PT", "Open to US"]


def test_from_keeps_apart_where_the_work_is_and_whom_remote_work_is_open_to():
    berlin = PlaceText("Berlin", "Berlin", "DE", "hybrid")
    remote = PlaceText("Remote in France", "", "FR", "remote")
    listed = {"eligibility": "listed", "eligible_countries": ("PT",)}
    place(ListingFactory(live=True, title="Either"), berlin, remote, **listed)
    place(ListingFactory(live=True, title="Remote"), remote)

    assert found("from=DE") == found("country=DE") == ["Either"]
    assert found("from=FR") == ["Remote"]
    assert found("from=PT") == ["Either"]
    assert found("country=PT") == []


def test_what_is_asked_of_places_holds_for_one_place_of_a_job():
    munich = PlaceText("Munich", "Munich", "DE", "on_site")
    remote_us = PlaceText("Remote (US)", "", "US", "remote")
    anywhere = {"eligibility": "anywhere"}
    listed = {"eligibility": "listed", "eligible_countries": ("PT",)}
    place(ListingFactory(live=True, title="Office DE, remote US"), munich, remote_us)
    place(ListingFactory(live=True, title="Remote DE"), PlaceText("Germany", "", "DE", "remote"))
    place(ListingFactory(live=True, title="Anywhere"), munich, remote_us, **anywhere)
    place(ListingFactory(live=True, title="Portugal"), munich, remote_us, **listed)
    place(ListingFactory(live=True, title="Silent"), PlaceText("Munich", "Munich", "DE"))
    place(ListingFactory(live=True, title="Nowhere"))
    officed = ["Anywhere", "Office DE, remote US", "Portugal"]

    assert found("workplace=remote&from=DE") == ["Anywhere", "Remote DE"]
    assert found("workplace=remote&country=DE") == ["Remote DE"]
    assert found("workplace=remote&city=Munich") == []
    assert found("workplace=on_site&city=Munich") == officed
    assert found("country=US&from=DE") == ["Anywhere"]
    assert found("country=US&from=PT&workplace=remote") == ["Anywhere", "Portugal"]
    assert found("country=US&city=Munich") == []
    assert found("workplace=unstated&country=DE") == ["Silent"]
    assert found("workplace=unstated&workplace=remote&from=DE") == [
        "Anywhere",
        "Remote DE",
        "Silent",
    ]
    assert found("workplace=unstated") == ["Nowhere", "Silent"]


@pytest.mark.slow
def test_a_facet_of_places_counts_what_choosing_it_would_find():
    munich = PlaceText("Munich", "Munich", "DE", "on_site")
    remote_us = PlaceText("Remote (US)", "", "US", "remote")
    place(ListingFactory(live=True, title="Both"), munich, remote_us)
    place(ListingFactory(live=True, title="Anywhere"), munich, remote_us, eligibility="anywhere")
    place(ListingFactory(live=True, title="Remote"), PlaceText("Germany", "", "DE", "remote"))
    place(ListingFactory(live=True, title="Silent"), PlaceText("Munich", "Munich", "DE"))
    place(ListingFactory(live=True, title="Nowhere"))
    queries = ["", "workplace=remote", "country=DE", "country=US&from=DE", "city=Munich", "from=US"]
    options = {"workplace": ("on_site", "remote", "unstated"), "country": ("DE", "US")}

    for query in queries:
        facets = ListingSearch(QueryDict(query)).run().result.facets
        for name, values in options.items():
            others = "&".join(part for part in query.split("&") if not part.startswith(name))
            counted = {value: facets[name].get_count(value) for value in values}
            assert counted == {value: total_of(f"{others}&{name}={value}") for value in values}


def test_countries_that_only_an_older_release_wrote_open_nothing():
    """It kept the countries of a job's places among those that remote work is open to."""
    remote = PlaceText("Remote", workplace="remote")
    for title, places in [("Office", PlaceText("Oslo", "Oslo", "NO")), ("Remote", remote)]:
        listing = place(ListingFactory(live=True, title=title), places)
        ListingCountry.objects.create(listing=listing, country="DE")
        listing.save()

    assert found("from=DE") == []
    assert found("from=NO") == ["Office"]


@pytest.fixture
def five_pays(db):
    """Jobs on either side of 110,000 USD, which are 100,000 EUR here."""
    FxRate.objects.create(
        date=in_days(-30).date(), currency="EUR", usd_per_unit=Decimal("1.1"), source="ECB"
    )
    pays = {
        "Surely": (110_000, 150_000),
        "Maybe": (90_000, 110_000),
        "Below": (60_000, 109_999),
        "One": (120_000, None),
    }
    for title, (lowest, highest) in pays.items():
        listing = ListingFactory(
            live=True,
            title=title,
            salary_min=lowest,
            salary_max=highest,
            salary_currency="USD",
            salary_period="year",
            pay_year_min_usd=lowest,
            pay_year_max_usd=highest or lowest,
        )
        assert listing.has_pay
    ListingFactory(live=True, title="Unstated")


WISHES = {
    "salary_from=110000": ["Maybe", "One", "Surely"],
    "salary_from=110001": ["One", "Surely"],
    "salary_from=100000&currency=EUR": ["Maybe", "One", "Surely"],
    "salary_from=100001&currency=eur": ["One", "Surely"],
    "salary_from=110000&salary=surely": ["One", "Surely"],
    "salary_from=110000&salary=maybe": ["Maybe"],
    "salary_from=110000&salary=maybe&salary=unstated": ["Maybe", "Unstated"],
    "salary=unstated": ["Unstated"],
}


def test_a_wish_for_pay_is_met_surely_maybe_or_not_said(five_pays):
    assert {query: found(query) for query in WISHES} == WISHES


@pytest.mark.parametrize(
    "query", ["salary_from=110000", "salary_from=110000&salary=surely", "salary=surely"]
)
def test_one_click_adds_the_jobs_that_state_no_pay(client, five_pays, query):
    response = client.get(f"/jobs/?{query}")

    assert "Include 1 job without pay" in text_of(response)
    address = response.context["results"].with_unstated_url
    assert address.startswith("?")
    assert set(found(address[1:])) == {*titles_in(response), "Unstated"}


def test_posted_visa_verified_and_featured_narrow_a_search():
    ListingFactory(live=True, title="Old", posted_at=in_days(-8))
    ListingFactory(live=True, title="New", posted_at=in_days(-6))
    ListingFactory(live=True, title="Visa", visa="yes", posted_at=in_days(-9))
    ListingFactory(live=True, title="Verified", company__verified_by="email", posted_at=in_days(-9))
    ListingFactory(featured=True, title="Chosen", posted_at=in_days(-9))
    ListingFactory(
        live=True, title="Chosen once", featured_until=in_days(-1), posted_at=in_days(-9)
    )

    assert found("posted=7") == ["New"]
    assert found("visa=yes") == ["Visa"]
    assert found("verified=1") == ["Verified"]
    assert found("featured=1") == ["Chosen"]


SAID = {
    "architect": ["AI Architect", "Cloud Architect"],
    "ARCHITECT ai": ["AI Architect"],
    "architect -ai": ["Cloud Architect"],
    '"deep learning"': ["Researcher"],
    '-"deep learning" learning': ["Tutor"],
    "k8s": ["Cloud Architect"],
    "northwind": ["Tutor"],
    "100%": [],
    "_": [],
}


def test_words_are_looked_for_in_title_text_company_and_skills():
    kubernetes = SkillFactory(name="Kubernetes")
    SkillAlias.objects.create(skill=kubernetes, folded="k8s")
    ListingFactory(live=True, title="AI Architect", description_source="Design systems.")
    ListingFactory(
        live=True, title="Cloud Architect", description_source="Design.", required=[kubernetes]
    )
    ListingFactory(live=True, title="Researcher", description_source="Deep learning all day.")
    ListingFactory(
        live=True,
        title="Tutor",
        description_source="Learning, deep or not.",
        company__name="Northwind",
    )

    assert {words: found(urlencode({"q": words})) for words in SAID} == SAID


# --- Order and pages ------------------------------------------------------------------------------


def test_sorting_by_date_pay_and_closing(client):
    ListingFactory(
        live=True, title="A", posted_at=in_days(-3), pay_year_max_usd=90_000, expires_at=in_days(9)
    )
    ListingFactory(live=True, title="B", posted_at=in_days(-2), expires_at=in_days(3))
    ListingFactory(
        live=True, title="C", posted_at=in_days(-4), pay_year_max_usd=120_000, expires_at=in_days(6)
    )

    assert titles_in(client.get("/jobs/")) == ["B", "A", "C"]
    assert titles_in(client.get("/jobs/?sort=salary")) == ["C", "A", "B"]
    assert titles_in(client.get("/jobs/?sort=closing")) == ["B", "C", "A"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "sort", ["newest", "salary", pytest.param("closing", marks=pytest.mark.slow)]
)
def test_pages_of_equals_neither_repeat_nor_lose_a_job(client, sort):
    moment, end = in_days(-1), in_days(20)
    ListingFactory.create_batch(60, live=True, paid=True, posted_at=moment, expires_at=end)

    pages = [titles_in(client.get(f"/jobs/?sort={sort}&page={number}")) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [25, 25, 10]
    assert len({title for page in pages for title in page}) == 60


def test_a_page_beyond_the_last_is_not_found_and_says_so(client):
    ListingFactory.create_batch(26, live=True)

    assert client.get("/jobs/?page=2").status_code == 200
    response = client.get("/jobs/?page=3")

    assert response.status_code == 404
    assert "There is no page 3. This search has 26 results." in text_of(response)


def test_a_page_beyond_ten_thousand_results_is_not_found_and_says_how_to_narrow(client):
    response = client.get("/jobs/?page=401")

    assert response.status_code == 404
    assert "We only show the first 10,000 results. Add a filter to narrow your search." in text_of(
        response
    )


@pytest.mark.slow
def test_at_most_two_featured_jobs_open_a_list_by_relevance_once_and_labelled(client):
    for number in range(4):
        ListingFactory(featured=True, title=f"Engineer {number}", posted_at=in_days(-number - 20))
    ListingFactory.create_batch(25, live=True, title="Engineer", posted_at=in_days(-10))

    first = client.get("/jobs/?q=engineer")
    titles = titles_in(first) + titles_in(client.get("/jobs/?q=engineer&page=2"))

    assert titles[:3] == ["Engineer 0", "Engineer 1", "Engineer"]
    featured = [f"Engineer {number}" for number in range(4)]
    assert sorted(titles) == ["Engineer"] * 25 + featured
    assert "Engineer 0 Featured" in text_of(first)
    assert titles_in(client.get("/jobs/?q=engineer&sort=newest"))[0] == "Engineer"
    assert titles_in(client.get("/jobs/"))[0] == "Engineer"


# --- Facets ---------------------------------------------------------------------------------------

BASES = [
    "",
    "workplace=remote",
    "workplace=remote&level=senior&level=unstated",
    "skill=python",
    "role=role-a&skill=python&type=full_time",
    "country=DE",
    "salary_from=100000",
    "salary_from=100000&salary=surely&company=company-a",
    "q=engineer&visa=yes",
    "verified=1&featured=1",
]
SOME_BASES = [
    pytest.param(query, marks=[] if number % 4 == 0 else pytest.mark.slow)
    for number, query in enumerate(BASES)
]


@pytest.fixture
def twelve_jobs(db):
    """Twelve jobs in which every facet has several values, and some say nothing."""
    roles = [RoleFactory(slug="role-a"), RoleFactory(slug="role-b"), None]
    companies = [
        CompanyFactory(slug="company-a", verified_by="email"),
        CompanyFactory(slug="company-b"),
    ]
    skills = [SkillFactory(slug="python"), SkillFactory(slug="sql"), SkillFactory(slug="spark")]
    masks = [
        EmploymentType.mask(kinds)
        for kinds in (["full_time"], ["full_time", "contractor"], ["intern"], [])
    ]
    lowest = [60_000, 95_000, 120_000, None]
    places = [
        PlaceText("Munich", "Munich", "DE"),
        PlaceText("Lisbon", "Lisbon", "PT"),
        PlaceText("Anywhere"),
    ]
    for number in range(12):
        pay = lowest[number % 4]
        listing = ListingFactory(
            live=True,
            title=f"{'Engineer' if number % 2 else 'Analyst'} {number}",
            company=companies[number % 2],
            featured_until=in_days(3) if number % 4 == 0 else None,
        )
        wanted = skills[: number % 4]
        place(
            listing,
            *places[number % 3 : number % 3 + 2],
            role=roles[number % 3],
            skills=tuple((skill, "required") for skill in wanted),
            visa="yes" if number % 3 == 0 else "unknown",
        )
        Listing.objects.filter(pk=listing.pk).update(
            level=["senior", "mid", ""][number % 3],
            workplace=["remote", "on_site", "remote", ""][number % 4],
            employment_types=masks[number % 4],
            pay_year_min_usd=pay,
            pay_year_max_usd=pay and pay + 20_000,
        )


def counts_and_searches(query: str):
    """Each choice: name, value, the count shown, and the query of choosing it alone (for a skill:
    of adding it).
    """
    results = ListingSearch(QueryDict(query)).run()
    choices = [
        (panel.name, choice)
        for panel in results.panels
        for choice in (*panel.choices, *panel.more, *panel.regions)
    ]
    choices += [("salary", choice) for choice in results.pay_choices]
    choices += [(flag.name, flag.choice) for flag in results.flags]
    for name, choice in choices:
        chosen = QueryDict(query, mutable=True)
        kept = chosen.getlist(name) if name == "skill" else []
        chosen.setlist(name, [*kept, choice.option.value])
        yield name, choice.option.value, choice.option.count, chosen.urlencode()


@pytest.mark.slow
@pytest.mark.parametrize("query", SOME_BASES)
def test_the_count_beside_a_choice_is_what_choosing_it_gives(twelve_jobs, query):
    shown = {
        (name, value): (count, chosen) for name, value, count, chosen in counts_and_searches(query)
    }

    wrong = {key: count for key, (count, chosen) in shown.items() if total_of(chosen) != count}

    assert len(shown) > 15
    assert wrong == {}


# --- What the page says ---------------------------------------------------------------------------


def test_a_search_without_results_shows_the_jobs_that_miss_one_thing(client):
    ListingFactory.create_batch(2, live=True, level="senior")
    ListingFactory(live=True, level="mid", workplace="remote")

    response = client.get("/jobs/?level=senior&workplace=remote")

    assert "No jobs match all of your filters" in text_of(response)
    near = response.context["results"].near
    assert [(group.label, group.url, group.total, len(jobs)) for group, jobs in near] == [
        ("Remote", "?level=senior", 2, 2),
        ("Senior-level / Expert", "?workplace=remote", 1, 1),
    ]


# --- What it survives -----------------------------------------------------------------------------

NAMES = sorted(ListingFilter.get_filters())
ODD = {
    "a NUL": "%00",
    "a NUL inside": "pyt%00hon",
    "a byte that is no UTF-8": "%ff",
    "a lone surrogate": "%ed%a0%80",
    "a number beyond every column": "1" + "0" * 23,
    "a number with a huge exponent": "1e999999",
    "no number": "NaN",
    "minus one": "-1",
    "zero": "0",
    "a letter": "x",
    "nothing": "",
    "quotes and signs": "%22-%27%28%29--%25_%5C",
    "longer than any takes": "a" * 350,
    "more words than any takes": "a+" * 175,
}
LONG_VALUES = {"q": "a" * 9000, "city": "a+" * 4500, "skill": "a" * 9000, "salary_from": "9" * 9000}


@pytest.mark.slow
@pytest.mark.faults("query strings")
@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_no_odd_value_of_any_parameter_breaks_the_list(client, value):
    ListingFactory(live=True)
    everywhere = "&".join(f"{name}={value}&{name}={value[:80]}" for name in NAMES if name != "page")
    assert len(everywhere) <= MAX_QUERY_LENGTH

    assert client.get(f"/jobs/?{everywhere}").status_code == 200
    assert client.get(f"/jobs/?page={value}&page={value[:80]}").status_code in (200, 404)


def test_a_parameter_as_long_as_an_address_may_be_does_not_break_the_list(client):
    ListingFactory(live=True)

    for name, value in LONG_VALUES.items():
        assert client.get(f"/jobs/?{name}={value}").status_code == 200, name


def test_many_values_of_one_parameter_do_not_break_the_list(client):
    many = "&".join(f"{name}={number}" for name in NAMES if name != "page" for number in range(40))

    assert client.get(f"/jobs/?{many}").status_code == 200

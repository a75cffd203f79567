"""One table, walked: what the public sees of a job in each of its states."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing, ListingSkill
from jobboard.search.find import NewJobSearch
from jobboard.seekers import alerts, saved
from jobboard.seekers.models import Alert
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    in_days,
)
from tests.reading import body_of, text_of, tight

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)

# State, its own page, apply, on every list and in every count.
TABLE = [
    ("draft", 404, 404, False),
    pytest.param("in_review", 404, 404, False, marks=pytest.mark.slow),  # as the two after it
    pytest.param("returned", 404, 404, False, marks=pytest.mark.slow),
    ("rejected", 404, 404, False),
    ("live", 200, 302, True),
    ("closed", 410, 410, False),
    ("expired", 410, 410, False),
    ("hidden", 404, 404, False),
]
SURFACES = [
    "list",
    "list with words",
    "list of its role",
    "facets",
    "company",
    "companies",
    "role",
    "comparison",
    "home",
    "sitemap",
    "salary page",
    "salaries",
    "feed",
    "CSV",
    "JSON",
    "API",
    "API facets",
    "API roles",
    "alert",
    "saved as open",
]


def paid_listing(**fields):
    """A job whose company has another one, which is live, so that the company's page is there in
    any case.
    """
    company = CompanyFactory(name="Acme", slug="acme")
    ListingFactory(live=True, title="Elsewhere", company=company, role=None)
    role = RoleFactory(name="AI Architect", slug="ai-architect")
    RoleFactory(name="Data Engineer", slug="data-engineer")
    return ListingFactory(
        paid=True, title="Architect of things", company=company, role=role, **fields
    )


def where_it_stands(client, listing) -> list[str]:
    """The SURFACES that show the job or count it."""
    addresses = {
        "list": "/jobs/",
        "list with words": "/jobs/?q=architect",
        "list of its role": "/jobs/?role=ai-architect&salary_from=100000",
        "company": "/companies/acme/",
        "role": "/roles/ai-architect/",
        "comparison": "/compare/ai-architect-vs-data-engineer/",
        "home": "/",
        "sitemap": "/sitemap.xml",
        "feed": "/jobs/feed/?q=architect",
        "CSV": "/jobs.csv?role=ai-architect",
        "JSON": "/jobs.json?role=ai-architect",
        "API": "/api/v1/listings?role=ai-architect",
    }
    asked = {
        "facets": lambda: "AI Architect 1" in text_of(client.get("/jobs/")),
        "API facets": lambda: facet_of(client, "ai-architect") == 1,
        "API roles": lambda: client.get("/api/v1/roles/ai-architect").json()["jobs"]["open"] == 1,
        "alert": lambda: listing.pk in alerts.new_for(of_role, NewJobSearch())[0],
        "saved as open": lambda: saved.of_ids([listing.pk])[0].state.startswith(("Open", "Closes")),
    }
    of_role = Alert(pk=1, query="role=ai-architect", confirmed_at=in_days(-90))
    counts = {
        "companies": ("/companies/", "Acme 2"),
        "salary page": ("/salaries/ai-architect/", "1 of 1 job"),
        "salaries": ("/salaries/", "1 of 1 job"),
    }
    found = []
    for name in SURFACES:
        if name in asked:
            if asked[name]():
                found.append(name)
            continue
        if name in addresses:
            response = client.get(addresses[name])
            stands = f"/jobs/{listing.pk}" in body_of(response)
        else:
            address, words = counts[name]
            response = client.get(address)
            stands = words in text_of(response)
        assert response.status_code == 200, name
        if stands:
            found.append(name)
    return found


def facet_of(client, role: str) -> int:
    """How many jobs of the role the API counts."""
    options = client.get("/api/v1/listings?facets=1").json()["facets"]["role"]
    return next((option["count"] for option in options if option["value"] == role), 0)


def apply_status(client, listing) -> int:
    """The status that "apply" leads to; on a site of somebody else we do not follow."""
    response = client.get(reverse("browse:apply", args=[listing.pk]))
    is_ours = response.status_code == 302 and response["Location"].startswith("/")
    return client.get(response["Location"]).status_code if is_ours else response.status_code


@pytest.mark.parametrize(("state", "page", "apply", "listed"), TABLE)
def test_what_the_public_sees_of_a_job_follows_its_state(client, state, page, apply, listed):
    listing = paid_listing(**{state: True})

    assert client.get(listing.get_absolute_url()).status_code == page
    assert apply_status(client, listing) == apply
    assert client.get(f"/api/v1/listings/{listing.pk}").status_code == page
    assert (saved.of_ids([listing.pk])[0].state == "No longer available") == (page == 404)
    assert ("JobPosting" in client.get(listing.get_absolute_url()).content.decode()) <= listed
    assert where_it_stands(client, listing) == (SURFACES if listed else [])


def test_a_suspended_company_takes_its_jobs_with_it(client):
    listing = ListingFactory(live=True, company__suspended_at=in_days(-1))

    assert client.get(listing.company.get_absolute_url()).status_code == 404
    assert client.get(listing.get_absolute_url()).status_code == 404
    assert f"/jobs/{listing.pk}" not in client.get("/jobs/").content.decode()


@pytest.mark.slow
def test_a_job_is_live_until_its_last_second_and_over_with_the_next(client):
    with time_machine.travel(NOON - timedelta(days=3), tick=False):
        listing = paid_listing(live=True, expires_at=NOON)

    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        assert client.get(listing.get_absolute_url()).status_code == 200
        assert apply_status(client, listing) == 302
        assert where_it_stands(client, listing) == SURFACES

    with time_machine.travel(NOON, tick=False):
        assert client.get(listing.get_absolute_url()).status_code == 410
        assert apply_status(client, listing) == 410
        assert where_it_stands(client, listing) == []


def test_the_page_of_a_job_that_is_over_leads_on_and_stays_out_of_search_engines(client):
    listing = ListingFactory(closed=True, title="Gone", role__name="AI Architect")
    ListingFactory(live=True, title="Still here", role=listing.role)

    response = client.get(listing.get_absolute_url())

    assert "filled through this site" in text_of(response)
    assert "Still here" in text_of(response)
    assert listing.role.get_absolute_url() in response.content.decode()
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert "application/ld+json" not in response.content.decode()


def test_a_job_is_found_by_its_number_and_told_its_right_address(client):
    listing = ListingFactory(live=True, title="AI Architect")

    for address in [f"/jobs/{listing.pk}/", f"/jobs/{listing.pk}-an-older-title/"]:
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (
            301,
            f"/jobs/{listing.pk}-ai-architect/",
        )


def test_a_number_no_job_can_have_is_not_found(client):
    for address in [f"/jobs/{10**23}/", f"/jobs/{10**23}-x/", f"/jobs/{10**23}/apply/"]:
        assert client.get(address).status_code == 404


def test_apply_counts_the_click_and_goes_to_the_stored_address_only(client):
    listing = ListingFactory(live=True, apply_url="https://careers.acme.example/jobs/1?source=us")

    response = client.get(f"/jobs/{listing.pk}/apply/?next=https://evil.example/")
    client.head(f"/jobs/{listing.pk}/apply/")

    assert response["Location"] == "https://careers.acme.example/jobs/1?source=us"
    assert response["Cache-Control"] == "no-store"
    assert [day.apply_clicks for day in listing.days.all()] == [1]


def test_an_address_for_applications_is_shown_on_a_page_of_ours(client):
    listing = ListingFactory(live=True, apply_url="", apply_email="jobs@acme.example")

    response = client.get(f"/jobs/{listing.pk}/apply/")

    assert response.status_code == 200
    assert "mailto:jobs@acme.example" in response.content.decode()
    assert "jobs@acme.example" not in client.get(listing.get_absolute_url()).content.decode()


def test_an_old_address_of_a_company_redirects_to_its_new_one(client):
    company = ListingFactory(live=True, company__slug="acme").company
    company = type(company).objects.get(pk=company.pk)
    company.slug = "acme-data"
    company.save()

    response = client.get("/companies/acme/")

    assert (response.status_code, response["Location"]) == (301, "/companies/acme-data/")


def test_a_company_that_never_had_a_public_job_has_no_page(client):
    listing = ListingFactory(in_review=True)

    assert client.get(listing.company.get_absolute_url()).status_code == 404


# What is said of jobs that feeds list

BOARD_LINK = '<a href="https://careers.company.example/jobs/1" rel="nofollow noopener">Remotive</a>'


@pytest.mark.parametrize(
    ("feed", "named"),
    [
        ({"board": True, "kind": "remotive"}, True),
        ({"board": True, "kind": "usajobs"}, False),
        ({}, False),
    ],
    ids=["a board that asks for it", "a board that does not", "the company's own feed"],
)
def test_a_job_found_through_a_board_that_asks_for_it_names_and_links_it(client, feed, named):
    listing = ListingFactory(live=True, feed=FeedFactory(**feed))

    response = client.get(listing.get_absolute_url())

    assert (BOARD_LINK in response.content.decode()) is named
    assert ("Source Remotive" in text_of(response)) is named
    assert ("Apply via Remotive" in text_of(response)) is named
    assert ("Apply on careers.company.example" in text_of(response)) is not named


def test_a_job_without_a_text_says_where_it_stands(client):
    listing = ListingFactory(
        live=True, feed=FeedFactory(), description_source="", description_html=""
    )

    assert "There is no description here. You can read it on the employer’s site." in page_text(
        client, listing
    )


@pytest.mark.parametrize(
    ("salary_from", "words"),
    [
        ("text", "from the job description"),
        ("feed", "stated by the employer"),
        ("form", "stated by the employer"),
    ],
)
def test_pay_says_who_stated_it(client, salary_from, words):
    listing = ListingFactory(
        live=True, paid=True, salary_from=salary_from, pay_note="Pay ranges by location"
    )

    assert (
        f"USD 100,000–130,000 a year, {words} The job doesn’t say what this includes. "
        "We count it as base pay. Pay ranges by location"
    ) in page_text(client, listing)


BERLIN = PlaceText("Berlin, Germany", "Berlin", "DE", "hybrid", hybrid_days=2)


def stated(lowest, highest=None, period="year", **more):
    return PayStatement(
        Decimal(lowest),
        highest and Decimal(highest),
        "EUR",
        period,
        **{"origin": "form"} | more,
    )


def job(*pay, places=(BERLIN,), **values):
    return write_content(
        ListingFactory.build(live=True, company=CompanyFactory(), role=None),
        ListingContent(
            title="Data Engineer",
            description="Text.",
            places=places,
            pay=pay,
            apply_email="jobs@acme.example",
            **values,
        ),
    )


@pytest.mark.parametrize(
    ("pay", "words"),
    [
        (
            [stated(60_000, 70_000, kind="base", gross="gross")],
            "EUR 60,000–70,000 a year, base pay, before tax, stated by the employer",
        ),
        (
            [stated(2_500, period="month", gross="net")],
            "EUR from 2,500 a month, after tax, stated by the employer",
        ),
        (
            [stated(90_000, 120_000, kind="on_target")],
            "EUR 90,000–120,000 a year, on-target earnings, stated by the employer",
        ),
        ([stated(50_000, 160_000, kind="base")], "stated by the employer This is a wide range."),
        (
            [stated(90_000, 95_000, kind="base", place="Oslo", is_elsewhere=True)],
            "Pay not stated Pay for another location is listed below.",
        ),
        (
            [stated(90_000, kind="on_target"), stated(95_000, kind="total")],
            "EUR from 90,000 a year, on-target earnings, stated by the employer "
            "Base pay isn’t stated. All pay that is stated is listed below.",
        ),
    ],
    ids=["base", "net", "on target", "wide", "elsewhere", "no base"],
)
def test_pay_is_shown_as_what_it_is(client, pay, words):
    assert words in page_text(client, job(*pay))


def test_several_statements_are_listed_each_as_what_it_is(client):
    quote = "OTE for Senior is €90,000 - €120,000"
    page = page_text(
        client,
        job(
            stated(60_000, 70_000, kind="base", gross="gross"),
            stated(90_000, 120_000, kind="on_target", level="Senior", origin="text", quote=quote),
            stated(20_000, 80_000, kind="total", place="Oslo", is_elsewhere=True),
        ),
    )

    assert "EUR 60,000–70,000 a year, base pay, before tax, stated by the employer" in page
    assert f"EUR 90,000–120,000 a year On-target earnings, Senior {quote}" in page
    assert (
        "EUR 20,000–80,000 a year "
        "Total compensation, for Oslo, which is not a location of this job wide range"
    ) in page


def test_each_location_is_shown_with_its_workplace_type(client):
    listing = job(
        places=(
            BERLIN,
            PlaceText("Vienna, Austria", "Vienna", "AT", "on_site"),
            PlaceText("Graz, Austria", "Graz", "AT", "on_site"),
            PlaceText("Portugal", "", "PT", "remote"),
            PlaceText("Oslo"),
        )
    )

    page = page_text(client, listing)

    assert (
        "Berlin, Germany Hybrid, 2 days a week on-site Vienna, Austria · Graz, Austria On-site "
        "Portugal Remote Oslo On-site or remote: not stated"
    ) in page
    assert "On-site, hybrid or remote " in text_of(client.get("/jobs/"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("pay", "words"),
    [
        ([stated(60_000, kind="base")], "EUR from 60K a year"),
        ([stated(60_000, kind="on_target")], "EUR from 60K a year, on-target earnings"),
        (
            [stated(60_000, 80_000, kind="total"), stated(70_000, 90_000, kind="total")],
            "EUR 60K - 90K a year, total compensation",
        ),
        (
            [stated(60_000, kind="on_target"), stated(90_000, kind="total")],
            "EUR from 60K a year, on-target earnings",
        ),
        ([stated(2_500, period="month", gross="net")], "EUR from 2,500 a month, after tax"),
        (
            [stated(60_000, kind="total"), stated(9_000, kind="total", is_elsewhere=True)],
            "EUR from 60K a year, total compensation",
        ),
        (
            [stated(60_000, kind="total"), stated(50_000, kind="base")],
            "EUR from 50K a year",
        ),
        ([stated(60_000, place="Oslo", is_elsewhere=True)], "Pay not stated"),
        ([], "Pay not stated"),
    ],
)
def test_a_card_shows_pay_of_the_jobs_own_locations_as_what_it_is(client, pay, words):
    job(*pay)

    assert f" {words} " in text_of(client.get("/jobs/"))


def test_pay_that_is_not_base_pay_is_told_wherever_pay_is(client):
    listing, other = job(stated(60_000, kind="on_target")), job()
    words = "EUR from 60,000 a year, on-target earnings"

    assert words in client.get("/jobs/feed/").content.decode()
    assert words in text_of(client.get("/saved/", {"listing": [listing.pk, other.pk]}))
    assert words in client.get(listing.get_absolute_url()).content.decode().partition("<body")[0]


@pytest.mark.parametrize(("origin", "marked"), [("extracted", True), ("stated", False)])
def test_skills_found_in_the_text_are_marked_as_such(client, origin, marked):
    listing = ListingFactory(live=True)
    ListingSkill.objects.create(
        listing=listing, skill=SkillFactory(name="Kafka"), need="mentioned", origin=origin
    )

    page = page_text(client, listing)

    assert "Kafka" in page
    assert ("Found in the job description" in page) is marked


def test_a_place_that_is_not_stated_is_said_to_be_so_on_page_and_card(client):
    listing = ListingFactory(live=True, title="Analyst", place_line="", company__name="Acme")

    response = client.get(listing.get_absolute_url())

    assert "Location Location not stated On-site or remote: not stated" in text_of(response)
    assert "You can work from Not stated" in text_of(response)
    assert '<meta name="description" content="Analyst, Acme.">' in tight(response.content.decode())
    assert "Location not stated" in text_of(client.get("/jobs/"))


def page_text(client, listing) -> str:
    return text_of(client.get(listing.get_absolute_url()))


@pytest.mark.parametrize("state", ["live", "closed"])
def test_the_same_job_in_other_places_is_linked_as_such(client, state):
    first = ListingFactory(title="Data Engineer", role=None, place_line="Oslo", **{state: True})
    same = {
        "live": True,
        "title": "Data Engineer",
        "role": None,
        "company": first.company,
        "same_as": first,
    }
    ListingFactory(**same, place_line="Bergen")
    ListingFactory(**same, place_line="")
    ListingFactory(**same | {"live": False}, place_line="Tromsø", closed=True)

    page = page_text(client, first)

    assert (
        "Same job, other locations Location not stated Data Engineer Bergen Data Engineer" in page
    )
    assert "Tromsø" not in page


def test_a_job_that_its_feed_no_longer_lists_says_just_that(client):
    listing = ListingFactory(closed=True, feed=FeedFactory(), outcome="unlisted", closed_at=NOON)

    assert "is no longer open: no longer listed by the employer, 29 March 2026." in page_text(
        client, listing
    )


def test_nobody_can_say_of_a_job_that_its_employer_no_longer_lists_it(client):
    listing = ListingFactory(live=True, feed=FeedFactory())
    client.force_login(MembershipFactory(company=listing.company, proof="domain").user)

    preview = client.get(reverse("recruiting:listing_preview", args=[listing.pk])).content.decode()
    response = client.post(
        reverse("recruiting:listing_close", args=[listing.pk]), {"outcome": "unlisted"}, follow=True
    )

    assert 'value="withdrawn"' in preview
    assert "unlisted" not in preview
    assert "Choose how it ended." in text_of(response)
    assert Listing.objects.get().is_live


def test_of_many_places_a_card_names_three_and_the_page_all(client):
    listing = ListingFactory(
        live=True, place_line=" · ".join(f"City {number}" for number in range(1, 8))
    )

    assert "City 1 · City 2 · City 3 and 4 more" in text_of(client.get("/jobs/"))
    assert listing.place_line in text_of(client.get(listing.get_absolute_url()))


def test_a_job_says_how_many_of_the_points_that_matter_it_states(client):
    listing = ListingFactory(
        live=True, paid=True, level="mid", employment_types=1, workplace="on_site"
    )

    page = text_of(client.get(listing.get_absolute_url()))

    assert "5 of 7 details stated" in page
    assert "Visa sponsorship: not stated Closing date: not stated" in page


def test_a_range_of_levels_and_the_kind_of_work_are_shown_wherever_a_job_is(client):
    listing = ListingFactory(
        live=True, role=None, family="deployment", level="mid", level_max="senior"
    )
    in_words = "Mid-level to senior-level"

    page = page_text(client, listing)
    assert f"Kind of work Deployment at customers Level {in_words}" in page
    assert f"Deployment at customers · {in_words}" in text_of(client.get("/jobs/"))
    assert in_words in client.get("/jobs/feed/").content.decode()
    row = dict(zip(*csv.reader(body_of(client.get("/jobs.csv")).splitlines()), strict=True))
    assert (row["level"], row["level_max"], row["relevance_family"]) == (
        "mid",
        "senior",
        "deployment",
    )
    item = client.get(f"/api/v1/listings/{listing.pk}").json()
    assert (item["level"], item["level_max"], item["relevance_family"]) == (
        "mid",
        "senior",
        "deployment",
    )

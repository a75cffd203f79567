"""What the page of a job answers honestly: from where, what is unusual, how wide its pay is, what
happened to it.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from jobboard.browse.eligibility import check_eligibility
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, get_content, write_content
from jobboard.listings.models import Listing
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

REMOTE = PlaceText("Remote", workplace="remote")
REMOTE_US = PlaceText("Remote (US)", country="US", workplace="remote")


def job(*places, **content) -> Listing:
    listing = ListingFactory.build(live=True, company=CompanyFactory(), role=None)
    fields = {
        "title": "Engineer",
        "description": "Text.",
        "places": places,
        "apply_url": "https://a.example/",
    }
    written = write_content(listing, ListingContent(**fields | content))
    return Listing.objects.with_location_data().get(pk=written.pk)


@pytest.mark.parametrize(
    ("places", "content", "country", "word", "why"),
    [
        ([REMOTE], {"eligibility": "anywhere"}, "PT", "Yes", "anywhere in the world"),
        (
            [REMOTE],
            {"eligibility": "listed", "eligible_countries": ("PT", "ES")},
            "PT",
            "Yes",
            "people in Portugal",
        ),
        (
            [REMOTE],
            {"eligibility": "listed", "eligible_countries": ("ES",)},
            "PT",
            "No",
            "This remote job is only open to: Spain.",
        ),
        ([REMOTE], {}, "PT", "Unclear", "does not say which countries"),
        (
            [REMOTE_US],
            {},
            "US",
            "Yes",
            "people in the United States",
        ),
        (
            [REMOTE_US],
            {},
            "PT",
            "Unclear",
            "mentions Remote (US)",
        ),
        (
            [PlaceText("Lisbon", "Lisbon", "PT", "hybrid")],
            {},
            "PT",
            "Yes",
            "The work is there: Lisbon.",
        ),
        ([PlaceText("Lisbon", "Lisbon", "PT")], {}, "PT", "Yes", "how much is on-site"),
        (
            [PlaceText("Lisbon", "Lisbon", "PT", "on_site")],
            {"visa": "yes"},
            "BR",
            "No",
            "Visa sponsorship is available",
        ),
        (
            [PlaceText("Lisbon", "Lisbon", "PT", "on_site")],
            {},
            "BR",
            "No",
            "does not say whether visa sponsorship is available",
        ),
        ([PlaceText("By the sea")], {}, "PT", "Unclear", "does not mention a country"),
    ],
)
def test_whether_a_job_can_be_done_from_a_country_is_answered_from_what_it_says(
    places, content, country, word, why
):
    (answer,) = check_eligibility(job(*places, **content), country)

    assert answer.word == word
    assert why in answer.why


def test_an_office_is_no_answer_for_the_remote_place_beside_it():
    berlin = PlaceText("Berlin", "Berlin", "DE", "hybrid")
    answers = check_eligibility(
        job(berlin, REMOTE, eligibility="listed", eligible_countries=("PT",)), "DE"
    )

    assert [(answer.word, answer.why) for answer in answers] == [
        ("Yes", "The work is there: Berlin."),
        ("No", "This remote job is only open to: Portugal."),
    ]


def test_each_place_is_answered_for_the_best_answer_first():
    listing = job(
        PlaceText("Oslo", "Oslo", "NO", "hybrid"),
        PlaceText("Remote (Spain)", country="ES", workplace="remote"),
        visa="yes",
    )

    first, second = check_eligibility(listing, "ES")
    assert (first.word, first.route) == ("Yes", "remote")
    assert (second.word, second.route) == ("No", "relocation")
    assert second.why == "The job is based in Oslo. Visa sponsorship is available."


def test_an_office_there_is_no_yes_for_remote_work_there():
    listing = job(REMOTE, PlaceText("Oslo", "Oslo", "NO", "on_site"))

    assert [(one.word, one.route) for one in check_eligibility(listing, "NO")] == [
        ("Yes", "on-site"),
        ("Unclear", ""),
    ]


@pytest.mark.parametrize(
    ("sentence", "country", "word", "route"),
    [
        ("You must be based in Spain or Portugal.", "PT", "Yes", "remote"),
        ("You must be based in Spain or Portugal.", "FR", "No", ""),
        ("You must be based in Spain or willing to relocate.", "FR", "No", "relocation"),
        ("Work from anywhere in the world.", "FR", "Yes", "remote"),
        ("We can hire in Spain.", "ES", "Yes", "remote"),
        ("We can hire in Spain.", "FR", "Unclear", ""),
        ("You must reside in Texas or Ohio.", "US", "Unclear", ""),
        ("Remote within Europe", "FR", "Unclear", ""),
        ("The pay range for candidates located in France is below.", "FR", "Unclear", ""),
        ("Work from anywhere for four weeks a year.", "FR", "Unclear", ""),
    ],
)
def test_of_remote_work_the_text_decides_in_its_own_words(sentence, country, word, route):
    (answer,) = check_eligibility(job(REMOTE, description=sentence), country)

    assert (answer.word, answer.route) == (word, route)
    assert answer.quote in ("", sentence)
    assert answer.quote == sentence or answer.word == "Unclear"


NEEDS_US = "You must be authorized to work in the United States."
IN_US = "requires authorization to work in the United States."


@pytest.mark.parametrize(
    ("place", "stated", "description", "words"),
    [
        (REMOTE, {}, NEEDS_US, {"PT": "Unclear", "US": "Unclear"}),
        (REMOTE_US, {}, NEEDS_US, {"PT": "Unclear", "US": "Yes"}),
        (
            REMOTE,
            {"eligibility": "anywhere"},
            NEEDS_US,
            {"PT": "Unclear", "US": "Yes"},
        ),
        (REMOTE, {}, f"Work from anywhere. {NEEDS_US}", {"PT": "Unclear", "US": "Yes"}),
        (
            REMOTE,
            {"eligibility": "listed", "eligible_countries": ("US",)},
            NEEDS_US,
            {"PT": "No", "US": "Yes"},
        ),
        (REMOTE, {}, f"We can hire in Portugal. {NEEDS_US}", {"PT": "Yes"}),
    ],
)
def test_authorization_to_work_elsewhere_is_said_and_is_no_yes(place, stated, description, words):
    listing = job(place, description=description, **stated)

    for country, word in words.items():
        (answer,) = check_eligibility(listing, country)
        assert answer.word == word, country
        if word == "Unclear":
            assert IN_US in answer.why
            assert "does not rule out" not in answer.why
            assert answer.quote == NEEDS_US
        if country == "US" and word == "Yes":
            assert "You need the right to work in the United States." in answer.why


@pytest.mark.parametrize(
    ("typed", "word", "why"),
    [
        ("", "Yes", "anywhere in the world"),
        ("Anywhere, with four shared hours with Pune", "Yes", "anywhere in the world"),
        ("Anywhere our payroll partner can employ you", "Unclear", "where it can employ people"),
        ("Any country we can pay a salary to", "Unclear", "where it can employ people"),
    ],
)
def test_what_is_typed_beside_anywhere_may_bound_it_and_is_quoted(client, typed, word, why):
    listing = job(REMOTE, eligibility="anywhere", eligibility_text=typed)

    (answer,) = check_eligibility(listing, "PT")

    assert (answer.word, answer.quote) == (word, typed)
    assert why in answer.why
    page = text_of(client.get(listing.get_absolute_url()))
    assert ("Remote from anywhere" in page) == (word == "Yes")
    assert ("Remote from certain countries" in page) == (word == "Unclear")


def test_who_is_listed_reads_the_words_that_list_them():
    listing = job(
        REMOTE,
        eligibility="listed",
        eligible_countries=("PT", "ES"),
        eligibility_text="Portugal or Spain",
    )

    (answer,) = check_eligibility(listing, "PT")

    assert (answer.word, answer.quote) == ("Yes", "Portugal or Spain")


def test_each_further_place_says_which_it_is(client):
    listing = job(
        PlaceText("Lisbon", "Lisbon", "PT", "hybrid"),
        PlaceText("Oslo", "Oslo", "NO", "hybrid"),
        PlaceText("Remote (Spain)", country="ES", workplace="remote"),
    )

    page = text_of(client.get(listing.get_absolute_url(), {"from": "PT"}))

    assert "From Portugal: yes. The work is there: Lisbon." in page
    assert "Oslo: no. The job is based in Oslo." in page
    assert "Remote (Spain): unclear. The job is remote and mentions Remote (Spain)" in page


def test_a_job_that_asks_for_the_right_to_work_says_so_where_the_answer_is_yes():
    oslo = PlaceText("Oslo", "Oslo", "NO", "on_site")

    (answer,) = check_eligibility(
        job(oslo, description="You must be authorized to work in Norway."), "NO"
    )

    assert answer.why == "The work is there: Oslo. You need the right to work in Norway."
    assert answer.quote == "You must be authorized to work in Norway."


def test_the_page_answers_for_the_chosen_country_and_for_nothing_else(client):
    url = job(PlaceText("Lisbon", "Lisbon", "PT", "on_site")).get_absolute_url()

    assert "From Portugal: yes. The work is there: Lisbon." in text_of(
        client.get(url, {"from": "pt"})
    )
    assert "From Brazil: no." in text_of(client.get(url, {"from": "BR"}))
    for odd in ("", "XX", "<b>", "\x00", "PT" * 99):
        response = client.get(url, {"from": odd})
        assert response.status_code == 200
        assert 'role="status"' not in response.content.decode()


def test_what_is_unusual_for_the_role_is_marked(client):
    role = RoleFactory()
    usual, odd = SkillFactory(name="Python"), SkillFactory(name="Cobol")
    for _ in range(11):
        ListingFactory(live=True, role=role, required=[usual])
    listing = ListingFactory(live=True, role=role, required=[usual, odd])

    page = text_of(client.get(listing.get_absolute_url()))

    assert "Required 2 Python 12 of 12 Cobol unusual for this role 1 of 12" in page


def test_what_the_text_mentions_is_not_called_missing(client):
    skills = [SkillFactory(name=name) for name in ("Python", "SQL", "Looker", "dbt")]
    role = RoleFactory(skills=skills)
    for _ in range(2):
        ListingFactory(live=True, role=role, required=skills)
    text = "<p>You have SQL and python.</p>"
    listing = ListingFactory(live=True, role=role, required=skills[2:3], description_html=text)

    page = text_of(client.get(listing.get_absolute_url()))

    assert "Common in this role, not listed here 1 dbt" in page
    assert "not mentioned" not in page


def test_of_few_jobs_nothing_is_called_unusual(client):
    role = RoleFactory()
    listing = ListingFactory(live=True, role=role, required=[SkillFactory(name="Cobol")])

    assert "unusual" not in text_of(client.get(listing.get_absolute_url()))


def test_the_width_of_a_range_stands_beside_what_is_usual(client):
    role = RoleFactory()
    pay = {"live": True, "role": role, "salary_currency": "EUR", "salary_period": "year"}
    for _ in range(10):
        ListingFactory(**pay, salary_min=Decimal(90_000), salary_max=Decimal(110_000))
    ends = {"salary_min": Decimal(50_000), "salary_max": Decimal(150_000)}
    wide = ListingFactory(**pay, level="mid", **ends)

    page = text_of(client.get(wide.get_absolute_url()))

    assert (
        "The gap between the minimum and maximum pay here is 100% of the midpoint. "
        f"For half of {role} jobs it is 20% or less." in page
    )


def test_a_range_around_several_is_no_pay_that_is_compared(client):
    role = RoleFactory()
    pay = {"salary_currency": "EUR", "salary_period": "year"}
    of_role = {"live": True, "role": role, "level": "mid"}
    for _ in range(10):
        ListingFactory(**of_role, **pay, salary_min=Decimal(90_000), salary_max=Decimal(110_000))
    listing = ListingFactory(**of_role)
    ranges = [("Berlin", 100_000, 120_000), ("Graz", 120_000, 140_000)]
    stated = [
        PayStatement(Decimal(low), Decimal(high), "EUR", "year", kind="base", place=place)
        for place, low, high in ranges
    ]

    def compared(*statements):
        write_content(listing, replace(get_content(listing), pay=statements))
        page = text_of(client.get(listing.get_absolute_url()))
        return "above the median" in page, "covers several pay ranges" in page

    assert compared(stated[0]) == (True, False)
    assert compared(*stated) == (False, True)


def test_the_record_tells_what_happened_in_order_and_leads_to_the_job_before(client):
    listing = ListingFactory(closed=True, title="Engineer")
    again = lifecycle.repost_listing(listing=listing, by=None)
    lifecycle.submit_listing(listing=again, by=None)
    lifecycle.publish_listing(listing=again, by=None)
    again.refresh_from_db()

    page = client.get(again.get_absolute_url())

    assert "Reposted" in text_of(page)
    assert f'href="{listing.get_absolute_url()}"' in page.content.decode()

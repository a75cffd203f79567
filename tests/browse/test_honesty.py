"""What the page of a job answers honestly: from where, what is unusual, how wide its pay is, what
happened to it.
"""

from decimal import Decimal

import pytest

from jobboard.browse.eligibility import can_be_done_from
from jobboard.listings import lifecycle
from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

REMOTE = PlaceText("Remote", workplace="remote")


def job(*places, **content) -> Listing:
    listing = ListingFactory.build(live=True, company=CompanyFactory(), role=None)
    fields = {
        "title": "Engineer",
        "description": "Text.",
        "places": places,
        "apply_url": "https://a.example/",
    }
    written = write_content(listing, ListingContent(**fields | content))
    return Listing.objects.with_where().get(pk=written.pk)


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
            [PlaceText("Remote (US)", country="US", workplace="remote")],
            {},
            "US",
            "Yes",
            "people in the United States",
        ),
        (
            [PlaceText("Remote (US)", country="US", workplace="remote")],
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
    answer = can_be_done_from(job(*places, **content), country)

    assert answer.word == word
    assert why in answer.why


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

    assert "Cobol unusual for this role Required 1 of 12" in page
    assert "Python Required 12 of 12" in page


def test_of_few_jobs_nothing_is_called_unusual(client):
    role = RoleFactory()
    listing = ListingFactory(live=True, role=role, required=[SkillFactory(name="Cobol")])

    assert "unusual" not in text_of(client.get(listing.get_absolute_url()))


def test_the_width_of_a_range_stands_beside_what_is_usual(client):
    role = RoleFactory()
    pay = {"live": True, "role": role, "salary_currency": "EUR", "salary_period": "year"}
    for _ in range(10):
        ListingFactory(**pay, salary_min=Decimal(90_000), salary_max=Decimal(110_000))
    wide = ListingFactory(**pay, salary_min=Decimal(50_000), salary_max=Decimal(150_000))

    page = text_of(client.get(wide.get_absolute_url()))

    assert (
        "The gap between the lowest and highest pay here is 100% of the midpoint. "
        f"For half of {role} jobs it is 20% or less." in page
    )


def test_the_record_tells_what_happened_in_order_and_leads_to_the_job_before(client):
    listing = ListingFactory(closed=True, title="Engineer")
    again = lifecycle.repost_listing(listing=listing, by=None)
    lifecycle.submit_listing(listing=again, by=None)
    lifecycle.publish_listing(listing=again, by=None)
    again.refresh_from_db()

    page = client.get(again.get_absolute_url())

    assert "Reposted" in text_of(page)
    assert f'href="{listing.get_absolute_url()}"' in page.content.decode()

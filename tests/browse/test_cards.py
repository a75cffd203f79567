"""What the card of a job says, and what it leaves out because it is said beside it."""

import pytest
from bs4 import BeautifulSoup

from tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


def card(client, address: str) -> str:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return page.select_one(".job").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (["Remote - US"], "Remote - US"),
        (["Lisbon"], "Lisbon Remote"),
        (["Lisbon", "Porto", "Faro", "Braga"], "Lisbon · Porto · Faro · Braga Remote"),
        (["Lisbon", "Porto", "Faro", "Braga", "Evora"], "Lisbon · Porto · Faro and 2 more Remote"),
        (
            ["Ashville, Ohio, United States", "Boston, MA, United States", "Paris, France"],
            "Ashville, Ohio, United States · Boston, MA, United States and 1 more Remote",
        ),
    ],
)
def test_places_are_short_and_the_workplace_is_not_said_twice(places, shown):
    listing = ListingFactory.build(place_line=" · ".join(places), workplaces=4)

    assert f"{listing.place_summary} {listing.workplace_unsaid}".strip() == shown


def test_on_the_page_of_a_company_its_name_is_not_on_each_card(client):
    listing = ListingFactory(live=True, company__name="Acme")

    assert "Acme" in card(client, "/jobs/")
    assert "Acme" not in card(client, listing.company.get_absolute_url())


def test_the_page_of_a_company_has_no_heading_above_nothing(client):
    company = ListingFactory(live=True, company__website="").company

    page = BeautifulSoup(client.get(company.get_absolute_url()).content, "html.parser")

    assert "About" not in [heading.get_text(strip=True) for heading in page.select("aside h2")]

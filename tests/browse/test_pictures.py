"""The drawn cards of shared links: at one address for each page, drawn once, bounded."""

import io

import pytest
from django.core.cache import caches
from PIL import Image

from jobboard.browse import pictures
from jobboard.common.pictures.cards import SIZE, Card, draw
from roles.models import Comparison
from tests.factories import CompanyFactory, ListingFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    for cache in caches.all():
        cache.clear()
    caches["pictures"].clear()


def image(answer):
    return Image.open(io.BytesIO(answer.content))


def test_a_page_names_its_picture_and_the_picture_is_one(client):
    listing = ListingFactory(live=True, company=CompanyFactory(name="Łódź Zażółć"))
    address = f"/pictures/job/{listing.pk}.png"

    page = client.get(listing.get_absolute_url()).content.decode()
    answer = client.get(address)

    assert f'<meta property="og:image" content="http://localhost:8000{address}">' in page
    assert answer["Content-Type"] == "image/png"
    assert image(answer).size == SIZE
    assert len(answer.content) < 40_000
    assert "public" in answer["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_roles_comparisons_and_salaries_have_one_too(client):
    for name in ("AI Architect", "Data Engineer"):
        RoleFactory(name=name, slug=name.lower().replace(" ", "-"))

    for address in (
        "/pictures/role/ai-architect.png",
        "/pictures/salary/ai-architect.png",
        "/pictures/comparison/ai-architect-vs-data-engineer.png",
    ):
        assert image(client.get(address)).size == SIZE
    assert not Comparison.objects.exists()


def test_it_is_drawn_once_and_anew_when_what_it_says_changes(client, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "_draw_in_turn", lambda card: drawn.append(card) or draw(card))
    listing = ListingFactory(live=True)
    address = f"/pictures/job/{listing.pk}.png"

    first = client.get(address)
    client.get(address)
    type(listing).objects.filter(pk=listing.pk).update(title="Another title")
    second = client.get(address)

    assert [card.title for card in drawn] == [listing.title, "Another title"]
    assert first["ETag"] != second["ETag"]


@pytest.mark.parametrize(
    "address",
    [
        "job/0",
        "job/999999",
        "job/x",
        "job/9999999999999999999999",
        "cat/1",
        "role/none",
        "comparison/a",
    ],
)
def test_what_is_not_public_has_none(client, address):
    assert client.get(f"/pictures/{address}.png").status_code == 404


def test_a_hidden_job_has_none(client):
    hidden = ListingFactory(hidden=True)

    assert client.get(f"/pictures/job/{hidden.pk}.png").status_code == 404


@pytest.mark.slow
def test_nobody_can_ask_for_pictures_without_end(client, clock):
    listing = ListingFactory(live=True)

    answers = [client.get(f"/pictures/job/{listing.pk}.png") for _ in range(62)]

    assert [answer.status_code for answer in answers[58:]] == [200, 200, 429, 429]


def test_words_of_any_length_fit():
    long = Card("W" * 300, "W" * 300, ("W" * 300,) * 3, (("Executive", 0.0, "USD 1"),) * 4)

    assert Image.open(io.BytesIO(draw(long))).size == SIZE
    assert draw(Card("", "")) == draw(Card("", ""))

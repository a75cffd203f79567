"""About, privacy, terms, accessibility, contact: texts of the operator at fixed addresses."""

import pytest

from roles import starter_content
from roles.models import Article
from tests.factories import ArticleFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped():
    starter_content.load_items(starter_content.ARTICLES, starter_content.shipped_articles())


@pytest.mark.parametrize("slug", Article.PAGE_SLUGS)
def test_each_page_of_the_house_is_shipped_and_linked_from_every_page(client, shipped, slug):
    response = client.get(f"/{slug}/")

    assert response.status_code == 200
    assert "{site_name}" not in text_of(response)
    assert f'href="/{slug}/"' in client.get("/articles/").content.decode()


def test_pages_of_the_house_name_this_site_and_its_address(client, shipped, settings):
    settings.SITE_NAME, settings.CONTACT_EMAIL = "Wharf Jobs", "desk@wharf.example"

    for slug in ["privacy", "terms", "accessibility"]:
        assert "Wharf Jobs" in text_of(client.get(f"/{slug}/"))
    for slug in Article.PAGE_SLUGS:
        assert 'href="mailto:desk@wharf.example"' in client.get(f"/{slug}/").content.decode()


def test_a_page_that_is_missing_or_not_public_is_not_found(client):
    assert client.get("/about/").status_code == 404

    ArticleFactory(page=True, published_on=None)
    assert client.get("/about/").status_code == 404


def test_a_guide_of_the_same_slug_is_no_page_of_the_house(client):
    ArticleFactory(slug="about")

    assert client.get("/about/").status_code == 404


def test_the_map_has_public_guides_and_pages_of_the_house_with_their_dates(client):
    page, guide = ArticleFactory(page=True), ArticleFactory(slug="pay")
    ArticleFactory(slug="draft", draft=True)

    body = client.get("/sitemap.xml").content.decode()

    for article in [page, guide]:
        found = f"<loc>http://localhost:8000{article.get_absolute_url()}</loc><lastmod>{article.changed_at:%Y-%m-%d}"
        assert found in body
    assert "<loc>http://localhost:8000/articles/</loc>" in body
    assert "/articles/draft/" not in body


@pytest.mark.parametrize(
    "sentence",
    [
        "Percentiles (10, 25, 50, 75, 90) use linear interpolation",
        "With fewer than 10 responses or jobs, we show only how many there are.",
        "With 10 or more but fewer than 30, we mark the figure as a small sample.",
        "supplied with this site cover up to 2 filters at once",
        "the most recent 3 or more years in a row",
        "that require at least 3 skills, with at least 60% of them in the profile",
        "60 days after we last confirmed it was open",
        "to confirm every 14 days",
        "fewer than 1 in 10 of the role’s open jobs mention, if at least 10 of them list skills",
    ],
)
def test_the_methods_page_prints_the_constants_the_code_works_with(client, db, sentence):
    page = " ".join(text_of(client.get("/methodology/")).split())

    assert sentence in page

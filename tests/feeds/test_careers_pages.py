"""Whether an employer's own website links to the board that its jobs come from."""

import pytest

from jobboard.feeds import careers_pages
from jobboard.feeds.download import FetchError, Response
from jobboard.listings.models import Company
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, MembershipFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

BOARD = "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true"
LINK = '<a href="https://boards.greenhouse.io/acme">All jobs</a>'


@pytest.fixture
def website(monkeypatch):
    """Address → what is there."""
    found: dict[str, str] = {}

    def fetch(url, *, max_bytes, seconds):
        if url not in found:
            raise FetchError("acme.example returned 404 Not Found.", status=404)
        return Response(found[url].encode(), "", "", "text/html")

    monkeypatch.setattr(careers_pages, "fetch", fetch)
    return found


@pytest.fixture
def acme():
    company = CompanyFactory(
        name="Acme",
        slug="acme",
        website="https://acme.example/",
        domain="acme.example",
        verified_by="email",
        verified_domain="acme.example",
    )
    FeedFactory(company=company, kind="greenhouse", address=BOARD)
    return company


def look(company, work) -> bool:
    careers_pages.enqueue_checks()
    work()
    return Company.objects.get(pk=company.pk).careers_seen_at is not None


def test_a_board_that_the_careers_page_links_is_the_employers_own(acme, website, work, client):
    website["https://acme.example/"] = '<a href="/careers">Careers</a>'
    website["https://acme.example/careers"] = LINK

    assert look(acme, work)

    Company.objects.update(verified_by="")
    job = ListingFactory(live=True, company=acme, feed=acme.feeds.get())
    typed = ListingFactory(live=True, company=acme, created_by=MembershipFactory(company=acme).user)
    assert "From Acme’s own careers page" in text_of(client.get(job.get_absolute_url()))
    assert "Not verified yet" in text_of(client.get(typed.get_absolute_url()))


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://boards.greenhouse.io/globex">Jobs</a>',
        '<a href="https://evil.example/careers">Careers</a>',
        "",
    ],
)
def test_a_page_that_links_another_board_says_nothing(acme, website, work, page):
    website["https://acme.example/"] = page
    website["https://evil.example/careers"] = LINK

    assert not look(acme, work)


def test_the_website_of_who_has_proven_nothing_says_nothing(acme, website, work):
    website["https://acme.example/"] = LINK
    Company.objects.update(verified_by="", verified_domain="")

    assert not look(acme, work)


def test_a_website_that_does_not_answer_takes_nothing_away(acme, website, work):
    Company.objects.update(careers_seen_at="2026-11-01T00:00Z")

    assert look(acme, work)

"""The list of jobs for a visitor: their own orders, groups, and links that say nothing of them."""

import re

import pytest
from django.test import Client

from jobboard.listings.models import Listing
from tests.factories import ListingFactory, SkillFactory

pytestmark = pytest.mark.django_db

SAID = "country=PT&level=mid&skill=sql.python"
LINK = re.compile(r'href="([^"]*)"')


@pytest.fixture
def visitor():
    client = Client()
    client.cookies["you"] = SAID
    return client


@pytest.fixture
def jobs():
    for name in ("SQL", "Python", "Rust"):
        SkillFactory(name=name, slug=name.lower())
    for number in range(30):
        ListingFactory(live=True, title=f"Job {number}")


@pytest.mark.parametrize(
    ("sort", "missing"),
    [("fit", "Add your skills, level or country"), ("open", "Add your country")],
)
@pytest.mark.parametrize("said", ["", "role=data-engineer"])
def test_nobody_else_can_sort_as_a_visitor_does(client, jobs, sort, missing, said):
    client.cookies["you"] = said

    page = client.get(f"/jobs/?sort={sort}&level=mid")

    text = page.content.decode()
    assert page.status_code == 200
    assert missing in text
    assert f"/you/?back=/jobs/%3Fsort%3D{sort}%26level%3Dmid" in text
    assert "not applied" not in text
    assert "Email me new jobs" in text
    assert client.get(f"/api/v1/listings?sort={sort}").status_code == 422
    assert client.get(f"/jobs/feed/?sort={sort}").status_code != 500


@pytest.mark.parametrize("sort", ["fit", "open"])
def test_the_api_does_not_know_the_visitor_either(visitor, jobs, sort):
    assert visitor.get(f"/api/v1/listings?sort={sort}").status_code == 422


@pytest.mark.parametrize("sort", ["fit", "open"])
def test_alert_feed_and_files_do_not_say_how_it_was_sorted(visitor, jobs, sort):
    page = visitor.get(f"/jobs/?sort={sort}&level=mid").content.decode()

    for link in LINK.findall(page):
        if re.match(r"/(alerts|jobs/feed|jobs\.)", link):
            assert "sort=" not in link, link
            assert "PT" not in link, link


def test_filters_are_kept_on_the_way_to_saying_something_about_oneself(client, jobs):
    page = client.get("/jobs/?level=unstated&q=job").content.decode()

    assert 'href="/you/?back=/jobs/%3Flevel%3Dunstated%26q%3Djob%26sort%3Dfit"' in page


def test_the_order_stays_on_further_pages_and_with_further_filters(visitor, jobs):
    page = visitor.get("/jobs/?sort=fit").content.decode()

    assert 'href="?sort=fit&amp;page=2"' in page
    assert '<input type="hidden" name="sort" value="fit">' in page


@pytest.mark.slow
def test_all_jobs_are_there_whatever_a_visitor_said(visitor, client, jobs):
    for sort in ("", "?sort=fit", "?sort=open"):
        assert visitor.get(f"/jobs/{sort}").context["results"].total == 30


def test_what_is_not_open_is_folded_below_what_is(visitor, jobs):
    remote = Listing.objects.order_by("pk").first()
    remote.places.create(text="Remote (worldwide)", workplace="remote", position=0)
    Listing.objects.filter(pk=remote.pk).update(eligibility="anywhere", workplaces=4)
    for other in Listing.objects.exclude(pk=remote.pk):
        other.places.all().delete()

    groups = visitor.get("/jobs/?sort=open").context["groups"]

    first = groups[0]
    assert (first.title, first.total) == ("Open from Portugal", 1)
    assert first.listings == [remote]
    assert sum(group.total for group in groups) == 30


@pytest.mark.slow
@pytest.mark.parametrize("said", ["country=PT", "skill=sql", "level=mid", "role=x", "a=b", "%00"])
def test_whatever_was_said_the_pages_answer(jobs, said):
    client = Client()
    client.cookies["you"] = said

    for address in ("/", "/jobs/", "/jobs/?sort=fit", "/jobs/?sort=open", "/you/"):
        assert client.get(address).status_code == 200, address


def test_a_list_for_a_visitor_costs_as_many_queries_for_many_jobs(
    visitor, jobs, django_assert_max_num_queries
):
    with django_assert_max_num_queries(22):
        visitor.get("/jobs/?sort=fit")

"""“I’d like to know”: counted once a day for each browser, and shown to the recruiter."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from jobboard.listings.models import ListingDailyStats
from jobboard.listings.readers import asked
from tests.factories import ListingFactory, MembershipFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

PHONE = {"headers": {"User-Agent": "Mozilla/5.0 (Phone)"}}


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def job():
    return ListingFactory(live=True, visa="unknown")


def ask(job, about="pay", agent="Mozilla/5.0", **more):
    headers = {"User-Agent": agent} | more.pop("headers", {})
    return Client(headers=headers).post(f"/jobs/{job.pk}/ask/", {"about": about}, **more)


def count(job, about="pay"):
    return sum(getattr(day, asked.COLUMNS[about]) for day in job.days.all())


@pytest.mark.both_databases
def test_one_click_counts_one_and_keeps_no_more_than_the_number(job):
    answer = ask(job)

    assert not answer.cookies
    assert "Thank you We counted that you asked about the pay." in text_of(answer)
    day = ListingDailyStats.objects.get()
    assert (day.asked_pay, day.asked_visa, day.asked_where) == (1, 0, 0)


def test_a_browser_counts_once_a_day_and_another_one_counts_too(job):
    for agent in ("Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0 (Phone)"):
        ask(job, agent=agent)

    assert count(job) == 2


def test_nobody_is_thanked_for_what_did_not_count(job):
    ask(job)

    assert "Not counted We count each browser once a day" in text_of(ask(job))
    assert "Thank you" not in text_of(Client().get(f"/jobs/{job.pk}/ask/?asked=visa"))


@pytest.mark.slow
def test_one_network_cannot_count_without_end(job):
    for number in range(asked.MAX_PER_NETWORK + 5):
        ask(job, agent=f"Mozilla/5.0 ({number})")

    assert count(job) == asked.MAX_PER_NETWORK


def test_robots_other_sites_and_what_is_stated_do_not_count(job):
    ask(job, agent="somebot/1.0")
    ask(job, headers={"Origin": "https://elsewhere.example"})
    ask(job, headers={"Origin": "null"})
    ask(job, headers={"Origin": "http://["})
    ask(job, headers={"Origin": "ftp://testserver"})
    ask(job, about="salary")
    stated = ListingFactory(live=True, paid=True)
    ask(stated)

    assert not ListingDailyStats.objects.exists()
    ask(job, headers={"Origin": "http://testserver"})
    assert count(job) == 1


def test_a_job_that_is_over_leads_to_its_page(client):
    closed = ListingFactory(closed=True)

    assert ask(closed)["Location"] == closed.get_absolute_url()
    assert client.get(f"/jobs/{ListingFactory(draft=True).pk}/ask/").status_code == 404


def test_the_recruiter_reads_how_many_beside_the_field_and_on_the_dashboard(client, job):
    member = MembershipFactory(company=job.company)
    client.force_login(member.user)
    for agent in ("Mozilla/5.0", "Mozilla/5.0 (Phone)"):
        ask(job, agent=agent)
    ask(job, about="visa")

    form = text_of(client.get(f"/recruit/jobs/{job.pk}/edit/"))
    board = text_of(client.get("/recruit/"))

    assert "isn’t stated. Readers asked 2 times about the pay on the job’s page." in form
    assert "Readers asked once about visa sponsorship on the job’s page." in form
    assert "Readers asked 2 times about the pay" in board


def test_one_browser_on_several_days_is_not_said_to_be_several_people(client, job, clock):
    client.force_login(MembershipFactory(company=job.company).user)
    for _ in range(3):
        ask(job)
        clock.shift(timedelta(days=1))

    board = text_of(client.get("/recruit/"))
    assert "Readers asked 3 times about the pay" in board
    assert "3 people" not in board


def test_once_it_is_stated_nobody_is_said_to_ask(client, job):
    member = MembershipFactory(company=job.company)
    client.force_login(member.user)
    ask(job)
    assert "asked once about the pay" in text_of(client.get("/recruit/"))
    type(job).objects.filter(pk=job.pk).update(states_pay=True)

    assert "about the pay" not in text_of(client.get("/recruit/"))

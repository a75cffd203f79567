"""Trying an address in the admin before it is followed."""

import re
from contextlib import nullcontext
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.feeds import following, trials
from jobboard.feeds.download import FetchError
from jobboard.listings.models import Company, Feed, FeedRun, FeedTrial, Listing
from jobboard.site.worker import work_on_next
from tests.factories import CompanyFactory, FeedFactory, RoleFactory, UserFactory
from tests.feeds.played_board import API, BOARD, acme_jobs, played_web
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TRY = "/admin/listings/feed/try/"


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def web(monkeypatch):
    return played_web(monkeypatch)


def titles_in(page) -> list[str]:
    """Of the cards, each of which links the employer's own page."""
    link = '<a href="https://acme.example/jobs/[0-9]+">([^<]+)</a>'
    return re.findall(link, page.content.decode())


def tried(client, pasted=BOARD, company_name="Acme") -> str:
    """The address of the trial, once it was read."""
    answer = client.post(TRY, {"pasted": pasted, "company_name": company_name})
    assert answer.status_code == 302, text_of(answer)
    work_on_next("slow", "worker")
    return answer["Location"]


@pytest.mark.both_databases
def test_the_jobs_are_shown_as_they_would_stand_here_and_nothing_is_stored(client, editor, web):
    RoleFactory(name="Data Engineer")
    web[API] = acme_jobs("Data Engineer", "Account Executive", "")

    page = client.get(tried(client))

    said = text_of(page)
    assert "Greenhouse (acme)" in said
    assert titles_in(page) == ["Data Engineer", "Account Executive"]
    shown, _, left_out = said.partition("We don’t show jobs like these.")
    assert ("Data Engineer" in shown, "Account Executive" in shown) == (True, False)
    assert "Account Executive" in left_out
    assert "Berlin" in said
    assert "Would go live 1" in said
    assert "Not AI or data work 1" in said
    assert "It lists 3 jobs." in said
    assert "Item 3 rejected: title: is empty." in said
    assert "Location 2 of the 3 jobs read" in said
    assert "Base pay 0 of the 3 jobs read" in said
    for model in (Feed, FeedRun, Company, Listing):
        assert not model.objects.exists()


def test_what_another_release_read_is_shown(client, editor, web):
    """It may have fields under other names."""
    web[API] = acme_jobs("Data Engineer")
    address = tried(client)
    trial = FeedTrial.objects.get()
    fields = trial.outcome["jobs"][0]["row"]["fields"]
    assert None not in fields.values()
    fields["asked_at"] = None
    trial.save()

    assert titles_in(client.get(address)) == ["Data Engineer"]


@pytest.mark.both_databases
def test_one_button_follows_it(client, editor, web):
    web[API] = acme_jobs("Data Engineer")
    address = tried(client)

    answer = client.post(address)

    feed = Feed.objects.get()
    assert answer["Location"] == f"/admin/listings/feed/{feed.pk}/change/"
    assert (feed.kind, feed.address, feed.company.name) == ("greenhouse", API, "Acme")
    assert feed.publishes == "directly"
    work_on_next("slow", "worker")
    assert Listing.objects.get().title == "Data Engineer"
    assert "It is followed already: Greenhouse, Acme" in text_of(client.get(address))
    client.post(address)
    assert Feed.objects.count() == Company.objects.count() == 1


def test_or_after_review_and_as_another_feed_of_a_company_that_is_here(client, editor, web):
    company = CompanyFactory(name="Acme")
    FeedFactory(company=company, kind="greenhouse")
    web[API] = acme_jobs("Data Engineer")

    client.post(tried(client), {"review": "on"})

    assert company.feeds.count() == 2
    assert company.feeds.get(address=API).publishes == "review"


def test_what_is_read_of_many_is_the_first_ten_relevant_ones(client, editor, web):
    web[API] = acme_jobs(*["Accountant"] * 5, *[f"Data Engineer {number}" for number in range(12)])

    page = client.get(tried(client))

    assert titles_in(page) == [f"Data Engineer {number}" for number in range(10)]


def test_of_as_many_as_are_read_nothing_was_left_unread(client, editor, web, monkeypatch):
    monkeypatch.setattr(trials, "MAX_READ", 2)
    web[API] = acme_jobs("Data Engineer", "Data Analyst")
    all_of_them = text_of(client.get(tried(client)))
    web[API] = acme_jobs("Data Engineer", "Data Analyst", "Data Scientist")
    part = text_of(client.get(tried(client)))

    assert "It lists 2 jobs." in all_of_them
    assert "We looked at the first 2 jobs." in part


def test_remarks_that_are_not_shown_are_counted_and_said(client, editor, web, monkeypatch):
    monkeypatch.setattr(trials, "MAX_LINES_SHOWN", 2)
    web[API] = acme_jobs("Data Engineer", "", "", "")

    said = text_of(client.get(tried(client)))

    assert "Remarks 3" in said
    assert "These are the first 2 of 3 remarks." in said


def test_a_trial_that_was_given_up_is_tried_again_by_its_task(client, editor, web):
    web[API] = acme_jobs("Data Engineer")
    address = client.post(TRY, {"pasted": BOARD})["Location"]
    task = DBTaskResult.objects.get()
    tasks = "/admin/django_tasks_database/dbtaskresult/"
    client.post(tasks, {"action": "cancel", "_selected_action": [task.pk]})
    trials.delete_old_trials()
    assert FeedTrial.objects.get().state == "failed"

    client.post(tasks, {"action": "try_again", "_selected_action": [task.pk]})

    assert "Reading the jobs" in text_of(client.get(address))
    work_on_next("slow", "worker")
    assert titles_in(client.get(address)) == ["Data Engineer"]


def test_while_it_is_read_the_page_says_so(client, editor):
    answer = client.post(TRY, {"pasted": BOARD}, follow=True)

    assert "Reading the jobs" in text_of(answer)
    assert "data-progress" in answer.content.decode()
    assert client.post(answer.request["PATH_INFO"]).status_code == 200  # nothing to follow yet
    assert not Feed.objects.exists()


@pytest.mark.parametrize(
    ("pasted", "company_name", "sentence"),
    [
        ("https://www.linkedin.com/jobs/view/1", "", "has no feed"),
        (BOARD, "Acme", "returned 503"),
        ("https://jobs.ashbyhq.com/acme", "", trials.NEEDS_COMPANY),
        ("not an address", "", "address"),
    ],
)
def test_where_nothing_can_be_read_a_sentence_says_why(
    client, editor, web, pasted, company_name, sentence
):
    web[API] = FetchError("boards-api.greenhouse.io returned 503.", status=503)

    page = client.get(tried(client, pasted, company_name))

    assert "No jobs can be read there" in text_of(page)
    assert sentence in text_of(page)
    assert '<button class="btn">Follow' not in page.content.decode()


def test_a_board_whose_jobs_name_no_company_asks_for_it_once(client, editor, web):
    web[API] = acme_jobs("Data Engineer", "Data Scientist", company_name="")

    page = client.get(tried(client, company_name=""))

    assert text_of(page).count(trials.NEEDS_COMPANY) == 1
    assert "is missing" not in text_of(page)
    assert '<button class="btn">Follow' not in page.content.decode()
    again = re.search(r'href="([^"]+pasted=[^"]+)"', page.content.decode())[1]
    assert BOARD in client.get(unescape(again)).content.decode()


def test_what_is_followed_already_is_not_called_unfollowed(client, editor, web):
    web[API] = acme_jobs("Data Engineer")
    client.post(tried(client))

    page = text_of(client.get(tried(client)))

    assert "It is followed already" in page
    assert "Nothing is followed yet" not in page


def test_our_own_fault_is_said_and_noted(client, editor, web, caplog):
    web[API] = RuntimeError("a fault")

    page = client.get(tried(client))

    assert trials.OUR_FAULT in text_of(page)
    assert "A trial of a feed" in caplog.text


def test_a_board_left_out_is_neither_tried_nor_followed(client, editor, web):
    web[API] = acme_jobs("Data Engineer")
    address = tried(client)
    following.leave_out(("greenhouse", "acme"), "Acme", editor)

    assert following.LEFT_OUT in text_of(client.get(tried(client)))
    assert following.LEFT_OUT in text_of(client.post(address, follow=True))
    assert not Feed.objects.exists()


def test_it_waits_while_somebody_else_asks_the_host(client, editor, web, monkeypatch):
    web[API] = acme_jobs("Data Engineer")
    with monkeypatch.context() as patch:
        patch.setattr(trials, "advisory_lock", lambda name: nullcontext(False))
        address = tried(client)

    assert FeedTrial.objects.get().state == "reading"
    with time_machine.travel(timezone.now() + trials.BUSY_PAUSE):
        work_on_next("slow", "worker")
    assert "Would go live" in text_of(client.get(address))


def test_a_trial_is_for_its_own_admin_and_for_a_day(client, editor, web):
    web[API] = acme_jobs("Data Engineer")
    address = tried(client)
    other = UserFactory(staff=True)
    client.force_login(other)
    assert client.get(address).status_code == 404

    client.force_login(editor)
    trials.delete_old_trials()
    assert client.get(address).status_code == 200
    old = FeedTrial.objects.get().created_at - timedelta(days=1, minutes=1)
    FeedTrial.objects.update(created_at=old)
    assert client.get(address).status_code == 404
    trials.delete_old_trials()
    assert not FeedTrial.objects.exists()


def test_a_trial_whose_task_was_given_up_says_so(client, editor):
    waiting = trials.begin(pasted=BOARD, company_name="", by=editor)
    given_up = FeedTrial.objects.create(by=editor, pasted=BOARD)

    trials.delete_old_trials()

    assert trials.OUR_FAULT in text_of(client.get(f"{TRY}{given_up.pk}/"))
    assert "Reading the jobs" in text_of(client.get(f"{TRY}{waiting.pk}/"))


def test_what_an_admin_needs_to_know_of_the_whole_answer_is_said(client, editor, web):
    web[API] = acme_jobs("Data Engineer", content="")

    assert "No job of this feed has a description" in text_of(client.get(tried(client)))


def test_only_who_may_add_feeds_tries(client, web):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_feed"))
    client.force_login(user)
    trial = FeedTrial.objects.create(by=user, pasted=BOARD, state="read")

    for path in (TRY, f"{TRY}{trial.pk}/"):
        assert client.get(path).status_code == client.post(path).status_code == 403


def test_the_form_of_a_feed_leads_to_it(client, editor):
    assert TRY in client.get("/admin/listings/feed/add/").content.decode()
    assert "This field is required" in text_of(client.post(TRY, {}))

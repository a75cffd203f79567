"""Alerts: asked for without an account, confirmed and ended by mailed links, each job told once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from jobboard.common.mail import suppress
from jobboard.common.models import SuppressedAddress
from jobboard.common.tasks import MAIL
from jobboard.seekers import alerts
from jobboard.seekers.models import Alert, AlertedListing, AlertRun
from jobboard.site.worker import work_on_next
from tests.factories import (
    CompanyFactory,
    ListingFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

NEW = "/alerts/new/"
MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)


def link_in(mail, name="alerts") -> str:
    return re.search(rf"{re.escape(settings.SITE_URL)}(/{name}/\S+)", mail.text)[1]


def ask(client, query="", email="ada@example.com", frequency="daily"):
    return client.post(f"{NEW}?{query}", {"email": email, "frequency": frequency}, follow=True)


def running(query="", frequency="daily", **values) -> Alert:
    values = {"email": "ada@example.com", "confirmed_at": in_days(-8)} | values
    return Alert.objects.create(query=query, frequency=frequency, **values)


# --- Asking, confirming, ending -------------------------------------------------------------------


def test_a_search_that_is_too_long_for_an_alert_is_said_and_kept(client, mails):
    skills = "&".join(f"skill={skill.slug}" for skill in SkillFactory.create_batch(20))
    for number in range(20):
        CompanyFactory(slug=f"{'x' * 60}-{number}")
    companies = "&".join(f"company={'x' * 60}-{number}" for number in range(20))

    answer = ask(client, f"{skills}&{companies}")

    assert "Your search is too long for an alert. Remove some filters or words." in text_of(answer)
    assert 'value="ada@example.com"' in answer.content.decode()
    assert not Alert.objects.exists()
    assert "Check your email" in text_of(ask(client, skills))


def test_an_alert_is_asked_for_confirmed_by_mail_changed_and_ended(client, mails):
    role = RoleFactory(name="Data Engineer", slug="data-engineer")
    for ago in (1, 2, 20):
        ListingFactory(live=True, role=role, published_at=in_days(-ago))
    ListingFactory(live=True, role=role, published_at=in_days(-40))

    page = text_of(client.get(f"{NEW}?role=data-engineer"))
    assert "4 open jobs match this search. About 1 new job a week was posted" in page
    assert "Check your email" in text_of(ask(client, "role=data-engineer&page=3&colour=blue"))
    alert, link = Alert.objects.get(), link_in(mails()[-1])
    assert (alert.query, alert.confirmed_at) == ("role=data-engineer", None)

    visitor = Client()
    assert "Start alert" in text_of(visitor.get(link))
    alert.refresh_from_db()
    assert alert.confirmed_at is None  # looking changes nothing
    link = visitor.post(link)["Location"]
    visitor.post(link)
    visitor.post(link_in(mails()[-1]), {"frequency": "weekly"})
    alert.refresh_from_db()
    assert (alert.confirmed_at is not None, alert.frequency) == (True, "weekly")

    assert visitor.get(f"{link}end/").status_code == 405
    assert "Alert stopped" in text_of(visitor.post(f"{link}end/"))
    assert Alert.objects.count() == 0
    assert visitor.post(f"{link}end/").status_code == 200
    assert visitor.get(link).status_code == 404


@pytest.mark.both_databases
def test_the_same_search_is_one_alert_however_its_address_is_written(client, mails):
    for query in (
        "level=senior&q=python",
        "q=python&level=senior&page=2",
        "q=python&level=senior&sort=salary",
    ):
        ask(client, query)

    assert [alert.query for alert in Alert.objects.all()] == ["level=senior&q=python&words=1"]


def test_asking_answers_the_same_whether_the_address_is_known_or_has_too_many(client, mails):
    first = text_of(ask(client, "q=python"))
    again = text_of(ask(client, "q=python"))
    for number in range(alerts.MAX_ALERTS_PER_ADDRESS):
        running(f"q={number}", email="full@example.com")
    full = text_of(ask(client, "q=python", email="full@example.com"))

    assert first == again == full.replace("full@", "ada@")
    assert Alert.objects.filter(email="full@example.com").count() == alerts.MAX_ALERTS_PER_ADDRESS


def test_nobody_is_kept_from_an_alert_by_those_that_others_asked_for(client, mails, clock):
    for number in range(alerts.MAX_ALERTS_PER_ADDRESS):
        ask(client, f"q={number}", email="full@example.com")
    clock.shift(3_600)

    ask(client, "q=python", email="full@example.com")

    assert "python" in text_of(client.get(link_in(mails()[-1])))
    assert Alert.objects.count() == alerts.MAX_ALERTS_PER_ADDRESS
    assert not Alert.objects.filter(query="q=0").exists()


def test_the_email_to_confirm_an_alert_says_nothing_that_was_typed(client, mails):
    ask(client, "q=you-won-a-prize")

    [mail] = mails()
    assert "prize" not in mail.subject + mail.text
    assert "prize" in text_of(client.get(link_in(mail)))


def test_a_search_with_a_bad_value_makes_no_alert(client, mails):
    assert "one of your filters is not valid" in text_of(client.get(f"{NEW}?salary_from=lots"))
    ask(client, "salary_from=lots")

    assert (Alert.objects.count(), mails()) == (0, [])


def test_links_cannot_be_made_up_and_lost_ones_are_mailed_to_their_address_alone(client, mails):
    alert = running("q=python")
    assert client.get(f"/alerts/{alert.pk}/").status_code == 404
    assert client.get(f"/alerts/{alert.pk}:made-up/").status_code == 404

    answers = [
        text_of(client.post("/alerts/", {"email": email}))
        for email in ("ada@example.com", "eve@example.com")
    ]

    assert answers[0].replace("ada@", "eve@") == answers[1]
    assert mails() == []  # who has one is looked up when nobody can time it
    work_on_next(MAIL, "the test")
    work_on_next(MAIL, "the test")
    assert [mail.to for mail in mails()] == ["ada@example.com"]
    assert client.get(link_in(mails()[0])).status_code == 200


def test_asking_for_links_takes_as_many_queries_whoever_has_alerts(client):
    for number in range(15):
        running(f"q={number}")
    asked = []
    for email in ("eve@example.com", "ada@example.com"):
        with CaptureQueriesContext(connection) as queries:
            client.post("/alerts/", {"email": email})
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_task_that_mails_links_holds_no_address(client, mails, work):
    running("q=python")
    client.post("/alerts/", {"email": "Ada@example.com"})
    client.post("/alerts/", {"email": "eve@example.com"})

    tasks = DBTaskResult.objects.filter(task_path=alerts.mail_links_later.module_path)
    assert "@" not in str(list(tasks.values_list("args_kwargs", flat=True)))
    work()
    assert [mail.to for mail in mails()] == ["ada@example.com"]


def test_with_an_account_ones_alerts_are_listed(client):
    running("q=python")
    running("q=rust", email="eve@example.com")
    client.force_login(UserFactory(email="ada@example.com"))

    page = text_of(client.get("/alerts/"))

    assert "python" in page
    assert "rust" not in page


@pytest.mark.slow
def test_asking_is_limited(client, mails, clock):
    statuses = [
        client.post(f"{NEW}?q={n}", {"email": "a@b.example", "frequency": "daily"}).status_code
        for n in range(41)
    ]

    assert statuses == [200] * 40 + [429]
    assert len(mails()) == 3
    assert Alert.objects.count() == alerts.MAX_ALERTS_PER_ADDRESS


def test_a_link_that_leads_nowhere_any_more_says_why(client):
    alert = running("q=python")
    replaced, newest = (path_of(alerts.changing_url(alert)) for _ in range(2))

    assert "A newer email has replaced this link." in text_of(client.get(replaced))
    with time_machine.travel(in_days(2)):
        expired = text_of(client.get(newest))
    assert "This link has expired. It worked for 1 day." in expired
    assert "You can request new links under “Job alerts”." in expired
    alert.delete()
    assert "This alert has been stopped or changed." in text_of(client.get(newest))
    assert "The link is incomplete or too old." in text_of(client.get("/alerts/made-up/"))


def path_of(url: str) -> str:
    return url.removeprefix(settings.SITE_URL)


# --- What is sent ---------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_each_new_job_of_the_search_is_told_once(mails):
    alert = running("q=python")
    old = ListingFactory(live=True, title="Python, before", published_at=in_days(-9))
    new = ListingFactory(live=True, title="Python, after", published_at=in_days(-1), paid=True)
    for state in ("draft", "in_review", "closed", "expired", "hidden"):
        ListingFactory(**{state: True, "title": "Python, unseen", "published_at": in_days(-1)})
    ListingFactory(live=True, title="Rust")

    alerts.send_alerts()
    alerts.send_alerts()

    [mail] = mails()
    assert mail.subject == "1 new job: AI and data jobs: “python”"
    assert f"{settings.SITE_URL}{new.get_absolute_url()}" in mail.text
    assert "USD 100,000–130,000 a year" in mail.text
    assert old.title not in mail.text
    assert "unseen" not in mail.text
    assert mail.headers["List-Unsubscribe"] == f"<{alerts.get_url(alert, 'alert_end')}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    with time_machine.travel(in_days(1)):
        alerts.send_alerts()
        assert len(mails()) == 1  # nothing is new
        assert AlertRun.objects.count() == 2
        ListingFactory(live=True, title="Python, next day", published_at=in_days(0))
    with time_machine.travel(in_days(2)):
        alerts.send_alerts()
    assert "Python, next day" in mails()[1].text
    assert "Python, after" not in mails()[1].text


@pytest.mark.both_databases
def test_what_does_not_fit_into_a_mail_comes_with_the_next(mails, monkeypatch):
    monkeypatch.setattr(alerts, "MAX_JOBS_PER_EMAIL", 2)
    running()
    for number in range(3):
        ListingFactory(
            live=True,
            title=f"Job number {number}",
            published_at=in_days(-1),
            posted_at=in_days(-1 - number),
        )

    alerts.send_alerts()
    assert "1 more job in the next email" in mails()[0].text
    with time_machine.travel(in_days(1)):
        alerts.send_alerts()

    assert "Job number 2" in mails()[1].text
    assert AlertedListing.objects.count() == 3


@pytest.mark.slow
@pytest.mark.both_databases
def test_daily_and_weekly_ones_come_on_their_days(mails):
    running("q=daily", "daily", confirmed_at=MONDAY)
    running("q=weekly", "weekly", confirmed_at=MONDAY, email="eve@example.com")
    sent = []
    for day in range(15):
        with time_machine.travel(MONDAY + timedelta(days=day), tick=False):
            live = {
                "live": True,
                "published_at": MONDAY + timedelta(days=day, hours=-1),
                "expires_at": in_days(30),
            }
            ListingFactory(**live, title="daily weekly")
            alerts.send_alerts()
            sent += [(day, mail.to) for mail in mails()[len(sent) :]]

    assert [day for day, to in sent if to == "ada@example.com"] == list(range(1, 15))
    assert [day for day, to in sent if to == "eve@example.com"] == [7, 14]


def test_a_mail_program_ends_an_alert_with_one_click(mails):
    alert = running()
    ListingFactory(live=True, published_at=in_days(-1))
    alerts.send_alerts()
    address = mails()[0].headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)

    response = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert not Alert.objects.filter(pk=alert.pk).exists()


def test_unconfirmed_alerts_get_no_mail_and_go_after_a_week(mails):
    running("q=a", confirmed_at=None, created_at=in_days(-6))
    running("q=b", confirmed_at=None, created_at=in_days(-8))
    ListingFactory(live=True, title="a b", published_at=in_days(-1))

    alerts.send_alerts()
    alerts.delete_old_alerts()

    assert mails() == []
    assert [alert.query for alert in Alert.objects.all()] == ["q=a"]


# --- Killed, twice at once, refused ---------------------------------------------------------------


def a_week_of(clock, mails) -> list[str]:
    """The titles that are told, with alerts sent each day."""
    before = len(mails())
    for _ in range(7):
        clock.shift(timedelta(days=1))
        alerts.send_alerts()
    return [title for mail in mails()[before:] for title in re.findall(r"Python \w+", mail.text)]


@pytest.mark.parametrize(
    ("problem", "told"), [("550 no", ["Python one"]), ("", [])], ids=["failed", "control: sent"]
)
def test_what_an_email_told_of_that_could_not_be_sent_is_told_again(mails, problem, told):
    with time_machine.travel(in_days(0), tick=False) as clock:
        running(confirmed_at=in_days(-3))
        ListingFactory(live=True, title="Python one", published_at=in_days(-1))
        alerts.send_alerts()
        [email] = mails()
        if problem:
            email.give_up(problem)
        else:
            email.note_sent()

        assert a_week_of(clock, mails) == told


def test_an_alert_to_a_suppressed_address_waits_until_its_mailbox_is_there_again(mails):
    with time_machine.travel(in_days(0), tick=False) as clock:
        alert = running(confirmed_at=in_days(-3))
        suppress(alert.email, "550 no such mailbox")
        ListingFactory(live=True, title="Python one", published_at=in_days(-1))
        assert a_week_of(clock, mails) == []

        SuppressedAddress.objects.all().delete()

        assert a_week_of(clock, mails) == ["Python one"]

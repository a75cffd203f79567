"""What admins see of the work in the background, and what they can do about it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail as outbox
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jobboard.common import mail
from jobboard.common.mailing import suppression
from jobboard.common.models import Email, SuppressedAddress
from jobboard.common.tasks import SOON
from jobboard.feeds.fetching import fetch_feed
from jobboard.listings import lifecycle
from jobboard.search.index import reading
from jobboard.site import background
from jobboard.site.models import Worker
from roles.models import FxRate
from tests.factories import (
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    add_rates,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TASKS = "/admin/django_tasks_database/dbtaskresult/"
EMAILS = "/admin/common/email/"
SUPPRESSED = "/admin/common/suppressedaddress/"


@task()
def break_down() -> None:
    raise ValueError("out of ink")


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(staff=True))
    return client


def do(client, page: str, action: str, *rows) -> str:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return text_of(client.post(page, data, follow=True))


def queue(**values) -> Email:
    return mail.queue_email(
        to="ada@example.com", subject="Hello", text="Code 1234", purpose="x", priority=SOON
    )


def hours_ago(hours: float):
    return timezone.now() - timedelta(hours=hours)


@pytest.mark.both_databases
def test_a_task_is_shown_with_what_it_is_about_and_why_it_waits(admin, work):
    feed = FeedFactory()
    fetch_feed.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(feed_id=feed.pk)
    break_down.enqueue()
    work()

    response = admin.get(TASKS)

    page = text_of(response)
    assert "Fetch feed" in page
    assert f"feed {feed.pk}" in page
    assert f'href="/admin/listings/feed/{feed.pk}/change/"' in response.content.decode()
    assert "Break down" in page
    assert "out of ink" in page
    one = DBTaskResult.objects.get(task_path=break_down.module_path)
    assert "out of ink" in text_of(admin.get(f"{TASKS}{one.pk}/change/"))


@pytest.mark.parametrize(
    "removed",
    [{"task_path": "jobboard.gone.old_work"}, {"queue_name": "gone"}],
    ids=["code", "queue"],
)
def test_a_task_that_a_release_removed_is_still_shown(admin, work, removed):
    break_down.enqueue()
    DBTaskResult.objects.update(**removed)
    work()

    assert admin.get(TASKS).status_code == 200


def test_a_failed_task_is_tried_again_and_a_waiting_one_cancelled_by_who_may(admin, work):
    break_down.enqueue()
    work()
    [waiting] = DBTaskResult.objects.all()

    assert "1 task cancelled." in do(admin, TASKS, "cancel", waiting)
    waiting.refresh_from_db()
    assert waiting.status == TaskResultStatus.FAILED
    assert waiting.traceback.startswith("Cancelled by")

    assert "1 task will be tried again now." in do(admin, TASKS, "try_again", waiting)
    work()
    waiting.refresh_from_db()
    assert len(waiting.worker_ids) == 1
    assert waiting.traceback == "out of ink"


def test_an_email_goes_the_way_of_its_task(admin, work):
    email = queue()

    do(admin, TASKS, "cancel", *DBTaskResult.objects.all())
    email.refresh_from_db()
    assert (email.state, email.problem[:12]) == (Email.State.FAILED, "Cancelled by")
    do(admin, TASKS, "try_again", *DBTaskResult.objects.all())
    work()

    email.refresh_from_db()
    assert email.state == Email.State.SENT


def test_who_may_only_look_can_neither_retry_nor_cancel(client):
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["view_dbtaskresult", "view_email"])
    )
    client.force_login(clerk)
    break_down.enqueue()
    email = queue()

    do(client, TASKS, "cancel", *DBTaskResult.objects.all())
    do(client, EMAILS, "cancel", email)

    email.refresh_from_db()
    assert email.state == Email.State.WAITING
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.READY}


def test_an_email_is_shown_without_its_text(admin):
    email = queue()

    pages = admin.get(EMAILS).content + admin.get(f"{EMAILS}{email.pk}/change/").content

    assert b"ada@example.com" in pages
    assert b"1234" not in pages


@pytest.mark.both_databases
def test_an_email_that_was_given_up_is_sent_again_once(admin, work):
    email = queue()
    email.give_up("550 no")

    for _ in range(2):
        assert "1 email will be sent now." in do(admin, EMAILS, "send_again", email)
    work()

    email.refresh_from_db()
    assert email.state == Email.State.SENT
    assert [message.body for message in outbox.outbox] == ["Code 1234"]


BOUNCE = {"kind": "bounced", "reason": "bounced"}


@pytest.mark.both_databases
def test_a_bounce_is_entered_found_and_taken_back(admin):
    response = admin.post(f"{SUPPRESSED}add/", {"address": "Ada@example.com", **BOUNCE})
    assert response.status_code == 302
    assert suppression.is_suppressed("ada@example.com")
    again = admin.post(f"{SUPPRESSED}add/", {"address": "ada@example.com", **BOUNCE})
    assert "already suppressed" in text_of(again)

    found = text_of(admin.get(SUPPRESSED, {"q": "ada@example.com"}))
    assert "1 suppressed address" in found
    assert "0 suppressed addresses" in text_of(admin.get(SUPPRESSED, {"q": "bob@example.com"}))

    do_delete = {"action": "delete_selected", "post": "yes"}
    rows = [str(row.pk) for row in SuppressedAddress.objects.all()]
    admin.post(SUPPRESSED, do_delete | {"_selected_action": rows})
    assert not suppression.is_suppressed("ada@example.com")


# --- Said in words --------------------------------------------------------------------------------


def test_all_is_well_while_a_worker_is_seen_and_nothing_waits_long(client):
    Worker.objects.create(id="one", queues="mail")
    queue()

    ready = client.get("/healthz/ready").json()

    assert (ready["workers"], ready["tasks"], ready["email"]) == ("ok", "ok", "ok")


def test_a_worker_that_was_not_seen_lately_is_missed():
    Worker.objects.create(id="one", queues="mail", seen_at=hours_ago(3))

    assert background.workers() == "no worker has run for 3 hours"


@pytest.mark.parametrize("is_put_off", [False, True], ids=["enqueued", "put off until then"])
@pytest.mark.both_databases
def test_a_task_that_was_due_long_ago_is_late(is_put_off):
    break_down.enqueue()
    assert background.tasks() == "ok"

    DBTaskResult.objects.update(enqueued_at=hours_ago(5))
    if is_put_off:
        DBTaskResult.objects.update(run_after=hours_ago(2))

    hours = 2 if is_put_off else 5
    assert background.tasks() == f"a task has been waiting for {hours} hours"


def test_a_task_that_is_put_off_for_hours_is_not_late():
    break_down.using(run_after=timezone.now() + timedelta(hours=3)).enqueue()
    DBTaskResult.objects.update(enqueued_at=hours_ago(5))

    assert background.tasks() == "ok"


def test_email_that_waits_for_minutes_is_said(client):
    email = queue()
    Email.objects.filter(pk=email.pk).update(created_at=hours_ago(0.5))

    ready = client.get("/healthz/ready")

    assert ready.status_code == 200  # pages are served all the same
    assert ready.json()["email"] == "1 email waiting, the oldest for 30 minutes"


def test_an_email_that_gathers_decisions_is_no_trouble_until_its_time_is_over(clock):
    member = MembershipFactory()
    job = ListingFactory(in_review=True, company=member.company, created_by=member.user)
    lifecycle.publish_listing(listing=job, by=UserFactory(staff=True))

    clock.shift(timedelta(minutes=4))
    assert background.email() == "ok"

    clock.shift(timedelta(minutes=4))
    assert background.email() == "1 email waiting, the oldest for 8 minutes"


def test_an_admin_reads_that_the_index_and_the_exchange_rates_are_old(
    client, admin, monkeypatch, settings, tmp_path
):
    settings.SEARCH_FOLDER = tmp_path
    monkeypatch.setattr(reading, "state", lambda: "the index is 3 changes behind")
    add_rates(EUR="1.1")
    FxRate.objects.update(date=timezone.now().date() - timedelta(days=450))

    page = text_of(client.get("/admin/"))

    assert "The index is 3 changes behind." in page
    assert "The newest exchange rates are of" in page


@pytest.mark.parametrize("of", ["salarysource", "officialwage", "fxrate"])
def test_lists_of_what_is_imported_say_how(client, admin, of):
    assert "manage.py import_" in text_of(client.get(f"/admin/roles/{of}/"))


def test_one_mailbox_that_is_full_is_no_trouble_while_others_get_their_email():
    full, other = queue(), queue()
    full.note_failure("452 mailbox full", next_try_at=timezone.now() + timedelta(minutes=30))
    Email.objects.filter(pk=full.pk).update(created_at=hours_ago(0.5))
    assert background.email() == "2 emails waiting, the oldest for 30 minutes"

    other.note_sent()

    assert background.email() == "ok"


def test_a_site_on_https_without_a_mail_server_says_so(settings):
    assert background.email() == "ok"

    settings.SITE_IS_HTTPS = settings.EMAIL_GOES_TO_FILES = True

    assert background.email() == background.NO_EMAIL_SERVER


@pytest.mark.both_databases
def test_the_admin_starts_with_what_somebody_should_look_at(admin, work):
    Worker.objects.create(id="one", queues="mail")
    assert "failed in the last day" not in text_of(admin.get("/admin/"))
    queue().give_up("550 no")

    assert "0 tasks and 1 email failed in the last day." in text_of(admin.get("/admin/"))

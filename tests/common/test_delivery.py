"""What becomes of an email at the mail server's hands, and when."""

import smtplib
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from jobboard.common import mail
from jobboard.common.mailing import mail_server, suppression
from jobboard.common.models import Email, SuppressedAddress
from jobboard.common.tasks import PAUSES, SOMEBODY_WAITS, SOON

pytestmark = pytest.mark.django_db
ADDRESS = "ada@example.com"


class Server(BaseEmailBackend):
    """A mail server that answers with ``Server.answer``: an exception, or None for yes."""

    answer: Exception | None = None
    opened = 0
    taken: list[str] = []

    def open(self):
        Server.opened += 1

    def send_messages(self, messages):
        if Server.answer:
            raise Server.answer
        Server.taken += [message.extra_headers["Message-ID"] for message in messages]


@pytest.fixture
def server(settings):
    settings.EMAIL_TRANSPORT = "tests.common.test_delivery.Server"
    Server.answer, Server.opened, Server.taken = None, 0, []
    mail_server.hang_up()
    yield Server
    mail_server.hang_up()


def queue(priority: int = SOON, to: str = ADDRESS, **more) -> Email:
    return mail.queue_email(
        to=to, subject="Hello", text="Your code is 1234\n", purpose="x", priority=priority, **more
    )


def refused(code: int, why: bytes = b"no such mailbox") -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, why)})


TEMPORARY = {
    "refused connection": ConnectionRefusedError("no"),
    "hangs": smtplib.SMTPServerDisconnected("timed out"),
    "no TLS": smtplib.SMTPNotSupportedError("STARTTLS"),
    "wrong password": smtplib.SMTPAuthenticationError(535, b"who are you"),
    "mailbox is busy": refused(450),
    "text is put off": smtplib.SMTPDataError(451, b"later"),
    "not signed in": refused(530, b"5.7.0 Authentication required"),
    "no relay": refused(554, b"5.7.1 Relay access denied"),
    "a password that Python cannot send": UnicodeEncodeError("ascii", "é", 0, 1, "not ASCII"),
}


def test_its_text_goes_once_it_was_sent(server, work):
    email = queue()

    work()

    email.refresh_from_db()
    assert (email.state, email.text, email.tries) == (Email.State.SENT, "", 1)
    assert server.taken == [email.message_id]


def test_who_waits_comes_before_those_who_do_not(server, work):
    alert, code = queue(priority=0), queue(priority=SOMEBODY_WAITS)

    work()

    assert server.taken == [code.message_id, alert.message_id]


def test_one_connection_serves_many(server, work):
    for number in range(5):
        queue(to=f"person{number}@example.com")

    work()

    assert (len(server.taken), server.opened) == (5, 1)


@pytest.mark.faults("smtp")
@pytest.mark.parametrize("answer", TEMPORARY.values(), ids=TEMPORARY)
def test_an_outage_of_nearly_two_days_loses_nothing(server, work, answer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        email = queue()
        server.answer = answer
        for tries, pause in enumerate(PAUSES, start=1):
            work()
            work()  # before its time nothing is tried
            email.refresh_from_db()
            assert (email.state, email.tries) == (Email.State.WAITING, tries)
            assert email.next_try_at == timezone.now() + pause
            clock.shift(pause)
        server.answer = None
        work()

    email.refresh_from_db()
    assert email.state == Email.State.SENT
    assert len(server.taken) == 1
    assert not SuppressedAddress.objects.exists()
    assert timedelta(hours=47) < sum(PAUSES, timedelta()) < timedelta(hours=48)


@pytest.mark.faults("smtp")
def test_after_two_days_it_is_given_up_and_an_admin_sees_why(server, work):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        email = queue()
        server.answer = ConnectionRefusedError("no")
        for _ in PAUSES:
            work()
            clock.shift(timedelta(hours=20))
        work()

    email.refresh_from_db()
    assert (email.state, email.tries) == (Email.State.FAILED, len(PAUSES) + 1)
    assert "ConnectionRefusedError" in email.problem
    assert not SuppressedAddress.objects.exists()


@pytest.mark.faults("smtp")
@pytest.mark.parametrize(
    ("answer", "is_suppressed"),
    [(refused(550), True), (smtplib.SMTPDataError(554, b"spam\0"), False)],
    ids=["no such mailbox", "text is refused, with a NUL"],
)
def test_a_final_no_ends_it_at_once(server, work, answer, is_suppressed):
    email = queue()
    server.answer = answer

    work()

    email.refresh_from_db()
    assert (email.state, email.tries) == (Email.State.FAILED, 1)
    assert suppression.is_suppressed(ADDRESS.upper()) is is_suppressed


def test_a_suppressed_address_gets_what_its_owner_waits_for_and_nothing_else(server, work):
    suppression.suppress(ADDRESS, "550")

    assert queue(priority=SOON) is None
    code = queue(priority=SOMEBODY_WAITS)
    work()

    assert server.taken == [code.message_id]
    assert not suppression.is_suppressed(ADDRESS)  # the mailbox is there again


def test_a_code_that_is_too_old_is_not_sent(server, work):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        email = queue(worth_until=start + timedelta(minutes=10))
        server.answer = ConnectionRefusedError("no")
        work()
        clock.shift(timedelta(minutes=11))
        server.answer = None
        work()

    email.refresh_from_db()
    assert (email.state, server.taken) == (Email.State.FAILED, [])
    assert email.text == ""


def test_a_code_that_was_given_up_is_wiped_and_never_sent_again(server, work):
    email = queue(worth_until=timezone.now() + timedelta(minutes=10))
    email.give_up("Cancelled.")
    assert email.text == ""

    mail.send_again(email)
    work()

    email.refresh_from_db()
    assert (email.state, server.taken) == (Email.State.FAILED, [])


def test_what_is_no_code_is_kept_when_it_is_given_up():
    email = queue()

    email.give_up("550")

    assert email.text == "Your code is 1234\n"


ENDED = smtplib.SMTPServerDisconnected("enough")


@pytest.mark.parametrize(
    ("answers", "states"),
    [
        ([None, ENDED, None], ["sent", "sent"]),
        ([None, smtplib.SMTPSenderRefused(421, b"enough", "x"), None], ["sent", "sent"]),
        ([refused(550), ENDED, None], ["failed", "sent"]),
        ([None, ENDED, refused(550)], ["sent", "failed"]),
    ],
    ids=["hangs up", "says that it hangs up", "after a no", "and says no then"],
)
def test_a_connection_that_the_server_ended_is_made_anew(
    server, work, monkeypatch, answers, states
):
    left = iter(answers)

    def send(self, messages):
        if error := next(left):
            raise error

    monkeypatch.setattr(Server, "send_messages", send)
    emails = [queue(to="one@example.com"), queue(to="two@example.com")]

    work()

    for email in emails:
        email.refresh_from_db()
    assert [email.state for email in emails] == states
    assert server.opened == 2


@pytest.mark.faults("smtp")
def test_a_server_that_ends_with_nonsense_stops_nobody(server, work, monkeypatch):
    def nonsense(self):
        raise smtplib.SMTPResponseException(500, b"Line too long.")

    monkeypatch.setattr(Server, "close", nonsense)
    queue()
    work()

    mail_server.hang_up()


def test_an_email_whose_task_was_given_up_does_not_wait_for_ever(server):
    broken, waiting = queue(), queue()
    task = DBTaskResult.objects.get(args_kwargs__kwargs={"email_id": broken.pk})
    task.set_failed(ImportError("no such module"))

    mail.give_up_those_without_a_task()

    broken.refresh_from_db()
    waiting.refresh_from_db()
    assert (broken.state, waiting.state) == (Email.State.FAILED, Email.State.WAITING)


def test_a_subject_of_several_lines_is_sent_as_one(work):
    outbox.send_mail("Two\nlines", "Text", None, [ADDRESS])

    work()

    assert [message.subject for message in outbox.outbox] == ["Two lines"]


def test_each_of_several_people_gets_an_email_of_their_own(work):
    outbox.send_mail("Hello", "Text", None, ["a@example.com", "b@example.com"])

    work()

    assert [message.to for message in outbox.outbox] == [["a@example.com"], ["b@example.com"]]
    assert len({message.extra_headers["Message-ID"] for message in outbox.outbox}) == 2


def test_emails_older_than_is_kept_are_deleted():
    old, young = queue(), queue()
    Email.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - mail.EMAILS_RETENTION - timedelta(hours=1)
    )

    mail.delete_old_emails()

    assert list(Email.objects.all()) == [young]


OLD_QUEUE = """
CREATE TABLE post_office_email (
    id integer PRIMARY KEY, "to" text, subject text, message text, status integer,
    created timestamp, last_updated timestamp, message_id text, headers text,
    number_of_retries integer, expires_at timestamp
)
"""
OLD_ROWS = """
INSERT INTO post_office_email VALUES
(1, 'a@example.com', 'Sent', 'Secret', 0, '2026-11-01 10:00:00', '2026-11-01 10:01:00', '<1@x>',
 '{}', NULL, NULL),
(2, 'b@example.com', 'Waits {% templatetag openbrace %}', 'Text', 2, '2026-11-02 10:00:00',
 '2026-11-02 10:00:00', NULL, '{"List-Unsubscribe": "<https://x>"}', 3, NULL),
(3, 'c@example.com', 'Failed', 'Text', 1, '2026-11-03 10:00:00', '2026-11-03 10:00:00', '<1@x>',
 NULL, 8, NULL)
"""


@pytest.mark.both_databases
def test_an_upgrade_takes_over_the_queue_of_before_and_sends_what_waits(work):
    migration = import_module("jobboard.common.migrations.0004_emails_of_the_queue_before")
    with connection.cursor() as cursor:
        cursor.execute(OLD_QUEUE)
        cursor.execute(OLD_ROWS)

    migration.take_over(apps, connection.schema_editor())
    work()

    rows = Email.objects.order_by("created_at").values_list("to", "subject", "text", "state")
    assert list(rows) == [
        ("a@example.com", "Sent", "", "sent"),
        ("b@example.com", "Waits {", "", "sent"),
        ("c@example.com", "Failed", "", "failed"),
    ]
    [message] = outbox.outbox
    assert (message.to, message.body) == (["b@example.com"], "Text")
    assert message.extra_headers["List-Unsubscribe"] == "<https://x>"

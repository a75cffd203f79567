"""What becomes of an email at the mail server's hands, and when."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from jobboard.common import mail
from jobboard.common.models import Email, SuppressedAddress
from jobboard.common.tasks import PAUSES, SOMEBODY_WAITS, SOON

pytestmark = pytest.mark.django_db
ADDRESS = "ada@example.com"
TWO_DAYS = timedelta(days=2)


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
    mail.hang_up()
    yield Server
    mail.hang_up()


def queue(priority: int = SOON, to: str = ADDRESS, **more) -> Email:
    return mail.queue_email(
        to=to, subject="Hello", text="Your code is 1234\n", purpose="x", priority=priority, **more
    )


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, b"no such mailbox")})


TEMPORARY = {
    "refused connection": ConnectionRefusedError("no"),
    "hangs": smtplib.SMTPServerDisconnected("timed out"),
    "no TLS": smtplib.SMTPNotSupportedError("STARTTLS"),
    "wrong password": smtplib.SMTPAuthenticationError(535, b"who are you"),
    "mailbox is busy": refused(450),
    "text is put off": smtplib.SMTPDataError(451, b"later"),
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


@pytest.mark.parametrize("answer", TEMPORARY.values(), ids=TEMPORARY)
def test_an_outage_of_nearly_two_days_loses_nothing(server, work, answer):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        email = queue()
        server.answer = answer
        tries = []
        while timezone.now() < start + TWO_DAYS - timedelta(hours=1):
            work()
            email.refresh_from_db()
            assert email.state == Email.State.WAITING
            if len(tries) < email.tries:
                tries.append(timezone.now() - start)
            clock.shift(timedelta(minutes=1))
        server.answer = None
        clock.move_to(email.next_try_at + timedelta(seconds=1))
        work()

    email.refresh_from_db()
    assert email.state == Email.State.SENT
    waits = [later - earlier for earlier, later in zip(tries, tries[1:], strict=False)]
    assert waits == PAUSES[: len(waits)]
    assert len(tries) == len(PAUSES)
    assert len(server.taken) == 1


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


@pytest.mark.parametrize(
    ("answer", "is_suppressed"),
    [(refused(550), True), (smtplib.SMTPDataError(554, b"spam"), False)],
    ids=["no such mailbox", "text is refused"],
)
def test_a_final_no_ends_it_at_once(server, work, answer, is_suppressed):
    email = queue()
    server.answer = answer

    work()

    email.refresh_from_db()
    assert (email.state, email.tries) == (Email.State.FAILED, 1)
    assert mail.is_suppressed(ADDRESS.upper()) is is_suppressed


def test_a_suppressed_address_gets_what_its_owner_waits_for_and_nothing_else(server, work):
    mail.suppress(ADDRESS, "550")

    assert queue(priority=SOON) is None
    code = queue(priority=SOMEBODY_WAITS)
    work()

    assert server.taken == [code.message_id]
    assert not mail.is_suppressed(ADDRESS)  # the mailbox is there again


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


def test_a_connection_that_the_server_ended_is_made_anew(server, work, monkeypatch):
    answers = iter([None, smtplib.SMTPServerDisconnected("enough"), None])

    def send(self, messages):
        if error := next(answers):
            raise error
        Server.taken += [message.extra_headers["Message-ID"] for message in messages]

    monkeypatch.setattr(Server, "send_messages", send)
    emails = [queue(), queue()]

    work()

    assert server.taken == [email.message_id for email in emails]
    assert server.opened == 2


def test_each_of_several_people_gets_an_email_of_their_own(work):
    outbox.send_mail("Hello", "Text", None, ["a@example.com", "b@example.com"])

    work()

    assert [message.to for message in outbox.outbox] == [["a@example.com"], ["b@example.com"]]
    assert len({message.extra_headers["Message-ID"] for message in outbox.outbox}) == 2


def test_emails_older_than_is_kept_are_deleted():
    old, young = queue(), queue()
    Email.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - mail.EMAILS_ARE_KEPT - timedelta(hours=1)
    )

    mail.delete_old_emails()

    assert list(Email.objects.all()) == [young]

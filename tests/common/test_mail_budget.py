"""What strangers can make the site mail to somebody, however they do it, and how one stops it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.accounts.people import open_account
from jobboard.common import mail
from jobboard.common.mailing import suppression
from jobboard.common.mailing.mail_budget import ANYBODY, AT_HOME, DAY, HOUR, OWNER, Budget
from jobboard.common.models import Capability, Email, SecurityEvent, SuppressedAddress
from jobboard.common.tasks import MAIL, SOMEBODY_WAITS
from jobboard.recruiting import company_actions
from jobboard.seekers import alerts
from jobboard.seekers.models import Alert
from jobboard.site.worker import work_on_next
from tests.accounts.test_account import sign_in
from tests.common.mail_abuse import Attack, mailed, owned_by_victim
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db

ADA = "ada@example.com"
CODE, CODE_CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET = "/accounts/password/reset/"


def ask_for_alert(number: int, address: str, email: str = ADA) -> str:
    """From a machine with ``address``; the page that answers."""
    client = Client(REMOTE_ADDR=address)
    data = {"email": email, "frequency": "daily"}
    return text_of(client.post(f"/alerts/new/?q=word{number}", data))


def queue(budget: Budget | None = ANYBODY) -> Email | None:
    return mail.queue_email(
        to=ADA, subject="x", text="x", purpose="x", priority=SOMEBODY_WAITS, budget=budget
    )


def spend_all(email: str = ADA) -> None:
    """What anybody may cause in an hour, from as many networks as needed."""
    for number in range(ANYBODY.max_emails[HOUR]):
        ask_for_alert(number, f"203.0.{number}.5", email)


# --- One hour -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    "victims",
    [list, pytest.param(owned_by_victim, marks=pytest.mark.slow)],
    ids=["unknown", "an owner"],
)
@pytest.mark.parametrize(
    ("network", "most"),
    [
        pytest.param(
            lambda minute: "203.0.113.5", ANYBODY.of_one_network[HOUR], marks=pytest.mark.slow
        ),
        (lambda minute: f"203.0.{minute}.5", ANYBODY.max_emails[HOUR]),
    ],
    ids=["from one network", "from many"],
)
def test_an_hour_of_mixed_abuse_is_a_few_emails(clock, victims, network, most):
    Attack(network=network, owned=victims()).run(clock)

    assert sum(mailed().values()) == most


def test_a_day_of_it_is_twenty(clock):
    for _ in range(47):
        queue()
        clock.shift(30 * 60)
    assert Email.objects.count() == ANYBODY.max_emails[DAY]

    clock.shift(60 * 60)
    queue()
    assert Email.objects.count() == ANYBODY.max_emails[DAY] + 1


def test_a_mailbox_with_many_names_is_one():
    for number in range(9):
        ask_for_alert(number, f"203.0.{number}.5", f"a.da+{number}@gmail.com")

    assert Email.objects.count() == ANYBODY.max_emails[HOUR]


SPELLINGS = [
    "target@ｇmail.com",
    "target@g\u00admail.com",
    "target@gmail。com",
    "Target@GoogleMail.com",
    "tar.get+x@gmail.com",
    '"target"@gmail.com',
    '"tar\\get"@gmail.com',
    '"target+x"@gmail.com',
]


@pytest.mark.slow
def test_a_mailbox_has_one_budget_however_it_is_spelled():
    for number, email in enumerate(SPELLINGS):
        client = Client(REMOTE_ADDR=f"203.0.{number}.5")
        client.post(CODE, {"email": email})
        client.post(RESET, {"email": email})
        client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
        client.post("/alerts/new/?q=python", {"email": email, "frequency": "daily"})

    assert Email.objects.count() == ANYBODY.max_emails[HOUR]
    assert len({suppression.mailbox_hash(email) for email in SPELLINGS}) == 1


def test_an_address_is_kept_in_one_spelling(client):
    kept = {"email": "Ada@ｅxample.com", "frequency": "daily"}
    client.post("/alerts/new/?q=python", kept)
    client.post("/accounts/signup/", {"email": "Ada@ｅxample.com", "password1": PASSWORD})

    assert Alert.objects.get().email == User.objects.get().email == ADA


@pytest.mark.parametrize("path", ["/alerts/new/?q=python", "/accounts/signup/", "/post/"])
def test_quotation_marks_are_refused_with_a_word(client, path):
    form = {"email": '"ada"@example.com', "frequency": "daily", "password1": PASSWORD}

    assert "Enter an email address like name@example.com, without quotes." in text_of(
        client.post(path, form)
    )


def test_others_are_not_concerned():
    spend_all()

    ask_for_alert(0, "203.0.1.5", "grace@example.com")

    assert Email.objects.filter(to="grace@example.com").exists()


def test_what_is_not_sent_is_recorded_and_the_page_says_the_same():
    UserFactory(email="known@example.com")
    before = [ask_for_alert(1, "198.51.1.5"), ask_for_alert(1, "198.51.1.5", "known@example.com")]
    spend_all()
    spend_all("known@example.com")
    count = Email.objects.count()

    after = [ask_for_alert(1, "198.51.2.5"), ask_for_alert(1, "198.51.2.5", "known@example.com")]

    assert after == before
    assert Email.objects.count() == count
    event = SecurityEvent.objects.filter(kind="email_not_sent").first()
    assert event.detail == "alert_confirm: too many to this mailbox"
    assert event.network == "198.51.2.0/24"
    assert "known" not in event.subject


@pytest.mark.parametrize("path", [CODE, RESET, "/accounts/signup/"])
def test_forms_of_accounts_answer_the_same_to_an_address_whose_budget_is_spent(path):
    answers = []
    for email in ("spent@example.com", "quiet@example.com"):
        if email.startswith("spent"):
            spend_all(email)
        form = {"email": email, "password1": "a-long-enough-password"}
        page = Client().post(path, form, follow=True)
        answers.append((page.redirect_chain, text_of(page).replace(email, "")))

    assert answers[0] == answers[1]


def test_an_email_that_is_not_sent_does_not_end_the_link_of_the_one_before():
    spend_all()

    ask_for_alert(0, "198.51.100.5")

    assert Capability.objects.order_by("pk").first().revoked_at is None


def test_what_one_confirmed_or_did_is_not_counted():
    member = MembershipFactory(user__email=ADA)
    spend_all()
    asked = company_actions.ask_to_join(company=member.company, user=UserFactory())
    company_actions.mail_join_answer(asked, is_in=True)

    assert Email.objects.filter(purpose="join_answer").count() == 1
    assert not Email.objects.filter(purpose="join_request").exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (CODE, {}),
        (RESET, {}),
        ("/accounts/signup/", {"password1": "a-long-enough-password"}),
        ("/alerts/new/?q=python", {"frequency": "daily"}),
        ("/alerts/", {}),
    ],
)
def test_pages_say_why_an_email_may_not_come_whoever_asks(path, form):
    UserFactory(email="known@example.com")
    spend_all("known@example.com")
    pages = []
    for email in ["known@example.com", "unknown@example.com"]:
        page = text_of(Client().post(path, form | {"email": email}, follow=True))
        pages.append(page.replace(email, ""))

    assert pages[0] == pages[1]
    assert "We send only a few emails an hour to one address" in pages[0]
    assert "If you’ve stopped our emails to this address, allow them again" in pages[0]


# --- Who wants to sign in -------------------------------------------------------------------------


def sign_in_by_code(address: str, mails, email: str = ADA) -> bool:
    client, count = Client(REMOTE_ADDR=address), len(mails())
    client.post(CODE, {"email": email})
    if len(mails()) == count:
        return False
    client.post(CODE_CONFIRM, {"code": code_in(mails()[-1])})
    return "_auth_user_id" in client.session


def test_who_signed_in_from_a_network_before_gets_a_code_there_during_an_attack(mails):
    UserFactory(email=ADA)
    assert sign_in_by_code("192.0.2.7", mails)

    spend_all()

    assert sign_in_by_code("192.0.2.99", mails)
    assert not sign_in_by_code("198.51.100.7", mails)


@pytest.mark.slow
def test_one_network_never_gets_all_of_an_hour(mails):
    UserFactory(email=ADA)
    for number in range(20):
        ask_for_alert(number, f"203.0.113.{number}")

    assert sign_in_by_code("198.51.100.7", mails)


def test_the_next_hour_there_is_a_code_again(mails, clock):
    UserFactory(email=ADA)
    spend_all()
    assert not sign_in_by_code("198.51.100.7", mails)

    clock.shift(HOUR)

    assert sign_in_by_code("198.51.100.7", mails)


def test_who_is_signed_in_has_a_budget_of_their_own(client):
    client.force_login(UserFactory(email=ADA))
    spend_all()
    for number in range(OWNER.max_emails[HOUR] + 1):
        data = {"email": ADA, "frequency": "daily"}
        client.post(f"/alerts/new/?q=mine{number}", data)

    assert Email.objects.count() == ANYBODY.max_emails[HOUR] + OWNER.max_emails[HOUR]


def test_a_neighbour_in_the_owners_network_causes_a_few_more_and_no_more(mails, clock):
    UserFactory(email=ADA)
    assert sign_in_by_code("192.0.2.7", mails)
    clock.shift(HOUR)
    before = Email.objects.count()
    spend_all()

    for number in range(9):
        Client(REMOTE_ADDR=f"192.0.2.{number + 10}").post(RESET, {"email": ADA})

    assert Email.objects.count() - before == AT_HOME.max_emails[HOUR] == 5


def test_who_is_signed_in_gets_what_is_left_of_the_common_budget_too():
    for _ in range(OWNER.max_emails[HOUR] + ANYBODY.max_emails[HOUR] + 1):
        queue(OWNER)

    assert Email.objects.count() == OWNER.max_emails[HOUR] + ANYBODY.max_emails[HOUR]


def test_a_test_of_the_mail_server_is_neither_counted_nor_stopped(mails):
    spend_all()
    suppression.stop(suppression.mailbox_hash(ADA))

    call_command("sendtestemail", ADA)

    assert mails()[-1].to == ADA
    assert mails()[-1].counts_for == ""


# --- Two at once ----------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more():
    def queue_elsewhere(number: int) -> None:
        queue()
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(queue_elsewhere, range(40)))

    assert Email.objects.count() == ANYBODY.max_emails[HOUR]


@pytest.mark.both_databases
def test_counting_reads_an_index():
    for number in range(3):
        ask_for_alert(number, f"203.0.{number}.5")
    email = Email.objects.first()

    # Without the day it is counted for: of so few rows that index is as good.
    rows = Email.objects.filter(counts_for=email.counts_for)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    assert "email_counted" in rows.order_by().explain()


# --- “It wasn’t me” -------------------------------------------------------------------------------


def stop_link(email: Email) -> str:
    return re.search(r"http://localhost:8000(/me/emails/\S+/)", email.text)[1]


def test_the_link_stops_what_strangers_cause_when_its_button_is_pressed(client, mails):
    ask_for_alert(1, "203.0.113.5")
    link = stop_link(mails()[-1])

    assert "Stop these emails" in text_of(client.get(link))
    ask_for_alert(2, "203.0.113.5")
    assert len(mails()) == 2
    for _ in range(2):
        assert "These emails are stopped." in text_of(client.post(link))
    ask_for_alert(3, "203.0.113.5", "Ada+x@Example.com")

    assert len(mails()) == 2
    assert SuppressedAddress.objects.count() == 1
    assert SecurityEvent.objects.filter(detail="alert_confirm: stopped by its owner").exists()


def test_a_mail_program_stops_them_with_one_click(mails):
    ask_for_alert(1, "203.0.113.5")
    url = mails()[-1].headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    program = Client(enforce_csrf_checks=True)

    answer = program.post(url, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert suppression.is_stopped(ADA)


def test_it_is_taken_back_on_the_same_page_and_in_the_admin(client, mails):
    ask_for_alert(1, "203.0.113.5")
    link = stop_link(mails()[-1])
    client.post(link)

    assert "These emails are allowed again." in text_of(client.post(link, {"do": "allow"}))
    ask_for_alert(2, "203.0.113.5")
    assert len(mails()) == 2

    client.post(link)
    client.force_login(UserFactory(staff=True))
    changelist = reverse("admin:common_suppressedaddress_changelist")
    assert "1 suppressed address" in text_of(client.get(changelist, {"q": "ada+jobs@example.com"}))
    rows = [row.pk for row in SuppressedAddress.objects.all()]
    client.post(changelist, {"action": "delete_selected", "post": "yes", "_selected_action": rows})
    assert not suppression.is_stopped(ADA)


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "0" * 64 + token[64:]])
def test_a_forged_link_stops_nothing(client, mails, change):
    ask_for_alert(1, "203.0.113.5")
    token = stop_link(mails()[-1]).split("/")[-2]

    assert client.post(f"/me/emails/{change(token)}/").status_code == 404
    assert not SuppressedAddress.objects.exists()


def test_who_changes_to_an_address_that_stopped_them_is_told_how_to_get_the_code(
    client, mails, clock
):
    ask_for_alert(1, "203.0.113.5", "new@example.com")
    link = stop_link(mails()[-1])
    Client().post(link)
    sign_in(client, UserFactory(email=ADA))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    form = {"email": "new@example.com", "action_add": ""}

    page = client.post("/accounts/email/", form, follow=True)
    assert len(mails()) == 1
    assert "allow them again with the link at the end of any of them" in text_of(page)

    Client().post(link, {"do": "allow"})
    clock.shift(5 * 60)
    client.post("/accounts/confirm-email/", {"action": "resend"})
    client.post("/accounts/confirm-email/", {"code": code_in(mails()[-1])})
    assert User.objects.get().email == "new@example.com"


def test_the_owner_of_an_account_still_gets_codes_and_links_to_sign_in(mails):
    user = UserFactory(email=ADA)
    suppression.stop(suppression.mailbox_hash(ADA))

    assert sign_in_by_code("198.51.100.7", mails)
    Client().post(RESET, {"email": ADA})

    assert mails()[-1].purpose == "password_reset_key"
    assert User.objects.get() == user


def test_who_confirmed_an_alert_still_gets_it_and_its_links(mails):
    Alert.objects.create(
        email=ADA, query="q=python", frequency="daily", confirmed_at=timezone.now()
    )
    suppression.stop(suppression.mailbox_hash(ADA))

    Client().post("/alerts/", {"email": ADA})
    work_on_next(MAIL, "the test")

    assert [email.purpose for email in mails()] == ["alert_links"]


def test_an_account_that_somebody_else_opened_gets_nothing_then(mails):
    open_account(ADA)
    suppression.stop(suppression.mailbox_hash(ADA))

    Client().post(CODE, {"email": ADA})
    Client().post(RESET, {"email": ADA})
    Client().post("/accounts/signup/", {"email": ADA, "password1": "a-long-enough-password"})

    assert mails() == []


def test_what_arrives_does_not_take_it_back(work):
    suppression.stop(suppression.mailbox_hash(ADA))
    queue(budget=None)

    work()

    assert len(outbox.outbox) == 1
    assert suppression.is_stopped(ADA)


# --- Words ----------------------------------------------------------------------------------------


def test_links_of_alerts_repeat_no_search_that_was_not_confirmed(mails):
    """Anybody could have typed it."""
    Alert.objects.create(email=ADA, query="q=python", confirmed_at=timezone.now())
    stranger = Alert.objects.create(email=ADA, query="q=claim+your+prize")

    Client().post("/alerts/", {"email": ADA})
    work_on_next(MAIL, "the test")
    alerts.mail_link(alert=stranger)

    assert ["python" in email.text for email in mails()] == [True, False]
    assert not any("prize" in email.subject + email.text for email in mails())

"""What was tried against accounts, each with what stands against it now."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jobboard.accounts.forms import SignupForm
from jobboard.accounts.middleware import DAY, HOUR, OF_PEOPLE, OF_STAFF
from jobboard.accounts.models import User
from jobboard.accounts.people import UNCONFIRMED_RETENTION, delete_unconfirmed_accounts
from tests.accounts.test_account import is_signed_in, sign_in, totp_of, with_totp
from tests.factories import PASSWORD, UserFactory
from tests.journeys.page_types import signed_in_just_now
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db

SIGN_UP, CONFIRM = "/accounts/signup/", "/accounts/confirm-email/"
WRONG = "not the password"
CODE, CODE_CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


# --- Who has an account ---------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The passwords that were hashed, which is what a request to sign up or in costs."""
    passwords = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: passwords.append(password) or encode(self, password, salt),
    )
    return passwords


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (SIGN_UP, {"password1": PASSWORD}),
        ("/accounts/login/", {"password": "not the password"}),
        (CODE, {}),
        ("/accounts/password/reset/", {}),
    ],
)
def test_a_known_address_takes_as_many_hashes_as_an_unknown_one(hashed, path, data):
    UserFactory(email="known@example.com")
    counts = []
    for email in ["known@example.com", "unknown@example.com"]:
        hashed.clear()
        Client().post(path, data | {"email": email, "login": email})
        counts.append(len(hashed))

    assert counts[0] == counts[1]
    assert counts[0] == (1 if data else 0)


@pytest.mark.sqlite_alone
@pytest.mark.slow
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_signing_up_takes_as_long_for_a_known_address_as_for_an_unknown_one():
    UserFactory(email="known@example.com")

    def cpu_of(email: str) -> float:
        cache.clear()
        client, start = Client(), time.process_time()
        client.post(SIGN_UP, {"email": email, "password1": PASSWORD})
        return time.process_time() - start

    known, unknown = [], []
    for number in range(9):
        known.append(cpu_of("known@example.com"))
        unknown.append(cpu_of(f"unknown{number}@example.com"))

    # The least of each: what else the machine does only adds.
    assert 0.9 < min(known) / min(unknown) < 1.1


def test_signing_up_twice_at_once_is_one_account_and_no_fault(client, monkeypatch, mails):
    """The other request makes the account after this one has looked for it."""
    UserFactory(email="new@example.com")

    def sees_no_account(form) -> str:
        form.account_already_exists = False
        return form.cleaned_data["email"]

    monkeypatch.setattr(SignupForm, "clean_email", sees_no_account)

    response = client.post(SIGN_UP, {"email": "new@example.com", "password1": PASSWORD})

    assert response["Location"] == CONFIRM
    assert User.objects.count() == 1
    assert [mail.subject for mail in mails()] == ["You already have an account"]


# --- An account that somebody else opened ---------------------------------------------------------


def opened_by_a_stranger() -> Client:
    """A browser that signed up ada@example.com, whose mails it does not read."""
    stranger = Client()
    stranger.post(SIGN_UP, {"email": "ada@example.com", "password1": PASSWORD})
    return stranger


def gets_in(stranger: Client) -> bool:
    """By any way that its browser and its password open."""
    for path in [CONFIRM, CODE_CONFIRM, "/accounts/login/", "/accounts/email/"]:
        stranger.get(path)
    stranger.post(CONFIRM, {"code": ""})
    sign_in(stranger, User.objects.get(email="ada@example.com"))
    return is_signed_in(stranger)


def test_the_mail_about_an_account_that_a_stranger_opened_has_only_a_link_that_stops_it(
    mails,
):
    opened_by_a_stranger()

    site, stop = re.findall(r"https?://\S+", mails()[-1].text)

    assert site == "http://localhost:8000"  # of its footer
    assert stop.startswith("http://localhost:8000/me/emails/")
    assert Client().get("/accounts/confirm-email/1:1xXGYO:abc/").status_code == 404


def test_a_code_confirms_in_the_browser_that_asked_for_it_alone(mails):
    opened_by_a_stranger()
    owner = Client()

    owner.post(CONFIRM, {"code": code_in(mails()[-1])})

    assert not EmailAddress.objects.get().verified
    assert not is_signed_in(owner)


def test_the_owner_of_the_address_signs_in_and_the_strangers_password_is_gone(mails):
    stranger, owner = opened_by_a_stranger(), Client()
    owner.post(CODE, {"email": "ada@example.com"})
    owner.post(CODE_CONFIRM, {"code": code_in(mails()[-1])})

    assert is_signed_in(owner)
    assert not gets_in(stranger)


def test_the_owner_of_the_address_signs_up_and_resets_the_password(mails):
    stranger, owner = opened_by_a_stranger(), Client()
    cache.clear()
    owner.post(SIGN_UP, {"email": "ada@example.com", "password1": "another-long-password"})
    assert mails()[-1].subject == "You already have an account"

    owner.post("/accounts/password/reset/", {"email": "ada@example.com"})
    link = re.search(r"http://localhost:8000(/accounts/password/\S+key\S+)", mails()[-1].text)[1]
    form = owner.get(link, follow=True).request["PATH_INFO"]
    owner.post(form, {"password1": "another-long-password", "password2": "another-long-password"})

    assert not gets_in(stranger)


def test_an_account_that_nobody_confirms_is_deleted_after_thirty_days(clock):
    opened_by_a_stranger()
    confirmed, by_admin = UserFactory(), User.objects.create_user("made@example.com")

    clock.shift(UNCONFIRMED_RETENTION - timedelta(hours=1))
    delete_unconfirmed_accounts()
    assert User.objects.count() == 3
    clock.shift(timedelta(hours=2))
    delete_unconfirmed_accounts()

    assert set(User.objects.all()) == {confirmed, by_admin}


# --- Guessed passwords ----------------------------------------------------------------------------


def tries(email: str, address: str, password=WRONG) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def test_wrong_passwords_lock_out_who_types_them_and_nobody_else():
    victim = UserFactory()
    for _ in range(20):
        tries(victim.email, "203.0.113.5")

    assert not is_signed_in(tries(victim.email, "203.0.113.5", PASSWORD))
    assert is_signed_in(tries(victim.email, "198.51.100.7", PASSWORD))


@pytest.mark.slow
def test_wrong_passwords_from_everywhere_lock_out_new_networks_and_not_the_victims(mails):
    victim = UserFactory()
    assert is_signed_in(tries(victim.email, "198.51.100.7", PASSWORD))
    for number in range(60):
        tries(victim.email, f"203.0.{number}.5")

    assert not is_signed_in(tries(victim.email, "192.0.2.9", PASSWORD))  # a guess that is right
    assert is_signed_in(tries(victim.email, "198.51.100.200", PASSWORD))  # from where they live
    on_the_road = Client(REMOTE_ADDR="192.0.2.10")
    on_the_road.post(CODE, {"email": victim.email})
    on_the_road.post(CODE_CONFIRM, {"code": code_in(mails()[-1])})
    assert is_signed_in(on_the_road)


CODE_OR_RESET = ["/accounts/login/code/", "/accounts/password/reset/"]


@pytest.mark.parametrize("path", CODE_OR_RESET)
def test_who_asks_for_codes_of_somebody_else_keeps_them_from_none(mails, path):
    victim = UserFactory()
    assert is_signed_in(tries(victim.email, "198.51.100.7", PASSWORD))
    answers = [
        Client(REMOTE_ADDR=address).post(path, {"email": victim.email})
        for address in ["203.0.113.5", "192.0.2.5"]
        for _ in range(6)
    ]
    assert answers[-1].status_code != 302  # the attackers are told to wait
    sent = len(mails())

    answer = Client(REMOTE_ADDR="198.51.100.7").post(path, {"email": victim.email})

    assert answer.status_code == 302
    assert len(mails()) == sent + 1  # of what is kept for where they live


def test_who_signs_up_with_the_address_of_somebody_else_keeps_them_from_nothing():
    new = {"email": "ada@example.com", "password1": PASSWORD}
    assert Client(REMOTE_ADDR="203.0.113.5").post(SIGN_UP, new).status_code == 302

    assert Client(REMOTE_ADDR="198.51.100.7").post(SIGN_UP, new).status_code == 302


def test_who_is_locked_out_is_told_another_way(client):
    user = UserFactory()
    for _ in range(6):
        page = client.post("/accounts/login/", {"login": user.email, "password": "wrong"})

    assert "Sign in with an emailed code or try again later." in text_of(page)


def test_right_passwords_are_not_counted():
    user = UserFactory()
    for _ in range(8):
        assert is_signed_in(tries(user.email, "203.0.113.5", PASSWORD))


@pytest.mark.parametrize(
    "password",
    ["Rolebook2026", "rolebook-rolebook", "jobboard12", "!Recruiter2026", "localhost99"],
)
def test_a_password_of_the_sites_own_words_is_refused(client, password):
    page = client.post(SIGN_UP, {"email": "ada@example.com", "password1": password})

    assert "Choose a password that is harder to guess." in text_of(page)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password", ["x" * 9 + "yz" * 50, "nur kleine wörter hier", "9" * 9 + "é€ß"]
)
def test_a_password_of_any_signs_is_taken_as_it_was_typed(client, mails, password):
    client.post(SIGN_UP, {"email": "ada@example.com", "password1": password})
    client.post(CONFIRM, {"code": code_in(mails()[-1])})
    client.post("/accounts/logout/")
    user = User.objects.get()

    for other in [password[:-1], password.upper(), f"{password} "]:
        sign_in(client, user, other)
        assert not is_signed_in(client)
    sign_in(client, user, password)
    assert is_signed_in(client)


def test_password_fields_hide_what_is_typed_and_let_managers_fill_it_in(client):
    pages = {
        "/accounts/login/": "current-password",
        SIGN_UP: "new-password",
    }
    for path, kind in pages.items():
        [field] = re.findall(r'<input type="password"[^>]*>', client.get(path).content.decode())
        assert f'autocomplete="{kind}"' in field
        assert "onpaste" not in field


def test_a_password_is_changed_by_who_knows_the_old_one():
    user = UserFactory()
    client = signed_in_just_now(user)
    new = "another-long-password"

    client.post(
        "/accounts/password/change/", {"oldpassword": WRONG, "password1": new, "password2": new}
    )

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_password_reset_by_mail_does_not_replace_the_second_factor(client, mails):
    user = UserFactory()
    with_totp(user)
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://localhost:8000(/accounts/password/\S+key\S+)", mails()[-1].text)[1]
    form = client.get(link, follow=True).request["PATH_INFO"]
    new = "another-long-password"
    client.post(form, {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    sign_in(client, user, new)

    assert not is_signed_in(client)


def test_an_account_that_is_disabled_is_signed_out_everywhere(client):
    user = UserFactory()
    sign_in(client, user)
    assert is_signed_in(client)
    User.objects.update(is_active=False)

    assert not is_signed_in(client)
    sign_in(client, user)
    assert not is_signed_in(client)


def test_signing_in_begins_a_new_session_and_a_new_password_ends_the_others(client):
    user, other = UserFactory(), Client()
    planted = client.session.session_key
    sign_in(client, user)
    sign_in(other, user)

    assert client.session.session_key != planted
    new = "another-long-password"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_a_code_of_the_app_signs_in_once(clock):
    user = UserFactory()
    secret = with_totp(user)
    for expected in (True, False):
        visitor = Client()
        sign_in(visitor, user)
        visitor.post("/accounts/2fa/authenticate/", {"code": totp_of(secret)})
        assert is_signed_in(visitor) is expected


@pytest.mark.parametrize("password", ["my-rolebook-is-a-heron", "workbench lamp seven", PASSWORD])
def test_a_password_may_hold_such_a_word_among_others(client, password):
    client.post(SIGN_UP, {"email": "ada@example.com", "password1": password})

    assert User.objects.exists()


def test_the_name_of_the_site_is_refused_whatever_it_is(client, settings):
    settings.SITE_NAME = "Northwind Talents"
    for password in ["Northwind26!", "northwindtalents1", "Talents2026"]:
        client.post(SIGN_UP, {"email": "ada@example.com", "password1": password})

    assert not User.objects.exists()


# --- Sessions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_staff", "length"), [(False, OF_PEOPLE), (True, OF_STAFF)])
def test_a_session_ends_when_nobody_uses_it(client, clock, is_staff, length):
    sign_in(client, UserFactory(is_staff=is_staff))
    clock.shift(length.idle - 60)
    assert is_signed_in(client)
    clock.shift(length.idle - 60)
    assert is_signed_in(client)

    clock.shift(length.idle + 60)

    page = client.get("/recruit/", follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=/recruit/", 302)]
    assert "You’ve been signed out for your security." in text_of(page)
    assert not is_signed_in(client)


@pytest.mark.slow
@pytest.mark.parametrize(("is_staff", "length"), [(False, OF_PEOPLE), (True, OF_STAFF)])
def test_a_session_that_is_used_ends_too(client, clock, is_staff, length):
    sign_in(client, UserFactory(is_staff=is_staff))
    step = length.idle // 2
    for _ in range(length.in_all // step):
        assert is_signed_in(client)
        clock.shift(step)

    clock.shift(60)

    assert not is_signed_in(client)


def test_staff_are_signed_out_sooner():
    assert OF_STAFF.idle == HOUR < OF_PEOPLE.idle
    assert OF_STAFF.in_all < DAY < OF_PEOPLE.in_all


def test_few_requests_write_to_the_session(client, clock):
    sign_in(client, UserFactory())
    client.get("/recruit/")

    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            clock.shift(60)
            client.get("/recruit/")

    assert [query for query in queries if not query["sql"].startswith("SELECT")] == []


# --- What an open session does not do -------------------------------------------------------------


def test_an_open_session_neither_deletes_nor_exports_without_the_password(client):
    user = UserFactory()
    sign_in(client, user)

    assert client.post("/me/delete/")["Location"].startswith("/accounts/reauthenticate/")
    assert client.get("/me/data.json")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/?next=/me/data.json", {"password": "wrong"})
    assert client.get("/me/data.json").status_code == 302
    assert User.objects.filter(pk=user.pk).exists()

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/me/data.json").json()["Account"]["email"] == user.email
    client.post("/me/delete/")
    assert not User.objects.exists()


def test_with_a_factor_it_is_asked_for(client, clock):
    user = UserFactory(password=None)
    secret = with_totp(user)
    client.force_login(user)

    assert client.post("/me/delete/")["Location"].startswith("/accounts/2fa/reauthenticate/")
    client.post("/accounts/2fa/reauthenticate/", {"code": totp_of(secret)})
    client.post("/me/delete/")

    assert not User.objects.exists()


SENSITIVE_PAGES = [
    "/me/delete/",
    "/me/data.json",
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/",
]


@pytest.mark.parametrize("page", SENSITIVE_PAGES)
def test_who_has_neither_password_nor_factor_signs_in_again_by_a_code(clock, mails, page):
    user = UserFactory(password=None)
    client = Client()
    client.post(CODE, {"email": user.email})
    client.post(CODE_CONFIRM, {"code": code_in(mails()[-1])})
    clock.shift(6 * 60)
    assert is_signed_in(client)

    answer = client.get(page, follow=True)

    assert answer.redirect_chain[0] == (f"{CODE}?next={page}", 302)
    assert "Sign in again to continue." in text_of(answer)
    assert client.post("/me/delete/").status_code == 302
    assert User.objects.filter(pk=user.pk).exists()


def test_after_signing_in_again_it_goes_on(clock, mails):
    user = UserFactory(password=None)
    client = Client()
    client.force_login(user)
    client.get("/me/delete/")

    client.post(CODE, {"email": user.email, "next": "/me/delete/"})
    answer = client.post(CODE_CONFIRM, {"code": code_in(mails()[-1]), "next": "/me/delete/"})

    assert answer["Location"] == "/me/delete/"
    client.post("/me/delete/")
    assert not User.objects.exists()


# --- Mails about changes --------------------------------------------------------------------------


def test_a_change_of_the_password_is_mailed_without_it(mails):
    user = UserFactory()
    client = signed_in_just_now(user)
    new = "another-long-password"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    client.post("/accounts/password/change/", change, REMOTE_ADDR="203.0.113.77")

    [mail] = mails()
    assert (mail.to, mail.subject) == (user.email, "Your password was changed")
    assert "from the IP address 203.0.113.77" in mail.text
    assert "If this wasn’t you, set a new password" in mail.text
    assert not re.search(f"{new}|{PASSWORD}", mail.text)


@pytest.mark.django_db(transaction=True)
def test_changes_of_factors_are_mailed(mails, clock):
    user = UserFactory()
    client = signed_in_just_now(user)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]* value="(\w+)"', page)[1]

    client.post("/accounts/2fa/totp/activate/", {"code": totp_of(secret)})
    client.post("/accounts/2fa/recovery-codes/generate/")
    client.post("/accounts/2fa/totp/deactivate/")

    assert [mail.subject for mail in mails()] == [
        "Two-factor authentication is on",
        "New recovery codes",
        "Authenticator app removed",
    ]
    assert {mail.to for mail in mails()} == {user.email}
    assert secret not in " ".join(mail.text for mail in mails())

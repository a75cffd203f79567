"""What people do with their account: codes, second factors, devices, another address, their data,
and its end.
"""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES
from jobboard.listings import lifecycle
from jobboard.listings.models import Invitation, Listing, Membership
from jobboard.recruiting import company_actions
from jobboard.site import schedule
from tests.factories import PASSWORD, ListingFactory, MembershipFactory, UserFactory
from tests.journeys.page_types import signed_in_just_now
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db

CODE, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def is_signed_in(client) -> bool:
    return client.get("/recruit/").status_code == 200


def sign_in(client, user, password=PASSWORD):
    return client.post("/accounts/login/", {"login": user.email, "password": password}, follow=True)


def totp_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# --- Codes ----------------------------------------------------------------------------------------


def test_a_mailed_code_signs_in_without_a_password(client, mails):
    user = UserFactory(password=None)

    client.post(CODE, {"email": user.email})
    assert not is_signed_in(client)
    client.post(CONFIRM, {"code": code_in(mails()[-1])})

    assert is_signed_in(client)


def test_a_wrong_code_signs_nobody_in_and_three_end_the_try(client, mails):
    user = UserFactory()
    client.post(CODE, {"email": user.email})
    right = code_in(mails()[-1])

    for _ in range(3):
        client.post(CONFIRM, {"code": "WRONG1"})
    client.post(CONFIRM, {"code": right})

    assert not is_signed_in(client)


def test_asking_for_a_code_answers_the_same_for_an_unknown_address(mails):
    UserFactory(email="known@example.com")
    answers = []
    for email in ("known@example.com", "nobody@example.com"):
        client = Client()
        response = client.post(CODE, {"email": email}, follow=True)
        page = re.sub(
            r'(csrfmiddlewaretoken" value|code_\w+)="[^"]*"', "", response.content.decode()
        )
        answers.append((response.redirect_chain, page.replace(email, "")))

    assert answers[0] == answers[1]


def test_codes_for_one_address_are_limited(mails, clock):
    user = UserFactory()
    for _ in range(9):
        Client().post(CODE, {"email": user.email})

    assert len(mails()) <= 3


@pytest.mark.parametrize("path", [CODE, "/accounts/password/reset/"])
def test_nobody_uses_up_the_codes_of_somebody_else(mails, path):
    user = UserFactory()
    for _ in range(9):
        Client(REMOTE_ADDR="203.0.113.5").post(path, {"email": user.email})
    count = len(mails())

    answer = Client(REMOTE_ADDR="198.51.100.7").post(path, {"email": user.email})

    assert answer.status_code == 302
    assert len(mails()) == count + 1


# --- Second factor --------------------------------------------------------------------------------


def with_totp(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


@pytest.fixture
def within_thirty_seconds(time_machine):
    """A code of an app is good for half a minute, so the clock stands while one is typed."""
    time_machine.move_to(timezone.now(), tick=False)


def test_an_authenticator_app_is_set_up_and_asked_for(client, within_thirty_seconds):
    user = UserFactory()
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'id="authenticator_secret"[^>]* value="(\w+)"', page.content.decode())[1]
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "data:" not in client.get("/accounts/2fa/")["Content-Security-Policy"]
    client.post("/accounts/2fa/totp/activate/", {"code": totp_of(secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists()

    cache.clear()  # a code is good once
    other = Client()
    sign_in(other, user)
    assert not is_signed_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": totp_of(secret)})
    assert is_signed_in(other)


def test_a_mailed_code_does_not_replace_the_second_factor(client, mails):
    user = UserFactory()
    with_totp(user)
    client.post(CODE, {"email": user.email})
    client.post(CONFIRM, {"code": code_in(mails()[-1])})

    assert not is_signed_in(client)


def test_a_recovery_code_helps_once(client):
    user = UserFactory()
    with_totp(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]

    for expected in (True, False):
        visitor = Client()
        sign_in(visitor, user)
        visitor.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(visitor) is expected


ODD_ANSWERS = [
    "[" * 20_000,
    "9" * 5_000,
    "{}",
    "[]",
    "1",
    '"a"',
    '{"id": 1}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": 1}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": 1}}',
    '{"id": "YQ", "rawId": "!", "type": "x", "response": {"clientDataJSON": "e30"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "YQ", "signature": "YQ", "attestationObject": "YQ"}}',
]


@pytest.mark.parametrize("answer", ODD_ANSWERS)
def test_what_is_no_answer_of_a_passkey_signs_nobody_in_and_is_no_fault_of_ours(client, answer):
    client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})

    client.post("/accounts/2fa/webauthn/login/", {"credential": answer})

    assert not is_signed_in(client)


@pytest.mark.parametrize("answer", ODD_ANSWERS)
def test_what_is_no_answer_of_a_passkey_is_not_kept_as_one(client, answer):
    user = UserFactory()
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")

    page = client.post("/accounts/2fa/webauthn/add/", {"name": "Key", "credential": answer})

    assert page.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.fixture
def on_https(settings):
    settings.SITE_IS_HTTPS = True


def test_on_https_the_admin_needs_a_second_factor(client, on_https, within_thirty_seconds):
    staff = UserFactory(staff=True)
    client.force_login(staff)
    for page in ("/admin/", "/admin/roles/role/", "/admin/listings/listing/queue/"):
        response = client.get(page, follow=True)
        assert response.redirect_chain == [("/accounts/2fa/", 302)], page
        assert "Set up two-factor authentication to use the admin." in text_of(response)
    assert client.post("/admin/roles/role/add/", {}).status_code == 302

    RecoveryCodes.activate(staff)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"  # what is left of a factor is none

    secret = with_totp(staff)
    response = client.get("/admin/roles/role/")
    # The session was started with a password.
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=/admin/roles/role/"
    client.post(response["Location"], {"code": totp_of(secret)})
    assert client.get("/admin/roles/role/").status_code == 200


def test_the_admins_own_form_lets_nobody_in(client, on_https):
    boss, staff = UserFactory(staff=True), UserFactory(staff=True)
    with_totp(boss)
    for somebody in (None, UserFactory(), staff):
        visitor = Client()
        if somebody:
            visitor.force_login(somebody)
        response = visitor.post("/admin/login/", {"username": boss.email, "password": PASSWORD})
        assert response.status_code in (302, 403, 405)
        assert visitor.session.get("_auth_user_id") == (str(somebody.pk) if somebody else None)


def test_the_admin_shows_no_secret_of_a_factor(client):
    secret = with_totp(UserFactory(email="ada@example.com"))
    client.force_login(UserFactory(staff=True))

    authenticator = Authenticator.objects.get(type="totp")
    page = client.get(f"/admin/mfa/authenticator/{authenticator.pk}/change/").content.decode()

    assert "ada@example.com" in page
    assert secret not in page
    assert client.get("/admin/mfa/authenticator/?q=ada").status_code == 200


def test_a_stranger_who_opened_the_account_first_does_not_keep_their_password(client, mails):
    client.post("/accounts/signup/", {"email": "ada@example.com", "password1": PASSWORD})
    owner = Client()
    owner.post(CODE, {"email": "ada@example.com"})
    owner.post(CONFIRM, {"code": code_in(mails()[-1])})
    assert is_signed_in(owner)

    sign_in(stranger := Client(), User.objects.get())

    assert not is_signed_in(stranger)


def test_on_a_local_copy_the_admin_opens_with_a_password(client):
    client.force_login(UserFactory(staff=True))

    assert client.get("/admin/").status_code == 200


def test_an_admin_takes_away_a_factor_that_somebody_lost(client):
    lost = UserFactory()
    with_totp(lost)
    client.force_login(UserFactory(staff=True))
    authenticator = Authenticator.objects.filter(user=lost).first()

    client.post(f"/admin/mfa/authenticator/{authenticator.pk}/delete/", {"post": "yes"})

    assert not Authenticator.objects.filter(pk=authenticator.pk).exists()


# --- Devices and address --------------------------------------------------------------------------


def test_other_devices_are_ended(client):
    user = UserFactory()
    here, there = Client(), Client(headers={"User-Agent": "Their phone"})
    for device in (here, there):
        sign_in(device, user)
    assert "Their phone" in text_of(here.get("/accounts/sessions/"))

    here.post("/accounts/sessions/")

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_what_is_known_of_a_device_goes_with_its_session(client):
    user = UserFactory()
    sign_in(client, user)
    assert UserSession.objects.count() == 1

    client.post("/accounts/logout/")
    schedule.delete_expired_sessions()

    assert UserSession.objects.count() == 0


def test_another_address_takes_the_place_of_the_old_one_when_it_is_confirmed(client, mails):
    user = UserFactory(email="old@example.com")
    sign_in(client, user)
    client.post("/accounts/email/", {"email": "eve@example.com", "action_add": ""})
    assert mails() == []  # the password is asked for first
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    client.post("/accounts/email/", {"email": "New@example.com", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "old@example.com"
    assert mails()[-1].to == "new@example.com"
    client.post("/accounts/confirm-email/", {"code": code_in(mails()[-1])})

    user.refresh_from_db()
    assert user.email == "new@example.com"
    assert mails()[-1].to == "old@example.com"  # whoever has it learns of the change
    assert "was changed to new@example.com" in mails()[-1].text
    assert [address.email for address in EmailAddress.objects.filter(user=user)] == [
        "new@example.com"
    ]


def change_address(client, mails) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": code_in(mails()[-1])})


def change_address_as_admin(client, mails) -> None:
    user = User.objects.get(email="old@example.com")
    client.force_login(UserFactory(staff=True))
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = {"email": "new@example.com", "is_active": "on"}
    assert client.post(path, form).status_code == 302


@pytest.mark.parametrize("change", [change_address, change_address_as_admin])
def test_what_waits_for_the_old_address_goes_to_the_new_one_or_ends(client, mails, work, change):
    """News of one's jobs follow. Secrets do not, nor does what has the old mailbox’s own link."""
    member = MembershipFactory(user__email="old@example.com")
    listing = ListingFactory(company=member.company, created_by=member.user, in_review=True)
    sign_in(client, member.user)
    lifecycle.publish_listing(listing=listing, by=UserFactory(staff=True))
    Client().post("/accounts/login/code/", {"email": "old@example.com"})
    Client().post("/accounts/password/reset/", {"email": "old@example.com"})
    company_actions.ask_to_join(company=member.company, user=UserFactory())

    change(client, mails)
    work()

    sent = {email.purpose: email.to for email in mails() if email.state == "sent"}
    ended = {email.purpose: email for email in mails() if email.state == "failed"}
    assert sent["listing_published"] == "new@example.com"
    assert set(ended) == {"login_code", "password_reset_key", "join_request"}
    assert {email.text for email in ended.values()} == {""}
    assert ended["join_request"].problem == "Its reader has another address now."


# --- One's data -----------------------------------------------------------------------------------


def test_the_export_holds_what_the_page_names():
    membership = MembershipFactory(user__email="ada@acme.example", company__name="Acme")
    ListingFactory(
        live=True, company=membership.company, created_by=membership.user, title="Data Engineer"
    )
    client = signed_in_just_now(membership.user)

    page, data = text_of(client.get("/me/data/")), client.get("/me/data.json").json()

    assert list(data) == [category.name for category in PERSONAL_DATA_CATEGORIES]
    assert all(category.retention in page for category in PERSONAL_DATA_CATEGORIES)
    assert data["Account"]["email"] == "ada@acme.example"
    [company] = data["Companies"]
    assert (company["company__name"], company["part"]) == ("Acme", "owner")
    assert [job["title"] for job in data["Jobs"]] == ["Data Engineer"]


def test_an_account_goes_and_what_was_public_stays(mails):
    owner = MembershipFactory(user__email="ada@acme.example")
    MembershipFactory(company=owner.company)
    listing = ListingFactory(live=True, company=owner.company, created_by=owner.user)
    company_actions.invite(
        company=MembershipFactory().company, email="ada@acme.example", part="editor", by=None
    )
    company_actions.invite(
        company=owner.company, email="grada@acme.example", part="editor", by=None
    )
    client = signed_in_just_now(owner.user)

    response = client.post("/me/delete/", follow=True)

    assert "Your account has been deleted." in text_of(response)
    assert not is_signed_in(client)
    assert not User.objects.filter(email="ada@acme.example").exists()
    assert Listing.objects.get().created_by is None
    assert client.get(listing.get_absolute_url()).status_code == 200
    assert [invitation.email for invitation in Invitation.objects.all()] == ["grada@acme.example"]
    assert Membership.objects.filter(company=owner.company).count() == 1
    assert [mail.to for mail in mails()] == ["grada@acme.example"]  # which contains hers


def test_the_only_owner_of_a_company_with_open_jobs_is_told_what_to_do_first():
    owner = MembershipFactory(company__name="Acme")
    listing = ListingFactory(live=True, company=owner.company)
    client = signed_in_just_now(owner.user)

    assert "Acme has open jobs and no other owner" in text_of(client.get("/me/delete/"))
    assert "Acme has open jobs and no other owner" in text_of(client.post("/me/delete/"))
    assert User.objects.filter(pk=owner.user_id).exists()

    listing.status, listing.outcome = "closed", "withdrawn"
    listing.save()
    client.post("/me/delete/")
    assert not User.objects.filter(pk=owner.user_id).exists()


def test_staff_do_not_delete_themselves_with_the_record_of_what_they_did():
    client = signed_in_just_now(UserFactory(staff=True))

    assert "You are a staff user" in text_of(client.get("/me/delete/"))
    client.post("/me/delete/")
    assert User.objects.count() == 1

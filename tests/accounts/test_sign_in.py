"""Accounts: signing up, signing in, and what the mails and answers do not give away."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.utils import timezone

from jobboard.accounts.models import User
from tests.factories import PASSWORD, UserFactory
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db

ODD_HOST = {"host": "127.0.0.1:6666"}
SIGN_UP = {"email": "New@Example.COM", "password1": PASSWORD}


def links_in(message: str) -> list[str]:
    return re.findall(r"https?://\S+", message)


def signed_in(client) -> str:
    """The address of who is signed in, or ''."""
    return getattr(get_user(client), "email", "")


def without_tokens(response) -> str:
    """A page without what differs from request to request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_signing_up_takes_an_address_a_password_and_one_mail(client, mails):
    response = client.post("/accounts/signup/", SIGN_UP, follow=True)

    assert "Check your email" in text_of(response)
    assert signed_in(client) == ""
    assert [sent.to for sent in mails()] == ["new@example.com"]

    client.post("/accounts/confirm-email/", {"code": code_in(mails()[0])})
    assert EmailAddress.objects.get().verified
    assert signed_in(client) == "new@example.com"

    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "NEW@example.com", "password": PASSWORD})
    assert signed_in(client) == "new@example.com"


def test_a_code_that_did_not_arrive_is_sent_again(client, mails, time_machine):
    time_machine.move_to(timezone.now())
    client.post("/accounts/signup/", SIGN_UP)
    time_machine.shift(60)

    client.post("/accounts/confirm-email/", {"action": "resend"})
    assert len(mails()) == 2
    client.post("/accounts/confirm-email/", {"code": code_in(mails()[1])})

    assert signed_in(client) == "new@example.com"


def test_three_wrong_codes_confirm_nothing(client, mails):
    client.post("/accounts/signup/", SIGN_UP)

    for _ in range(3):
        client.post("/accounts/confirm-email/", {"code": "WRONG1"})
    client.post("/accounts/confirm-email/", {"code": code_in(mails()[0])})

    assert not EmailAddress.objects.get().verified
    assert signed_in(client) == ""


def test_an_address_is_kept_in_lower_case_however_it_was_typed(client):
    client.post("/accounts/signup/", SIGN_UP)

    assert User.objects.get().email == "new@example.com"


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/password/reset/"])
def test_every_link_in_a_mail_stands_under_the_sites_own_address(client, mails, page, known):
    if known:
        UserFactory(email="new@example.com")

    client.post(page, SIGN_UP, headers=ODD_HOST)

    links = [link for sent in mails() for link in links_in(sent.text)]
    assert links
    assert [link for link in links if not re.match(r"http://localhost:8000(/|$)", link)] == []


def test_signing_in_and_out(client):
    UserFactory(email="person@example.com")

    response = client.post(
        "/accounts/login/", {"login": "person@example.com", "password": PASSWORD}
    )
    assert response["Location"] == "/recruit/"
    assert signed_in(client) == "person@example.com"

    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client) == "person@example.com"
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert signed_in(client) == ""


def test_after_signing_in_one_is_never_sent_to_another_site(client):
    UserFactory(email="person@example.com")
    data = {"login": "person@example.com", "password": PASSWORD}

    for target in ["https://evil.example/", "//evil.example/", "/\\evil.example/"]:
        assert (
            client.post(f"/accounts/login/?next={target}", data | {"next": target})["Location"]
            == "/recruit/"
        )
        client.post("/accounts/logout/")
    assert (
        client.post("/accounts/login/", data | {"next": "/recruit/jobs/new/"})["Location"]
        == "/recruit/jobs/new/"
    )


def test_an_address_that_was_not_confirmed_does_not_let_anybody_in(client):
    client.post("/accounts/signup/", SIGN_UP)

    client.post("/accounts/login/", {"login": "new@example.com", "password": PASSWORD})

    assert signed_in(client) == ""


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    UserFactory(email="known@example.com")

    answers = set()
    for login in ["known@example.com", "nobody@example.com"]:
        response = client.post("/accounts/login/", {"login": login, "password": "not the password"})
        answers.add(without_tokens(response).replace(login, ""))

    assert len(answers) == 1


@pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/password/reset/"])
def test_known_and_unknown_addresses_get_the_same_answer(client, page):
    UserFactory(email="known@example.com")

    answers = []
    for email in ["known@example.com", "nobody@example.com"]:
        client.cookies.clear()
        response = client.post(page, {"email": email, "password1": PASSWORD}, follow=True)
        answers.append((response.redirect_chain, without_tokens(response).replace(email, "")))

    assert answers[0] == answers[1]


def test_a_password_is_set_anew_by_mail(client, mails):
    UserFactory(email="person@example.com")

    client.post("/accounts/password/reset/", {"email": "Person@example.com"})
    link = next(link for link in links_in(mails()[0].text) if "reset" in link)
    form = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    new = "another-long-password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    client.post("/accounts/login/", {"login": "person@example.com", "password": new})

    assert signed_in(client) == "person@example.com"


@pytest.mark.parametrize("password", ["short", "password12", "person@example.com"])
def test_a_password_that_is_easily_guessed_is_refused(client, password):
    client.post("/accounts/signup/", {"email": "person@example.com", "password1": password})

    assert not User.objects.exists()


def test_too_many_attempts_to_sign_in_are_stopped(client, clock):
    UserFactory(email="person@example.com")

    statuses = [
        client.post(
            "/accounts/login/", {"login": "person@example.com", "password": f"guess {number}"}
        )
        for number in range(12)
    ]
    right = client.post("/accounts/login/", {"login": "person@example.com", "password": PASSWORD})

    assert statuses[-1].status_code in (200, 429)
    assert right.status_code != 302
    assert signed_in(client) == ""


# --- Mails of a local copy ------------------------------------------------------------------------

HERE = "/accounts/mail-here/"


@pytest.fixture
def read_here(settings):
    settings.EMAIL_IS_LOCAL = True


def test_a_local_copy_shows_the_mails_it_wrote_with_their_links(client, read_here):
    UserFactory(email="new@example.com")
    client.post("/accounts/signup/", SIGN_UP)

    response = client.get(HERE)

    assert "To new@example.com" in text_of(response)
    assert re.search(
        r'<a href="http://localhost:8000/accounts/password/reset/"', response.content.decode()
    )
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "2001:db8::1", ""])
def test_the_mails_of_a_local_copy_are_shown_on_its_own_machine_only(client, read_here, address):
    assert client.get(HERE, REMOTE_ADDR=address).status_code == 404
    assert client.get(HERE, REMOTE_ADDR="::1").status_code == 200


def test_a_site_that_sends_its_mails_out_shows_none_of_them(client):
    assert client.get(HERE).status_code == 404


def test_whoever_tries_too_often_is_told_to_wait(client, clock):
    answers = [
        client.get("/accounts/login/"),
        *(client.post("/accounts/login/", {}) for _ in range(31)),
    ]

    assert [answer.status_code for answer in answers[:31]] == [200] * 31
    assert answers[31].status_code == 429
    assert answers[31]["Retry-After"] == "60"
    assert "Too many requests" in text_of(answers[31])

"""What keeps a core busy is done one piece at a time, by few threads of a process: who finds the
line full is told so, and nothing was begun.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from django.urls import reverse

from jobboard.accounts.models import User
from jobboard.common.models import Email, SecurityEvent
from jobboard.common.web import turns
from jobboard.common.web.turns import (
    API_LISTS,
    FILES,
    LINES,
    PASSWORDS,
    PICTURES,
    Line,
    ServerBusyError,
)
from jobboard.recruiting.logos import encoding as logos
from tests.factories import PASSWORD, UserFactory
from tests.reading import text_of

LOGIN, SIGN_UP = "/accounts/login/", "/accounts/signup/"
WRONG = {"password": "not the password"}
HASHER = "jobboard.accounts.signing_in.passwords.OneAtATimeHasher"


@contextmanager
def full(line: Line) -> Iterator[None]:
    """As while others have all its places."""
    with ExitStack() as taken:
        for _ in range(line.max_threads):
            assert line.places.acquire(blocking=False)
            taken.callback(line.places.release)
        yield


@pytest.fixture
def hashed_in_turn(settings):
    settings.PASSWORD_HASHERS = [HASHER, *settings.PASSWORD_HASHERS]


def test_one_piece_is_done_at_a_time():
    line, held = Line(2), []

    @line.one_at_a_time
    def work() -> None:
        held.append(line.turn.acquire(blocking=False))

    for _ in range(2):
        work()

    assert held == [False, False]


def test_who_finds_the_line_full_does_not_wait():
    line = Line(2)

    with full(line), pytest.raises(ServerBusyError):
        line.one_at_a_time(list)()

    assert line.one_at_a_time(list)() == []


def test_nobody_waits_for_ever_in_a_line_that_does_not_move(monkeypatch):
    monkeypatch.setattr(turns, "MAX_SECONDS", 0)
    line = Line(2)

    with line.turn, pytest.raises(ServerBusyError):
        line.one_at_a_time(list)()

    with full(line):
        pass  # the place was given back


def test_work_that_fails_leaves_the_line():
    line = Line(1)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            line.one_at_a_time(lambda: 1 / 0)()


def test_threads_are_left_for_readers_however_many_stand_in_line():
    assert sum(line.max_threads for line in LINES) < settings.WEB_THREADS


@pytest.mark.parametrize("work", [make_password, lambda word: check_password(word, "x")])
def test_passwords_are_such_work(hashed_in_turn, work):
    with full(PASSWORDS), pytest.raises(ServerBusyError):
        work("a-long-enough-password")


def test_pictures_are_such_work():
    with full(PICTURES), pytest.raises(ServerBusyError):
        logos.encode(BytesIO())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "line"),
    [("/jobs.csv", FILES), ("/jobs.json", FILES), ("/api/v1/listings", API_LISTS)],
)
def test_lists_of_jobs_are_such_work_and_say_when_to_come_back(client, path, line):
    with full(line):
        answer = client.get(path)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "5"
    assert "Wait 5 seconds, then try again." in answer.content.decode()
    assert client.get(path).status_code == 200
    assert client.get("/jobs/").status_code == 200


# --- Passwords ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LOGIN, SIGN_UP])
def test_known_and_unknown_addresses_get_one_answer_while_the_line_is_full(hashed_in_turn, path):
    UserFactory(email="known@example.com")

    with full(PASSWORDS):
        answers = [
            Client().post(path, {"email": email, "login": email, "password1": PASSWORD} | WRONG)
            for email in ["known@example.com", "unknown@example.com"]
        ]

    assert [answer.status_code for answer in answers] == [429, 429]
    assert text_of(answers[0]) == text_of(answers[1])
    assert "We’re busy right now" in text_of(answers[0])
    assert User.objects.count() == 1
    assert not Email.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_a_password_that_nobody_looked_at_was_no_wrong_one(hashed_in_turn):
    UserFactory(email="ada@example.com")
    client, right = Client(), {"login": "ada@example.com", "password": PASSWORD}
    with full(PASSWORDS):
        for _ in range(6):  # five wrong ones would be too many
            assert client.post(LOGIN, right).status_code == 429

    client.post(LOGIN, right)

    assert "_auth_user_id" in client.session
    assert not SecurityEvent.objects.filter(kind="sign_in_failed").exists()
    assert client.get(reverse("recruiting:dashboard")).status_code == 200

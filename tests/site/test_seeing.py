"""What operators see: lines of the log, metrics, error reports and notes of /healthz/ready."""

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta

import pytest
import sentry_sdk
from django.test import Client
from django.utils import timezone

from jobboard.common.models import Email
from jobboard.common.web.error_reports import report_errors
from jobboard.common.web.json_log import JsonLines
from jobboard.site import background
from jobboard.site.background import DiskUsage
from tests.conftest import ROOT
from tests.factories import FeedFactory, UserFactory

ADA = "ada@example.com"
TOKEN = "a-token-of-the-tests"
MEASURES = "jobboard.common.web.measuring.MeasureRequests"
MIDDLEWARE_OF_AN_ERROR = "tests.site.test_seeing.fail_at_about"


def fail_at_about(get_response):
    """Middleware: an error whose text, path and visitor name somebody."""

    def answer(request):
        if request.path.startswith("/about"):
            # A report shows the line itself, which names nobody.
            raise ValueError(f"Key (email)=({ADA}) already exists.")
        return get_response(request)

    return answer


@pytest.fixture
def measured(settings):
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], MEASURES, *settings.MIDDLEWARE[1:]]
    settings.LOG_FORMAT, settings.METRICS = "json", TOKEN


def lines_of(caplog) -> list[dict]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def read_metrics(**headers) -> str:
    return Client().get("/metrics", headers=headers).content.decode()


@pytest.mark.django_db
def test_a_request_is_one_line_of_json_with_what_it_took(measured, caplog, settings):
    user = UserFactory(email="ada@example.com")
    browser = Client()
    browser.force_login(user)
    caplog.clear()

    with caplog.at_level(logging.INFO, "jobboard.requests"):
        answer = browser.get("/me/data/?email=ada@example.com", REMOTE_ADDR="203.0.113.7")

    (line,) = [line for line in lines_of(caplog) if line["logger"] == "jobboard.requests"]
    assert line["status"] == answer.status_code
    assert (line["method"], line["user_id"]) == ("GET", user.pk)
    assert line["queries"] > 0 and line["milliseconds"] > 0
    assert "ada@" not in str(line) and "203.0.113" not in str(line)


def test_a_line_shows_neither_addresses_nor_what_libraries_add():
    record = logging.LogRecord(
        "django.db", logging.ERROR, "", 1, "Key (email)=(%s) exists", ("ada@example.com",), None
    )
    record.request = "<WSGIRequest: GET '/alerts/secret/'>"

    line = json.loads(JsonLines().format(record))

    assert line["message"] == "Key (email)=(…@…) exists"
    assert set(line) == {"time", "level", "logger", "request_id", "message"}


@pytest.mark.django_db
def test_metrics_tell_what_requests_took_and_what_waits(measured):
    FeedFactory()
    FeedFactory(failing_since=timezone.now())
    Email.objects.create(state=Email.State.WAITING, to="ada@example.com")
    Client().get("/about/")

    text = read_metrics(authorization=f"Bearer {TOKEN}")

    assert 'rolebook_request_seconds_count{method="GET",status="200",view="site:about"}' in text
    assert 'rolebook_feeds{state="failing"} 1.0' in text
    assert 'rolebook_feeds{state="working"} 1.0' in text
    assert 'rolebook_emails{state="waiting"} 1.0' in text
    assert 'rolebook_tasks_due{queue="mail"}' in text
    assert "rolebook_disk_free_bytes" in text
    assert "ada@" not in text


@pytest.mark.django_db
def test_metrics_are_for_who_has_the_token(settings):
    for given, asked, status in [
        ("", "", 404),
        (TOKEN, "", 404),
        (TOKEN, "Bearer another-token-of-16", 404),
        (TOKEN, f"Bearer {TOKEN}", 200),
        ("public", "", 200),
    ]:
        settings.METRICS = given
        answer = Client().get("/metrics", headers={"authorization": asked})
        assert (given, asked, answer.status_code) == (given, asked, status)


@pytest.mark.django_db
def test_an_error_report_says_where_and_not_who(settings):
    sent = []
    report_errors("https://key@sentry.example/1", site="jobs.example", transport=sent.append)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE_OF_AN_ERROR]
    browser = Client(raise_request_exception=False)
    browser.force_login(UserFactory(email="grace@example.com"))

    answer = browser.post("/about/?token=secret", {"password": "plum"}, REMOTE_ADDR="203.0.113.7")
    sentry_sdk.get_client().close()
    sentry_sdk.init()

    assert answer.status_code == 500
    text = str([envelope.get_event() for envelope in sent])
    assert "fail_at_about" in text or "test_seeing" in text
    assert "ValueError" in text and "/about/" in text and "Key (email)=(…@…)" in text
    for personal in [ADA, "grace@", "203.0.113", "plum", "secret", "sessionid", "Cookie"]:
        assert personal not in text


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"METRICS": "short"}, "METRICS must be a token of 16 characters or more"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be line or json"),
    ],
)
def test_a_wrong_setting_is_said_in_a_sentence(tmp_path, variables, problem):
    done = subprocess.run(
        [sys.executable, "-c", "import jobboard.settings"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
    )

    assert problem in done.stderr


@pytest.mark.django_db
def test_ready_notes_a_full_disk_and_an_old_backup(client, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    assert {client.get("/healthz/ready").json()[note] for note in ["disk", "backup"]} == {"ok"}

    (tmp_path / "backups").mkdir()
    old = tmp_path / "backups" / "daily-2026-01-01.zip"
    old.touch()
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    monkeypatch.setattr(background, "free_space", lambda: DiskUsage(90_000_000, 10**12))
    answer = client.get("/healthz/ready")

    assert answer.status_code == 200
    assert answer.json()["backup"] == "the last backup was made 48 hours ago"
    assert answer.json()["disk"] == "90 MB are free"

"""What operators see: lines of the log, metrics, error reports and notes of /healthz/ready."""

import json
import logging
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import sentry_sdk
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from sentry_sdk.transport import Transport

from jobboard.common.models import Email
from jobboard.common.web.error_reports import report_errors
from jobboard.common.web.json_log import JsonLines
from jobboard.common.web.tracing import TraceRequests
from jobboard.site import background, metrics
from jobboard.site.background import DiskUsage
from tests.conftest import ROOT
from tests.factories import FeedFactory, UserFactory

ADA, NETWORK = "ada@example.com", "203.0.113.7"  # a report shows the lines around an error
TOKEN = "a-token-of-the-tests"
MEASURES = "jobboard.common.web.measuring.MeasureRequests"


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
    record.path = "/jobs/ada@example.com"

    line = json.loads(JsonLines().format(record))

    assert line["message"] == "Key (email)=(…@…) exists"
    assert line["path"] == "/jobs/…@…"
    assert set(line) == {"time", "level", "logger", "request_id", "message", "path"}


@pytest.mark.django_db
def test_metrics_tell_what_requests_took_and_what_waits(measured):
    FeedFactory()
    FeedFactory(failing_since=timezone.now())
    Email.objects.create(state=Email.State.WAITING, to="ada@example.com")
    Client().get("/healthz/live")

    text = read_metrics(authorization=f"Bearer {TOKEN}")

    assert 'rolebook_request_seconds_count{method="GET",status="200",view="site:live"}' in text
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


class KeepsReports(Transport):
    """Sends nothing."""

    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        self.events.append(envelope.get_event())


def test_an_error_report_says_where_and_not_who(rf):
    """Without Django's part of the library, which would stay for all other tests."""
    transport = KeepsReports()
    report_errors(
        "https://key@sentry.example/1",
        site="jobs.example",
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
    )

    def fail(request):
        try:
            raise ValueError(f"Key (email)=({ADA}) already exists.")
        except ValueError as error:
            sentry_sdk.set_user({"id": 1, "email": ADA, "ip_address": NETWORK})
            sentry_sdk.capture_exception(error)
        return HttpResponse()

    answer = TraceRequests(fail)(rf.post("/alerts/AbCdEfGhIjKlMn/?token=secret", {"a": "plum"}))
    sentry_sdk.get_client().close()
    sentry_sdk.init(default_integrations=False, auto_enabling_integrations=False)

    (event,) = transport.events
    assert event["exception"]["values"][0]["value"] == "Key (email)=(…@…) already exists."
    assert event["request"] == {"method": "POST", "url": "/alerts/…/"}
    assert event["tags"]["request_id"] == answer.headers["X-Request-ID"]
    assert "test_seeing" in str(event)
    for personal in [ADA, NETWORK, "plum", "secret", "AbCdEf"]:
        assert personal not in str(event)


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


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["alerts.yml", "dashboard.json"])
def test_alerts_and_dashboard_ask_for_numbers_that_there_are(file, measured, monkeypatch):
    monkeypatch.setattr(metrics.replica, "is_configured", lambda: True)
    monkeypatch.setattr(metrics.replica, "seconds_behind", lambda: 3.0)
    monkeypatch.setattr(metrics, "newest_backup_at", timezone.now)
    Client().get("/healthz/live")
    told = re.findall(r"^(rolebook_\w+)", read_metrics(authorization=f"Bearer {TOKEN}"), re.M)

    asked = set(re.findall(r"rolebook_\w+", (ROOT / "deploy" / file).read_text()))

    assert asked
    assert asked <= set(told)

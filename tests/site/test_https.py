"""What a site answers once its SITE_URL is on https."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobboard.site.running import web_server
from tests import migrated
from tests.conftest import ROOT

pytestmark = pytest.mark.pure  # it brings its own SQLite

ANSWERS = """
import json
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.management import call_command
from django.test import Client
from jobboard.accounts.models import User

call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
user = User.objects.create_user("ada@example.com", "a-long-enough-password")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
browser = Client(HTTP_HOST=settings.SITE_HOST)
plain = browser.get("/jobs/?q=python")
page = browser.get("/accounts/login/", secure=True)
sent = {"login": "ada@example.com", "password": "a-long-enough-password"}
signed_in = browser.post("/accounts/login/", sent, secure=True)
cookies = page.cookies | signed_in.cookies
print(json.dumps({
    "from http": [plain.status_code, plain["Location"]],
    "HSTS": page["Strict-Transport-Security"],
    "cookies": {name: dict(cookie) for name, cookie in cookies.items()},
    "hasher": [get_hasher().algorithm, get_hasher().iterations],
    "DEBUG": settings.DEBUG,
    "BIND": settings.BIND,
}))
"""
HSTS = """
from django.conf import settings
from django.test import Client

page = Client(HTTP_HOST=settings.SITE_HOST).get("/robots.txt", secure=True)
print(page["Strict-Transport-Security"])
"""
COOKIES = {"__Host-csrf", "__Host-session"}


def printed(script: str, folder: Path, **changed: str) -> str:
    """The last line that ``script`` prints on a site whose settings are ``changed``."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SITE_URL": "https://jobs.example",
        "SECRET_KEY": "only-for-this-test",
    }
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env=environment | changed,
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_site_on_https_keeps_to_it_and_its_cookies_to_itself(tmp_path, pytestconfig):
    migrated.copy_to(tmp_path / "db.sqlite3", pytestconfig)

    found = json.loads(printed(ANSWERS, tmp_path))

    assert found["from http"] == [301, "https://jobs.example/jobs/?q=python"]
    assert found["HSTS"] == "max-age=31536000"
    assert found["cookies"].keys() == COOKIES
    for cookie in found["cookies"].values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    algorithm, iterations = found["hasher"]
    assert (algorithm, iterations >= 600_000) == ("pbkdf2_sha256", True)
    assert found["DEBUG"] is False
    assert found["BIND"] == "127.0.0.1"


def test_the_web_server_listens_where_it_is_told_alone(settings):
    settings.BIND = "192.0.2.1"

    assert f"--bind=192.0.2.1:{settings.PORT}" in web_server.command()


@pytest.mark.slow
def test_subdomains_are_on_https_too_where_the_owner_of_the_domain_says_so(tmp_path):
    said = printed(HSTS, tmp_path, HSTS_PRELOAD="True")

    assert said == "max-age=31536000; includeSubDomains; preload"

"""What the site writes is for the user who runs it alone, whoever made its folder and however."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobboard import settings
from jobboard.settings import keep_private, local_secret_key
from tests.conftest import ROOT

pytestmark = pytest.mark.pure  # it brings its own SQLite

# Everything the site and its commands write to a disk. Uploads and logos are rows of the database,
# and what people export is written to no disk. Static files are the ones that everybody is sent.
WRITES = """
from pathlib import Path
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.core.management import call_command

call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
cache.set("limit", 1)
send_mail("Subject", "Body", None, ["ada@example.com"])
call_command("search_index", "rebuild")
call_command("worker", "--once")
call_command("backup", settings.DATA_DIR / "../copy.zip")
call_command("restore", settings.DATA_DIR / "../copy.zip")
"""
WRITTEN = {"db.sqlite3", "cache.sqlite3", "secret_key", "mail", "search", "static", "backups"}


@pytest.fixture
def umask():
    before = os.umask(0)
    yield
    os.umask(before)


def run_on(folder: Path, script: str) -> None:
    """With the settings of a site that nobody set up, in a shell that makes files for everybody."""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder)},
        umask=0,
        check=True,
        capture_output=True,
    )


@pytest.mark.slow
def test_whatever_the_site_writes_is_closed_to_other_users(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o777)

    run_on(folder, WRITES)

    assert {path.name for path in folder.iterdir()} >= WRITTEN
    private = [path for path in folder.rglob("*") if not path.is_relative_to(folder / "static")]
    for path in [folder, tmp_path / "copy.zip", *private]:
        expected = 0o700 if path.is_dir() else 0o600
        assert path.stat().st_mode & 0o777 == expected, path


def test_a_folder_that_was_open_to_others_is_closed(tmp_path, umask):
    (tmp_path / "open").mkdir()

    for folder in [tmp_path / "open", tmp_path / "new" / "data"]:
        keep_private(folder)

        assert folder.stat().st_mode & 0o777 == 0o700


def test_an_open_folder_of_somebody_else_is_refused_with_what_to_do(tmp_path, umask, monkeypatch):
    tmp_path.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(ImproperlyConfigured, match="Run: chown"):
        keep_private(tmp_path)


def test_processes_that_start_for_the_first_time_share_one_key(tmp_path, monkeypatch):
    def the_other_was_first(file, _):
        (tmp_path / "secret_key").write_text("the key of the first")

    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings.fcntl, "flock", the_other_was_first)
    assert local_secret_key() == local_secret_key() == "the key of the first"


def test_a_key_that_was_never_written_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    (tmp_path / "secret_key").touch()
    key = local_secret_key()
    assert len(key) > 50
    assert local_secret_key() == key

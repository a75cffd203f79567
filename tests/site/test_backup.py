import json
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jobboard.accounts.models import User
from jobboard.search import change_log
from jobboard.site.data import backups, scheduled_backups
from tests.conftest import ALL
from tests.waiting import MAX_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(tmp_path):
    """A backup of a site with two users."""
    User.objects.create_user("ada@example.com")
    User.objects.create_superuser("grace@example.com")
    call_command("backup", str(tmp_path / "site.zip"))
    return tmp_path / "site.zip"


def emails():
    return sorted(User.objects.values_list("email", flat=True))


def restored(path):
    call_command("restore", str(path))
    return emails()


def altered(backup: Path, **changes) -> Path:
    """A copy of ``backup`` with other values in its manifest."""
    copy = backup.with_name("altered.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | changes)
            new.writestr(name, content)
    return copy


@pytest.mark.slow
@pytest.mark.faults("restore")
@pytest.mark.both_databases
def test_restore_brings_back_what_was_backed_up(backup):
    User.objects.all().delete()
    User.objects.create_user("mallory@example.com")

    assert restored(backup) == ["ada@example.com", "grace@example.com"]
    assert User.objects.get(email="grace@example.com").is_superuser


@pytest.mark.both_databases
def test_restore_keeps_a_copy_of_what_was_there(backup, capsys):
    User.objects.create_user("late@example.com")
    call_command("restore", str(backup))
    [line] = [
        line
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("Previous data saved to ")
    ]

    copy = Path(line.removeprefix("Previous data saved to "))

    assert copy.parent == settings.DATA_DIR / "backups"
    assert restored(copy) == ["ada@example.com", "grace@example.com", "late@example.com"]


@pytest.mark.slow
def test_restore_brings_back_the_secret_key(backup):
    key = backups.secret_key_path().read_text()
    backups.secret_key_path().write_text("another")

    call_command("restore", str(backup))

    assert backups.secret_key_path().read_text() == key


def with_another_key(backup: Path) -> Path:
    copy = backup.with_name("another_key.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = b"a key of somebody else" if name == "secret_key" else old.read(name)
            new.writestr(name, content)
    return copy


def test_restore_refuses_a_secret_key_that_differs_from_its_checksum(backup):
    key = backups.secret_key_path().read_text()

    refused(
        with_another_key(backup), "The secret key in the backup is not the one it was made with"
    )

    assert backups.secret_key_path().read_text() == key


@pytest.mark.slow
def test_restore_takes_a_backup_of_before_the_key_had_a_checksum(backup):
    manifest = json.loads(zipfile.ZipFile(backup).read("manifest.json"))
    del manifest["key_sha256"]

    older = backup.with_name("older.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(older, "w") as new:
        for name in old.namelist():
            content = json.dumps(manifest) if name == "manifest.json" else old.read(name)
            new.writestr(name, content)

    assert restored(older) == ["ada@example.com", "grace@example.com"]


@pytest.mark.slow
def test_restore_leaves_a_secret_key_from_the_environment_alone(backup, monkeypatch):
    key = backups.secret_key_path().read_text()
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    backups.secret_key_path().write_text("another")

    call_command("restore", str(backup))

    assert backups.secret_key_path().read_text() == "another"
    backups.secret_key_path().write_text(key)


@pytest.mark.slow
def test_every_search_index_is_compared_with_the_restored_data(backup):
    """Those of other machines too, and whatever was backed up of the log of changes."""
    call_command("restore", str(backup))
    position = change_log.current_position()
    assert not change_log.is_lost(position)

    call_command("restore", str(backup))
    assert change_log.is_lost(position)


@pytest.mark.slow
@pytest.mark.both_databases
def test_processes_that_run_during_a_restore_go_on_with_the_restored_data(backup):
    User.objects.all().delete()
    seen, looked, is_restored = [], threading.Event(), threading.Event()

    def other_process():
        seen.append(emails())
        looked.set()
        is_restored.wait(MAX_SECONDS)
        seen.append(emails())
        connection.close()

    other = threading.Thread(target=other_process)
    other.start()
    assert looked.wait(MAX_SECONDS)
    call_command("restore", str(backup))
    is_restored.set()
    other.join()

    assert seen == [[], ["ada@example.com", "grace@example.com"]]


@pytest.mark.slow
@pytest.mark.both_databases
def test_restore_of_an_older_version_removes_the_tables_of_the_newer_one(backup, capsys):
    with connection.schema_editor() as editor:
        editor.execute(
            "CREATE TABLE later (id integer PRIMARY KEY, "
            "user_id bigint REFERENCES accounts_user (id))"
        )
    MigrationRecorder(connection).record_applied("accounts", "9999_later")

    assert restored(backup) == ["ada@example.com", "grace@example.com"]
    assert "later" not in connection.introspection.table_names()
    assert "accounts.9999_later" not in backups.applied_migrations()


def test_a_backup_is_readable_by_its_owner_only(backup):
    assert backup.stat().st_mode & 0o777 == 0o600
    assert list(backup.parent.iterdir()) == [backup]  # nothing half-made beside it


def test_backup_never_overwrites_a_file(backup):
    before = backup.read_bytes()

    with pytest.raises(CommandError, match="already exists"):
        call_command("backup", str(backup))

    assert backup.read_bytes() == before


def refused(path, because: str):
    """Restoring ``path`` is refused with that reason, and changes nothing."""
    User.objects.create_user("late@example.com")
    with pytest.raises(CommandError, match=because):
        call_command("restore", str(path))
    assert emails() == ["ada@example.com", "grace@example.com", "late@example.com"]


@pytest.mark.both_databases
def test_restore_refuses_a_backup_of_the_other_database(backup):
    other, name = {"sqlite": ("postgresql", "PostgreSQL"), "postgresql": ("sqlite", "SQLite")}[
        connection.vendor
    ]

    refused(altered(backup, engine=other), f"The backup is from {name}, but this site uses")


def test_restore_refuses_a_backup_of_a_newer_version(backup):
    newer = ["accounts.0001_initial", "accounts.9999_from_the_future"]

    refused(
        altered(backup, migrations=newer, version="9.0"),
        "newer version of the site .9.0, accounts.9999_from_the_f",
    )


def test_restore_refuses_another_format(backup):
    refused(altered(backup, format=2), "format 2")


def test_restore_refuses_a_database_that_differs_from_its_checksum(backup):
    refused(altered(backup, sha256="0" * 64), "differs from its checksum")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:2000] + b"\x00" * 1000 + content[3000:],
        lambda content: b"something else",
        lambda content: b"",
    ],
    ids=["cut off", "overwritten", "another file", "empty"],
)
@pytest.mark.both_databases
def test_restore_refuses_a_damaged_file(backup, damage):
    backup.write_bytes(damage(backup.read_bytes()))

    refused(backup, "damaged or is not a backup")


def test_restore_refuses_an_archive_of_something_else(backup):
    refused(altered(backup, rows=None, migrations=None), "damaged or is not a backup")


def test_restore_says_that_a_file_is_missing(backup):
    refused(backup.with_name("missing.zip"), "cannot be read: No such file or directory")


@pytest.mark.slow
@pytest.mark.both_databases
def test_restore_says_when_the_database_holds_something_else_than_the_manifest(backup):
    with pytest.raises(
        CommandError, match="the row counts of these tables differ from the backup: accounts_user"
    ):
        call_command("restore", str(altered(backup, rows={"accounts_user": 3})))


@pytest.mark.both_databases
def test_the_password_of_the_database_is_on_no_command_line(backup, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no password")
    commands = []
    monkeypatch.setattr(
        backups.subprocess, "run", lambda command, env, **_: commands.append((command, env))
    )

    backups.run_tool("pg_dump", "--format=custom")

    [(command, env)] = commands
    assert command == ("pg_dump", "--format=custom")
    assert env["PGPASSWORD"] == connection.settings_dict["PASSWORD"]
    assert env["PGDATABASE"] == connection.settings_dict["NAME"]


def test_daily_backups_are_made_once_a_day_and_the_newest_stay(tmp_path):
    for day in range(1, 10):
        (tmp_path / f"daily-2026-01-0{day}.zip").touch()

    for _ in range(2):
        call_command("backup", "--daily", "--keep=3", str(tmp_path))

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[:2] == ["daily-2026-01-08.zip", "daily-2026-01-09.zip"]
    assert len(names) == 3


@pytest.fixture
def key(tmp_path):
    """Call it to decrypt a file, as on another machine; a public key of it encrypts backups."""
    if shutil.which("gpg-agent") is None:
        assert not ALL, "gpg-agent is not installed (on Debian: sudo apt install gpg-agent)."
        pytest.skip("gpg-agent is not installed")
    with tempfile.TemporaryDirectory(prefix="gpg-") as home:  # the name of a socket is short
        gpg = ["gpg", "--batch", "--quiet", "--homedir", home, "--passphrase", ""]
        make = ["--quick-generate-key", "Owner of the site", "future-default", "default", "never"]
        subprocess.run([*gpg, *make], check=True, capture_output=True)
        export = [*gpg, "--armor", "--output", tmp_path / "key.asc", "--export"]
        subprocess.run(export, check=True, capture_output=True)

        def decrypt(file, plain):
            subprocess.run([*gpg, "--output", plain, "--decrypt", file], check=True)

        yield decrypt
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)


@pytest.mark.slow
@pytest.mark.faults("restore")
def test_daily_backups_are_encrypted_and_restored_where_the_key_is(
    key, backup, settings, tmp_path, capsys
):
    settings.BACKUP_KEY = str(tmp_path / "key.asc")
    folder = tmp_path / "daily"
    call_command("backup", "--daily", str(folder))

    [file] = folder.iterdir()
    assert file.name.endswith(".zip.gpg")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="is encrypted"):
        call_command("restore", str(file))
    key(file, tmp_path / "plain.zip")
    User.objects.all().delete()

    assert restored(tmp_path / "plain.zip") == ["ada@example.com", "grace@example.com"]


@pytest.mark.slow
def test_a_key_that_is_none_leaves_no_backup_behind(backup, settings, tmp_path):
    settings.BACKUP_KEY = str(tmp_path / "not-there.asc")
    folder = tmp_path / "daily"
    killed = folder / ".backup-left"
    killed.mkdir(parents=True)
    (killed / "plain.zip").touch()
    os.utime(killed, (0, 0))

    with pytest.raises(CommandError, match="could not be encrypted"):
        call_command("backup", "--daily", str(folder))

    assert list(folder.iterdir()) == []


def test_old_copies_are_deleted_but_for_the_newest_of_each_kind(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "backups"
    folder.mkdir()
    for reason in ["before-migrating", "before-restoring"]:
        for day in range(1, 6):
            copy = folder / f"{reason}-2026010{day}T000000.0Z.zip"
            copy.touch()
            if day != 2:
                os.utime(copy, (day, day))

    scheduled_backups.remove_old_copies()

    for reason in ["before-migrating", "before-restoring"]:
        kept = [path.name.partition("-2026")[2][:4] for path in folder.glob(f"{reason}-*")]
        assert sorted(kept) == ["0102", "0103", "0104", "0105"]


def test_what_a_killed_backup_left_is_deleted_by_the_next_one(tmp_path):
    left, running = tmp_path / ".backup-left", tmp_path / ".backup-running"
    for folder in [left, running]:
        folder.mkdir()
        (folder / "database").touch()
    os.utime(left, (0, 0))

    call_command("backup", str(tmp_path / "site.zip"))

    assert (left.exists(), running.exists()) == (False, True)

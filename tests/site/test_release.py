from io import StringIO

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import CommandError, call_command

from jobboard.common.locks import advisory_lock
from jobboard.site.data.backups import BackupError
from jobboard.site.running import release


@pytest.fixture
def commands(monkeypatch):
    """The commands that were run; they do nothing."""
    run = []
    monkeypatch.setattr(release, "call_command", lambda name, **options: run.append(name))
    return run


@pytest.fixture
def static(settings, tmp_path):
    """Folders of a site with one stylesheet: its sources, and what is made of them."""
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [tmp_path / "source"], tmp_path / "made"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT.mkdir()
    settings.STATICFILES_DIRS[0].mkdir()
    (settings.STATICFILES_DIRS[0] / "site.css").write_text("a {}")
    get_finder.cache_clear()
    yield settings
    get_finder.cache_clear()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_machines_that_start_at_once_prepare_the_database_one_after_the_other(
    commands, static, monkeypatch
):
    free = []

    def migrate(output):
        with advisory_lock("release") as ours:
            free.append(ours)

    monkeypatch.setattr(release, "migrate", migrate)
    call_command("release")

    assert free == [False]
    assert commands == ["createcachetable", "load_starter", "collectstatic"]


def test_static_files_are_made_once_until_one_changes(commands, static):
    for _ in range(2):
        release.make_static_files()
    assert commands == ["collectstatic"]

    (static.STATICFILES_DIRS[0] / "site.css").write_text("b {}")
    release.make_static_files()
    assert commands == ["collectstatic"] * 2

    (static.STATIC_ROOT / release.MADE_FROM).unlink()
    release.make_static_files()
    assert commands == ["collectstatic"] * 3


@pytest.mark.django_db
def test_nothing_is_migrated_without_a_backup(commands, monkeypatch):
    def fail(reason):
        raise BackupError("pg_dump is not installed.")

    monkeypatch.setattr(release, "safety_copy", fail)
    monkeypatch.setattr(release.MigrationExecutor, "migration_plan", lambda *_: ["one"])

    with pytest.raises(CommandError, match=r"Nothing was migrated.* pg_dump is not installed"):
        release.migrate(StringIO())

    assert commands == []

"""What every test relies on without saying so."""

import socket

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import send_mail

from tests import migrated


def test_tests_reach_this_machine_only():
    with pytest.raises(RuntimeError, match=r"tried to reach 192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_tests_keep_their_hands_off_the_data_of_the_site():
    assert settings.BASE_DIR not in settings.DATA_DIR.parents


def test_mail_waits_in_the_queue(mails):
    send_mail("Subject", "Body", None, ["seeker@example.com"])

    assert [queued.subject for queued in mails()] == ["Subject"]
    assert mail.outbox == []


@pytest.mark.pure
def test_a_database_is_kept_for_the_migrations_that_made_it(tmp_path):
    file = tmp_path / "0001_initial.py"
    file.write_text("a = 1")
    before = migrated.key([file])

    file.write_text("a = 2")

    assert migrated.key([file]) != before
    known = {str(path.relative_to(migrated.ROOT)) for path in migrated.behind_migrations()}
    assert known > {
        "roles/migrations/0001_initial.py",
        "jobboard/site/kept/triggers.py",  # a migration calls it
        "jobboard/listings/models/company/company.py",  # which imports that
    }

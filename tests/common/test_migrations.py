"""A site of the release before keeps its emails and its list of suppressed addresses, and its
processes work on beside the new ones while they are replaced.
"""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobboard.common.mail import deliver_email
from jobboard.common.mailing import suppression
from jobboard.common.models import Email, SuppressedAddress

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.slow,  # a released migration does not change
]

BEFORE, BEFORE_ITS_OWN_KEY = ("common", "0006_capabilities"), ("common", "0007_mail_budget")
TURNED_DOWN, STOPPED, SENT = "ada@example.com", "bea@example.com", "cid@example.com"


@pytest.fixture(scope="module")
def old(django_db_setup, django_db_blocker):
    """The models of the release before, whose rows were migrated: once, as it takes seconds."""
    with django_db_blocker.unblock():
        models = models_at(BEFORE)
        models("common", "SuppressedAddress").objects.create(
            address_hash=suppression.hash_of(TURNED_DOWN)
        )
        queue_as_before(models, 1)
        models_at(BEFORE_ITS_OWN_KEY)("common", "SuppressedAddress").objects.create(
            kind="stopped", address_hash=suppression.hash_of(STOPPED)
        )
        call_command("migrate", verbosity=0)
        yield models
        # Not flushed: that would empty what migrations filled, and other tests look for.
        Email.objects.all().delete()
        SuppressedAddress.objects.all().delete()


def models_at(migration: tuple[str, str]) -> Callable:
    """Called with app and name; the database is as that release left it."""
    MigrationExecutor(connection).migrate([migration])
    return MigrationExecutor(connection).loader.project_state(migration).apps.get_model


def queue_as_before(old: Callable, number: int) -> None:
    old("common", "Email").objects.create(
        message_id=f"<{number}@localhost>",
        to=SENT,
        subject="Your job is live",
        text="x",
        purpose="listing_published",
    )


def test_a_mailbox_that_was_turned_down_still_is_and_nobody_has_stopped_anything(old):
    assert suppression.is_suppressed(TURNED_DOWN)
    assert not suppression.is_stopped(TURNED_DOWN)
    before = SuppressedAddress.objects.count()
    suppression.stop(suppression.mailbox_hash(TURNED_DOWN))
    assert SuppressedAddress.objects.count() == before + 1


def test_processes_of_before_take_nobody_off_the_list_who_stopped_emails(old):
    suppression.stop(suppression.mailbox_hash(SENT))
    address_hash = suppression.hash_of(SENT)

    # As they do once an email arrived, and before they write one.
    there = old("common", "SuppressedAddress").objects.filter(address_hash=address_hash)
    there.delete()

    assert not there.exists()
    assert suppression.is_stopped(SENT)


def test_who_stopped_emails_before_the_key_was_its_own_still_has(old):
    assert suppression.is_stopped(STOPPED)
    suppression.allow_again(suppression.mailbox_hash(STOPPED))
    assert not SuppressedAddress.objects.filter(kind="stopped").exists()


def test_emails_that_waited_and_those_of_processes_of_before_are_sent(old):
    queue_as_before(old, 2)

    for email in Email.objects.all():
        deliver_email.call(email_id=email.pk)

    assert len(mail.outbox) == 2

"""A site of the release before keeps its emails and its list of suppressed addresses, and its
processes work on beside the new ones while they are replaced.
"""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobboard.common.mail import deliver_email
from jobboard.common.mailing import suppression
from jobboard.common.models import Email, SuppressedAddress

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases,
    pytest.mark.slow,  # a released migration does not change
]

BEFORE = [("common", "0006_capabilities")]
ADA = "ada@example.com"


@pytest.fixture
def old():
    """The models of the release before, in a database as it left them."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps.get_model
    call_command("migrate", verbosity=0)


def queue_as_before(old, number: int) -> None:
    old("common", "Email").objects.create(
        message_id=f"<{number}@localhost>",
        to=ADA,
        subject="Your job is live",
        text="x",
        purpose="listing_published",
    )


def test_a_mailbox_that_was_turned_down_still_is_and_nobody_has_stopped_anything(old):
    old("common", "SuppressedAddress").objects.create(address_hash=suppression.hash_of(ADA))

    call_command("migrate", verbosity=0)

    assert suppression.is_suppressed(ADA)
    assert not suppression.is_stopped(ADA)
    suppression.stop(suppression.mailbox_hash(ADA))
    assert SuppressedAddress.objects.count() == 2


def test_processes_of_before_take_nobody_off_the_list_who_stopped_emails(old):
    call_command("migrate", verbosity=0)
    suppression.stop(suppression.mailbox_hash(ADA))
    address_hash = suppression.hash_of(ADA)

    # As they do once an email arrived, and before they write one.
    there = old("common", "SuppressedAddress").objects.filter(address_hash=address_hash)
    there.delete()

    assert not there.exists()
    assert suppression.is_stopped(ADA)


def test_who_stopped_emails_before_the_key_was_its_own_still_has():
    executor = MigrationExecutor(connection)
    executor.migrate([("common", "0007_mail_budget")])
    models = MigrationExecutor(connection).loader.project_state(("common", "0007_mail_budget"))
    models.apps.get_model("common", "SuppressedAddress").objects.create(
        kind="stopped", address_hash=suppression.hash_of(ADA)
    )

    call_command("migrate", verbosity=0)

    assert suppression.is_stopped(ADA)
    suppression.allow_again(suppression.mailbox_hash(ADA))
    assert not SuppressedAddress.objects.exists()


def test_emails_that_waited_and_those_of_processes_of_before_are_sent(old):
    queue_as_before(old, 1)
    call_command("migrate", verbosity=0)
    queue_as_before(old, 2)

    for email in Email.objects.all():
        deliver_email.call(email_id=email.pk)

    assert len(mail.outbox) == 2

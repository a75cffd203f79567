"""What migrations make of alerts that were stored before."""

from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from jobboard.common.models import Capability
from jobboard.seekers.models import Alert

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BEFORE_AND_AFTER = {
    "q=python": "q=python&words=1",
    "level=senior&q=senior+python+berlin": "level=senior&q=senior+python+berlin&words=1",
    "q=a%26b&skill=sql&skill=python": "q=a%26b&skill=python&skill=sql&words=1",
    "q=python&words=1": "q=python&words=1",
    "level=senior": "level=senior",
    "": "",
}


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def keep_words() -> None:
    migration = import_module("jobboard.seekers.migrations.0007_stored_searches_keep_their_words")
    migration.keep_words(apps, schema_editor=None)


def test_alerts_of_before_go_on_searching_their_words():
    alerts = {
        before: Alert.objects.create(email=f"{at}@example.com", query=before)
        for at, before in enumerate(BEFORE_AND_AFTER)
    }

    keep_words()
    keep_words()  # a second time it changes nothing

    stored = dict(Alert.objects.values_list("pk", "query"))
    assert {before: stored[alert.pk] for before, alert in alerts.items()} == BEFORE_AND_AFTER


def test_links_that_were_mailed_for_them_stay_about_the_same_search():
    alert = Alert.objects.create(email="ada@example.com", query="q=python")
    about = {"subject": str(alert.pk), "content_hash": hash_of("q=python")}
    for purpose in ("alert_start", "answer"):
        Capability.objects.create(
            purpose=purpose, token_hash=purpose, expires_at=timezone.now(), **about
        )

    keep_words()

    hashes = dict(Capability.objects.values_list("purpose", "content_hash"))
    assert hashes["alert_start"] == hash_of("q=python&words=1")
    assert hashes["answer"] == hash_of("q=python")

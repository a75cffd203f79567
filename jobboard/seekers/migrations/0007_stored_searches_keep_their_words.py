"""Alerts of before looked for the words they hold. From now on words may be understood as filters,
so these say that theirs are words. Links that were mailed for them are about the same search.
"""

from hashlib import sha256

from django.db import migrations, models
from django.http import QueryDict
from django.utils.http import urlencode

READ_AT_ONCE = 500
BY_MAIL = ["alert_start", "alert_change"]


def keep_words(apps, schema_editor):
    Alert = apps.get_model("seekers", "Alert")
    Capability = apps.get_model("common", "Capability")
    with_words = Alert.objects.filter(query__contains="q=").order_by("pk")
    for alert in with_words.iterator(chunk_size=READ_AT_ONCE):
        asked = QueryDict(alert.query)
        if "q" not in asked or "words" in asked:
            continue
        pairs = [(name, value) for name, values in asked.lists() for value in values]
        before, alert.query = alert.query, urlencode(sorted([*pairs, ("words", "1")]))
        alert.save(update_fields=["query"])
        mailed = Capability.objects.filter(purpose__in=BY_MAIL, subject=str(alert.pk))
        mailed.filter(content_hash=_hash(before)).update(content_hash=_hash(alert.query))


def _hash(text):
    return sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [
        ("seekers", "0006_staff"),
        ("common", "0011_event_of_api_tokens"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="query",
            field=models.CharField(
                max_length=1_008,
                blank=True,
                help_text="The search, as a job list query string.",
            ),
        ),
        migrations.RunPython(keep_words, migrations.RunPython.noop, elidable=True),
    ]

"""Takes over the emails of django-post-office, if the site had it: those that wait will leave, of
the others what people may ask for stays. Its tables stay for code that still runs; a later release
drops them.
"""

import json

from django.db import migrations
from django.utils import timezone
from django_tasks_db.models import get_date_max

ROWS_AT_ONCE = 500
STATES = {0: "sent", 1: "failed", 2: "waiting", 3: "waiting"}
COLUMNS = (
    '"to", subject, message, status, created, last_updated, message_id, headers, '
    "number_of_retries, expires_at"
)


def take_over(apps, schema_editor):
    connection = schema_editor.connection
    if "post_office_email" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM post_office_email ORDER BY id")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for row in rows:
                _take_over_one(apps, row)


def _take_over_one(apps, row):
    Email = apps.get_model("common", "Email")
    to, subject, message, status, created, updated, message_id, headers, retries, until = row
    state = STATES.get(status, "waiting")
    addresses = [address.strip() for address in to.split(",") if address.strip()]
    for number, address in enumerate(addresses):
        is_waiting = state == "waiting"
        email = Email.objects.create(
            message_id=_unique(message_id, number, created, Email),
            to=address[:320],
            subject=_plain(subject)[:998],
            text=_plain(message) if is_waiting else "",
            headers=_headers(headers),
            state=state,
            tries=retries or 0,
            worth_until=_aware(until),
            created_at=_aware(created),
            sent_at=_aware(updated) if state == "sent" else None,
        )
        if is_waiting:
            _enqueue(apps, email.pk)


def _unique(message_id, number, created, Email):
    """Each person's email has its own; those of before had one for all."""
    if message_id and number == 0 and not Email.objects.filter(message_id=message_id).exists():
        return message_id
    return f"<{Email.objects.count()}.{_aware(created).timestamp()}@queue-before>"


def _plain(text):
    """It was stored as a Django template."""
    return (text or "").replace("{% templatetag openbrace %}", "{")


def _headers(value):
    if isinstance(value, str):
        value = json.loads(value)
    return value or {}


def _aware(moment):
    if isinstance(moment, str):
        moment = timezone.datetime.fromisoformat(moment)
    if moment is not None and timezone.is_naive(moment):
        return moment.replace(tzinfo=timezone.get_default_timezone())
    return moment


def _enqueue(apps, email_id):
    apps.get_model("django_tasks_database", "DBTaskResult").objects.create(
        task_path="jobboard.common.mail.deliver_email",
        args_kwargs={"args": [], "kwargs": {"email_id": email_id}},
        queue_name="mail",
        backend_name="default",
        priority=50,
        run_after=get_date_max(),
        exception_class_path="",
        traceback="",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0003_background"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]

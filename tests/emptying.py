"""Empties the database behind a test that has transactions of its own. Django's flush says that
a migration has ended, so content types, permissions and triggers are made anew each time: a tenth
of a second, and half a second on PostgreSQL.
"""

import secrets

from django.db import connection, transaction
from django.test import TransactionTestCase

from jobboard.search import change_log
from jobboard.site.models import ContentVersion

# They are as the migrations left them; the version has to change.
LEFT = {"auth_permission", "django_content_type", ContentVersion._meta.db_table}


def empty_database(case: TransactionTestCase) -> None:
    tables = set(connection.introspection.django_table_names()) - LEFT
    deletes = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in sorted(tables)]  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Neither foreign keys nor our triggers are asked about each row.
            deletes = ["SET LOCAL session_replication_role = replica; " + "; ".join(deletes)]
        for statement in deletes:
            cursor.execute(statement)
    change_log.begin_if_unusable()
    ContentVersion.objects.update(value=secrets.token_hex(16))

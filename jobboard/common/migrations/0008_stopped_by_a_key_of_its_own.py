"""Rows of mailboxes whose owners stopped emails get the key of ``suppression.stopped_key``."""

import hashlib

from django.db import migrations


def to_key_of_its_own(apps, schema_editor) -> None:
    rows = apps.get_model("common", "SuppressedAddress").objects.filter(kind="stopped")
    for row in rows.iterator():
        row.address_hash = hashlib.sha256(f"stopped {row.address_hash}".encode()).hexdigest()
        row.save(update_fields=["address_hash"])


class Migration(migrations.Migration):
    dependencies = [("common", "0007_mail_budget")]

    # Back, a hash does not tell what it was made of, and the rows are of no effect.
    operations = [migrations.RunPython(to_key_of_its_own, migrations.RunPython.noop)]

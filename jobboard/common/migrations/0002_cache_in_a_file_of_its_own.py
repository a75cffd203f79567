from django.db import migrations


def drop_table(apps, schema_editor):
    """On SQLite the cache is in another file now: see ``common/cache.py``."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS cache")


class Migration(migrations.Migration):
    dependencies = [("common", "0001_old_slug")]
    operations = [migrations.RunPython(drop_table, migrations.RunPython.noop)]

from django.db import migrations, models

from jobboard.search import triggers


def remove_triggers(apps, schema_editor):
    """Which would write to a table that is gone. They are set up after every migration (apps.py)."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='ListingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(db_index=True, help_text="SQLite: 1, 2, 3… in the order of commits. PostgreSQL: the transaction's number.")),
                ('listing_id', models.BigIntegerField()),
                ('at', models.DateTimeField(help_text='By the clock of the database.')),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    ]

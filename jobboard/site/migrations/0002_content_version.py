from django.db import migrations, models

from jobboard.site.kept import triggers


def remove_triggers(apps, schema_editor):
    """Which would write to a table that is gone. They are set up after every migration (apps.py)."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('site', '0001_background'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigIntegerField(help_text='0, or on PostgreSQL the number of a transaction that goes on.', primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=32)),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    ]

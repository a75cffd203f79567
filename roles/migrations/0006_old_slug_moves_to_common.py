from django.db import migrations


class Migration(migrations.Migration):
    """The table stays; ``common`` speaks of it from here on."""

    dependencies = [("roles", "0005_wording"), ("common", "0001_old_slug")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="OldSlug")]),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Names of the code. Columns and tables keep theirs: an earlier release may run beside this one."""

    dependencies = [("seekers", "0007_stored_searches_keep_their_words")]

    operations = [
        migrations.AlterModelTable("AlertSent", "seekers_alertsent"),
        migrations.RenameModel("AlertSent", "AlertedListing"),
    ]

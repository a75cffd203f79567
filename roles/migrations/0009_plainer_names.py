from django.db import migrations


class Migration(migrations.Migration):
    """Names of the code. Columns and tables keep theirs: an earlier release may run beside this one."""

    dependencies = [("roles", "0008_role_weeks")]

    operations = [
        migrations.AlterModelTable("StarterItem", "roles_starteritem"),
        migrations.RenameModel("StarterItem", "StarterFingerprint"),
    ]

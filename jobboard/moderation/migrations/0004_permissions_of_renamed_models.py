"""Permissions follow the new names of their models: Django renames the type of content alone, and
would add new permissions beside the old ones.
"""

from django.db import migrations

RENAMED = {
    ("listings", "listingday"): ("listingdailystats", "listing daily stats"),
    ("roles", "starteritem"): ("starterfingerprint", "starter fingerprint"),
    ("seekers", "alertsent"): ("alertedlisting", "alerted listing"),
}
ACTIONS = ["add", "change", "delete", "view"]


def rename_permissions(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    for (app, old), (new, words) in RENAMED.items():
        for action in ACTIONS:
            of_app = Permission.objects.filter(content_type__app_label=app)
            names = {"codename": f"{action}_{new}", "name": f"Can {action} {words}"}
            of_app.filter(codename=f"{action}_{old}").update(**names)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("listings", "0026_plainer_names"),
        ("moderation", "0003_impersonation"),
        ("roles", "0009_plainer_names"),
        ("seekers", "0008_plainer_names"),
    ]

    operations = [migrations.RunPython(rename_permissions, migrations.RunPython.noop)]

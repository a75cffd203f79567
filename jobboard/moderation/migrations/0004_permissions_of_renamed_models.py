"""Permissions follow the new names of their models: Django renames the type of content alone, and
adds new permissions beside the old ones. Where it has, both become one, with the grants of both.
"""

from django.db import migrations

RENAMED = [
    ("listings", "listing day", "listing daily stats"),
    ("roles", "starter item", "starter fingerprint"),
    ("seekers", "alert sent", "alerted listing"),
]
ACTIONS = ["add", "change", "delete", "view"]


def rename_permissions(apps, app, old, new):
    Permission = apps.get_model("auth", "Permission")
    of_app = Permission.objects.filter(content_type__app_label=app)
    for action in ACTIONS:
        names = {"codename": f"{action}_{new.replace(' ', '')}", "name": f"Can {action} {new}"}
        for permission in of_app.filter(codename=f"{action}_{old.replace(' ', '')}"):
            doubles = of_app.filter(
                codename=names["codename"], content_type=permission.content_type_id
            )
            for double in doubles:
                permission.group_set.add(*double.group_set.all())
                permission.user_set.add(*double.user_set.all())
                double.delete()
            of_app.filter(pk=permission.pk).update(**names)


def forwards(apps, schema_editor):
    for app, old, new in RENAMED:
        rename_permissions(apps, app, old, new)


def backwards(apps, schema_editor):
    for app, old, new in RENAMED:
        rename_permissions(apps, app, new, old)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("listings", "0026_plainer_names"),
        ("moderation", "0003_impersonation"),
        ("roles", "0009_plainer_names"),
        ("seekers", "0008_plainer_names"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]

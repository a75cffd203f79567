"""The groups of staff that a site starts with.

Permissions are rows that Django writes after all migrations, so those that are given here are
written first. A group that is there already is the operator's, and stays as it is.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["listings", "roles", "seekers"]
LOOK, ADD_AND_CHANGE = ["view"], ["view", "add", "change"]
ALL = ["view", "add", "change", "delete"]
GROUPS = {
    # Decides about jobs and companies.
    "Moderator": {
        "listings.listing": ["view", "change"],
        "listings.listingevent": LOOK,
        "listings.company": ["view", "change"],
        "listings.companylogo": ["view", "delete"],
        "listings.membership": LOOK,
        "listings.joinrequest": LOOK,
        "seekers.report": LOOK,
        "roles.role": LOOK,
    },
    # Writes profiles, comparisons and articles.
    "Editor": {
        "roles.role": ADD_AND_CHANGE,
        "roles.rolealias": ALL,
        "roles.roleskill": ALL,
        "roles.rolepoint": ALL,
        "roles.roleoccupation": ALL,
        "roles.skill": ADD_AND_CHANGE,
        "roles.skillalias": ALL,
        "roles.comparison": ALL,
        "roles.article": ALL,
    },
    # Looks after feeds, places and pay figures.
    "Data": {
        "listings.feed": ADD_AND_CHANGE,
        "listings.feedrun": LOOK,
        "listings.place": ADD_AND_CHANGE,
        "listings.placealias": ALL,
        "listings.company": LOOK,
        "roles.role": LOOK,
        "roles.rolealias": ["view", "add"],
        "roles.salarytitle": ["view", "change"],
        "roles.salarysource": LOOK,
        "roles.salaryfigure": LOOK,
        "roles.officialwage": LOOK,
        "roles.fxrate": LOOK,
    },
}


def make_groups(apps, schema_editor=None):
    for label in APPS:
        app = apps.get_app_config(label)
        # An app of a migration's past lacks what says that it has models.
        app.models_module = getattr(app, "models_module", None) or True
        create_permissions(app, verbosity=0, apps=apps)
    Group = apps.get_model("auth", "Group")
    for name, models in GROUPS.items():
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            group.permissions.set(permissions_of(apps, models))


def permissions_of(apps, models):
    Permission = apps.get_model("auth", "Permission")
    found = []
    for model, rights in models.items():
        label, name = model.split(".")
        codes = [f"{right}_{name}" for right in rights]
        found += Permission.objects.filter(content_type__app_label=label, codename__in=codes)
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("listings", "0007_wording"),
        ("roles", "0005_wording"),
        ("seekers", "0003_wording"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]

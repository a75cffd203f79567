"""Permissions of models with new names, on a site where an update was done in parts."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from jobboard.listings.models import ListingDailyStats
from tests.factories import UserFactory

migration = import_module("jobboard.moderation.migrations.0004_permissions_of_renamed_models")


@pytest.mark.django_db
def test_an_old_and_a_new_permission_become_one_with_the_grants_of_both():
    of_model = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(ListingDailyStats)
    )
    new = of_model.get(codename="view_listingdailystats")
    old = of_model.create(
        content_type=new.content_type, codename="view_listingday", name="Can view listing day"
    )
    group = Group.objects.create(name="Readers")
    group.permissions.add(old)
    user = UserFactory()
    user.user_permissions.add(new)

    migration.forwards(apps, None)

    (one,) = of_model.filter(codename__startswith="view_")
    assert (one.codename, one.name) == ("view_listingdailystats", "Can view listing daily stats")
    assert (list(one.group_set.all()), list(one.user_set.all())) == ([group], [user])

    migration.backwards(apps, None)
    assert group.permissions.get().codename == "view_listingday"

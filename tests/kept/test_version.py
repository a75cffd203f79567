"""Every change of what public pages show renews the version, however it is made."""

import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jobboard.common.models import OldSlug
from jobboard.listings.models import CompanyLogo, ReadValue
from jobboard.site.kept.triggers import PUBLIC
from jobboard.site.models import ContentVersion
from roles.models import FxRate, RoleAlias, RoleWeek, SkillAlias
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, RoleFactory, SkillFactory

# What no public page shows. A new table goes here, or into PUBLIC.
NOT_PUBLIC = [
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_user",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "common_capability",
    "common_email",
    "common_formeraction",
    "common_securityevent",
    "common_suppressedaddress",
    "django_admin_log",
    "django_content_type",
    "django_session",
    "django_tasks_database_dbtaskresult",
    "listings_approvedcontent",
    "listings_boardleftout",
    "listings_companyclaim",
    "listings_companymerge",
    "listings_feedrequest",
    "listings_feedrun",
    "listings_feedtrial",
    "listings_formermember",
    "listings_invitation",
    "listings_jobnotice",
    "listings_joinrequest",
    "listings_listingchange",
    "listings_listingday",
    "listings_membership",
    "listings_placealias",
    "listings_postdraft",
    "listings_riskscore",
    "mfa_authenticator",
    "moderation_dismissal",
    "moderation_usualreason",
    "recruiting_apitoken",
    "recruiting_columnchoice",
    "recruiting_domaincheck",
    "recruiting_importjob",
    "recruiting_importrow",
    "roles_roleversion",
    "roles_salaryobservation",
    "roles_salarytitle",
    "roles_starteritem",
    "search_listingchange",
    "seekers_alert",
    "seekers_alertrun",
    "seekers_alertsent",
    "seekers_report",
    "seekers_savedlisting",
    "site_contentversion",
    "site_scheduledtask",
    "site_worker",
    "usersessions_usersession",
    "you_keptyou",
]


@pytest.fixture
def renews(db):
    """Call it to know whether the version was renewed since the last call."""
    if connection.vendor == "postgresql":  # as if each statement were committed
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS content_version IMMEDIATE")
    seen = set()

    def is_renewed() -> bool:
        version = ContentVersion.objects.get(pk=0).value
        known = version in seen
        seen.add(version)
        return not known

    assert is_renewed()
    return is_renewed


@pytest.fixture
def rows(starter_with_samples):
    """Of each public table one at least."""
    listing = ListingFactory(live=True, feed=FeedFactory())
    OldSlug.objects.create(kind="role", slug="before", target=RoleFactory().pk)
    RoleAlias.objects.create(role=RoleFactory(), folded="another name")
    SkillAlias.objects.create(skill=SkillFactory(), folded="another skill")
    ReadValue.objects.create(listing=listing, name="Level", value="Senior", quote="senior")
    week, now = timezone.now().date(), timezone.now()
    RoleWeek.objects.create(
        role=RoleFactory(), week=week, counted_at=now, open_jobs=0, samples=0, naming_skills=0
    )
    CompanyLogo.objects.create(company=CompanyFactory(), webp=b"", hash="1", width=1, height=1)
    FxRate.objects.create(
        date=timezone.now().date(), currency="XTS", usd_per_unit=1, source="a test"
    )


def test_each_table_is_public_or_known_not_to_be():
    all_tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert {model._meta.db_table for model in PUBLIC} | {*NOT_PUBLIC} == all_tables
    assert not {model._meta.db_table for model in PUBLIC} & {*NOT_PUBLIC}


def test_each_change_of_each_public_table_renews_it(rows, renews):
    for model in PUBLIC:
        renews()
        row = model._base_manager.order_by("pk").last()
        assert row is not None, model
        one = model._base_manager.filter(pk=row.pk)
        name = model._meta.local_concrete_fields[1].name
        changes = {
            "save": lambda row=row: row.save(),
            "update": lambda one=one, name=name: one.update(**{name: F(name)}),
            "in bulk": lambda row=row, name=name: type(row)._base_manager.bulk_update(
                [row], [name]
            ),
            "deleted": lambda one=one: one._raw_delete(one.db),
            "created in bulk": lambda row=row: type(row)._base_manager.bulk_create([row]),
            "again": lambda one=one: one._raw_delete(one.db),
            "created, ignoring": lambda row=row: type(row)._base_manager.bulk_create(
                [row], ignore_conflicts=True
            ),
        }
        for how, change in changes.items():
            change()
            assert renews(), (model, how)


def test_what_no_page_shows_and_what_is_only_read_leaves_it(rows, renews):
    renews()
    list(PUBLIC[0]._base_manager.all())
    PUBLIC[0]._base_manager.filter(pk=-1).delete()

    assert not renews()


@pytest.mark.both_databases
def test_nobody_sees_a_change_before_its_version_nor_a_version_of_what_was_rolled_back(version):
    def value():
        return ContentVersion.objects.get(pk=0).value

    before = value()
    with pytest.raises(RuntimeError), transaction.atomic():
        SkillFactory()
        raise RuntimeError
    assert value() == before

    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            SkillFactory()
            raise RuntimeError
        SkillFactory()
    assert value() != before
    assert ContentVersion.objects.count() == 1


OTHER_PROCESS = """
import os, sys
url, statement = os.environ["DATABASE_URL"], sys.argv[1]
if url.startswith("sqlite"):
    import sqlite3 as engine
    there = engine.connect(url.removeprefix("sqlite:///"))
else:
    import psycopg as engine
    there = engine.connect(url)
there.execute(statement)
there.commit()
"""


@pytest.mark.both_databases
def test_what_another_process_changes_is_seen_with_the_next_request(browser, elsewhere):
    ListingFactory(live=True, title="Before")
    visitor = browser()
    assert b"Before" in visitor.get("/jobs/").content

    change = "UPDATE listings_listing SET title = 'After'"
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, change], env=elsewhere, check=True)

    assert b"After" in visitor.get("/jobs/").content

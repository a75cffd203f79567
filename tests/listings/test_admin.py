"""Listings, companies, roles and skills in the admin: what editors do and what is not allowed."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jobboard.listings.models import Company, CompanyLogo, Listing, ListingEvent
from roles.models import Role
from tests.factories import (
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.reading import text_of
from tests.roles.forms_in_admin import opened_form

pytestmark = pytest.mark.django_db

INBOX = "/admin/inbox/"
CHANGELIST = "/admin/listings/listing/"


@pytest.fixture
def editor(client):
    """Somebody of the site's staff, signed in."""
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


def review(listing) -> str:
    return reverse("moderation_review", args=[listing.pk])


def decide(client, listing, **data):
    """Send a decision; the page that follows, and the listing as it is then."""
    response = client.post(review(listing), data, follow=True)
    listing.refresh_from_db()
    return response


# --- The list -------------------------------------------------------------------------------------


def chosen(client, action, listings):
    data = {"action": action, "_selected_action": [listing.pk for listing in listings]}
    return text_of(client.post(CHANGELIST, data, follow=True))


def test_several_jobs_are_featured_for_two_weeks_and_no_longer(client, editor):
    listings = ListingFactory.create_batch(2, live=True)

    assert "2 featured." in chosen(client, "feature_selected", listings)
    assert Listing.objects.featured(now=in_days(13)).count() == 2
    assert Listing.objects.featured(now=in_days(14)).count() == 0

    assert "2 no longer featured." in chosen(client, "unfeature_selected", listings)
    assert Listing.objects.featured().count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [CHANGELIST, "/admin/listings/company/", "/admin/listings/listingevent/", "/admin/roles/role/"],
)
@pytest.mark.both_databases
def test_a_list_in_the_admin_costs_the_same_queries_for_one_row_as_for_twenty(
    client, editor, address
):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def add(count):
        for _ in range(count):
            listing = ListingFactory(
                in_review=True, featured_until=in_days(3), role=RoleFactory(complete=True)
            )
            ListingEvent.objects.create(
                listing=listing, kind="submitted", actor="employer", by=editor
            )

    add(1)
    queries()
    one = queries()
    add(19)
    client.get(address)

    assert queries() == one


@pytest.mark.both_databases
def test_the_start_page_of_the_admin_says_how_many_wait(client, editor):
    ListingFactory.create_batch(3, in_review=True)

    assert "New jobs 3" in text_of(client.get("/admin/"))


def test_listings_are_neither_added_nor_deleted_in_the_admin(client, editor):
    listing = ListingFactory(live=True)

    assert client.get("/admin/listings/listing/add/").status_code == 403
    assert (
        client.post(f"/admin/listings/listing/{listing.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )
    chosen(client, "delete_selected", [listing])
    assert Listing.objects.count() == 1


def test_an_editors_choice_of_role_is_marked_as_such_and_nothing_else_can_be_typed_in(
    client, editor
):
    listing = ListingFactory(live=True, title="Untouched")
    role = RoleFactory()

    response = client.post(
        f"/admin/listings/listing/{listing.pk}/change/",
        {
            "role": role.pk,
            "level": "senior",
            "title": "Typed in",
            "status": "closed",
            "featured_until_0": "2099-01-01",
        },
    )

    assert response.status_code == 302
    listing.refresh_from_db()
    assert (listing.role, listing.role_from, listing.level) == (role, "editor", "senior")
    assert (listing.title, listing.status, listing.featured_until, listing.version) == (
        "Untouched",
        "published",
        None,
        2,
    )


def test_an_editor_who_gives_a_role_to_a_job_that_was_kept_apart_sends_it_to_review(client, editor):
    listing = ListingFactory(irrelevant=True, family="research")

    client.post(f"/admin/listings/listing/{listing.pk}/change/", {"role": RoleFactory().pk})

    listing.refresh_from_db()
    assert (listing.status, listing.relevance, listing.family) == ("in_review", "yes", "")
    assert listing.submitted_at


@pytest.mark.parametrize(
    ("level", "level_max", "stored"),
    [
        ("mid", "senior", ("mid", "senior")),
        ("senior", "mid", ("", "")),
        ("senior", "senior", ("", "")),
        ("", "senior", ("", "")),
    ],
)
def test_an_editor_gives_a_job_a_range_of_levels_that_is_one(
    client, editor, level, level_max, stored
):
    listing = ListingFactory(live=True)

    page = client.post(
        f"/admin/listings/listing/{listing.pk}/change/",
        {"level": level, "level_max": level_max},
        follow=True,
    )

    listing.refresh_from_db()
    assert (listing.level, listing.level_max) == stored
    assert ("Choose a level above the other one" in text_of(page)) == (not any(stored))


def test_the_record_of_events_cannot_be_changed(client, editor):
    event = ListingEvent.objects.create(
        listing=ListingFactory(), kind="submitted", actor="employer"
    )

    assert (
        client.post(f"/admin/listings/listingevent/{event.pk}/change/", {"new": "x"}).status_code
        == 403
    )
    assert (
        client.post(f"/admin/listings/listingevent/{event.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )
    assert client.get("/admin/listings/listingevent/add/").status_code == 403


# --- Who may --------------------------------------------------------------------------------------


@pytest.fixture
def onlooker(client):
    """Somebody of the staff who may look at listings and change nothing."""
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_listing"))
    client.force_login(user)
    return user


def test_whoever_may_only_look_at_listings_decides_nothing(client, onlooker):
    listing = ListingFactory(in_review=True)

    assert client.get(CHANGELIST).status_code == 200
    assert client.post(review(listing), {"do": "publish"}).status_code in (302, 403)
    listing.refresh_from_db()
    assert listing.status == "in_review"


def test_whoever_may_only_look_at_listings_does_nothing_to_several_at_once(client, onlooker):
    waiting, live = ListingFactory(in_review=True), ListingFactory(live=True)

    for action in ["feature_selected", "unfeature_selected"]:
        chosen(client, action, [waiting, live])

    waiting.refresh_from_db()
    live.refresh_from_db()
    assert (waiting.status, live.featured_until) == ("in_review", None)


# --- Companies and roles --------------------------------------------------------------------------


def test_a_company_gets_its_address_and_its_domain_where_none_are_typed(client, editor):
    data = NO_ROWS | {"name": "株式会社データ", "website": "www.data.example/jobs"}

    client.post("/admin/listings/company/add/", data)

    company = Company.objects.get()
    assert (company.slug, company.domain) == ("company", "data.example")


@pytest.mark.parametrize(
    ("domain", "typed", "after"),
    [
        ("acme.example", {}, "acme.test"),
        ("", {}, "acme.test"),
        ("acme-group.example", {}, "acme-group.example"),  # set by hand before
        ("acme.example", {"domain": "acme-group.example"}, "acme-group.example"),
    ],
)
def test_another_website_moves_the_domain_and_what_was_proven_of_it(
    client, editor, domain, typed, after
):
    member = MembershipFactory(
        company__website="https://acme.example", company__domain=domain, proof="domain"
    )
    company = member.company
    data = NO_ROWS | {"name": company.name, "slug": company.slug, "domain": domain}

    client.post(
        f"/admin/listings/company/{company.pk}/change/",
        data | {"website": "https://acme.test"} | typed,
    )

    company.refresh_from_db()
    member.refresh_from_db()
    assert company.domain == after
    assert member.proof == ("domain" if after == domain else "")


def test_a_proof_that_ends_with_the_domain_does_not_come_back_with_another_change(client, editor):
    now = timezone.now()
    member = MembershipFactory(
        company__website="https://acme.example",
        company__domain="acme.example",
        company__careers_seen_at=now,
        proof="domain",
        part="owner",
    )
    company = member.company
    row = {"id": member.pk, "company": company.pk, "user": member.user_id, "proof": "domain"}
    data = NO_ROWS | {"name": company.name, "slug": company.slug, "domain": "acme.example"}
    data |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    data |= {f"memberships-0-{name}": value for name, value in row.items()}

    client.post(
        f"/admin/listings/company/{company.pk}/change/",
        data | {"website": "https://acme.test", "memberships-0-part": "editor"},
    )

    company.refresh_from_db()
    member.refresh_from_db()
    assert (member.part, member.proof) == ("editor", "")
    assert company.careers_seen_at is None, "nobody has looked at the new website"


def test_the_name_of_a_skill_or_role_is_no_other_name_of_another(client, editor):
    SkillFactory(name="Python", slug="python")
    spark = SkillFactory(name="Apache Spark", slug="spark", kind="tool")
    SkillFactory(name="Old", slug="old", merged_into=spark)
    data = {"name": spark.name, "slug": spark.slug, "kind": "tool", "aliases-INITIAL_FORMS": 0}
    page = f"/admin/roles/skill/{spark.pk}/change/"

    refused = client.post(page, data | {"aliases-TOTAL_FORMS": 1, "aliases-0-folded": "PYTHON"})
    client.post(page, data | {"aliases-TOTAL_FORMS": 1, "aliases-0-folded": "Old"})

    assert "Python is a skill of its own." in text_of(refused)
    assert [alias.folded for alias in spark.aliases.all()] == ["old"]


NO_ROWS = {
    "memberships-TOTAL_FORMS": 0,
    "memberships-INITIAL_FORMS": 0,
    "logo-TOTAL_FORMS": 0,
    "logo-INITIAL_FORMS": 0,
}


def test_verifying_a_company_in_the_admin_notes_the_day(client, editor):
    company = ListingFactory(live=True).company
    data = NO_ROWS | {"name": company.name, "slug": company.slug, "verified_by": "admin"}

    response = client.post(f"/admin/listings/company/{company.pk}/change/", data)

    assert response.status_code == 302
    assert Company.objects.get().verified_at.date() == timezone.now().date()
    assert "Verified by our editors" in text_of(client.get(company.get_absolute_url()))


@pytest.mark.slow
def test_one_page_saves_a_whole_profile_and_the_public_page_shows_it_at_once(client, editor):
    skill = SkillFactory(name="Systems design")
    role = RoleFactory(name="AI Architect", slug="ai-architect", complete=True)
    point = role.points.first()
    role.points.filter(pk=point.pk).update(label="Old duty")
    assert "Old duty" in text_of(client.get("/roles/ai-architect/"))
    points, skills = role.points.count(), role.role_skills.count()
    new_point, new_skill = f"points-{points}", f"role_skills-{skills}"
    data = opened_form(client, role) | {
        "family": "Architecture",
        "definition": "Decides how parts fit. And why.",
        "outlook": "Bright.",
        "points-TOTAL_FORMS": points + 1,
        "points-0-kind": "responsibility",
        "points-0-position": 0,
        "points-0-label": "New duty",
        "points-0-text": "New.",
        f"{new_point}-role": role.pk,
        f"{new_point}-kind": "tip",
        f"{new_point}-position": 0,
        f"{new_point}-label": "Read plans",
        f"{new_point}-text": "Of others.",
        "role_skills-TOTAL_FORMS": skills + 1,
        f"{new_skill}-role": role.pk,
        f"{new_skill}-position": 0,
        f"{new_skill}-skill": skill.pk,
        f"{new_skill}-importance": "core",
        f"{new_skill}-note": "For everything.",
        "aliases-TOTAL_FORMS": 1,
        "aliases-INITIAL_FORMS": 0,
        "aliases-0-role": role.pk,
        "aliases-0-folded": "Solutions Architect (AI)",
        "occupations-TOTAL_FORMS": 1,
        "occupations-INITIAL_FORMS": 0,
        "occupations-0-role": role.pk,
        "occupations-0-soc": "15-1299",
        "occupations-0-match": "nearest",
    }

    response = client.post(f"/admin/roles/role/{role.pk}/change/", data)
    page = text_of(client.get("/roles/ai-architect/"))

    assert response.status_code == 302
    assert "Old duty" not in page
    for words in [
        "New duty New.",
        "Read plans Of others.",
        "Systems design Core For everything.",
        "Bright.",
        "Decides how parts fit.",
        "solutions architect (ai)",
    ]:
        assert words in page
    assert [item.soc for item in role.occupations.all()] == ["15-1299"]


def test_a_new_name_of_a_skill_is_on_the_profiles_at_once(client, editor):
    skill = SkillFactory(name="Hadoop", slug="hadoop", kind="tool")
    role = RoleFactory(skills=[skill])
    assert "Hadoop" in text_of(client.get(role.get_absolute_url()))
    data = {
        "name": "Apache Hadoop",
        "slug": "hadoop",
        "kind": "tool",
        "aliases-TOTAL_FORMS": 0,
        "aliases-INITIAL_FORMS": 0,
    }

    client.post(f"/admin/roles/skill/{skill.pk}/change/", data)

    assert "Apache Hadoop" in text_of(client.get(role.get_absolute_url()))


@pytest.mark.parametrize("slug", ["a-vs-b", "vs-a", "a-vs"])
def test_a_slug_that_makes_pairs_unreadable_is_refused_with_a_sentence(client, editor, slug):
    data = {"name": "Odd", "slug": slug, "family": "F", "status": "draft", "definition": "D."}
    for prefix in ["points", "role_skills", "aliases", "occupations"]:
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    response = client.post("/admin/roles/role/add/", data)

    assert "A role slug must not contain “-vs-”" in response.content.decode()
    assert not Role.objects.exists()


def test_the_admin_needs_no_inline_script_or_style_of_ours(client, editor):
    listing = ListingFactory(in_review=True)

    page = client.get(review(listing)).content.decode()

    assert re.findall(r"<script(?! src=)", page) == []
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(
    "model", ["accounts/user", "listings/company", "roles/role", "roles/skill", "roles/comparison"]
)
def test_the_page_to_add_one_of_each_opens(client, editor, model):
    assert client.get(f"/admin/{model}/add/").status_code == 200


def test_an_editor_removes_a_logo(client, editor):
    company = ListingFactory(live=True).company
    logo = CompanyLogo.objects.create(company=company, webp=b"RIFF", hash="a1", width=60, height=30)
    page = f"/admin/listings/company/{company.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    for inline in ("memberships", "logo"):
        data |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    data |= {
        "logo-TOTAL_FORMS": 1,
        "logo-INITIAL_FORMS": 1,
        "logo-0-id": logo.pk,
        "logo-0-company": company.pk,
        "logo-0-DELETE": "on",
    }

    assert logo.get_absolute_url() in client.get(page).content.decode()
    assert client.post(page, data).status_code == 302
    assert not CompanyLogo.objects.exists()

"""What editors do with profiles and comparisons: check, preview, publish, add what is asked, go
back to a version.
"""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from jobboard.common.models import OldSlug
from roles import versions
from roles.models import Role, RoleAlias, RolePoint, RoleSkill
from roles.snapshots import role_snapshot
from tests.factories import (
    ComparisonFactory,
    ListingFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


def complete_role(**fields) -> Role:
    role = RoleFactory(complete=True, reviewed_on=date(2026, 11, 20), **fields)
    role.points.filter(kind=RolePoint.Kind.SOURCE).update(url="https://statistics.example/")
    role.role_skills.update(note="What for.")
    role.save()
    return role


def saved_form(client, role) -> dict:
    """The fields of the admin's form of a role, as a browser would send them back."""
    response = client.get(reverse("admin:roles_role_change", args=[role.pk]))
    data = {}
    for form in [
        response.context["adminform"].form,
        *(one.formset for one in response.context["inline_admin_formsets"]),
    ]:
        forms = [form] if not hasattr(form, "forms") else [form.management_form, *form.forms]
        for one in forms:
            for field in one:
                value = field.value()
                data[field.html_name] = "" if value is None else value
    return data


def edit(client, role, **changes):
    data = saved_form(client, role) | changes
    response = client.post(reverse("admin:roles_role_change", args=[role.pk]), data)
    assert response.status_code == 302, response.context["errors"]
    return Role.objects.get(pk=role.pk)


# --- check_roles ----------------------------------------------------------------------------------


def checked(*arguments) -> str:
    out = StringIO()
    try:
        call_command("check_roles", *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}FAILED: {error}"
    return out.getvalue()


def test_complete_roles_pass_and_drafts_are_left_out():
    complete_role(name="AI Architect")
    RoleFactory(draft=True, name="Data Poet")

    assert checked() == "AI Architect: complete\nAll 1 roles are complete.\n"


def test_what_a_profile_lacks_is_named_and_the_command_fails():
    role = complete_role(
        name="AI Architect", broader=RoleFactory(draft=True, name="Engineer", definition="")
    )
    RolePoint.objects.filter(role=role, kind="tip").first().delete()
    RolePoint.objects.filter(role=role, label="source 0").update(url="")
    skill = role.role_skills.first().skill
    skill.merged_into = SkillFactory()
    skill.save()
    RoleAlias.objects.create(role=RoleFactory(draft=True, name="Other"), folded="ai architect")
    Role.objects.filter(pk=role.pk).update(reviewed_on=None)
    role.save(update_fields=["changed_at"])

    assert (
        checked() == "AI Architect: lacks tips (2 of 3); has never been reviewed; "
        "its broader role Engineer is not published; source without a URL: source 0; "
        f"lists {skill}, which has been merged into another skill; "
        "its name is an alias of Other\nFAILED: 1 of 1 roles are incomplete."
    )
    assert "Engineer: lacks definition (0 of 1)" in checked("--all")


def test_every_role_we_ship_passes(starter_with_samples):
    assert "FAILED" not in checked(), checked()


# --- Preview and publishing -----------------------------------------------------------------------


def test_a_draft_is_previewed_as_its_public_page_and_published_from_there(client, editor):
    role = complete_role(name="Data Poet", slug="data-poet", draft=True)
    preview = reverse("admin:roles_role_preview", args=[role.pk])

    page = text_of(client.get(preview))
    assert "Preview of the saved version. Only editors can see this draft." in page
    assert "Does the work." in page
    assert client.get("/roles/data-poet/").status_code == 404

    response = client.post(preview)
    assert (response.status_code, response["Location"]) == (302, "/roles/data-poet/")
    assert client.get("/roles/data-poet/").status_code == 200
    assert [version.snapshot["status"] for version in role.versions.all()] == ["published", "draft"]


def test_an_incomplete_draft_says_what_it_lacks_and_is_not_published_by_the_button(client, editor):
    role = RoleFactory(draft=True)
    preview = reverse("admin:roles_role_preview", args=[role.pk])

    assert "Still missing: lacks responsibilities (0 of 5)" in text_of(client.get(preview))
    client.post(preview)

    assert Role.objects.get(pk=role.pk).status == "draft"


def test_a_comparison_is_previewed_before_it_is_public(client, editor):
    pair = ComparisonFactory(
        published_on=None, introduction="Both **differ** a lot.", role_2=RoleFactory(draft=True)
    )

    page = text_of(client.get(reverse("roles_comparison_preview", args=[pair.pk])))

    assert "Preview of the saved version." in page
    assert "Both differ a lot." in page


@pytest.mark.parametrize("page", ["preview", "market", "versions"])
def test_pages_of_editors_are_nobody_elses(client, page):
    role = RoleFactory()
    address = reverse(f"admin:roles_role_{page}", args=[role.pk])

    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    assert client.get(address).status_code == 302
    client.force_login(UserFactory(is_staff=True))
    assert client.get(address).status_code == 403


def test_the_form_of_a_role_shows_what_is_missing_and_where_it_is_used(client, editor):
    role = RoleFactory(name="AI Architect", slug="ai-architect")
    ComparisonFactory(role_1=role, role_2=RoleFactory(name="Data Engineer", broader=role))
    ListingFactory(live=True, role=role)

    page = text_of(client.get(reverse("admin:roles_role_change", args=[role.pk])))

    assert "lacks skills (0 of 8)" in page
    for use in ["1 open job", "Comparison: ", "Broader role of Data Engineer"]:
        assert use in page


# --- What the market asks -------------------------------------------------------------------------


def test_what_many_jobs_ask_and_the_profile_lacks_is_added_with_one_click(client, editor):
    named, asked, rare = (SkillFactory(name=name) for name in ["Python", "Kubernetes", "COBOL"])
    role = RoleFactory(slug="mlops-engineer", skills=[named])
    ListingFactory.create_batch(3, live=True, role=role, required=[named, asked])
    ListingFactory(live=True, role=role, required=[named, rare])
    ListingFactory(closed=True, role=role, required=[rare])
    market = reverse("admin:roles_role_market", args=[role.pk])

    assert "Kubernetes 3 of 4" in text_of(client.get(market))
    assert "Also mentioned in jobs Open jobs for this role mention these skills too" in text_of(
        client.get("/roles/mlops-engineer/")
    )
    assert "COBOL" not in text_of(client.get("/roles/mlops-engineer/")).partition("Open jobs")[0]

    client.post(market, {"skill": asked.pk, "importance": "core"})

    item = RoleSkill.objects.get(role=role, skill=asked)
    assert (item.importance, item.position) == ("core", 1)
    assert [len(version.snapshot["skills"]) for version in role.versions.all()] == [2, 1]
    assert role.versions.first().by == editor
    assert "Also mentioned in jobs" not in text_of(client.get("/roles/mlops-engineer/"))


@pytest.mark.parametrize(
    "data", [{}, {"skill": "x", "importance": "core"}, {"skill": "1", "importance": "vital"}]
)
def test_only_what_the_list_offers_is_added(client, editor, data):
    role = RoleFactory()

    assert client.post(reverse("admin:roles_role_market", args=[role.pk]), data).status_code == 302
    assert not role.role_skills.exists()


# --- Versions -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_each_edit_keeps_a_version_and_the_first_one_what_was_there_before(client, editor):
    role = complete_role(name="AI Architect", definition="Draws plans. And more.")
    before = role_snapshot(role)

    edit(client, role, definition="Draws good plans. And more.")
    edit(client, role, definition="Draws good plans. And more.")

    newest, first = role.versions.all()
    assert (first.snapshot, first.by) == (before, None)
    assert (newest.snapshot["definition"], newest.by) == ("Draws good plans. And more.", editor)
    page = text_of(client.get(reverse("admin:roles_role_versions", args=[role.pk])))
    assert "Definition Draws good plans. And more." in page
    assert (
        "<ins>good</ins>"
        in client.get(reverse("admin:roles_role_versions", args=[role.pk])).content.decode()
    )


@pytest.mark.slow
def test_what_a_release_changed_between_two_edits_stays_a_version(client, editor):
    role = complete_role(outlook="As shipped.")
    edit(client, role, outlook="As edited.")
    Role.objects.filter(pk=role.pk).update(outlook="As released.")

    edit(client, role, outlook="As edited again.")

    kept = [version.snapshot["outlook"] for version in role.versions.all()]
    assert kept == ["As edited again.", "As released.", "As edited.", "As shipped."]


def test_lines_as_browsers_end_them_are_no_difference(client, editor):
    role = complete_role(definition="One.\n\nTwo.")

    edit(client, role, definition="One.\r\n\r\nTwo.", outlook="Better.")

    assert Role.objects.get(pk=role.pk).definition == "One.\n\nTwo."
    newest, first = role.versions.all()
    assert [one.name for one in versions.differences(first.snapshot, newest.snapshot)] == [
        "Outlook"
    ]


@pytest.mark.slow
def test_a_version_is_restored_whole_and_what_it_replaced_stays_one(client, editor):
    role = complete_role(name="AI Architect")
    before = role_snapshot(role)
    edit(client, role, outlook="It ends.")
    RolePoint.objects.filter(role=role, kind="tip").delete()
    first = role.versions.last()

    client.post(reverse("admin:roles_role_restore", args=[role.pk, first.pk]))

    assert role_snapshot(Role.objects.get(pk=role.pk)) == before
    assert [
        len([p for p in v.snapshot["points"] if p["kind"] == "tip"]) for v in role.versions.all()
    ] == [3, 0, 3, 3]
    assert role.versions.first().by == editor


def test_restoring_follows_merged_skills_and_names_what_is_gone(client, editor):
    merged, gone, kept = (SkillFactory(name=name) for name in ["Merged", "Gone", "Kept"])
    role = RoleFactory(draft=True, skills=[merged, gone, kept], broader=RoleFactory(slug="broad"))
    version = versions.save_version(role)
    role.role_skills.all().delete()
    merged.merged_into = kept
    merged.save()
    OldSlug.objects.create(kind="skill", slug=merged.slug, target=kept.pk)
    gone.delete()
    role.broader.delete()

    page = text_of(
        client.post(reverse("admin:roles_role_restore", args=[role.pk, version.pk]), follow=True)
    )

    restored = Role.objects.get(pk=role.pk)
    assert [item.skill.name for item in restored.role_skills.all()] == ["Kept"]
    assert restored.broader is None
    assert f"These no longer exist, so they were not restored: {gone.slug}, broad." in page


def test_a_version_whose_name_another_role_took_is_refused_and_nothing_changes(client, editor):
    role = RoleFactory(name="AI Architect")
    version = versions.save_version(role)
    Role.objects.filter(pk=role.pk).update(name="Architect")
    RoleFactory(name="ai architect")

    page = text_of(
        client.post(reverse("admin:roles_role_restore", args=[role.pk, version.pk]), follow=True)
    )

    assert "Another role is now called “AI Architect”." in page
    assert Role.objects.get(pk=role.pk).name == "Architect"


def test_a_comparisons_text_is_kept_and_restored(client, editor):
    pair = ComparisonFactory(introduction="First words.")
    form = {
        "role_1": pair.role_1_id,
        "role_2": pair.role_2_id,
        "tips": "1. Try both.",
        "conclusion": "Both go on.",
        "published_on": "2026-11-20",
    }
    client.post(
        reverse("admin:roles_comparison_change", args=[pair.pk]),
        form | {"introduction": "Other words."},
    )
    pair.refresh_from_db()
    assert pair.introduction == "Other words."

    client.post(reverse("admin:roles_comparison_restore", args=[pair.pk, pair.versions.last().pk]))

    pair.refresh_from_db()
    assert pair.introduction == "First words."


def test_a_pair_that_exists_cannot_be_added_again(client, editor):
    pair = ComparisonFactory()
    form = {"role_1": pair.role_2_id, "role_2": pair.role_1_id, "introduction": "Again."}

    page = text_of(client.post(reverse("admin:roles_comparison_add"), form))

    assert "This comparison already exists." in page


def test_differences_are_said_part_by_part():
    old = {
        "name": "A",
        "points": [{"kind": "tip", "label": "Read", "text": "All of it", "url": ""}],
        "skills": [{"skill": "sql", "importance": "core", "note": "Why"}],
        "aliases": ["x"],
    }
    new = {
        "name": "A",
        "points": [{"kind": "tip", "label": "Read", "text": "Most of it", "url": ""}],
        "skills": [{"skill": "go", "importance": "useful", "note": ""}],
        "aliases": ["x"],
    }

    assert [(one.name, one.pieces) for one in versions.differences(old, new)] == [
        ("Tip: Read", [("old", "All"), ("new", "Most"), ("same", "of it")]),
        ("Skill: go", [("new", "Useful.")]),
        ("Skill: sql", [("old", "Core. Why")]),
    ]
    assert versions.differences(old, old) == []
    twice = old | {
        "points": old["points"] + [{"kind": "tip", "label": "Write", "text": "", "url": ""}]
    }
    reordered = twice | {"points": twice["points"][::-1]}
    assert [one.name for one in versions.differences(twice, reordered)] == [
        "The order of points or skills"
    ]

"""Nothing half-done is public, whichever way somebody tries to publish it."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from roles import starter_content, versions
from roles.models import Article, Comparison, NotCompleteError, Role, RolePoint
from roles.snapshots import role_snapshot
from tests.factories import (
    ArticleFactory,
    ComparisonFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.reading import text_of, tight
from tests.roles.forms_in_admin import address_of, opened_form

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


def status_of(role) -> str:
    return Role.objects.get(pk=role.pk).status


def complete_draft(**fields) -> Role:
    return RoleFactory(draft=True, complete=True, **fields)


def test_an_empty_profile_set_to_published_is_refused_with_what_it_lacks_and_links(client, editor):
    role = RoleFactory(draft=True, outlook="")

    answer = client.post(address_of(role), opened_form(client, role) | {"status": "published"})

    assert answer.status_code == 200
    html = answer.content.decode()
    assert '<a href="#id_outlook">Outlook</a>: Enter the outlook before you publish.' in html
    for field, words in {
        "points": "To publish the role, add: responsibilities (0 of 5), education points (0 of 2)",
        "role_skills": "To publish the role, add: skills (0 of 8), tools (0 of 6).",
    }.items():
        assert f'<a href="#{field}-group">' in html
        assert words in text_of(answer)
    assert status_of(role) == "draft"


@pytest.mark.slow
def test_the_parts_that_were_missing_and_publishing_fit_in_one_form(client, editor):
    role = complete_draft()
    role.points.filter(kind="tip").first().delete()
    number = role.points.count()
    tip = {"kind": "tip", "position": "20", "label": "Read", "text": "A lot."}
    row = {f"points-{number}-{name}": value for name, value in tip.items()}
    data = opened_form(client, role) | {"points-TOTAL_FORMS": number + 1, "status": "published"}

    assert client.post(address_of(role), data).status_code == 200
    answer = client.post(address_of(role), data | row)

    assert answer.status_code == 302, answer.context["errors"]
    assert status_of(role) == "published"


@pytest.mark.slow
def test_a_public_profile_does_not_lose_what_it_needs(client, editor):
    role = RoleFactory(complete=True)
    data = opened_form(client, role) | {"role_skills-0-DELETE": "on"}

    answer = client.post(address_of(role), data)

    assert "To publish the role, add: skills (7 of 8)." in text_of(answer)
    assert role.role_skills.count() == 14
    assert client.post(address_of(role), data | {"status": "draft"}).status_code == 302


def test_a_new_role_is_not_published_without_its_parts(client, editor):
    data = opened_form(client, RoleFactory(draft=True)) | {
        "name": "Data Poet",
        "slug": "data-poet",
        "status": "published",
    }

    answer = client.post(reverse("admin:roles_role_add"), data)

    assert "To publish the role, add: skills (0 of 8)" in text_of(answer)
    assert not Role.objects.filter(slug="data-poet").exists()


def test_the_previews_button_says_what_is_missing_and_links_it(client, editor):
    role = RoleFactory(draft=True)
    preview = reverse("admin:roles_role_preview", args=[role.pk])

    answer = client.post(preview, follow=True)

    assert f"To publish {role}, add: responsibilities (0 of 5)" in text_of(answer)
    link = f'<a href="{address_of(role)}#points-group">responsibilities (0 of 5)</a>'
    assert link in tight(answer.content.decode())
    assert status_of(role) == "draft"


def test_code_cannot_publish_it_either():
    role = RoleFactory(draft=True)
    role.status = "published"
    with pytest.raises(NotCompleteError, match=r"To publish .*, add: responsibilities"):
        role.save()
    with pytest.raises(ValidationError, match="add: responsibilities"):
        role.full_clean()
    with pytest.raises(NotCompleteError):
        Role.objects.create(name="Poet", slug="poet", status="published", definition="Writes.")
    assert status_of(role) == "draft"


def test_an_import_of_an_incomplete_role_is_left_out_and_said():
    whole = role_snapshot(RoleFactory(complete=True, slug="poet"))
    Role.objects.all().delete()
    half = whole | {"slug": "half", "name": "Half", "points": whole["points"][1:]}

    done = starter_content.load_items(starter_content.ROLES, [half, whole])

    assert done == {"created": 1, starter_content.INCOMPLETE: 1}
    assert list(Role.objects.values_list("slug", "status")) == [("poet", "published")]


def test_an_incomplete_version_is_not_made_public_again(client, editor):
    role = RoleFactory()
    half = versions.save_version(role)
    RolePoint.objects.create(role=role, kind="tip", label="Read", text="A lot.")

    answer = client.post(reverse("admin:roles_role_restore", args=[role.pk, half.pk]), follow=True)

    assert "This version was published and lacks: responsibilities (0 of 5)" in text_of(answer)
    assert role.points.count() == 1


@pytest.mark.parametrize("day", [date(2026, 1, 1), timezone.now().date() + timedelta(days=30)])
def test_a_comparison_without_a_conclusion_gets_no_date_past_or_scheduled(client, editor, day):
    pair = ComparisonFactory(published_on=None, conclusion=" ")

    answer = client.post(
        address_of(pair), opened_form(client, pair) | {"published_on": day.isoformat()}
    )

    page = text_of(answer)
    assert "Conclusion : Enter the conclusion before you publish." in page
    assert "To publish this comparison, add: conclusion." in page
    assert Comparison.objects.get(pk=pair.pk).published_on is None


def test_an_article_without_a_text_is_not_published_by_code_or_import():
    guide = ArticleFactory(draft=True, body="")
    guide.published_on = date(2026, 1, 1)
    with pytest.raises(NotCompleteError, match=r"To publish this article, add: body\."):
        guide.save()
    with pytest.raises(ValidationError, match="add: body"):
        guide.full_clean(exclude=["body"])
    assert Article.objects.get(pk=guide.pk).published_on is None


@pytest.mark.parametrize(
    ("texts", "lacks"),
    [
        ({"summary": "x"}, r"a longer summary \(1 of 40 characters\)\."),
        ({"body": "TODO"}, r"a longer body \(4 of 300 characters\), a text for “TODO” in the body"),
        ({"body": "Lorem ipsum dolor sit amet. " * 20}, "a text for “Lorem ipsum” in the body"),
        ({"title": "Title TBD"}, "a text for “TBD” in the title"),
    ],
)
def test_a_guide_that_is_still_to_be_written_is_not_published(client, editor, texts, lacks):
    guide = ArticleFactory(draft=True, **texts)

    answer = client.post(
        address_of(guide), opened_form(client, guide) | {"published_on": "2026-01-01"}
    )

    assert answer.status_code == 200
    assert re.search(f"To publish this article, add: {lacks}", text_of(answer))
    guide.published_on = date(2026, 1, 1)
    with pytest.raises(NotCompleteError, match=lacks):
        guide.save()
    assert Article.objects.get(pk=guide.pk).published_on is None


def test_words_that_look_like_placeholders_are_words():
    body = "Todo el equipo trabaja con datos. Ask what is to be done, and by whom. " * 5

    assert ArticleFactory(body=body).is_published
    assert ArticleFactory(page=True, summary="Us.", body="Write to us.").is_published


def test_a_comparison_and_a_profile_with_placeholders_are_not_published(client, editor):
    pair = ComparisonFactory(published_on=None, conclusion="TODO")
    pair.published_on = date(2026, 1, 1)
    with pytest.raises(NotCompleteError, match="a text for “TODO” in the conclusion"):
        pair.save()
    role = complete_draft(outlook="TBD")
    role.status = "published"
    with pytest.raises(NotCompleteError, match="a text for “TBD” in the outlook"):
        role.save()

    answer = client.post(address_of(role), opened_form(client, role) | {"status": "published"})
    assert "Write the text for “TBD” before you publish." in text_of(answer)
    RolePoint.objects.filter(role=role, kind="tip").update(text="Lorem ipsum dolor.")
    role.outlook = "It goes on."
    with pytest.raises(NotCompleteError, match="a text for “Lorem ipsum” in its parts"):
        role.save()


def test_many_at_once_are_not_published_either():
    today = timezone.now().date()
    role, whole = RoleFactory(draft=True), RoleFactory(draft=True, complete=True)
    pair = ComparisonFactory(published_on=None, conclusion=" ")
    public = ComparisonFactory(published_on=today)
    guide = ArticleFactory(draft=True, summary=" ")

    with pytest.raises(NotCompleteError, match=r"To publish .*, add: responsibilities"):
        Role.objects.update(status="published")
    role.status = "published"
    with pytest.raises(NotCompleteError), transaction.atomic():
        Role.objects.bulk_update([role], ["status"])
    with pytest.raises(NotCompleteError):
        Role.objects.bulk_create(
            [Role(name="Poet", slug="poet", status="published", definition="x")]
        )
    with pytest.raises(NotCompleteError):
        Comparison.objects.filter(pk=pair.pk).update(published_on=today)
    with pytest.raises(NotCompleteError):
        Comparison.objects.filter(pk=public.pk).update(tips="")
    with pytest.raises(NotCompleteError):
        Article.objects.filter(pk=guide.pk).update(published_on=today)

    assert {status_of(role), status_of(whole)} == {"draft"}
    assert Comparison.objects.get(pk=pair.pk).published_on is None
    assert Article.objects.get(pk=guide.pk).published_on is None
    assert not Role.objects.filter(slug="poet").exists()
    Role.objects.filter(pk=whole.pk).update(status="published")
    assert status_of(whole) == "published"


def test_the_database_refuses_what_goes_past_the_models():
    role, pair, guide = (
        RoleFactory(draft=True, definition=""),
        ComparisonFactory(published_on=None, introduction=""),
        ArticleFactory(draft=True, summary=""),
    )
    for thing, change in [
        (role, {"status": "published"}),
        (pair, {"published_on": "2026-01-01"}),
        (guide, {"published_on": "2026-01-01"}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(thing).objects.filter(pk=thing.pk).update(**change)


def test_a_page_of_before_that_lacks_something_stays_and_is_completed_by_its_next_edit(
    client, editor
):
    role = RoleFactory(skills=[SkillFactory()])  # public and incomplete, as older releases let it
    role.family = "Other"
    role.save()
    data = opened_form(client, role)

    assert "To publish the role, add:" in text_of(client.post(address_of(role), data))
    assert status_of(role) == "published"

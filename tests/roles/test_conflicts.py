"""Two editors at one text: different changes are merged, equal ones are chosen between, and
nobody's words are lost.
"""

import pytest

from roles.models import Article, Comparison, Role, RolePoint
from tests.factories import (
    ArticleFactory,
    ComparisonFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.reading import text_of
from tests.roles.forms_in_admin import address_of, fields_of, opened_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(staff=True, email="editor@rolebook.example")
    client.force_login(user)
    return user


@pytest.fixture
def role(db) -> Role:
    role = RoleFactory(draft=True, name="AI Architect", skills=[SkillFactory(name="Python")])
    for number, label in enumerate(["Plans", "Draws"]):
        RolePoint.objects.create(
            role=role, kind="tip", position=number, label=label, text=f"How one {label.lower()}."
        )
    return role


def send(client, thing, data, **changes):
    return client.post(address_of(thing), data | changes)


def points_of(role) -> dict[str, str]:
    return dict(RolePoint.objects.filter(role=role).values_list("label", "text"))


def test_changes_of_different_fields_are_both_saved(client, editor, role):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, outlook="It grows.")

    answer = send(client, role, mine, definition="Plans systems.")

    assert answer.status_code == 302
    role = Role.objects.get(pk=role.pk)
    assert (role.definition, role.outlook) == ("Plans systems.", "It grows.")
    page = text_of(client.get(address_of(role)))
    assert "Saved together with what others changed meanwhile." in page


def test_one_field_changed_twice_shows_all_three_texts_and_saves_nothing(client, editor, role):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, outlook="It grows.")

    answer = send(client, role, mine, outlook="It shrinks.", definition="Plans systems.")

    page = text_of(answer)
    assert answer.status_code == 200
    assert "Somebody saved a change while you were editing. Choose which text to keep." in page
    assert "editor@rolebook.example changed this on" in page
    texts = "Original It goes on. Theirs, saved now It grows. Yours, not saved It shrinks."
    assert texts in page
    assert answer.context["adminform"].form["outlook"].value() == "It shrinks."
    role = Role.objects.get(pk=role.pk)
    assert (role.definition, role.outlook) == (
        "Does the work. Has more to say about it.",
        "It grows.",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("choice", "outlook"), [("yours", "It shrinks."), ("theirs", "It grows."), ("", "It grows.")]
)
def test_the_one_who_saves_last_chooses(client, editor, role, choice, outlook):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, outlook="It grows.")
    shown = fields_of(send(client, role, mine, outlook="It shrinks.", family="Architecture"))

    answer = send(client, role, shown, **{"choose-outlook": choice} if choice else {})

    assert answer.status_code == (302 if choice else 200)
    role = Role.objects.get(pk=role.pk)
    assert role.outlook == outlook
    assert role.family == ("Architecture" if choice else "Family")


@pytest.mark.slow
def test_a_choice_does_not_cover_a_third_change(client, editor, role):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, outlook="It grows.")
    shown = fields_of(send(client, role, mine, outlook="It shrinks."))
    send(client, role, opened_form(client, role), outlook="It doubles.")

    answer = send(client, role, shown, **{"choose-outlook": "yours"})

    assert "Theirs, saved now It doubles. Yours, not saved It shrinks." in text_of(answer)
    assert Role.objects.get(pk=role.pk).outlook == "It doubles."


def test_rows_added_and_changed_by_two_are_all_there(client, editor, role):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    one_more = {"points-TOTAL_FORMS": "3", "points-2-kind": "tip", "points-2-position": "2"}
    of_theirs = {"points-2-label": "Builds", "points-2-text": "How one builds."}
    send(client, role, theirs, **one_more, **of_theirs)
    of_mine = {"points-2-label": "Tests", "points-2-text": "How one tests."}

    answer = send(client, role, mine, **one_more, **of_mine, **{"points-0-text": "By hand."})

    assert answer.status_code == 302, answer.context["errors"]
    assert points_of(role) == {
        "Plans": "By hand.",
        "Draws": "How one draws.",
        "Builds": "How one builds.",
        "Tests": "How one tests.",
    }


@pytest.mark.slow
def test_a_row_that_both_changed_is_chosen_between(client, editor, role):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, **{"points-1-text": "With a ruler."})
    shown = send(client, role, mine, **{"points-1-text": "With chalk."})
    assert "Draws: Text" in text_of(shown)
    [conflict] = shown.context["conflicts"]

    send(client, role, fields_of(shown), **{f"choose-{conflict.name}": "theirs"})

    assert points_of(role)["Draws"] == "With a ruler."


@pytest.mark.slow
def test_a_row_they_removed_is_gone_where_it_was_untouched_and_asked_for_where_not(
    client, editor, role
):
    untouched, changed = opened_form(client, role), opened_form(client, role)
    send(client, role, opened_form(client, role), **{"points-1-DELETE": "on"})

    assert send(client, role, untouched, outlook="It grows.").status_code == 302
    shown = send(client, role, changed, **{"points-1-text": "With chalk."})

    assert list(points_of(role)) == ["Plans"]
    assert "Theirs, saved now Removed Yours, not saved Tip · 1 · Draws · With chalk." in text_of(
        shown
    )
    [conflict] = shown.context["conflicts"]
    answer = send(client, role, fields_of(shown), **{f"choose-{conflict.name}": "yours"})
    assert answer.status_code == 302, answer.context["errors"]
    assert points_of(role) == {"Plans": "How one plans.", "Draws": "With chalk."}


@pytest.mark.slow
@pytest.mark.parametrize(("choice", "left"), [("yours", 1), ("theirs", 2)])
def test_a_row_that_one_removes_and_the_other_changed_is_chosen_between(
    client, editor, role, choice, left
):
    mine, theirs = opened_form(client, role), opened_form(client, role)
    send(client, role, theirs, **{"points-1-text": "With a ruler."})
    shown = send(client, role, mine, **{"points-1-DELETE": "on"})
    assert len(points_of(role)) == 2
    [conflict] = shown.context["conflicts"]
    again = fields_of(shown) | {"points-1-DELETE": "on", f"choose-{conflict.name}": choice}

    answer = send(client, role, again)

    assert answer.status_code == 302, answer.context["errors"]
    assert len(points_of(role)) == left


def test_a_change_by_no_form_conflicts_too(client, editor, role):
    mine = opened_form(client, role)
    Role.objects.filter(pk=role.pk).update(outlook="As released.")

    answer = send(client, role, mine, outlook="As edited.")

    assert "Theirs, saved now As released. Yours, not saved As edited." in text_of(answer)


def test_comparisons_and_articles_conflict_alike(client, editor):
    pair = ComparisonFactory()
    guide = ArticleFactory(draft=True, roles=[pair.role_1])
    for thing, field in [(pair, "conclusion"), (guide, "body")]:
        mine, theirs = opened_form(client, thing), opened_form(client, thing)
        assert send(client, thing, theirs, **{field: "Of theirs."}).status_code == 302

        answer = send(client, thing, mine, **{field: "Of mine."})

        assert "Theirs, saved now Of theirs. Yours, not saved Of mine." in text_of(answer)
        assert getattr(type(thing).objects.get(pk=thing.pk), field) == "Of theirs."


def test_roles_that_two_chose_for_an_article_are_named(client, editor):
    first, second, third = RoleFactory.create_batch(3)
    guide = ArticleFactory(roles=[first])
    mine, theirs = opened_form(client, guide), opened_form(client, guide)
    send(client, guide, theirs, roles=[second.pk])

    answer = send(client, guide, mine, roles=[third.pk])

    said = f"Original {first} Theirs, saved now {second} Yours, not saved {third}"
    assert said in text_of(answer)


@pytest.mark.parametrize(
    "opened", ["", "x", "[]", '{"fields": {}, "rows": {"points": 1}}', "[" * 9]
)
def test_what_no_form_of_ours_sent_is_read_as_a_new_form(client, editor, role, opened):
    answer = send(client, role, opened_form(client, role) | {"opened": opened}, outlook="It grows.")

    assert answer.status_code == 302
    assert Role.objects.get(pk=role.pk).outlook == "It grows."


def test_an_articles_versions_are_kept_shown_and_restored(client, editor):
    guide = ArticleFactory(draft=True, title="How to begin", body="First words.")
    send(client, guide, opened_form(client, guide), body="Other words.")
    newest, first = guide.versions.all()
    assert (first.snapshot["body"], newest.snapshot["body"]) == ("First words.", "Other words.")
    assert newest.by == editor

    client.post(f"/admin/roles/article/{guide.pk}/versions/{first.pk}/restore/")

    assert Article.objects.get(pk=guide.pk).body == "First words."
    assert Comparison.objects.count() == 0

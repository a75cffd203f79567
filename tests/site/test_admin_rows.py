"""Rows within the admin's forms: of two that the database takes for one, an editor is told."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import InlineAdminFormSet
from django.forms import BaseForm, ChoiceField, Field, ModelChoiceField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jobboard.listings.models import Place
from jobboard.moderation.models import UsualReason
from roles.models import SalarySource, SalaryTitle
from tests.journeys.page_types import make_things
from tests.site.forms_of_the_site import client_of

pytestmark = pytest.mark.django_db

# What a field of a row takes that is not any word.
FITTING = {"position": "7", "soc": "15-9999", "url": "https://source.example/1"}
WORDS = "Keeper of Words"
# As typed: the same, and what is the same once its case and blanks are taken away.
SOME_SECOND_ROWS = [
    pytest.param(WORDS, id="equal"),
    pytest.param("  keeper OF  words ", id="equal but for case and blanks", marks=pytest.mark.slow),
]
ONLY_SHOWN = {"logo", "runs"}


@pytest.fixture
def things(settings, starter_with_samples) -> SimpleNamespace:
    settings.EMAIL_IS_LOCAL = True
    Place.objects.create(name="Nowhere", country="DE", kind="city")
    Place.objects.create(name="Elsewhere", country="DE", kind="city")
    return make_things()


@pytest.fixture
def editor(things) -> Client:
    return client_of("editor", things)


def pages_with_rows(order: str) -> Iterator[str]:
    """The page of the first object, in that order, of each model whose form has rows."""
    for model, model_admin in admin.site._registry.items():
        if model_admin.inlines:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            yield reverse(name, args=[model._default_manager.order_by(order)[:1].get().pk])


def sent_by(form: BaseForm) -> dict[str, object]:
    """What a browser sends of a form that nobody touched."""
    data = {}
    for name in form.fields:
        value = form[name].value()
        is_sent = value is not None and value is not False
        if is_sent:
            data[form[name].html_name] = value
    return data


def sent_by_page(page: HttpResponse) -> dict[str, object]:
    data = sent_by(page.context["adminform"].form)
    for rows in page.context["inline_admin_formsets"]:
        data |= sent_by(rows.formset.management_form)
        for form in rows.formset.initial_forms:
            data |= sent_by(form)
    return data


def typed_in(name: str, field: Field, words: str) -> object:
    if isinstance(field, ModelChoiceField):
        return field.queryset.last().pk
    if isinstance(field, ChoiceField):
        return next(key for key, _ in field.choices if key)
    return FITTING.get(name, words)


def new_row(rows: InlineAdminFormSet, number: int, words: str) -> dict[str, object]:
    """A row in which everything is filled in, after those that are there."""
    row = {}
    for name, field in rows.formset.empty_form.fields.items():
        if not field.widget.is_hidden and name != "DELETE":
            row[f"{rows.formset.prefix}-{number}-{name}"] = typed_in(name, field, words)
    return row


def with_new_rows(page: HttpResponse, rows: InlineAdminFormSet, *words: str) -> dict[str, object]:
    data = sent_by_page(page)
    there = rows.formset.initial_form_count()
    for number, said in enumerate(words, there):
        data |= new_row(rows, number, said)
    return data | {f"{rows.formset.prefix}-TOTAL_FORMS": there + len(words)}


def sets_of_rows(
    editor: Client, order: str = "pk"
) -> Iterator[tuple[str, HttpResponse, InlineAdminFormSet]]:
    for path in pages_with_rows(order):
        page = editor.get(path)
        for rows in page.context["inline_admin_formsets"]:
            yield path, page, rows


def errors_in(answer: HttpResponse) -> list[str]:
    return list(answer.context["errors"])


def stored_rows(rows: InlineAdminFormSet) -> int:
    return rows.formset.model._default_manager.count()


def assert_stored_or_refused(answer: HttpResponse, rows: InlineAdminFormSet, before: int) -> None:
    assert answer.status_code in (200, 302), rows.formset.prefix
    if answer.status_code == 200:
        assert errors_in(answer), rows.formset.prefix
        assert stored_rows(rows) == before, rows.formset.prefix


@pytest.mark.slow
def test_one_new_row_of_each_kind_is_stored(editor):
    """So what the tests below send is refused for nothing but being there twice."""
    added = {}
    for path, page, rows in sets_of_rows(editor):
        before = stored_rows(rows)
        answer = editor.post(path, with_new_rows(page, rows, WORDS))
        assert answer.status_code == 302, (path, rows.formset.prefix, errors_in(answer))
        added[rows.formset.prefix] = stored_rows(rows) - before

    assert added == {prefix: int(prefix not in ONLY_SHOWN) for prefix in added}


@pytest.mark.slow
@pytest.mark.parametrize("second", SOME_SECOND_ROWS)
def test_two_equal_new_rows_are_stored_or_refused(editor, second):
    for path, page, rows in sets_of_rows(editor):
        before = stored_rows(rows)

        answer = editor.post(path, with_new_rows(page, rows, WORDS, second))

        assert_stored_or_refused(answer, rows, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    "order",
    ["pk", pytest.param("-pk", marks=pytest.mark.slow)],
    ids=["the same object", "another object"],
)
@pytest.mark.parametrize("second", SOME_SECOND_ROWS)
@pytest.mark.both_databases
def test_a_new_row_that_somebody_added_meanwhile_is_stored_or_refused(editor, order, second):
    opened = list(sets_of_rows(editor, order))
    for path, page, rows in sets_of_rows(editor):
        editor.post(path, with_new_rows(page, rows, WORDS))

    for path, page, rows in opened:
        before = stored_rows(rows)

        assert_stored_or_refused(editor.post(path, with_new_rows(page, rows, second)), rows, before)


# --- Rows that are edited in a list ---------------------------------------------------------------


def editable_lists() -> Iterator[str]:
    for model, model_admin in admin.site._registry.items():
        if model_admin.list_editable:
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_of_list(form: BaseForm, number: int, pk: object) -> dict[str, object]:
    row = {f"form-{number}-id": pk}
    for name, field in form.fields.items():
        if not field.widget.is_hidden:
            row[f"form-{number}-{name}"] = typed_in(name, field, WORDS)
    return row


@pytest.mark.parametrize("rows", ["all alike", "one twice", "two that are not there"])
def test_equal_rows_of_a_list_are_stored_or_refused(editor, rows):
    source = SalarySource.objects.create(slug="survey", name="Survey", url="https://a.example")
    for title in ["Data Wizard", "Data Gnome"]:
        SalaryTitle.objects.create(source=source, title=title)
    UsualReason.objects.get_or_create(text="Say what the job pays.")
    paths = list(editable_lists())
    assert paths

    for path in paths:
        forms = editor.get(path).context["cl"].formset.initial_forms
        pks = [form.instance.pk for form in forms]
        if rows == "one twice":
            pks = pks[:1] * 2
        there = len(pks)
        if rows == "two that are not there":
            pks += ["", ""]
        data = {"form-TOTAL_FORMS": len(pks), "form-INITIAL_FORMS": there, "_save": "Save"}
        for number, pk in enumerate(pks):
            data |= row_of_list(forms[0], number, pk)

        answer = editor.post(path, data)

        expected = 400 if rows == "two that are not there" else 302
        assert answer.status_code == expected, path

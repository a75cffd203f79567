"""What one may ask the lists of the admin for: what their filters ask, and nothing else."""

from itertools import cycle, product

import pytest
from django.apps import apps
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.models import Permission
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse

from jobboard.common.admin import DATE_LOOKUPS, FILTER_LOOKUPS, SiteModelAdmin
from jobboard.urls import admin  # with those that stand in place of others
from tests.factories import FeedFactory, UserFactory

pytestmark = pytest.mark.django_db

ADMINS = sorted(admin.site._registry.values(), key=lambda one: one.opts.label)
ODD = ["\0", "(", "x", "9" * 20, "-" + "9" * 20, "-1", "", "é" * 300, "²"]
SECRETS = {
    "common.Email": ["text", "headers"],
    "listings.Feed": ["api_key", "address"],
    "mfa.Authenticator": ["data"],
    "usersessions.UserSession": ["session_key"],
    "common.Capability": ["token_hash"],
    "accounts.User": ["password"],
    "recruiting.ImportJob": ["content"],
}


@pytest.fixture
def boss(client):
    user = UserFactory(staff=True, is_superuser=True)
    client.force_login(user)
    return user


def list_of(model_admin) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


def parameters_of(model_admin, user) -> list[str]:
    """All that the filters of its list may send."""
    request = RequestFactory().get("/")
    request.user = user
    names = []
    for one in model_admin.get_list_filter(request):
        is_class = isinstance(one, type)
        names.append(one.parameter_name if is_class else one[0] if type(one) is tuple else one)
    dates = [f"{model_admin.date_hierarchy}{lookup}" for lookup in DATE_LOOKUPS]
    filters = [f"{name}{lookup}" for name, lookup in product(names, FILTER_LOOKUPS)]
    return [*filters, *(dates if model_admin.date_hierarchy else [])]


def test_every_admin_has_the_rules_of_the_site():
    assert [one for one in ADMINS if not isinstance(one, SiteModelAdmin)] == []


@pytest.mark.parametrize("lookup", ["", "__exact", "__regex", "__startswith", "__range", "__in"])
def test_no_column_is_read_by_asking_for_it(rf, boss, lookup):
    request = rf.get("/")
    request.user = boss
    allowed = []
    for model_admin in ADMINS:
        of_filters = parameters_of(model_admin, boss)
        names = {f"{field.name}{lookup}" for field in model_admin.model._meta.get_fields()}
        allowed += [
            (model_admin.opts.label, name)
            for name in names.difference(of_filters)
            if model_admin.lookup_allowed(name, "1", request)
        ]
    assert allowed == []


@pytest.mark.parametrize("label", SECRETS)
def test_no_secret_is_read_sign_by_sign(client, boss, label):
    model_admin = admin.site.get_model_admin(apps.get_model(label))

    for name, lookup in product(SECRETS[label], ["regex", "contains", "exact", "startswith"]):
        answer = client.get(list_of(model_admin), {f"{name}__{lookup}": "a"})
        assert answer.status_code == 400, (name, lookup)


def test_the_search_of_feeds_finds_no_address_for_who_sees_none(client):
    feed = FeedFactory(address="https://feeds.example.com/search?app_key=secret-1")
    viewer, editor = UserFactory(is_staff=True), UserFactory(staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_feed"))
    found = {}

    for user in (viewer, editor):
        client.force_login(user)
        shown = client.get("/admin/listings/feed/", {"q": "secret-1"})
        found[user] = list(shown.context["cl"].queryset)

    assert found == {viewer: [], editor: [feed]}


def read_list(model_admin, user, query: dict[str, str]) -> None:
    """All that the page of its list reads, without the page. What it refuses is no fault."""
    request = RequestFactory().get(list_of(model_admin), query)
    request.user = user
    request._messages = CookieStorage(request)  # as the middleware would give it
    try:
        answer = model_admin.changelist_view(request)
    except SuspiciousOperation:
        return
    if answer.status_code == 200:
        changes = answer.context_data["cl"]
        list(admin_list.results(changes))
        admin_list.date_hierarchy(changes)
        for one in changes.filter_specs:
            list(one.choices(changes))


def asked_of(model_admin, user) -> list[str]:
    return [*parameters_of(model_admin, user), "q", "o", "p", "all", "_to_field", "e"]


@pytest.mark.slow
@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
@pytest.mark.both_databases
def test_no_odd_value_is_an_error_of_ours(client, boss, model_admin):
    page = list_of(model_admin)

    for name, value in zip(asked_of(model_admin, boss), cycle(ODD), strict=False):
        assert client.get(page, {name: value}).status_code < 500, (name, value)
    for do, value in [("change", "\0"), ("history", "9" * 20), ("delete", "x")]:
        address = f"{page}{value}/{do}/"
        assert client.get(address).status_code < 500, address


@pytest.mark.slow
@pytest.mark.parametrize("model_admin", ADMINS, ids=lambda one: one.opts.label)
@pytest.mark.both_databases
def test_no_odd_value_of_any_parameter_is_an_error_of_ours(client, boss, model_admin):
    """Of the list itself, as a page around it says no more: the smaller test asks for that."""
    for name, value in product(asked_of(model_admin, boss), ODD):
        read_list(model_admin, boss, {name: value})
    for do, value in product(["change", "history", "delete"], ODD[:-2]):
        address = f"{list_of(model_admin)}{value or 'x'}/{do}/"
        assert client.get(address).status_code < 500, address


@pytest.mark.parametrize("term", ODD)
@pytest.mark.both_databases
def test_no_odd_word_breaks_an_autocompletion(client, boss, term):
    for model_admin in ADMINS:
        for name in model_admin.get_autocomplete_fields(None):
            of = {
                "app_label": model_admin.opts.app_label,
                "model_name": model_admin.opts.model_name,
            }
            answer = client.get("/admin/autocomplete/", {**of, "field_name": name, "term": term})
            assert answer.status_code == 200, (model_admin, name)

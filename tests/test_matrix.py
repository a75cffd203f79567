"""Every pattern of the resolver, asked for and posted to by every kind of person, against a table.

matrix.csv has a row for each pattern and a column for each kind: what a GET and an empty POST are
answered with, as a status, ``login`` (asked to sign in) or ``anew`` (asked for the password). What
is refused writes nothing. A new pattern, or another answer, fails with the row that it would have:
read it, and put it into the table if that is what shall be.

tests/test_permissions.py says who may do what with forms filled in, this table that no address was
forgotten.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from jobboard.listings.models import CompanyClaim, FeedRequest
from jobboard.recruiting import company_actions
from jobboard.seekers.models import Alert, Report, SavedListing
from roles.models import Article, Comparison
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

TABLE = Path(__file__).with_name("matrix.csv")
# Who has no business anywhere but on public pages and their own is asked for in every run.
OUTSIDERS = ["nobody", "stranger"]
INSIDERS = [
    "no group",
    "seeker",
    "owner",
    "editor",
    "former",
    "Moderator",
    "Editor",
    "Data",
    "superuser",
]
GROUPS = ["Moderator", "Editor", "Data"]
REFUSALS = {"login", "anew", "403", "404", "405"}
# What a request may write whatever it is answered with.
OF_EVERY_REQUEST = {"django_session", "common_securityevent", "usersessions_usersession"}
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


@pytest.fixture
def world(starter, groups, settings) -> SimpleNamespace:
    """Each kind of person, and what the addresses are about: nothing of it is theirs but that of
    owner and editor.
    """
    settings.EMAIL_IS_LOCAL = False
    owner = MembershipFactory(user__email="owner@acme.example")
    company = owner.company
    people = {
        "seeker": UserFactory(),
        "stranger": MembershipFactory().user,
        "owner": owner.user,
        "editor": MembershipFactory(company=company, part="editor").user,
        "former": MembershipFactory(company=company, part="editor").user,
        "no group": UserFactory(is_staff=True),
        "superuser": UserFactory(staff=True),
    }
    company.memberships.filter(user=people["former"]).delete()
    for name in GROUPS:
        people[name] = UserFactory(is_staff=True)
        people[name].groups.add(Group.objects.get(name=name))
    # Of a file that the owner uploaded: other jobs of feeds are nothing to who has proven nothing.
    feed = FeedFactory(company=company, proof="x")
    listing = ListingFactory(live=True, company=company, feed=feed, created_by=owner.user)
    Report.objects.create(listing=listing, reason="scam")
    Alert.objects.create(email="ada@example.com", query="q=python")
    values = {
        "listing": listing.pk,
        "company": company.pk,
        "member": MembershipFactory(company=company, part="editor").pk,
        "invitation": company_actions.invite(
            company=company, email="bob@example.com", part="editor", by=None
        ).pk,
        "feed": listing.feed_id,
        "feed_request": FeedRequest.objects.create(
            company=company,
            by=owner.user,
            kind="lever",
            address="https://api.lever.co/v0/postings/globex",
            board="Lever (globex)",
            doubt="x",
        ).pk,
        "join_request": company_actions.ask_to_join(company=company, user=UserFactory()).pk,
        "saved": SavedListing.objects.create(
            user=owner.user, listing=listing, title="x", company="y"
        ).pk,
        "company_slug": company.slug,
        "claim": CompanyClaim.objects.create(
            company=company, field="logo", value="x", picture=b"x"
        ).pk,
        "article": Article.objects.published().first().slug,
        "pair": Comparison.objects.published().first().get_absolute_url().split("/")[2],
    }
    return SimpleNamespace(people=people, values=values)


# --- The addresses --------------------------------------------------------------------------------


def routes(patterns=None, before="") -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry.url_patterns, route)


# What stands for a value: by the beginning of its route, the longest first, and its name.
OF_ROUTES = {
    ("", "pk"): "listing",
    ("", "listing_id"): "listing",
    ("", "member"): "member",
    ("", "invitation"): "invitation",
    ("", "join_request"): "join_request",
    ("", "feed"): "feed",
    ("", "feed_request"): "feed_request",
    ("", "pair"): "pair",
    ("recruit/companies/", "pk"): "company",
    ("admin/listings/company/", "pk"): "company",
    ("admin/listings/companyclaim/", "pk"): "claim",
    ("admin/listings/company/", "object_id"): "company",
    ("saved/", "pk"): "saved",
    ("companies/", "slug"): "company_slug",
    ("articles/", "slug"): "article",
}
PLAIN = {
    "app_label": "listings",
    "content_type_id": "999999",
    "hash": "x",
    "id": "1",
    "import_id": "00000000-0000-4000-8000-000000000000",
    "key": "x",
    "section": "jobs",
    "slug": "data-engineer",
    "token": "x",
    "trial": "00000000-0000-4000-8000-000000000000",
    "uidb36": "x",
    "url": "nothing/",
}


def address(route: str, values: dict) -> str:
    """With values of things that are there, where a row of them is named."""
    plain = re.sub(r"\(\?P(<\w+>)(?:[^()]|\[[^]]*\])*\)", r"\1", route)
    plain = re.sub(r"[\^$]", "", plain)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _value(route, found[1], values), plain)


def _value(route: str, name: str, values: dict) -> str:
    if found := re.match(r"admin/(\w+)/(\w+)/<", route):
        label, model = found.groups()
        if label != "r" and (label, model) != ("listings", "company"):
            first = apps.get_model(label, model)._default_manager.order_by("pk").first()
            return str(first.pk) if first and name in ("object_id", "pk", "id") else "1"
    rules = [key for key in OF_ROUTES if key[1] == name and route.startswith(key[0])]
    if rules:
        return str(values[OF_ROUTES[max(rules, key=lambda key: len(key[0]))]])
    return PLAIN.get(name, "1")


# --- The answers ----------------------------------------------------------------------------------


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that are written to within; nothing of it stays."""
    tables: set[str] = set()

    def note(execute, sql, params, many, context):
        tables.update(WRITES.findall(sql))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield tables
        transaction.set_rollback(True)


def word(response: HttpResponse) -> str:
    target = response.get("Location", "")
    if "/reauthenticate/" in target:
        return "anew"
    if response.status_code == 302 and re.match(r"/(accounts|admin)/login/(code/)?\?", target):
        return "login"
    return str(response.status_code)


def answers(who: str, world: SimpleNamespace, asked: Iterable[str]) -> dict[str, str]:
    """By route, what it answers to a GET and a POST; refusals that wrote something say so."""
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(world.people[who])
    cookies = client.cookies.output(header="", sep=";")
    return {
        route: " ".join(
            _answer(client, method, address(route, world.values), cookies)
            for method in ("GET", "POST")
        )
        for route in asked
    }


def _answer(client: Client, method: str, path: str, cookies: str) -> str:
    cache.clear()
    client.cookies = SimpleCookie(cookies)  # some answers take them away
    with written() as tables:
        response = client.get(path) if method == "GET" else client.post(path, {"post": "yes"})
    said = word(response)
    if said in REFUSALS and (by_it := tables - OF_EVERY_REQUEST):
        return f"{said}, having written {sorted(by_it)}"
    return said


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(newline="") as file:
        return {row.pop("pattern"): row for row in csv.DictReader(file)}


def differences(who: str, world: SimpleNamespace, asked: Iterable[str] | None = None) -> list[str]:
    """At the routes ``asked``, or at all."""
    expected = table()
    asked = dict.fromkeys(routes()) if asked is None else asked
    return [
        f"{route}, {who}: {found}, and not {expected.get(route, {}).get(who)}"
        for route, found in answers(who, world, asked).items()
        if expected.get(route, {}).get(who) != found
    ]


def test_the_table_has_a_row_for_each_pattern_and_no_other():
    assert list(dict.fromkeys(routes())) == list(table())


@pytest.mark.slow
@pytest.mark.parametrize("who", OUTSIDERS)
def test_who_has_no_business_there_gets_what_the_table_says(world, who):
    assert "\n".join(differences(who, world)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("who", INSIDERS)
def test_everybody_gets_what_the_table_says(world, who):
    assert "\n".join(differences(who, world)) == ""


def test_nobody_without_rights_is_answered_by_the_admin_or_an_error():
    """What the table may say: whoever writes a row cannot let strangers in by mistake."""
    for route, row in table().items():
        in_admin = route.startswith("admin/") and route not in ("admin/login/", "admin/logout/")
        for who in ["nobody", "seeker", "stranger", "owner", "editor", "former"]:
            said = set(row[who].split())
            assert not in_admin or said <= {"login", "403", "404", "405", "301"}, (route, who)
        assert not any(status.startswith("5") for said in row.values() for status in said.split())
        assert row["former"] == row["seeker"] or "companies/new" in route, route


def test_the_measure_finds_a_view_that_writes_before_it_refuses(world, monkeypatch):
    def careless(request, pk) -> HttpResponse:
        Report.objects.all().delete()
        return HttpResponse(status=404)

    [pattern] = [
        entry
        for group in get_resolver().url_patterns
        for entry in getattr(group, "url_patterns", [])
        if getattr(entry, "name", "") == "leave"
    ]
    monkeypatch.setattr(pattern, "callback", careless)

    leave = [route for route in table() if route.endswith("/leave/")]
    assert len(leave) == 1
    assert "having written" in "".join(differences("stranger", world, leave))

"""What a request costs at most, whatever it holds: a second of CPU, at every address that takes a
form and with every parameter.
"""

import gc
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from unicodedata import category
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.api.forms import FigureForm, ListingsForm, PageForm
from jobboard.common.text import unicode
from jobboard.common.text.diff import MAX_WORDS, word_diff
from jobboard.common.text.html import article_to_html, clean_text, markdown_to_html
from jobboard.common.text.unicode import MAX_MARKS, normalized
from jobboard.common.text.words import fold
from jobboard.common.web.limits import HOUR
from jobboard.listings.geo.nearby import read_tables
from jobboard.search.language import search_form
from jobboard.site import request_bounds
from jobboard.site.request_bounds import (
    GET_LIMITS,
    MAX_ADMIN_FORM_BYTES,
    MAX_FORM_BYTES,
    MAX_QUERY_LENGTH,
    MAX_UNREAD_BYTES,
    POST_LIMITS,
    post_limit,
)
from tests.factories import ListingFactory, MembershipFactory, UserFactory
from tests.journeys.page_types import PAGE_TYPES, make_things
from tests.reading import text_of
from tests.site.forms_of_the_site import (
    FITTING,
    SentForm,
    admin_paths,
    client_of,
    forms_of_kinds,
    forms_of_the_site,
)
from tests.site.test_http import addresses
from tests.test_architecture import python_files

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

MAX_CPU_SECONDS = 1.0  # seconds; what was measured is below a third of it
AROUND_A_FIELD = 200  # bytes: its name, and where it begins and ends

# What takes long to normalise, to parse, to match or to show; each for a number of characters.
TEXTS: dict[str, Callable[[int], str]] = {
    "marks": lambda n: "a" + "\u0345" * (n // 2) + "\u0334" * (n // 2),
    "marks that are two": lambda n: "\u0f73" * n,
    "marks between invisible ones": lambda n: "\u0345\u200d\u0334\u200d" * (n // 4),
    "one sign": lambda n: "a" * n,
    "open lists": lambda n: "[" * n,
    "brackets": lambda n: "![[" * (n // 3),
    "stars": lambda n: "*a_" * (n // 3),
    "rulers": lambda n: "* * *\n\n" * (n // 7),
    "quotes": lambda n: "> " * (n // 2),
    "quotes between lines": lambda n: ("a\n" + ">" * 18 + "*\n") * (n // 22),
    "tags": lambda n: "<b><i>" * (n // 6),
    "entities": lambda n: "&#8203;" * (n // 7),
    "commas": lambda n: "a," * (n // 2),
    "blanks": lambda n: " \t" * (n // 2) + "x",
    "lines": lambda n: "a\n" * (n // 2),
    "digits": lambda n: "9" * n,
    "a huge number": lambda n: "1e" + "9" * min(n - 2, 9),
    "bidi": lambda n: "\u202e\u2066" * (n // 2),
    "dots": lambda n: "a." * (n // 2),
    "at signs": lambda n: "@a" * (n // 2),
    "slashes": lambda n: "https://a/" * (n // 10),
    "four bytes": lambda n: "\U0001f469\u200d" * (n // 2),
}
WORST_TEXTS = ["marks", "brackets", "quotes between lines"]
A_FEW_TEXTS = ["marks", "marks that are two", "brackets", "quotes between lines", "commas"]
# Parameters are normalised and split, and stand in no Markdown.
TEXTS_OF_PARAMETERS = ["marks", "marks that are two", "commas"]
# Addresses that everybody may send a form to.
OF_STRANGERS = [
    "account_login",
    "account_signup",
    "recruiting:company_new",
    "recruiting:post",
    "seekers:alert_new",
    "seekers:report",
]


@pytest.fixture
def things(settings, starter_with_samples) -> SimpleNamespace:
    settings.EMAIL_IS_LOCAL = True
    return make_things()


@contextmanager
def undone() -> Iterator[None]:
    """What happens within leaves nothing behind, and nothing was counted before."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cpu_of(request: Callable[[], HttpResponse]) -> tuple[float, HttpResponse]:
    """The seconds that this process was at work. What Python tidies up meanwhile grows with the run
    of the tests, so it leaves alone what was there before.
    """
    gc.freeze()
    start = time.process_time()
    try:
        response = request()
    finally:
        cpu = time.process_time() - start
        gc.unfreeze()
    return cpu, response


def filled(text: Callable[[int], str], most_bytes: int) -> str:
    """As much of ``text`` as has so many bytes."""
    return text(most_bytes).encode()[:most_bytes].decode(errors="ignore")


def bytes_of(form: SentForm) -> int:
    return sum(AROUND_A_FIELD + len(str(value).encode()) for value in form.data.values()) + 1000


def attacks(form: SentForm, texts: list[str], fields: list[str]) -> Iterator[tuple[str, dict]]:
    """Each of the fields with what it takes, so that the form is read and stored; each with all
    that a form may hold; and all of them at once.
    """
    allowed = post_limit(form.name)
    room = min(allowed.body if form.user else MAX_FORM_BYTES, MAX_ADMIN_FORM_BYTES) - bytes_of(form)
    for name in texts:
        make = TEXTS[name]
        for field in fields:
            longest = form.texts[field] or 20_000
            yield f"{name} in {field}", form.data | {field: make(longest)}
            yield f"much {name} in {field}", form.data | {field: filled(make, room)}
        share = filled(make, room // max(1, len(form.data)))
        yield f"{name} everywhere", dict.fromkeys(form.data, share)


def send(form: SentForm, things: SimpleNamespace, data: dict) -> tuple[float, HttpResponse]:
    with undone():
        client = client_of(form.user, things)
        if form.first:
            client.post(*form.first)
        return cpu_of(lambda: client.post(form.path, data))


def least_cpu(measure: Callable[[], tuple[float, HttpResponse]]) -> tuple[float, HttpResponse]:
    """Of three if the first is too much: what else the machine does only adds."""
    measured = [measure()]
    while measured[-1][0] > MAX_CPU_SECONDS and len(measured) < 3:
        measured.append(measure())
    return min(measured, key=lambda one: one[0])


def faults_of(
    form: SentForm, things: SimpleNamespace, texts: list[str], fields: list[str]
) -> list[str]:
    """Each answer that took too long, or is a fault of ours."""
    send(form, things, form.data)  # what is kept from one request to the next
    found = []
    for name, data in attacks(form, texts, fields):
        cpu, response = least_cpu(lambda data=data: send(form, things, data))
        if cpu > MAX_CPU_SECONDS or response.status_code >= 500 or response.status_code == 413:
            found.append(f"{form.name}, {name}: {cpu:.2f} s, {response.status_code}")
    return found


def longest_field(form: SentForm) -> list[str]:
    return sorted(form.texts, key=lambda field: form.texts[field] or 20_000)[-1:]


# --- Forms ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_form_that_a_stranger_sends_costs_more_than_a_second(things):
    forms = list(forms_of_strangers(things))

    faults = [
        fault
        for form in forms
        for fault in faults_of(form, things, A_FEW_TEXTS, longest_field(form))
    ]

    assert {form.name for form in forms} == set(OF_STRANGERS)
    assert faults == []


def forms_of_strangers(things: SimpleNamespace) -> Iterator[SentForm]:
    kinds = [kind for kind in PAGE_TYPES if kind.name in OF_STRANGERS]
    return (form for form in forms_of_kinds(kinds, things) if form.name in OF_STRANGERS)


@pytest.mark.slow
def test_no_form_of_any_page_costs_more_than_a_second(things):
    """But for those that a stranger sends, which are asked above with more texts."""
    asked = {(form.user, form.key) for form in forms_of_strangers(things)}

    faults = [
        fault
        for form in forms_of_the_site(things)
        if (form.user, form.key) not in asked
        for fault in faults_of(form, things, WORST_TEXTS, longest_field(form))
    ]

    assert faults == []


# --- Parameters -----------------------------------------------------------------------------------

# Those that take many values, or search.
SEARCHES = [
    "/jobs/",
    "/jobs.csv",
    "/jobs/feed/",
    "/jobs/suggestions/",
    "/api/v1/listings",
    "/api/v1/salaries/data-engineer",
    "/alerts/new/",
    "/companies/",
    "/compare/",
    "/salaries/data-engineer/",
    "/saved/",
    "/saved/jobs.csv",
]
READ_ONE_BY_ONE = ["/jobs/", "/api/v1/salaries/data-engineer", "/companies/", "/saved/"]
OF_DJANGO = ["next", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters"]


def parameters() -> list[str]:
    """What any view reads: the fields of its form, or a name in its code."""
    forms = [search_form(), ListingsForm, PageForm, FigureForm]
    names = {name for form in forms for name in form.base_fields} | set(OF_DJANGO)
    for source in python_files().values():
        names |= set(re.findall(r'GET\.(?:get|getlist)\(\s*"(\w+)"', source))
        names |= set(re.findall(r'ids_in\(request\.GET, "(\w+)"\)', source))
    return sorted(names)


def read_by(client: Client, path: str) -> list[str]:
    """Those that a page asks its query for, also once the others are there; and one more, for all
    that it only hands on.
    """
    names: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for method in ["__getitem__", "__contains__", "getlist"]:
            patch.setattr(QueryDict, method, noting(getattr(QueryDict, method), names))
        client.get(path)
        client.get(path, dict.fromkeys(sorted(names), "1"))
    return [*sorted(names & set(parameters())), "colour"]


def noting(ask: Callable, names: set[str]) -> Callable:
    """``ask`` of a query, with what it is asked for put into ``names``."""

    def ask_and_note(query: QueryDict, name: str, *more):
        names.add(name)
        return ask(query, name, *more)

    return ask_and_note


def query(text: Callable[[int], str], names: list[str]) -> str:
    """A query of MAX_QUERY_LENGTH characters, or less, with a share of ``text`` for each name."""
    share = MAX_QUERY_LENGTH // len(names)
    return "&".join(f"{name}={quote(text(share))}"[: share - 1] for name in names)


def queries(texts: list[str]) -> Iterator[tuple[str, str]]:
    names = parameters()
    for name in texts:
        yield f"{name} everywhere", query(TEXTS[name], names)


def queries_one_by_one(texts: list[str], names: list[str]) -> Iterator[tuple[str, str]]:
    for name, parameter in product(texts, names):
        yield f"{name} in {parameter}", query(TEXTS[name], [parameter])
    for parameter in names:
        ids = "&".join(f"{parameter}={number}" for number in range(10_000))
        yield f"many {parameter}", ids[:MAX_QUERY_LENGTH]


def slow_gets(client: Client, path: str, asked: Iterator[tuple[str, str]]) -> list[str]:
    read_tables()  # as a web process does at its start
    client.get(path)  # what is kept from one request to the next
    found = []
    for name, text in asked:
        with undone():
            cpu, response = cpu_of(lambda text=text: client.get(f"{path}?{text}"))
        if cpu > MAX_CPU_SECONDS or response.status_code >= 500 or response.status_code == 414:
            found.append(f"{path}, {name}: {cpu:.2f} s, {response.status_code}")
    return found


@pytest.mark.slow
def test_no_parameter_of_the_list_of_jobs_costs_more_than_a_second(client, starter_with_samples):
    assert slow_gets(client, "/jobs/", queries(A_FEW_TEXTS)) == []
    assert slow_gets(client, "/jobs/", [("words", query(TEXTS["dots"], ["q"]))]) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", SEARCHES)
def test_no_parameter_of_a_search_costs_more_than_a_second(client, starter_with_samples, path):
    assert slow_gets(client, path, queries(list(TEXTS))) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", READ_ONE_BY_ONE)  # the others read theirs by the same code
def test_no_parameter_alone_costs_more_than_a_second(client, starter_with_samples, path):
    names = read_by(client, path)

    assert slow_gets(client, path, queries_one_by_one(A_FEW_TEXTS, names)) == []


def test_the_parameters_that_a_page_reads_are_known(client):
    assert read_by(client, "/companies/") == ["page", "q", "colour"]
    assert {"company", "country", "q", "role", "skill"} < set(read_by(client, "/jobs/"))


@pytest.mark.slow
def test_no_parameters_of_any_page_cost_more_than_a_second(things):
    pages = {
        kind.path.format(**vars(things)).partition("?")[0]: kind.user
        for kind in PAGE_TYPES
        if not (kind.fault or kind.act)
    }
    pages |= dict.fromkeys(admin_paths(), "editor")
    asked_above = {path for path in SEARCHES if pages.get(path) == ""}

    slow = [
        fault
        for path, user in pages.items()
        if path not in asked_above
        for fault in slow_gets(client_of(user, things), path, queries(TEXTS_OF_PARAMETERS))
    ]

    assert slow == []


# --- Limits ---------------------------------------------------------------------------------------


class Unread:
    """The body of a request that nobody may read."""

    def read(self, *args) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def post_unread(client: Client, path: str, length: int = 100) -> HttpResponse:
    unread = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length)}
    return client.generic("POST", path, content_type="application/x-www-form-urlencoded", **unread)


def named_addresses() -> list[tuple[str, str]]:
    return [(resolve(path).view_name, path) for path in addresses()]


@pytest.fixture
def editor() -> User:
    return UserFactory(staff=True)


@pytest.fixture
def staff(editor) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    return client


def takes_posts(editor: User, path: str) -> bool:
    with undone():
        client = Client(raise_request_exception=False)
        client.force_login(editor)
        return client.post(path).status_code != 405


def without_a_limit(editor: User, addresses: list[tuple[str, str]]) -> set[str]:
    """Names of those that take posts."""
    return {name for name, path in addresses if not post_limit(name) and takes_posts(editor, path)}


def test_every_address_that_takes_a_post_has_a_limit_of_its_own(editor):
    assert sum(post_limit(name) is not None for name, _ in named_addresses()) > 100
    assert without_a_limit(editor, named_addresses()) == set()


def test_an_address_that_takes_a_post_without_a_limit_is_found(editor, monkeypatch):
    monkeypatch.delitem(POST_LIMITS, "recruiting:leave")
    [leave] = [both for both in named_addresses() if both[0] == "recruiting:leave"]

    assert without_a_limit(editor, [leave]) == {"recruiting:leave"}


def test_no_limit_is_for_an_address_that_is_gone():
    names = {name for name, _ in named_addresses()}
    exact = {name for name in POST_LIMITS if not name.endswith((":", "_"))}

    assert exact - names == set()


@pytest.mark.slow
def test_the_walk_sends_every_form_that_an_address_takes(things, editor):
    """What a page has no form for has a row in ``without_a_page``."""
    walked = {form.name for form in forms_of_the_site(things)}
    ours = {
        name
        for name, path in named_addresses()
        if not name.startswith("admin:") and takes_posts(editor, path)
    }

    assert ours - walked == set()


@pytest.mark.parametrize("user", ["", "staff"])
def test_who_posts_too_often_is_told_before_the_form_is_read(staff, monkeypatch, user, clock):
    client = staff if user else Client(raise_request_exception=False)
    monkeypatch.setattr(
        request_bounds, "post_limit", lambda name: replace(post_limit(name), max_count=1)
    )
    for path in ["/post/", "/report/1/", "/accounts/login/", "/admin/roles/role/add/"]:
        client.post(path)

        answer = post_unread(client, path)

        assert answer.status_code == 429, path
        assert 0 < int(answer["Retry-After"]) <= HOUR
        assert "Too many requests" in text_of(answer)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(staff):
    stranger = Client()
    for client, path, longest in [
        (stranger, "/post/", MAX_FORM_BYTES),
        (stranger, "/recruit/upload/", MAX_FORM_BYTES),  # files are taken from who is signed in
        (stranger, "/admin/roles/role/add/", MAX_FORM_BYTES),
        (staff, "/recruit/upload/", POST_LIMITS["recruiting:upload"].body),
        (staff, "/admin/roles/role/add/", MAX_ADMIN_FORM_BYTES),
    ]:
        answer = post_unread(client, path, longest + 1)

        assert answer.status_code == 413, path
        assert "shorten the text or choose a smaller file" in text_of(answer)


def test_an_address_that_is_too_long_is_refused(client):
    answer = client.get("/jobs/?q=" + "a" * MAX_QUERY_LENGTH)

    assert answer.status_code == 414
    assert "Remove some filters" in text_of(answer)
    assert client.get("/api/v1/listings?q=" + "a" * MAX_QUERY_LENGTH).json()["detail"]


def test_addresses_that_take_no_form_read_none(client):
    """As Django would before it says 405, to look for a CSRF token."""
    body = b"x" * (MAX_UNREAD_BYTES + 1)
    taking_none = [path for path in addresses() if not post_limit(resolve_name(path))]

    statuses = {
        path: client.post(path, body, content_type="multipart/form-data; boundary=x").status_code
        for path in taking_none
    }

    assert len(statuses) > 50
    assert {path: status for path, status in statuses.items() if status not in (404, 413)} == {}


def resolve_name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def test_an_address_that_stores_something_when_it_is_opened_has_a_limit(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    ask = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    max_count = GET_LIMITS["mfa_login_webauthn"].max_count

    statuses = [client.get("/accounts/2fa/webauthn/login/", **ask).status_code for _ in range(60)]

    assert statuses == [200] * max_count + [429] * (60 - max_count)


def test_more_fields_or_files_than_any_form_has_are_a_bad_request(client):
    client.force_login(MembershipFactory().user)
    files = [SimpleUploadedFile("a.csv", b"x"), SimpleUploadedFile("b.csv", b"x")]

    assert client.post("/saved/add/", {"listing": list(range(1_001))}).status_code == 400
    assert client.post("/recruit/upload/", {"file": files}).status_code == 400


@pytest.mark.parametrize("name", ["marks", "one sign", "rulers", "bidi"])
def test_a_text_that_is_far_too_long_is_refused_with_its_length_and_kept(client, name):
    text = TEXTS[name](60_000)

    answer = client.post(f"/report/{ListingFactory(live=True).pk}/", {"text": text})

    assert "Enter 2,000 characters or fewer. You entered" in text_of(answer)
    assert answer.context["form"]["text"].value() == text


# --- What the limits are for ----------------------------------------------------------------------


def without_the_limit_of_marks(monkeypatch):
    monkeypatch.setattr(unicode, "_cut_runs_of_marks", lambda text: text)


def with_all_limits(monkeypatch):
    pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limits", "is_slow"),
    [(with_all_limits, False), (without_the_limit_of_marks, True)],
    ids=["all limits", "control: marks are not limited"],
)
def test_the_measure_finds_what_a_missing_limit_costs(client, monkeypatch, limits, is_slow):
    limits(monkeypatch)
    data = FITTING | {"description": TEXTS["marks"](28_000)}

    cpu, _ = cpu_of(lambda: client.post("/post/", data))

    assert (cpu > MAX_CPU_SECONDS) is is_slow


@pytest.mark.slow
@pytest.mark.parametrize("form", ["NFC", "NFKD"])
def test_no_run_of_marks_is_longer_than_any_language_writes(form):
    every_mark = [chr(code) for code in range(0x110000) if category(chr(code)).startswith("M")]

    for mark in every_mark:
        kept = normalized(form, "a" + mark * 500 + "b")
        assert len(kept) <= MAX_MARKS + 2
        assert kept == normalized(form, kept)
    assert normalized("NFC", "e\u0301" + "x" * 50) == "é" + "x" * 50
    assert clean_text("a" + "\u0345\u200d" * 500) == "a" + "\u0345" * MAX_MARKS
    assert fold("a" + "\u0345" * 60_000) == "a"


def test_two_versions_of_a_text_are_compared_at_a_cost_that_has_a_bound():
    hidden = "* " * MAX_WORDS
    shown = "x " + "* b " * (MAX_WORDS // 2)

    cpu, pieces = cpu_of(lambda: word_diff(hidden, shown))

    assert cpu < MAX_CPU_SECONDS
    assert pieces[0] == ("new", "x")
    assert {kind for kind, _ in pieces} == {"same", "old", "new"}
    longer = word_diff("a " * MAX_WORDS + "old end", "a " * MAX_WORDS + "new end")
    assert longer[-2:] == [("old", "old end"), ("new", "new end")]


# What takes the Markdown library long, or the HTML that is made of it.
MARKDOWN = [
    "![[",
    "[",
    "![",
    "[](",
    "[a](",
    "[a][",
    "[`",
    "`[",
    "[![a](b)](",
    '[x]("',
    "_*",
    "*a_",
    "***a_b",
    "> ",
    "- ",
    "1. ",
    "## a\n",
    "a\n-\n",
    "a\n=\n",
    "[a]: b\n",
    "`a``",
    "<a",
    "|a|b|\n|-|-|\n\n",
    "a\n> *\n",
    "a\n" + "> " * 18 + "*\n",
    "a\n" + ">" * 18 + "*\n",
    ">a\n*\n",
    "> - > - a\nb\n",
    "a\n- > - > *\n",
]
MAX_DESCRIPTION_LENGTH = 20_000


@pytest.mark.parametrize(
    "render", [markdown_to_html, pytest.param(article_to_html, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("sign", MARKDOWN)
def test_no_text_takes_long_to_become_html(render, sign):
    """Not in the shortest lines, of which a form takes no more than MAX_LINES, either."""
    text = (sign * MAX_DESCRIPTION_LENGTH)[:MAX_DESCRIPTION_LENGTH]

    cpu, _ = cpu_of(lambda: render(text))

    assert cpu < MAX_CPU_SECONDS


def test_equal_headings_of_an_article_are_numbered():
    article = article_to_html("## A\n\n" * 3)

    assert [heading for heading, _ in article.contents] == ["s-a", "s-a-2", "s-a-3"]

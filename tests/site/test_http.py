"""What every answer carries and none does: cookies, caching, security headers, odd methods, errors,
strangers' HTML.
"""

import html
import re

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from jobboard.common.text.html import clean_html, markdown_to_html
from jobboard.listings.models import Listing
from jobboard.site import health
from jobboard.site.views import NOT_FOR_ROBOTS
from tests.factories import (
    ArticleFactory,
    ComparisonFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

PAGES = [
    "/",
    "/jobs/",
    "/jobs/?q=job&level=mid",
    "/companies/",
    "/companies/acme/",
    "/roles/",
    "/roles/role-a/",
    "/salaries/",
    "/salaries/role-a/",
    "/compare/",
    "/compare/role-a-vs-role-b/",
    "/about/",
    "/methodology/",
    "/articles/",
    "/articles/a-guide/",
    "/articles/feed/",
    "/api/v1/docs",
    "/robots.txt",
    "/sitemap.xml",
]


@pytest.fixture
def job(db):
    return make_job()


def make_job() -> Listing:
    """A live job, and with it something behind each of PAGES."""
    role = RoleFactory(slug="role-a", complete=True)
    ComparisonFactory(role_1=role, role_2=RoleFactory(slug="role-b", complete=True))
    ArticleFactory(page=True)
    ArticleFactory(slug="a-guide", roles=[role])
    return ListingFactory(
        live=True, paid=True, role=role, company__slug="acme", title="Data Engineer"
    )


def content_pages(job) -> list[str]:
    over = ListingFactory(closed=True, role=job.role)
    return [*PAGES, job.get_absolute_url(), over.get_absolute_url()]


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker) -> dict[str, HttpResponse]:
    """By page, what whoever is not signed in is answered: asked for once for all tests that only
    look at it.
    """
    others = ["/accounts/login/", "/accounts/signup/", "/nothing/"]
    with django_db_blocker.unblock(), transaction.atomic():
        answers = {page: Client().get(page) for page in [*content_pages(make_job()), *others]}
        transaction.set_rollback(True)
    return answers


def of_content(answers: dict[str, HttpResponse]) -> dict[str, HttpResponse]:
    return {page: answer for page, answer in answers.items() if "/accounts/" not in page}


# --- Cookies and caches ---------------------------------------------------------------------------


@pytest.mark.slow
def test_no_content_page_sets_a_cookie_for_whoever_is_not_signed_in(answers):
    for page, response in of_content(answers).items():
        assert response.status_code in (200, 410) or page == "/nothing/", page
        assert not response.cookies, page


def test_content_pages_are_asked_about_each_time_and_sent_only_when_they_changed(client, job):
    for page in PAGES:
        response = client.get(page)
        assert response["Cache-Control"] == "no-cache", page
        again = client.get(page, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b""), page

    before = client.get("/jobs/")["ETag"]
    ListingFactory(live=True)
    assert client.get("/jobs/", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.slow
def test_what_a_signed_in_person_sees_is_never_stored(client, job):
    client.force_login(MembershipFactory().user)

    for page in [*PAGES, "/recruit/", "/recruit/jobs/new/", "/accounts/email/", "/nothing/"]:
        assert "no-store" in client.get(page)["Cache-Control"], page


def test_a_page_that_sets_a_cookie_is_never_stored(client):
    response = client.get("/accounts/login/")

    assert response.cookies
    assert "no-store" in response["Cache-Control"]


def test_the_name_of_a_cookie_tells_two_copies_on_one_machine_apart():
    assert f"session_{settings.PORT}" == settings.SESSION_COOKIE_NAME
    assert settings.SESSION_COOKIE_HTTPONLY


# --- Headers --------------------------------------------------------------------------------------


def test_every_page_allows_its_own_scripts_and_styles_only(answers):
    for page, answer in answers.items():
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, page
        assert "default-src 'none'" in policy
        for rule in ["script-src", "style-src", "img-src", "form-action"]:
            assert f"{rule} 'self'" in policy
        for rule in ["base-uri", "frame-ancestors"]:
            assert f"{rule} 'none'" in policy


def test_pages_have_nothing_that_the_policy_would_block(answers):
    for page, answer in answers.items():
        body = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(?: src=|application/(?:ld\+)?json))[^>]*>", body), (
            page
        )
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", body), page
        assert (
            re.findall(r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*"https?://', body) == []
        ), page


def test_every_page_carries_the_security_headers(answers):
    for page, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", page
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_every_text_says_its_kind_and_its_signs(client, answers):
    files = ["/jobs.csv", "/jobs.json", "/jobs/feed/", "/api/v1/roles", "/healthz/live"]
    for page, answer in (answers | {file: client.get(file) for file in files}).items():
        kind = answer["Content-Type"]
        # JSON is UTF-8 wherever it is.
        assert kind.endswith(("; charset=utf-8", "json")), (page, kind)


@pytest.mark.slow
def test_who_is_signed_in_can_sign_out_on_every_page(client, job):
    client.force_login(MembershipFactory().user)

    pages = [page for page in PAGES if page.endswith("/") and "feed" not in page]
    for page in [*pages, job.get_absolute_url(), "/recruit/", "/accounts/email/", "/saved/"]:
        shown = client.get(page, follow=True).content.decode()
        assert 'action="/accounts/logout/"' in shown, page


@pytest.mark.parametrize(
    "path",
    [
        "/recruit/join/x/",
        "/recruit/answer/x/",
        "/recruit/verified/x/",
        "/alerts/x/",
        "/me/emails/x/",
    ],
)
def test_a_page_that_is_a_key_tells_its_address_to_nobody(client, path):
    """Else our own web server logs it with each file that the page needs."""
    assert client.get(path)["Referrer-Policy"] == "strict-origin"


# --- Methods --------------------------------------------------------------------------------------


def addresses(patterns=None, prefix="") -> list[str]:
    """Every address of the resolver, with 1 or "x" where it takes a value."""
    found = []
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.append("/" + re.sub(r"[\\^$]|\?P?<", lambda m: "<" if "<" in m[0] else "", route))
        else:
            found += addresses(entry.url_patterns, route)
    samples = {
        "int": "1",
        "slug": "x",
        "str": "x",
        "path": "x",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    found = [re.sub(r"<(\w+):\w+>", lambda m: samples[m[1]], address) for address in found]
    return [re.sub(r"\(<\w+>[^)]*\)|\([^)]*\)|[.+*]+$", "x", address) for address in found]


@pytest.mark.slow
def test_no_address_answers_odd_methods(client):
    walked = addresses()

    answers = {
        (method, address): client.generic(method, address).status_code
        for address in walked
        for method in ("TRACE", "PUT", "DELETE", "PATCH", "CONNECT")
    }

    assert len(walked) > 80
    assert "/jobs/1/apply/" in walked
    of_programs = {(method, "/api/v1/company/jobs/1"): 401 for method in ("PATCH", "DELETE")}
    assert {key: status for key, status in answers.items() if status != 405} == of_programs


def test_pages_that_only_show_something_refuse_to_be_posted_to(client, job):
    for page in [
        *PAGES,
        job.get_absolute_url(),
        f"/jobs/{job.pk}/apply/",
        "/healthz/live",
        "/healthz/ready",
    ]:
        assert client.post(page).status_code == 405, page


# --- Errors ---------------------------------------------------------------------------------------


@pytest.fixture
def browser():
    """A client that shows what a browser would see of an error."""
    return Client(raise_request_exception=False)


def is_error_page(response, code, words):
    assert response.status_code == code
    assert f"Error {code}" in text_of(response)
    assert words in text_of(response)
    assert "Traceback" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_host_that_is_not_ours_is_a_bad_request(browser):
    is_error_page(browser.get("/jobs/", headers={"host": "evil.example"}), 400, "Bad request")


def test_a_form_without_its_token_is_refused_and_says_what_to_do():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory())

    is_error_page(browser.post("/recruit/jobs/new/"), 403, "Go back, reload the page")


def test_an_unknown_address_is_not_found_and_leads_on(browser):
    response = browser.get("/no/such/page/")

    is_error_page(response, 404, "Page not found")
    assert 'href="/jobs/"' in response.content.decode()
    assert "Resolver" not in response.content.decode()


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_a_fault_of_ours_is_said_without_its_details(browser, monkeypatch, caplog):
    monkeypatch.setattr(Listing.objects, "live", failing(ValueError("secret")))

    response = browser.get("/")

    is_error_page(response, 500, "This is our fault")
    assert "secret" not in response.content.decode()


@pytest.mark.faults("database away")
@pytest.mark.parametrize("page", ["/", "/jobs/", "/roles/", "/recruit/", "/accounts/login/"])
def test_a_database_that_does_not_answer_is_a_pause(browser, monkeypatch, page):
    person = UserFactory()
    browser.force_login(person)
    stopped = failing(OperationalError("server closed the connection at 10.0.0.7"))
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", stopped)

    response = browser.get(page)

    is_error_page(response, 503, "Try again in a minute")
    assert response["Retry-After"] == "30"
    assert "10.0.0.7" not in response.content.decode()


def test_a_full_disk_is_said_without_a_promise_about_what_was_sent(browser, monkeypatch):
    full = failing(OperationalError("database or disk is full"))
    monkeypatch.setattr("jobboard.seekers.alerts.create_alert", full)

    response = browser.post("/alerts/new/", {"email": "ada@example.com", "frequency": "daily"})

    is_error_page(response, 503, "We can’t tell whether your change was saved.")
    assert response["Retry-After"] == "30"


@pytest.mark.faults("database away")
def test_live_says_that_the_process_answers_and_ready_that_the_database_does(client, monkeypatch):
    assert client.get("/healthz/live").json() == {"status": "ok"}
    ready = {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "search": "searching the database",
        "workers": "no worker is running",
        "tasks": "ok",
        "email": "ok",
        "cache": "ok",
        "replica": "ok",
        "disk": "ok",
        "backup": "ok",
    }
    assert client.get("/healthz/ready").json() == ready

    monkeypatch.setattr(health, "MigrationExecutor", failing(OperationalError("gone")))
    response = client.get("/healthz/ready")

    assert response.status_code == 503
    assert response.json()["database"] == "not responding"
    assert client.get("/healthz/live").status_code == 200


# --- Robots and the map ---------------------------------------------------------------------------


def test_robots_are_kept_from_what_is_not_content_and_shown_the_map(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert [line.removeprefix("Disallow: ") for line in lines if "Disallow" in line] == [
        "/admin/",
        "/accounts/",
        "/me/",
        "/recruit/",
        "/post/*/",
        "/jobs/*/apply/",
        "/jobs/*/seen/",
        "/report/",
        "/saved/",
        "/alerts/",
        "/healthz/",
    ]
    assert "Sitemap: http://localhost:8000/sitemap.xml" in lines


def test_robots_are_kept_from_every_address_of_people_and_from_none_of_content(client, job):
    rules = [re.escape(path).replace(r"\*", ".*") for path in NOT_FOR_ROBOTS]
    kept = re.compile("|".join(rules))
    of_people = ("admin:", "account_", "mfa_", "usersessions_", "me:", "recruiting:", "seekers:")
    of_people += ("moderation_", "roles_comparison_preview", "mail_here")
    found = {path for path in addresses() if resolve(path).view_name.startswith(of_people)}

    assert {path for path in found if not kept.match(path)} == {"/post/"}
    assert [path for path in content_pages(job) if kept.match(path)] == []


def test_the_map_stands_under_the_sites_own_address_whatever_host_was_asked(client, job):
    body = client.get("/sitemap.xml", headers={"host": "127.0.0.1:9999"}).content.decode()

    assert f"<loc>http://localhost:8000{job.get_absolute_url()}</loc>" in body
    assert "<loc>http://localhost:8000/compare/role-a-vs-role-b/</loc>" in body
    assert set(re.findall(r"<loc>(https?://[^/]*)/", body)) == {"http://localhost:8000"}


def test_the_canonical_address_of_a_page_is_the_sites_own(client, job):
    page = client.get(job.get_absolute_url(), headers={"host": "127.0.0.1:9999"}).content.decode()

    assert f'<link rel="canonical" href="http://localhost:8000{job.get_absolute_url()}">' in page


def test_what_a_link_to_a_page_shows_is_escaped_once(client, job):
    job.title = "Research & Development"
    job.save()

    page = client.get(job.get_absolute_url()).content.decode()

    assert '<meta property="og:title" content="Research &amp; Development' in page
    assert "&amp;amp;" not in page


# --- Samples --------------------------------------------------------------------------------------


def speaks_of_samples(response) -> bool:
    """A "small sample" is something else: a figure from few responses."""
    return "sample" in text_of(response).lower().replace("small sample", "")


@pytest.mark.slow
def test_every_page_with_a_sample_job_or_a_figure_that_rests_on_one_says_so(client):
    role = RoleFactory(slug="role-a")
    RoleFactory(slug="role-b")
    sample = ListingFactory(
        live=True,
        paid=True,
        role=role,
        company__is_demo=True,
        company__slug="sample-inc",
        apply_url="https://a.example/",
    )
    real = ListingFactory(live=True, role=role)
    over = ListingFactory(closed=True, role=role)
    pages = [
        "/",
        "/jobs/",
        "/jobs/?q=job",
        "/companies/",
        "/companies/sample-inc/",
        "/roles/",
        "/roles/role-a/",
        "/salaries/",
        "/salaries/role-a/",
        "/compare/role-a-vs-role-b/",
        sample.get_absolute_url(),
        f"/jobs/{sample.pk}/apply/",
        real.get_absolute_url(),
        over.get_absolute_url(),
    ]

    silent = [page for page in pages if not speaks_of_samples(client.get(page))]

    assert silent == []


def test_a_sample_job_has_nobody_to_apply_to_and_stays_out_of_search_engines(client):
    sample = ListingFactory(live=True, company__is_demo=True, apply_url="https://a.example/")

    apply = client.get(f"/jobs/{sample.pk}/apply/")
    page = client.get(sample.get_absolute_url()).content.decode()

    assert apply.status_code == 200
    assert "This is a sample job" in text_of(apply)
    assert '<meta name="robots" content="noindex">' in page
    assert "JobPosting" not in page


def test_a_site_without_samples_speaks_of_none(answers):
    for page, answer in of_content(answers).items():
        assert not speaks_of_samples(answer), page


# --- Strangers' texts -----------------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/&#9;/evil.example'>x</a>",
    "<a href='\\\\evil.example'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    (
        "<math><mtext><table><mglyph><style>"
        "<img src=x onerror=alert(1)></style></mglyph></table></mtext></math>"
    ),
    "<p style='background:url(https://evil.example)' onclick='alert(1)'>x</p>",
    "<form action='https://evil.example'><input name=password></form>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "[x](javascript:alert(1))",
    "[x](//evil.example)",
    "![x](https://evil.example/pixel.png)",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]


def assert_harmless(fragment: str):
    tags = re.findall(r"<[^>]*>", fragment)
    for tag in tags:
        name = re.match(r"</?([a-z0-9]+)", tag)[1]
        assert name in {
            "p",
            "br",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "b",
            "i",
            "code",
            "pre",
            "blockquote",
            "h3",
            "h4",
            "a",
            "hr",
        }, tag
        attributes = re.findall(r'([\w-]+)="([^"]*)"', tag)
        for attribute, value in attributes:
            assert attribute in {"href", "rel"}, tag
            if attribute == "href":
                plain = re.sub(r"[\x00-\x20]", "", html.unescape(value))  # as browsers read it
                assert not re.match(r"[/\\]{2}", plain), tag
                assert not re.match(r"[a-z][a-z0-9+.-]*:", plain, re.I) or re.match(
                    r"(https?|mailto):", plain, re.I
                ), tag
            else:
                assert value == "nofollow ugc noopener"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(payload, marks=() if number % 3 == 0 else pytest.mark.slow)
        for number, payload in enumerate(PAYLOADS)
    ],
)
def test_no_script_handler_or_disguised_link_of_a_description_reaches_the_page(client, payload):
    acme = MembershipFactory()
    client.force_login(acme.user)
    data = {
        "submission": "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11",
        "version": 1,
        "company": acme.company.pk,
        "title": payload[:100],
        "place": payload[:80],
        "pay_note": payload[:80],
        "apply_url": "https://a.example/",
        "description": f"{payload}\n\n" + "Work. " * 40,
    }
    client.post("/recruit/jobs/new/", data)
    by_form = Listing.objects.get()
    stored = ListingFactory(live=True, description_html=f"{payload}<p>Work.</p>")

    for listing, address in [
        (by_form, reverse("recruiting:listing_preview", args=[by_form.pk])),
        (stored, stored.get_absolute_url()),
    ]:
        page = client.get(address).content.decode()
        assert_harmless(
            re.search(
                r'<h2>Description</h2>.*?<div class="prose[^>]*>(.*?)</div>', page, re.DOTALL
            )[1]
        )
        assert payload not in page.replace(listing.description_source, "") or "<" not in payload


HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "<a href='",
            "'>",
            "</a>",
            "//",
            "/",
            "\\",
            "&#9;",
            "&#8203;",
            "&#824;",
            "\u0338",
            "&lt;",
            "&amp;",
            "&",
            "<",
            ">",
            "h1",
            "<h1>",
            "</h2 ",
            "<ul><li>",
            "javascript:",
            "https:",
            "e\u0301",
            "\u202e",
            "\n",
            "\t",
            "\x00",
            "<!--",
            "-->",
            "<svg>",
            "<style>",
            "</style>",
            "<table><td>",
            "x",
            '"',
            "&nbsp;",
            "\xa0",
            "&#13;",
        ]
    )
    | st.text(max_size=4),
    max_size=12,
).map("".join)


@pytest.mark.slow
@hypothesis_settings(max_examples=400)
@given(HTML)
def test_cleaning_twice_changes_nothing(text):
    once = clean_html(text)

    assert clean_html(once) == once


@hypothesis_settings(max_examples=200)
@given(HTML)
def test_whatever_was_cleaned_is_harmless(text):
    assert_harmless(clean_html(text))
    assert_harmless(markdown_to_html(text))


def test_links_of_strangers_give_no_credit_and_headings_stand_below_ours():
    shown = markdown_to_html("# Work\n\n[Us](https://acme.example/)")

    assert (
        shown == '<h3>Work</h3>\n<p><a href="https://acme.example/" rel="nofollow ugc'
        ' noopener">Us</a></p>'
    )

"""Posting by API: what a company's programs may do with a token, and that the form's rules hold."""

import json
from datetime import timedelta
from time import process_time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.api import company as company_api
from jobboard.api import company_jobs
from jobboard.common.models import SecurityEvent
from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.models import Company, Listing, Membership
from jobboard.recruiting import api_tokens
from jobboard.recruiting.models import ApiToken
from tests.factories import (
    PASSWORD,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.journeys.page_types import signed_in_just_now
from tests.meanwhile import before_the_lock
from tests.reading import text_of

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/company/jobs"
JOB = {
    "external_id": "ENG-42",
    "title": "Senior Data Engineer",
    "description": "## What you do\n\nYou build pipelines in Python. Full-time.",
    "places": [{"text": "Lisbon, Portugal", "workplace": "hybrid", "hybrid_days": 2}],
    "salary": {"min": 60000, "max": 75000, "currency": "EUR", "period": "year"},
    "apply_url": "https://acme.example/jobs/42/apply",
}


@pytest.fixture
def owner():
    return MembershipFactory(company__name="Acme", user__email="owner@acme.example")


def token_of(owner, scope="write") -> str:
    made = api_tokens.make(
        company=owner.company, name="Our system", scope=scope, days=30, by=owner.user
    )
    return made[1]


class Program:
    """What a company's program sends: no cookies."""

    def __init__(self, token: str) -> None:
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str = JOBS, sent=None):
        body = sent if isinstance(sent, bytes) else json.dumps(sent) if sent is not None else ""
        return self.client.generic(
            method, path, body, content_type="application/json", headers=self.headers
        )

    def post(self, **changes):
        return self("POST", sent=JOB | changes)


@pytest.fixture
def program(owner) -> Program:
    return Program(token_of(owner))


def job_at(pk: int) -> str:
    return f"{JOBS}/{pk}"


# --- Posting --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_job_is_posted_and_waits_for_review_as_from_the_form(program, owner, mails):
    RoleFactory(name="Data Engineer", slug="data-engineer")
    SkillFactory(name="Python", slug="python")

    answer = program.post(unheard_of=1)

    said = answer.json()
    assert answer.status_code == 201
    assert (said["state"], said["external_id"], said["version"]) == ("in_review", "ENG-42", 1)
    assert (said["role"]["slug"], said["level"]) == ("data-engineer", "senior")
    assert said["places"][0]["city"] == "Lisbon"
    assert said["salary"] == JOB["salary"]
    assert [skill["slug"] for skill in said["skills"]] == ["python"]
    assert said["employment_types"] == ["full_time"]
    assert said["ignored"] == ["unheard_of"]
    job = Listing.objects.get()
    assert (job.company, job.created_by, job.status) == (owner.company, owner.user, "in_review")
    assert list(job.events.values_list("kind", flat=True)) == ["first_seen", "submitted"]
    assert [mail.purpose for mail in mails()] == ["listing_waits"]


def test_the_api_makes_of_a_job_what_the_form_makes_of_it(program, owner, client):
    """Field by field: there is one set of rules."""
    RoleFactory(name="Data Engineer", slug="data-engineer")
    program.post()
    client.force_login(owner.user)
    client.post(
        reverse("recruiting:listing_new"),
        {
            "company": owner.company_id,
            "submission": "6f2c1c1e-6a43-4f0c-9d1a-6d5b0c6a3f51",
            "version": 1,
            "title": JOB["title"],
            "description": JOB["description"],
            "place": "Lisbon, Portugal",
            "workplace": "hybrid",
            "hybrid_days": 2,
            "salary_min": 60000,
            "salary_max": 75000,
            "salary_currency": "EUR",
            "salary_period": "year",
            "apply_url": JOB["apply_url"],
            "do": "submit",
        },
    )

    by_form, by_api = Listing.objects.order_by("-pk")
    assert get_content(by_api) == get_content(by_form)
    assert by_api.status == by_form.status == "in_review"


def test_the_same_again_changes_nothing_and_another_text_updates(program):
    first = program.post().json()
    again = program.post()
    assert (again.status_code, again.json() | {"ignored": []}) == (200, first)

    changed = program.post(title="Staff Data Engineer")

    assert changed.status_code == 200
    assert changed.json()["title"] == "Staff Data Engineer"
    assert changed.json()["version"] == 2
    assert Listing.objects.count() == 1


def test_an_id_is_the_companys_own_and_also_that_of_its_files(program, owner):
    stranger = MembershipFactory()
    Program(token_of(stranger)).post()
    file = FeedFactory(company=owner.company, kind="csv", address="")
    ListingFactory(
        company=owner.company,
        feed=file,
        external_id="ENG-42",
        in_review=True,
        created_by=owner.user,
    )

    assert program.post().status_code == 200
    assert Listing.objects.count() == 2


@pytest.mark.both_databases
def test_two_equal_posts_at_once_are_one_job(program, owner, monkeypatch):
    twin = Program(program.headers["Authorization"].removeprefix("Bearer "))
    before_the_lock(monkeypatch, lambda: twin.post(title="Data Analyst"))

    answer = program.post()

    assert (answer.status_code, answer.json()["title"]) == (200, JOB["title"])
    assert Listing.objects.count() == 1


@pytest.mark.both_databases
def test_without_the_second_look_the_database_still_keeps_one(program, monkeypatch):
    """The control: what the look under the lock is for, and what is behind it."""
    twin = Program(program.headers["Authorization"].removeprefix("Bearer "))
    monkeypatch.setattr(company_api, "_version", lambda listing: None)
    monkeypatch.setattr(company_api, "job_of", lambda *_: None)
    before_the_lock(monkeypatch, lambda: twin.post(title="Data Analyst"))

    answer = program.post()

    assert (answer.status_code, "already submitted" in answer.json()["detail"]) == (409, True)
    # The twin's was part of the same transaction, in a test alone.
    assert not Listing.objects.exists()


def test_what_an_unverified_company_may_have_in_review_holds_here_too(program, monkeypatch):
    monkeypatch.setattr(lifecycle.review, "MAX_IN_REVIEW", 1)
    program.post()

    answer = program.post(external_id="ENG-43")

    assert answer.status_code == 409
    assert "which is the maximum" in answer.json()["detail"]
    assert Listing.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 141}, "title", "140"),
        ({"places": []}, "places.0.text", "required"),
        ({"places": [{"text": "x", "country": "ZZ"}]}, "places.0.country", "valid choice"),
        ({"places": [{"text": "Mars", "workplace": "on_site"}]}, "places.0.country", "country"),
        ({"places": [{"city": "Lisbon"}]}, "places.0.text", "required"),
        ({"salary": None}, "pay_note", "Enter the pay above"),
        ({"salary": JOB["salary"] | {"min": 90000}}, "salary.max", "more than minimum"),
        ({"salary": JOB["salary"] | {"min": -1}}, "salary.min", ""),
        ({"salary": JOB["salary"] | {"currency": "XYZ"}}, "salary.currency", "three-letter"),
        ({"pay": [JOB["salary"], JOB["salary"] | {"min": 90000}]}, "pay.1.max", "more than"),
        ({"pay": [JOB["salary"] | {"period": "eon"}]}, "pay.0.period", "year"),
        ({"role": "no-such"}, "role", "There is no role “no-such”."),
        ({"skills": [{"slug": "no-such"}]}, "skills.0", "Enter the slug of a skill"),
        ({"skills": [{"name": "No such"}]}, "skills", "We don’t recognise “No such”"),
        ({"level_max": "senior"}, "level", "lowest level"),
        ({"apply_url": ""}, "apply_url", "Enter a link"),
        ({"apply_url": "javascript:alert(1)"}, "apply_url", ""),
        ({"apply_url": "https://10.0.0.1/"}, "apply_url", ""),
        ({"apply_email": "a@acme.example"}, "apply_url", "not both"),
        ({"closes_on": "2020-01-01"}, "closes_on", "Choose a date from today"),
        ({"closes_on": "soon"}, "closes_on", ""),
        ({"external_id": ""}, "external_id", ""),
        ({"external_id": "a b"}, "external_id", ""),
        ({"external_id": "x" * 121}, "external_id", ""),
        ({"external_id": None}, "external_id", ""),
        ({"title": "\ud800"}, "title", ""),
        ({"role": "\x00"}, "role", ""),
        ({"salary": JOB["salary"] | {"max": "1e999999"}}, "salary.max", ""),
        ({"description": "x" * 20_001}, "description", "20"),
        ({"employment_types": ["slavery"]}, "employment_types.0", ""),
        (
            {"eligibility": {"state": "listed", "countries": ["Narnia"]}},
            "eligibility.countries",
            "Narnia",
        ),
    ],
)
def test_each_field_that_cannot_be_used_is_named(program, changes, field, words):
    answer = program.post(**changes)

    assert answer.status_code == 422, answer.content
    assert field in answer.json()["errors"], answer.json()
    assert words in " ".join(answer.json()["errors"][field])
    assert field in answer.json()["detail"]
    assert not Listing.objects.exists()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"{", b"\xff\xfe", b"[" * 100_000, b'{"title": NaN}']
)
def test_odd_bodies_are_no_fault_of_ours(program, body):
    answer = program("POST", sent=body)

    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]
    assert not Listing.objects.exists()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(program):
    for method, path in (("POST", JOBS), ("PATCH", job_at(1)), ("DELETE", job_at(1))):
        assert program(method, path, b'{"title": "' + b"x" * 400_000).status_code == 413


@pytest.mark.parametrize("sign", ["![[", "<b><i>", "&#8203;", "a,", "[", "\u0345\u0334"])
def test_no_text_costs_more_than_a_second(program, sign):
    text = sign * (20_000 // len(sign))
    before = process_time()

    program.post(description=text, title=text[:900], pay_note=text[:900])
    program.post(description_html=text, skills=[{"name": text[:60]}] * 15)

    assert process_time() - before < 2


# --- Changing and closing -------------------------------------------------------------------------


@pytest.fixture
def live(owner) -> Listing:
    """A job that a program posted and an editor published."""
    Program(token_of(owner)).post(external_id="LIVE-1", title="Data Engineer")
    ApiToken.objects.latest("pk").delete()
    return lifecycle.publish_listing(listing=Listing.objects.get(), by=UserFactory(staff=True))


def test_a_live_job_is_changed_at_once_as_in_the_form(program, live, owner):
    Company.objects.update(verified_by="email")

    answer = program("PATCH", job_at(live.pk), {"pay_note": "Plus a bonus."})

    said = answer.json()
    assert answer.status_code == 200
    assert (said["state"], said["pay_note"], said["title"]) == (
        "live",
        "Plus a bonus.",
        "Data Engineer",
    )
    assert said["salary"]
    assert live.events.filter(kind="edited", by=owner.user).exists()


def test_where_people_apply_is_reviewed_first_as_in_the_form(program, live):
    Company.objects.update(verified_by="")

    answer = program("PATCH", job_at(live.pk), {"apply_url": "https://elsewhere.example/1"})

    said = answer.json()
    assert (said["state"], said["change"]) == ("live", "in_review")
    assert said["apply_url"] == live.apply_url


def test_a_job_can_be_read_and_sent_back_as_it_is(program, live):
    read = program("GET", job_at(live.pk)).json()

    answer = program("PATCH", job_at(live.pk), read)

    assert answer.json() == read | {"ignored": []}


@pytest.mark.both_databases
def test_null_and_empty_clear_a_field_of_a_change(program, live):
    Company.objects.update(verified_by="email")
    program("PATCH", job_at(live.pk), {"closes_on": f"{timezone.now().date()}", "pay_note": "x"})

    said = program("PATCH", job_at(live.pk), {"closes_on": None, "pay": []}).json()

    assert (said["closes_on"], said["pay"], said["salary"]) == (None, [], None)


def test_a_change_of_an_older_version_is_a_conflict(program, live):
    stale = {"version": live.version, "pay_note": "mine"}
    program("PATCH", job_at(live.pk), {"pay_note": "theirs"})

    answer = program("PATCH", job_at(live.pk), stale)

    assert answer.status_code == 409
    assert "has changed since you read it" in answer.json()["detail"]


def test_a_returned_job_goes_back_to_review_when_it_was_changed(program, owner):
    program.post()
    job = Listing.objects.get()
    lifecycle.return_listing(listing=job, reason="No pay?", by=UserFactory(staff=True))

    assert program.post().json()["state"] == "returned"
    answer = program.post(pay_note="By tariff.")

    assert answer.json()["state"] == "in_review"


@pytest.mark.parametrize("trait", ["closed", "rejected"])
def test_what_is_over_cannot_be_changed_or_posted_again_under_its_id(program, owner, trait):
    job = ListingFactory(company=owner.company, external_id="ENG-42", **{trait: True})

    for answer in (program.post(), program("PATCH", job_at(job.pk), {"title": "Data Analyst"})):
        assert answer.status_code == 409
        assert f"already {trait}" in answer.json()["detail"]


def test_a_public_job_is_closed_and_says_how_it_ended(program, live):
    answer = program("DELETE", f"{job_at(live.pk)}?outcome=filled_elsewhere")
    again = program("DELETE", job_at(live.pk))

    live.refresh_from_db()
    assert (live.status, live.outcome) == ("closed", "filled_elsewhere")
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    assert (again.status_code, again.json()["outcome"]) == (200, "filled_elsewhere")


def test_a_job_that_never_was_public_is_deleted(program):
    pk = program.post().json()["id"]

    assert program("DELETE", job_at(pk)).status_code == 204
    assert not Listing.objects.exists()
    assert program.post().status_code == 201


def test_an_outcome_of_nobody_is_refused(program, live):
    answer = program("DELETE", f"{job_at(live.pk)}?outcome=unlisted")

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["outcome"])


@pytest.mark.both_databases
def test_the_list_has_the_companys_jobs_alone_in_pages(program, live):
    ListingFactory(live=True)
    program.post()

    said = program("GET", f"{JOBS}?per_page=1").json()

    assert (said["total"], [job["external_id"] for job in said["items"]]) == (2, ["ENG-42"])
    assert program("GET", f"{JOBS}?external_id=ENG-42").json()["total"] == 1
    assert program("GET", f"{JOBS}?page=0").status_code == 422
    assert program("GET", f"{JOBS}?page=9").status_code == 404


def test_the_list_has_no_job_that_the_program_may_not_read_alone(program, owner):
    from_feed = ListingFactory(live=True, company=owner.company, feed=FeedFactory())

    assert program("GET", f"{JOBS}/{from_feed.pk}").status_code == 404
    assert program("GET", JOBS).json()["total"] == 0


# --- Who may --------------------------------------------------------------------------------------


def every_request(program, pk):
    yield program("GET")
    yield program("POST", sent=JOB)
    yield program("GET", job_at(pk))
    yield program("PATCH", job_at(pk), {"title": "Stolen"})
    yield program("DELETE", job_at(pk))


def spoil(how, token, owner):
    tokens, company = ApiToken.objects, owner.company
    match how:
        case "revoked":
            api_tokens.revoke(tokens.get(), by=owner.user)
        case "expired":
            tokens.update(expires_at=timezone.now())
        case "its maker is an editor now":
            owner.company.memberships.filter(pk=owner.pk).update(part="editor")
        case "its maker left":
            MembershipFactory(company=company)
            Membership.objects.filter(pk=owner.pk).delete()
        case "its maker is locked out":
            type(owner.user).objects.update(is_active=False)
        case "a hash":
            return tokens.get().token_hash
        case "none":
            return ""
        case "odd":
            return "jobtoken_\u00fc\u20ac"
    return token


@pytest.mark.parametrize(
    "how",
    [
        "none",
        "a hash",
        "revoked",
        "expired",
        "its maker is an editor now",
        "its maker left",
        "its maker is locked out",
    ],
)
def test_a_token_that_does_not_work_does_nothing(owner, live, how):
    program = Program(spoil(how, token_of(owner), owner))

    for answer in every_request(program, live.pk):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert "Send a token" in answer.json()["detail"]
    assert list(Listing.objects.values_list("title", "status")) == [("Data Engineer", "published")]


def test_a_token_of_another_company_finds_nothing_of_this_one(live):
    program = Program(token_of(MembershipFactory()))

    assert program("GET").json()["total"] == 0
    for answer in every_request(program, live.pk):
        assert answer.status_code in (200, 201, 404)
    live.refresh_from_db()
    assert (live.title, live.status) == ("Data Engineer", "published")


def test_a_token_that_reads_writes_nothing(owner, live):
    program = Program(token_of(owner, scope="read"))

    answers = [answer.status_code for answer in every_request(program, live.pk)]

    assert answers == [200, 403, 200, 403, 403]
    assert Listing.objects.count() == 1


def test_a_suspended_company_does_nothing(owner, live):
    program = Program(token_of(owner))
    Company.objects.update(suspended_at=timezone.now())

    assert {answer.status_code for answer in every_request(program, live.pk)} == {403}


@pytest.mark.both_databases
def test_a_token_revoked_while_a_request_waits_does_nothing(program, owner, monkeypatch):
    before_the_lock(monkeypatch, lambda: ApiToken.objects.update(revoked_at=timezone.now()))

    assert program.post().status_code == 401
    assert not Listing.objects.exists()


def test_a_cookie_counts_for_nothing_and_other_sites_read_nothing(client, owner, live):
    client.force_login(owner.user)
    assert client.get(JOBS).status_code == 401

    program = Program(token_of(owner))
    for answer in (*every_request(program, live.pk), program("GET", job_at(10**9))):
        assert "Access-Control-Allow-Origin" not in answer
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-store"
    assert program("OPTIONS").status_code == 405
    assert program("HEAD").status_code == 200
    assert Session.objects.count() == 1


def test_each_token_has_its_own_limits(owner, monkeypatch, clock):
    monkeypatch.setattr(company_api, "MAX_REQUESTS_PER_MINUTE", 2)
    monkeypatch.setattr(company_api, "MAX_WRITES_PER_HOUR", 1)
    program, other = Program(token_of(owner)), Program(token_of(owner))

    assert [program.post().status_code for _ in range(2)] == [201, 429]
    answer = program("GET")

    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    assert "Access-Control-Allow-Origin" not in answer
    assert other("GET").status_code == 200


def test_guessing_tokens_is_limited_by_network(monkeypatch, clock):
    monkeypatch.setattr(company_api, "MAX_FAILURES_PER_MINUTE", 1)
    program = Program("jobtoken_x")

    assert [program("GET").status_code for _ in range(2)] == [401, 429]


# --- The tokens -----------------------------------------------------------------------------------


def tokens_page(owner) -> str:
    return reverse("recruiting:api_tokens", args=[owner.company_id])


def test_an_owner_makes_a_token_that_is_shown_once(owner):
    client = signed_in_just_now(owner.user)
    sent = {"name": "Our system", "scope": "write", "days": "30"}

    made = client.post(tokens_page(owner), sent)
    assert made["Location"] == tokens_page(owner)  # so that reloading makes no second one
    client.head(tokens_page(owner))
    said = text_of(client.get(tokens_page(owner)))

    token = ApiToken.objects.get()
    text = said.partition("show it again. ")[2].split()[0]
    assert api_tokens.find(text) == token
    assert text not in str(vars(token))
    assert text not in str(dict(client.session))
    assert token.expires_at - token.created_at < timedelta(days=30, minutes=1)
    again = text_of(client.get(tokens_page(owner)))
    assert text not in again
    assert f"ends with {text[-4:]}" in again
    assert "Not used yet." in again
    Program(text)("GET")
    assert "Last used" in text_of(client.get(tokens_page(owner)))
    event = SecurityEvent.objects.get(kind="api_token_changed")
    assert (event.actor, event.detail) == (owner.user, f"made: {token}, write")
    assert text not in event.detail


def test_an_owner_revokes_one(owner):
    client = signed_in_just_now(owner.user)
    program = Program(token_of(owner))
    token = ApiToken.objects.get()

    client.post(reverse("recruiting:revoke_token", args=[owner.company_id, token.pk]))

    assert program("GET").status_code == 401
    assert "Revoked" in text_of(client.get(tokens_page(owner)))
    assert SecurityEvent.objects.filter(detail=f"revoked: {token}", actor=owner.user).exists()


def test_the_password_is_asked_for_first(client, owner):
    client.force_login(owner.user)
    sent = {"name": "x", "scope": "write", "days": "30"}

    for answer in (client.get(tokens_page(owner)), client.post(tokens_page(owner), sent)):
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(tokens_page(owner)).status_code == 200


def test_tokens_are_the_owners_business_alone(owner):
    token_of(owner)
    token = ApiToken.objects.get()
    editor = MembershipFactory(company=owner.company, part="editor").user
    foreign = MembershipFactory().user
    revoke = reverse("recruiting:revoke_token", args=[owner.company_id, token.pk])

    for user in (editor, foreign):
        client = signed_in_just_now(user)
        assert client.get(tokens_page(owner)).status_code == 404
        assert client.post(tokens_page(owner), {"name": "x"}).status_code == 404
        assert client.post(revoke).status_code == 404
    token.refresh_from_db()
    assert token.is_active
    assert ApiToken.objects.count() == 1


def test_a_company_has_so_many_tokens_at_most(owner, monkeypatch):
    monkeypatch.setattr(api_tokens, "MAX_ACTIVE", 1)
    token_of(owner)

    answer = signed_in_just_now(owner.user).post(
        tokens_page(owner), {"name": "x", "scope": "read", "days": "30"}
    )

    assert "Revoke one first." in text_of(answer)
    assert ApiToken.objects.count() == 1


@pytest.mark.both_databases
def test_old_tokens_are_deleted_and_staff_revoke_what_works(owner):
    token_of(owner)
    old, good = ApiToken.objects.get(), None
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=91))
    token_of(owner)
    good = ApiToken.objects.exclude(pk=old.pk).get()

    api_tokens.delete_old_tokens()
    staff = Client()
    staff.force_login(UserFactory(staff=True))
    staff.post("/admin/recruiting/apitoken/", {"action": "revoke", "_selected_action": [good.pk]})

    good.refresh_from_db()
    assert list(ApiToken.objects.all()) == [good]
    assert good.revoked_at


def test_what_a_get_says_beside_the_fields_is_not_called_unknown(program, live):
    read = program("GET", job_at(live.pk)).json()

    assert set(read) <= company_jobs.READ_ONLY | set(company_jobs.JobIn.model_fields)

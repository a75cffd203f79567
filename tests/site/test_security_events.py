"""What is recorded when accounts, rights, companies and jobs change, and what no log says."""

import logging
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common import security_events
from jobboard.common.models import SecurityEvent
from jobboard.common.security_events import (
    EVENTS_RETENTION,
    Kind,
    delete_old_events,
    record,
)
from jobboard.common.web.limits import coarse
from jobboard.common.web.tracing import SECRET_ARGUMENTS
from jobboard.recruiting import company_actions, proofs
from tests.accounts.test_account import sign_in, totp_of, with_totp
from tests.factories import PASSWORD, ListingFactory, MembershipFactory, UserFactory
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db


def events(*kinds: Kind) -> list[tuple[str, User | None, str, str]]:
    """Of these kinds, oldest first: kind, actor, subject, detail."""
    found = SecurityEvent.objects.order_by("pk")
    if kinds:
        found = found.filter(kind__in=kinds)
    return [(one.kind, one.actor, one.subject, one.detail) for one in found]


@pytest.fixture
def boss() -> User:
    return UserFactory(staff=True)


@pytest.fixture
def admin_site(boss) -> Client:
    client = Client()
    client.force_login(boss)
    return client


# --- Signing in -----------------------------------------------------------------------------------


def test_signing_in_is_recorded_with_its_ways(client, mails, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    plain, secured = UserFactory(), UserFactory()
    secret = with_totp(secured)

    sign_in(client, plain)
    by_code, with_app = Client(), Client()
    by_code.post("/accounts/login/code/", {"email": plain.email})
    by_code.post("/accounts/login/code/confirm/", {"code": code_in(mails()[-1])})
    sign_in(with_app, secured)
    with_app.post("/accounts/2fa/authenticate/", {"code": totp_of(secret)})

    assert events() == [
        ("signed_in", plain, "", "password"),
        ("signed_in", plain, "", "code"),
        ("signed_in", secured, "", "password, totp"),
    ]


def test_failed_attempts_are_recorded_with_whose_account_was_tried(client, mails):
    user, secured = UserFactory(), UserFactory()
    with_totp(secured)

    sign_in(client, user, "not the password")
    client.post("/accounts/login/code/", {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    sign_in(Client(), secured)
    other = Client()
    sign_in(other, secured)
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert events(Kind.SIGN_IN_FAILED) == [
        ("sign_in_failed", user, "", "password"),
        ("sign_in_failed", user, "", "mailed code"),
        ("sign_in_failed", secured, "", "second factor, totp"),
    ]


def test_what_was_typed_for_an_unknown_address_is_not_kept(client):
    for typed in ["my-password@example.com", "My-Password@example.com", "other@example.com"]:
        client.post("/accounts/login/", {"login": typed, "password": "secret-words-here"})

    kept = [" ".join(map(str, event)) for event in events()]
    assert len(kept) == 3
    assert (kept[0] == kept[1], kept[0] == kept[2]) == (True, False)
    assert not re.search("my-password|secret-words", " ".join(kept), re.I)


def test_an_event_has_its_time_network_and_request(client, settings):
    before = timezone.now()
    response = client.post(
        "/accounts/login/",
        {"login": UserFactory().email, "password": PASSWORD},
        REMOTE_ADDR="203.0.113.77",
    )

    [event] = SecurityEvent.objects.all()
    assert before <= event.at <= timezone.now()
    assert event.network == "203.0.113.0/24"
    assert event.request_id == response["X-Request-ID"]


@pytest.mark.parametrize(
    ("network", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_of_an_address_its_network_is_kept(network, kept):
    assert coarse(network) == kept


def test_a_flood_of_failures_does_not_fill_the_table(caplog, monkeypatch):
    monkeypatch.setattr(security_events, "MAX_FROM_STRANGERS", 3)

    with caplog.at_level(logging.INFO, "jobboard.security"):
        for _ in range(5):
            record(Kind.SIGN_IN_FAILED)
        record(Kind.MODERATED)

    assert [event[0] for event in events()] == ["sign_in_failed"] * 3 + ["moderated"]
    assert len(caplog.records) == 6


def test_a_flood_from_one_network_leaves_room_for_what_others_do(client, monkeypatch):
    monkeypatch.setattr(security_events, "MAX_PER_NETWORK", 3)
    monkeypatch.setattr(security_events, "MAX_FROM_STRANGERS", 4)

    for address in ["203.0.113.5", "203.0.113.6", "198.51.100.7"]:
        for number in range(5):
            typed = {"login": f"{number}@example.com", "password": "a guess"}
            client.post("/accounts/login/", typed, REMOTE_ADDR=address)

    failures = SecurityEvent.objects.filter(kind=Kind.SIGN_IN_FAILED).order_by("pk")
    kept = [event.network for event in failures]
    assert kept == ["203.0.113.0/24"] * 3 + ["198.51.100.0/24"]


# --- Accounts -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_changes_of_ones_own_account_are_recorded(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    user = UserFactory(email="ada@example.com")
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]* value="(\w+)"', page)[1]
    client.post("/accounts/2fa/totp/activate/", {"code": totp_of(secret)})
    client.post("/accounts/2fa/totp/deactivate/")
    new = "another-long-password"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", change)
    client.get("/me/data.json")
    client.post("/me/delete/")

    assert events() == [
        ("signed_in", None, "", "password"),
        ("factor_changed", None, "", "added totp"),
        ("factor_changed", None, "", "added recovery_codes"),
        ("factor_changed", None, "", "removed totp"),
        ("factor_changed", None, "", "removed recovery_codes"),
        ("password_changed", None, "", ""),
        ("data_exported", None, "", ""),
        ("account_deleted", None, f"user {user.pk}", ""),
    ]
    assert "ada@example.com" not in str(list(SecurityEvent.objects.values()))


def test_a_password_set_by_a_mailed_link_is_recorded(client, mails):
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://localhost:8000(/accounts/password/\S+)", mails()[-1].text)[1]
    form = client.get(link, follow=True).request["PATH_INFO"]

    client.post(form, {"password1": "another-long-one", "password2": "another-long-one"})

    assert events() == [("password_changed", user, "", "by a mailed link")]
    assert link.split("/")[-2] not in str(list(SecurityEvent.objects.values()))


def test_people_read_the_events_of_their_account_with_their_data(client):
    user = UserFactory()
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    data = client.get("/me/data.json").json()

    assert [event["kind"] for event in data["Security events"]] == ["data_exported", "signed_in"]
    assert "Kept for 90 days." in text_of(client.get("/me/data/"))


# --- What superusers do ---------------------------------------------------------------------------


def test_rights_passwords_factors_and_sessions_that_an_admin_changes_are_recorded(admin_site, boss):
    user, group = UserFactory(), Group.objects.create(name="Readers")
    sign_in(Client(), user)
    with_totp(user)
    SecurityEvent.objects.all().delete()
    form = {"email": user.email, "is_active": "on", "is_staff": "on", "groups": [group.pk]}
    new = {"usable_password": "true", "password1": "another-long-one"}

    admin_site.post(reverse("admin:accounts_user_change", args=[user.pk]), form)
    admin_site.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        new | {"password2": "another-long-one"},
    )
    factor = Authenticator.objects.filter(user=user, type="totp").get()
    admin_site.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    session = UserSession.objects.get(user=user)
    admin_site.post(
        reverse("admin:usersessions_usersession_delete", args=[session.pk]), {"post": "yes"}
    )
    admin_site.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Readers"})
    admin_site.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})

    about = f"user {user.pk}"
    assert events() == [
        ("rights_changed", boss, about, "is_active, is_staff, group Readers"),
        ("password_changed", boss, about, ""),
        ("factor_changed", boss, about, "removed totp"),
        ("sessions_ended", boss, about, ""),
        ("rights_changed", boss, "group Readers", "may nothing"),
        ("account_deleted", boss, about, ""),
    ]


def test_what_is_shown_of_an_event_can_be_read_and_not_changed(admin_site, boss):
    record(Kind.MODERATED, actor=boss, subject="job 1, Data Engineer", detail="Published")
    event = SecurityEvent.objects.get()
    page = reverse("admin:common_securityevent_change", args=[event.pk])

    shown = admin_site.get(reverse("admin:common_securityevent_changelist"))
    admin_site.post(page, {"subject": "nothing"})
    admin_site.post(reverse("admin:common_securityevent_delete", args=[event.pk]))

    assert "job 1, Data Engineer" in text_of(shown)
    assert "Moderated" in text_of(admin_site.get(page))
    assert SecurityEvent.objects.get().subject == "job 1, Data Engineer"


# --- Companies and jobs ---------------------------------------------------------------------------


def test_a_company_that_becomes_another_is_recorded(client):
    owner = MembershipFactory(company__name="Blue", company__verified_by="email")
    company = owner.company
    client.force_login(owner.user)

    client.post(
        f"/recruit/companies/{company.pk}/edit/",
        {"name": "OpenAI", "website": "https://openai.com", "country": "US"},
    )

    assert events() == [
        (
            "company_changed",
            owner.user,
            f"company {company.pk}, OpenAI",
            "name: “Blue” to “OpenAI”; website: “” to “https://openai.com”; "
            f"domain: “{company.domain}” to “openai.com”; verified_by: “email” to “”",
        )
    ]
    client.post(
        f"/recruit/companies/{company.pk}/edit/",
        {"name": "OpenAI", "website": "https://openai.com", "country": "DE"},
    )
    assert len(events()) == 1


def test_who_joins_leaves_and_decides_for_a_company_is_recorded():
    owner, editor = MembershipFactory(), UserFactory()
    company = owner.company
    asked = company_actions.ask_to_join(company=company, user=editor)
    client = Client()
    client.force_login(owner.user)
    url = f"/recruit/companies/{company.pk}/"

    client.post(f"{url}requests/{asked.pk}/", {"answer": "yes"})
    membership = company.memberships.get(user=editor)
    client.post(f"{url}members/{membership.pk}/", {"part": "owner"})
    client.post(f"{url}members/{membership.pk}/", {"part": ""})

    assert [(event[1], event[3]) for event in events(Kind.MEMBERS_CHANGED)] == [
        (owner.user, f"user {editor.pk} joined as editor"),
        (owner.user, f"user {editor.pk} is owner"),
        (owner.user, f"user {editor.pk} removed"),
    ]


def test_a_badge_that_is_earned_and_a_logo_that_is_removed_are_recorded(client, mails):
    owner = MembershipFactory(company__domain="acme.example", company__name="Acme")
    proofs.mail_verification(company=owner.company, name="jobs", by=owner.user)
    link = re.search(r"/recruit/verified/\S+", mails()[-1].text)[0]
    client.force_login(owner.user)
    client.post(link)
    client.post(f"/recruit/companies/{owner.company.pk}/logo/", {"do": "remove"})

    assert [event[1:] for event in events(Kind.COMPANY_CHANGED)] == [
        (
            owner.user,
            f"company {owner.company.pk}, Acme",
            "verified_by: “” to “email”; verified_domain: “” to “acme.example”",
        ),
        (owner.user, f"company {owner.company.pk}, Acme", "logo removed"),
    ]


def test_what_moderators_decide_is_recorded(admin_site, boss):
    job = ListingFactory(in_review=True, title="Data Engineer")
    review = reverse("moderation_review", args=[job.pk])
    suspend = reverse("moderation_suspend", args=[job.company.pk])

    admin_site.post(review, {"do": "publish", "version": job.version, "seen": 0})
    admin_site.post(review, {"do": "hide", "reason": "It asks for money."})
    admin_site.post(suspend, {"do": "suspend", "reason": "A fraud."})

    about = f"job {job.pk}, Data Engineer"
    assert events() == [
        ("moderated", boss, about, "Published"),
        ("moderated", boss, about, "Hidden: It asks for money."),
        (
            "moderated",
            boss,
            f"company {job.company.pk}, {job.company.name}",
            "Suspended: A fraud.",
        ),
    ]


# --- For 90 days ----------------------------------------------------------------------------------


def test_events_are_deleted_after_ninety_days():
    for _ in range(6):
        record(Kind.MODERATED)
    *old, young = SecurityEvent.objects.order_by("pk")
    SecurityEvent.objects.filter(pk__in=[event.pk for event in old]).update(
        at=timezone.now() - EVENTS_RETENTION - timedelta(seconds=1)
    )

    delete_old_events()

    assert list(SecurityEvent.objects.all()) == [young]


# --- The log --------------------------------------------------------------------------------------

TOKEN = "1:1xXGYO:fEBC2jMZV83-98FgfUyqWWagQTvgMLSccU2fbB98Tvk"
ADDRESSES_WITH_TOKENS = [
    f"/recruit/join/{TOKEN}/",
    f"/recruit/join/{TOKEN}",  # copied without its end
    f"/recruit/verified/{TOKEN}/",
    f"/recruit/answer/{TOKEN}/",
    f"/alerts/{TOKEN}/",
    f"/alerts/{TOKEN}/end/",
    f"/accounts/password/reset/key/1-{TOKEN}/",
    f"/odd/{TOKEN}",
]


def test_the_log_names_no_token_of_an_address(caplog):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    for path in ADDRESSES_WITH_TOKENS:
        client.get(path)
        client.post(path)

    said = [record.getMessage() for record in caplog.records]
    assert len(said) > len(ADDRESSES_WITH_TOKENS)
    assert "/recruit/join/…/" in " ".join(said)
    assert [line for line in said if TOKEN in line] == []


def test_the_log_names_an_ordinary_address(client, caplog):
    client.get("/jobs/12-data-engineer/")

    assert "Not Found: /jobs/12-data-engineer/" in [one.getMessage() for one in caplog.records]


def test_the_log_names_who_was_refused_for_coming_too_often(caplog, clock):
    client = Client(REMOTE_ADDR="203.0.113.77")
    for _ in range(32):
        answer = client.post("/accounts/login/", {})

    assert answer.status_code == 429
    assert "Too Many Requests: /accounts/login/" in [one.getMessage() for one in caplog.records]


def test_no_address_adds_a_line_to_the_log(client, caplog):
    client.get("/nothing/%0a2026-01-01 ERROR forged")

    logged = "Not Found: /nothing/\\n2026-01-01 ERROR forged"
    assert [one.getMessage() for one in caplog.records] == [logged]


@pytest.mark.parametrize("path", ["/jobs/", "/api/v1/listings"])
def test_what_is_too_much_for_a_request_leaves_no_traceback(client, caplog, path):
    query = "&".join(f"q={number}" for number in range(1_200))

    assert client.get(f"{path}?{query}").status_code == 400

    assert not any(one.exc_info for one in caplog.records)
    assert len(caplog.records) <= 1


def test_every_argument_of_an_address_is_a_secret_or_none():
    """A new one that opens something by itself belongs to SECRET_ARGUMENTS."""
    found = set()
    for pattern in all_patterns(get_resolver().url_patterns):
        found |= set(pattern.regex.groupindex)

    harmless = {"app_label", "content_type_id", "hash", "id", "import_id"}
    harmless |= {
        "feed",
        "feed_request",
        "invitation",
        "job_id",
        "join_request",
        "kind",
        "listing_id",
        "member",
        "object_id",
        "pair",
        "pk",
        "section",
        "slug",
        "token_id",
        "trial",
        "url",
    }
    assert found - SECRET_ARGUMENTS == harmless | {"version"}


def all_patterns(patterns):
    for entry in patterns:
        yield entry.pattern
        if hasattr(entry, "url_patterns"):
            yield from all_patterns(entry.url_patterns)


def test_each_line_of_the_log_has_the_id_of_its_request(client, caplog):
    first, second = client.get("/nothing-here/"), client.get("/nothing-there/")

    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", first["X-Request-ID"])


def test_a_proxy_of_ours_gives_the_id_and_nobody_else_does(client, settings):
    given = {"X-Request-ID": "proxy-0123456789"}
    assert client.get("/", headers=given)["X-Request-ID"] != "proxy-0123456789"

    settings.TRUSTED_PROXIES = 1
    assert client.get("/", headers=given)["X-Request-ID"] == "proxy-0123456789"
    for odd in ["short", "with blanks and more", "a" * 65, "<script>alert</script>"]:
        assert client.get("/", headers={"X-Request-ID": odd})["X-Request-ID"] != odd

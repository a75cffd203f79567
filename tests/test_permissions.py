"""Who may do what: every address of recruiters, members and moderators, tried by everybody.

Whoever may not finds nothing there (404), or is asked to sign in, and nothing in the database
changes.
"""

from dataclasses import dataclass, field

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import get_resolver, reverse

from jobboard.listings import lifecycle
from jobboard.listings.models import (
    Company,
    CompanyClaim,
    Feed,
    FeedRequest,
    FeedTrial,
    Invitation,
    JoinRequest,
    Listing,
    Membership,
)
from jobboard.recruiting import api_tokens, company_actions
from jobboard.recruiting.models import ApiToken
from jobboard.seekers.models import Alert, Report, SavedListing
from tests.factories import FeedFactory, ListingFactory, MembershipFactory, UserFactory
from tests.journeys.page_types import url_names

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

EVERYBODY = ["nobody", "seeker", "stranger", "editor", "owner", "clerk", "staff"]
SIGNED_IN = {"seeker", "stranger", "editor", "owner", "clerk", "staff"}
MEMBERS = {"editor", "owner"}
WATCHED = [
    Listing,
    Company,
    Membership,
    Invitation,
    JoinRequest,
    Feed,
    FeedTrial,
    FeedRequest,
    ApiToken,
    Report,
    SavedListing,
    Alert,
]
NO_JOBS = {
    "source": "an RSS or Atom feed (acme.example)",
    "read": 0,
    "is_part": False,
    "public": 0,
    "doubtful": 0,
    "irrelevant": 0,
    "problem": "",
    "lines": [],
    "stated": [],
    "jobs": [],
}


@dataclass
class Row:
    """Who may, and which objects the address takes; ``data`` is what somebody who may could
    send.
    """

    may: set[str]
    args: list[str] = field(default_factory=list)
    data: dict = field(default_factory=dict)


OF_JOB, OF_COMPANY = ["listing"], ["company"]
RECRUITERS = {
    "recruiting:dashboard": Row(SIGNED_IN),
    "recruiting:numbers_csv": Row(SIGNED_IN),
    "recruiting:jobs_csv": Row(SIGNED_IN),
    "recruiting:upload": Row(SIGNED_IN),  # who has no company is led to a first post
    "recruiting:company_new": Row(SIGNED_IN),
    "recruiting:listing_new": Row(SIGNED_IN),
    "recruiting:company_join": Row(SIGNED_IN, OF_COMPANY),
    "recruiting:listing_preview": Row(MEMBERS, OF_JOB),
    "recruiting:listing_edit": Row(MEMBERS, OF_JOB),
    "recruiting:listing_submit": Row(MEMBERS, OF_JOB),
    "recruiting:listing_close": Row(MEMBERS, OF_JOB, {"outcome": "withdrawn"}),
    "recruiting:listing_confirm": Row(MEMBERS, OF_JOB),
    "recruiting:listing_extend": Row(MEMBERS, OF_JOB),
    "recruiting:listing_copy": Row(MEMBERS, OF_JOB),
    "recruiting:listing_repost": Row(MEMBERS, OF_JOB),
    "recruiting:listing_discard": Row(MEMBERS, OF_JOB),
    "recruiting:listing_withdraw": Row(MEMBERS, OF_JOB),
    "recruiting:company": Row(MEMBERS, OF_COMPANY),
    "recruiting:company_edit": Row(MEMBERS, OF_COMPANY, {"name": "Stolen", "country": "DE"}),
    "recruiting:job_emails": Row(MEMBERS, OF_COMPANY, {"job_emails": "own"}),
    "recruiting:leave": Row(MEMBERS, OF_COMPANY),
    "recruiting:careers": Row(MEMBERS, OF_COMPANY, {"address": "https://jobs.lever.co/acme"}),
    "recruiting:careers_trial": Row({"owner"}, ["company", "trial"]),
    "recruiting:careers_disconnect": Row(MEMBERS, ["company", "feed"]),
    "recruiting:careers_withdraw": Row(MEMBERS, ["company", "feed_request"]),
    "recruiting:api_tokens": Row(
        {"owner"}, OF_COMPANY, {"name": "x", "scope": "write", "days": "30"}
    ),
    "recruiting:revoke_token": Row({"owner"}, ["company", "api_token"]),
    "recruiting:invite": Row({"owner"}, OF_COMPANY, {"email": "eve@example.com", "part": "owner"}),
    "recruiting:verify": Row(MEMBERS, OF_COMPANY, {"name": "eve"}),
    "recruiting:change_logo": Row({"owner"}, OF_COMPANY, {"do": "remove"}),
    "recruiting:withdraw_invitation": Row({"owner"}, ["company", "invitation"]),
    "recruiting:answer_join_request": Row(
        {"owner"}, ["company", "join_request"], {"answer": "yes"}
    ),
    "recruiting:change_member": Row({"owner"}, ["company", "member"], {"part": "owner"}),
}
PEOPLE = {
    "me:data": Row(SIGNED_IN),
    "me:data_json": Row(SIGNED_IN),
    "me:delete": Row(SIGNED_IN, data={"proof": "wrong"}),
    "seekers:save": Row(SIGNED_IN),
    "seekers:change_saved": Row({"owner"}, ["saved"], {"mark": "applied"}),
}
MODERATORS = {
    "moderation_inbox": Row({"staff"}, data={"act": "approve"}),
    "moderation_next": Row({"staff"}),
    "moderation_queue": Row({"staff"}),
    "moderation_review": Row({"staff"}, OF_JOB, {"do": "hide", "reason": "x"}),
    "moderation_teach": Row({"staff"}, OF_JOB, {"text": "AI Wizard", "role": "x"}),
    "moderation_claims": Row({"staff"}, OF_COMPANY, {"claim": "1", "do": "approve"}),
    "moderation_claim_logo": Row({"staff"}, ["claim"]),
    "moderation_merge_company": Row({"staff"}, OF_COMPANY, {"undo": "1"}),
    "moderation_edit_job": Row({"staff"}, OF_JOB),
    "moderation_history": Row({"staff"}),
    "moderation_suspend": Row({"staff"}, OF_COMPANY, {"do": "suspend", "reason": "x"}),
}
ROWS = RECRUITERS | PEOPLE | MODERATORS
FOR_EVERYBODY = {  # or for who has the link, which was mailed or is kept by a browser
    "me:stop_emails",
    "recruiting:post",
    "recruiting:post_advice",
    "recruiting:post_paste",
    "recruiting:post_preview",
    "recruiting:post_send",
    "recruiting:answer",
    "recruiting:join",
    "recruiting:verified",
    "recruiting:upload_template",
    "recruiting:import_job",
    "recruiting:import_columns",
    "recruiting:import_errors",
    "seekers:alert",
    "seekers:alert_end",
    "seekers:alert_new",
    "seekers:alerts",
    "seekers:report",
    "seekers:saved",
    "seekers:saved_csv",
}
SMUGGLED = {
    "status": "published",
    "featured_until": "2099-01-01",
    "hidden_at": "",
    "verified_by": "admin",
    "verified_domain": "openai.com",
    "proof": "admin",
    "is_demo": "1",
    "suspended_at": "",
    "created_by": "1",
    "company": "1",
    "owner": "1",
}


@pytest.fixture
def people():
    """Each of EVERYBODY, and the objects of the company that owner and editor act for."""
    owner = MembershipFactory(user__email="owner@acme.example")
    company = owner.company
    Company.objects.filter(pk=company.pk).update(verified_by="email")
    company.refresh_from_db()
    return {
        "seeker": UserFactory(),
        "stranger": MembershipFactory().user,
        "editor": MembershipFactory(company=company, part="editor").user,
        "owner": owner.user,
        "clerk": UserFactory(is_staff=True),
        "staff": UserFactory(staff=True),
        "company": company,
        "listing": ListingFactory(live=True, company=company),
        "api_token": api_tokens.make(
            company=company, name="x", scope="write", days=30, by=owner.user
        )[0],
        "feed": FeedFactory(company=company, proof="It is on acme.example."),
        "trial": FeedTrial.objects.create(
            company=company,
            by=owner.user,
            pasted="https://acme.example",
            kind="rss",
            address="https://acme.example/jobs.rss",
            proof="It is on acme.example.",
            state="read",
            outcome=NO_JOBS,
        ),
        "feed_request": FeedRequest.objects.create(
            company=company,
            by=owner.user,
            kind="lever",
            address="https://api.lever.co/v0/postings/globex",
            board="Lever (globex)",
            doubt="x",
        ),
        "member": MembershipFactory(company=company, part="editor"),
        "invitation": company_actions.invite(
            company=company, email="bob@example.com", part="editor", by=None
        ),
        "saved": SavedListing.objects.create(
            user=owner.user, listing=ListingFactory(live=True), title="x", company="y"
        ),
        "join_request": company_actions.ask_to_join(company=company, user=UserFactory()),
        "claim": CompanyClaim.objects.create(
            company=company, field="logo", value="x", picture=b"x"
        ),
    }


def as_(who: str, people) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(people[who])
    return client


def everything() -> list:
    return [sorted(map(as_text, model.objects.all())) for model in WATCHED]


def as_text(instance) -> str:
    """Related rows in one order: a database has none until it is asked for one."""
    values = model_to_dict(instance).items()
    return str(
        [
            (name, sorted(map(str, value)) if isinstance(value, list) else value)
            for name, value in values
        ]
    )


def test_every_address_has_a_row():
    areas = ("recruiting:", "me:", "seekers:", "moderation_")
    names = {name for name in url_names(get_resolver()) if name.startswith(areas)}

    assert names - FOR_EVERYBODY == ROWS.keys()


@pytest.mark.parametrize("name", ROWS)
def test_each_address_is_for_those_who_may_and_does_not_exist_for_the_others(
    people, name, subtests
):
    before = everything()
    for who in EVERYBODY:
        cache.clear()
        with subtests.test(who), transaction.atomic():
            check_address(people, name, who, before)
            transaction.set_rollback(True)  # the next one finds what this one found


def check_address(people, name, who, before):
    row = ROWS[name]
    url, client = reverse(name, args=[people[one].pk for one in row.args]), as_(who, people)
    answers = [client.get(url), client.post(url, SMUGGLED | row.data)]
    answers = [answer for answer in answers if answer.status_code != 405]

    assert answers
    if who in row.may:
        assert {answer.status_code for answer in answers} <= {200, 302}
        assert not any("/accounts/login/" in answer.get("Location", "") for answer in answers)
        return
    to_sign_in = (
        {"nobody", "seeker", "stranger", "editor", "owner"} if name in MODERATORS else {"nobody"}
    )
    for answer in answers:
        if who in to_sign_in:
            assert "login" in answer["Location"]
        else:
            assert answer.status_code == (403 if name in MODERATORS else 404)
    assert everything() == before


@pytest.mark.slow
def test_what_only_others_decide_about_cannot_be_sent_along(people):
    """Whoever may edit still decides nothing about review, features, badges and whose it is."""
    owner, listing = as_("owner", people), people["listing"]
    job = {
        "title": "Data Engineer",
        "place": "Berlin, Germany",
        "pay_note": "By tariff.",
        "version": listing.version,
        "submission": listing.submission,
        "apply_url": listing.apply_url,
    }
    kept = [
        "status",
        "featured_until",
        "hidden_at",
        "company_id",
        "created_by_id",
        "published_at",
        "expires_at",
    ]
    before = {name: getattr(listing, name) for name in kept}

    owner.post(reverse("recruiting:listing_edit", args=[listing.pk]), SMUGGLED | job)
    owner.post(
        reverse("recruiting:company_edit", args=[people["company"].pk]),
        SMUGGLED | {"name": "New", "country": "DE"},
    )

    listing.refresh_from_db()
    people["company"].refresh_from_db()
    title = lifecycle.latest_content(listing).title
    assert (title, people["company"].country) == ("Data Engineer", "DE")
    assert before.items() - {name: getattr(listing, name) for name in kept}.items() <= {
        ("expires_at", before["expires_at"])  # derived anew from the days
    }
    company = people["company"]
    assert (company.verified_by, company.verified_domain, company.is_demo) == ("email", "", False)
    assert not company.memberships.proven().exists()


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, marks=pytest.mark.slow if who in ("seeker", "stranger", "editor") else ())
        for who in EVERYBODY
    ],
)
def test_the_admin_is_for_staff_with_the_right(people, who):
    client = as_(who, people)
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(url)
        if who == "staff":
            assert answer.status_code == 200, url
        elif who == "clerk":
            assert answer.status_code == 403, url
        else:
            assert "login" in answer["Location"], url

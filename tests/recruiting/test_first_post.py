"""The first post: from a form without an account to a job in review, and nothing typed is lost on
the way.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import review
from jobboard.listings.models import Company, JoinRequest, Listing, Membership, PostDraft
from jobboard.recruiting.posting import first_post
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
    in_days,
)
from tests.reading import code_in, text_of

pytestmark = pytest.mark.django_db

POST = "/post/"
CONFIRM = "/accounts/login/code/confirm/"
TOKEN = "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11"
PREVIEW, SEND = "/post/preview/", "/post/send/"


def filled(**changes) -> dict:
    """What a browser sends for a first post with what is required, and no more."""
    fields = {
        "submission": TOKEN,
        "version": 1,
        "company_name": "Acme",
        "email": "Ada@Acme.example",
        "title": "Senior Data Engineer",
        "place": "Munich, Germany",
        "pay_note": "By tariff.",
        "apply_url": "https://careers.acme.example/jobs/1",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def type_code(client, code: str):
    return client.post(CONFIRM, {"code": code, "action": "verify", "next": PREVIEW}, follow=True)


def post_and_prove(client, mails, **changes):
    """The whole way of somebody without an account; returns where it ends."""
    client.post(POST, filled(**changes))
    client.post(SEND)
    return type_code(client, code_in(mails()[-1]))


# --- The way through ------------------------------------------------------------------------------


def test_a_job_needs_a_title_company_place_way_to_apply_address_and_pay_or_a_reason(client):
    response = client.post(POST, {"submission": TOKEN, "version": 1})

    assert sorted(response.context["form"].errors) == [
        "apply_url",
        "company_name",
        "email",
        "pay_note",
        "place",
        "title",
    ]
    summary = BeautifulSoup(response.content, "html.parser").select_one(".error-summary")
    assert [link["href"] for link in summary.select("a")] == [
        "#id_company_name",
        "#id_email",
        "#id_title",
        "#id_place",
        "#id_pay_note",
        "#id_apply_url",
    ]
    assert client.post(POST, filled())["Location"] == PREVIEW


def test_the_preview_shows_the_public_page_and_nothing_is_mailed_or_stored(client, mails):
    response = client.post(POST, filled(description="You need **Python**."), follow=True)

    page = text_of(response)
    assert "To submit it, enter the code we’ll email to ada@acme.example." in page
    assert "Senior Data Engineer Acme · Munich, Germany" in page
    assert "<strong>Python</strong>" in response.content.decode()
    assert mails() == []
    assert (User.objects.count(), Company.objects.count(), Listing.objects.count()) == (0, 0, 0)


def test_a_first_job_is_kept_as_a_draft_where_no_more_may_wait_for_review(
    client, mails, monkeypatch
):
    monkeypatch.setattr(review, "MAX_IN_REVIEW", 0)

    page = text_of(post_and_prove(client, mails))

    assert "Your job is saved as a draft. Acme has 0 jobs in review, which is the maximum." in page
    assert Listing.objects.get().status == "draft"


def test_the_mailed_code_signs_in_and_sends_the_job(client, mails):
    client.post(POST, filled(company_website="https://www.acme.example/"))
    asked = client.post(SEND)
    assert asked["Location"].startswith(CONFIRM)
    assert Listing.objects.count() == 0
    assert "Senior Data Engineer" not in mails()[-1].subject + mails()[-1].text

    response = type_code(client, code_in(mails()[-1]))

    listing = Listing.objects.get()
    user = User.objects.get()
    assert (listing.status, listing.title, listing.created_by) == (
        "in_review",
        "Senior Data Engineer",
        user,
    )
    assert (listing.company.name, listing.company.domain) == ("Acme", "acme.example")
    assert (user.email, user.has_usable_password()) == ("ada@acme.example", False)
    assert user.emailaddress_set.get().verified
    assert Membership.objects.get().part == "owner"
    assert response.redirect_chain[-1] == ("/recruit/", 302)
    assert "Your job is in review." in text_of(response)
    assert Listing.objects.live().count() == 0


def test_what_is_not_chosen_is_read_from_the_texts(client, mails):
    role, python = RoleFactory(name="Data Engineer"), SkillFactory(name="Python")
    post_and_prove(
        client,
        mails,
        description="Requirements:\n- Python",
        place="Remote (Portugal)",
        workplace="remote",
    )

    listing = Listing.objects.get()
    assert (listing.role, listing.role_from, listing.level) == (role, "matched", "senior")
    assert [(item.skill, item.need, item.origin) for item in listing.skills.all()] == [
        (python, "required", "extracted")
    ]
    assert [country.country for country in listing.countries.all()] == ["PT"]


def test_what_the_text_says_is_not_called_unstated(client, mails):
    SkillFactory(name="Python")
    last = (timezone.now() + timedelta(days=20)).date()
    text = (
        "We sponsor visas for Germany and France. This is a full-time position.\n\n"
        f"Requirements:\n- Python\n\nApplications close on {last:%-d %B %Y}."
    )
    client.post(POST, filled(visa="unknown", description=text))
    preview = text_of(client.get(PREVIEW))
    assert "Visa sponsorship Yes" in preview
    assert "Visa sponsorship: not stated" not in preview

    client.post(SEND)
    type_code(client, code_in(mails()[-1]))

    listing = Listing.objects.get()
    assert (listing.visa, listing.closes_on) == ("yes", last)
    assert [one.value for one in listing.types] == ["full_time"]
    quoted = {read.name: read.quote for read in listing.read_values.all()}
    assert quoted["Visa sponsorship"] == "We sponsor visas for Germany and France."
    assert quoted.keys() == {
        "Level",
        "Employment type",
        "Visa sponsorship",
        "Closing date",
        "Python",
    }


def test_what_is_chosen_beats_the_text_and_is_not_called_read(client, mails):
    post_and_prove(client, mails, visa="no", level="mid", description="We sponsor visas.")

    listing = Listing.objects.get()
    assert (listing.visa, listing.level) == ("no", "mid")
    assert list(listing.read_values.all()) == []


def test_a_last_day_in_the_text_that_is_over_ends_nothing(client, mails):
    post_and_prove(client, mails, description="Applications close on 3 February 2020.")

    assert Listing.objects.get().closes_on is None


def test_whoever_is_signed_in_needs_no_mail(client, mails):
    client.force_login(UserFactory(email="ada@acme.example"))

    client.post(POST, filled())
    response = client.post(SEND, follow=True)

    assert [mail.subject for mail in mails()][:1] == ["Job received: Senior Data Engineer"]
    assert "Your job is in review." in text_of(response)


def test_whoever_acts_for_a_company_gets_its_own_form(client):
    client.force_login(MembershipFactory().user)

    assert client.get(POST)["Location"] == reverse("recruiting:listing_new")


def test_whoever_is_signed_in_posts_with_the_address_they_proved(client):
    client.force_login(UserFactory(email="ada@acme.example"))

    client.post(POST, filled(email="eve@acme.example"))
    client.post(SEND)

    assert Listing.objects.get().created_by.email == "ada@acme.example"


# --- Nothing typed is lost, and nobody else sees it -----------------------------------------------


def test_what_was_typed_is_in_the_form_again_after_going_back_or_reloading(client):
    client.post(POST, filled(title="Engineer <of> data", pay_note="80 000 or so"))

    for path in [POST, PREVIEW, POST]:
        page = client.get(path).content.decode()
        assert "Engineer &lt;of&gt; data" in page
        assert "80 000 or so" in page
    assert 'value="ada@acme.example"' in client.get(POST).content.decode().lower()


def test_another_browser_sees_nothing_of_it(client):
    client.post(POST, filled(title="Mine alone"))

    assert Client().get(PREVIEW)["Location"] == POST
    assert Client().post(SEND)["Location"] == PREVIEW
    assert "Mine alone" not in Client().get(POST).content.decode()


def test_what_is_sent_is_what_was_typed_last(client, mails):
    client.post(POST, filled(title="First"))
    client.post(POST, filled(title="Second"))
    client.post(SEND)
    type_code(client, code_in(mails()[-1]))

    assert Listing.objects.get().title == "Second"


def test_a_change_after_the_code_was_mailed_is_sent_only_by_its_button(client, mails):
    client.post(POST, filled())
    client.post(SEND)
    client.post(POST, filled(title="Changed"))

    page = type_code(client, code_in(mails()[-1]))

    assert Listing.objects.count() == 0
    assert "This is what job seekers will see." in text_of(page)
    client.post(SEND)
    assert Listing.objects.get().title == "Changed"


def test_wrong_codes_lose_nothing(client, mails):
    client.post(POST, filled())
    client.post(SEND)
    for _ in range(3):
        type_code(client, "AAAAAA")
    assert Listing.objects.count() == 0
    assert "Senior Data Engineer" in text_of(client.get(PREVIEW))

    client.post(SEND)
    type_code(client, code_in(mails()[-1]))

    assert Listing.objects.get().title == "Senior Data Engineer"


def test_an_empty_code_is_no_failed_one(client, mails):
    client.post(POST, filled())
    client.post(SEND)

    for _ in range(5):
        type_code(client, " ")
    type_code(client, code_in(mails()[-1]))

    assert Listing.objects.count() == 1


def test_after_too_many_codes_the_page_says_so_and_knows_the_address(client, mails, clock):
    client.post(POST, filled())
    client.post(SEND)
    for _ in range(3):
        answer = type_code(client, "WRONG-1")

    assert "wrong too often, so it no longer works" in text_of(answer)
    assert 'value="ada@acme.example"' in answer.content.decode()
    code = {"email": "ada@acme.example", "next": PREVIEW}
    client.post("/accounts/login/code/", code)
    type_code(client, code_in(mails()[-1]))
    assert Listing.objects.count() == 1


def test_a_code_that_was_typed_in_another_browser_sends_nothing(client, mails):
    client.post(POST, filled())
    client.post(SEND)

    type_code(Client(), code_in(mails()[-1]))

    assert (Listing.objects.count(), User.objects.get().last_login) == (0, None)


def test_a_sign_in_with_another_address_sends_nothing(client, mails):
    UserFactory(email="eve@acme.example")
    client.post(POST, filled())
    client.post(SEND)

    client.post("/accounts/login/", {"login": "eve@acme.example", "password": PASSWORD})

    assert Listing.objects.count() == 0
    assert "Senior Data Engineer" in text_of(client.get(PREVIEW))


def test_who_has_a_second_factor_is_asked_for_it_before_the_job_is_sent(client, mails):
    TOTP.activate(UserFactory(email="ada@acme.example"), generate_totp_secret())

    page = post_and_prove(client, mails)

    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/authenticate/")
    assert Listing.objects.count() == 0


def test_what_was_sent_is_gone_from_the_browser(client, mails):
    post_and_prove(client, mails)

    assert client.get(PREVIEW)["Location"] == "/recruit/"
    assert client.post(SEND)["Location"] == PREVIEW
    assert Listing.objects.count() == 1


def test_what_passes_no_longer_is_opened_to_be_changed(client):
    today = timezone.now().date()
    client.post(POST, filled(closes_on=today))

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        response = client.post(SEND, follow=True)

    assert response.redirect_chain == [(POST, 302)]
    assert "closes_on" in response.context["form"].errors
    assert User.objects.count() == 0


@pytest.mark.slow
def test_after_ten_jobs_of_a_day_the_next_one_is_kept_for_tomorrow(client, mails):
    post_and_prove(client, mails)
    for number in range(1, 10):
        client.post(POST, filled(submission=str(uuid4()), title=f"Data Engineer {number}"))
        client.post(SEND)
    client.post("/accounts/logout/")

    page = post_and_prove(client, mails, submission=str(uuid4()), title="Data Engineer 11")

    assert Listing.objects.count() == 10
    assert "You’ve submitted 10 jobs this way today. What you typed is still here." in text_of(page)
    assert "Data Engineer 11" in text_of(client.get(PREVIEW))


def test_only_fields_of_the_form_are_kept(client):
    client.post(POST, filled(padding="x" * 100_000))

    assert "padding" not in client.session["first_post"]


def test_codes_to_one_address_are_limited_and_what_was_typed_stays(client, mails, clock):
    client.post(POST, filled())

    statuses = [client.post(SEND).status_code for _ in range(4)]

    assert statuses == [302, 302, 302, 429]
    assert len(mails()) == 3
    assert "Senior Data Engineer" in text_of(client.get(PREVIEW))


def test_drafts_that_nobody_let_in_go_after_thirty_days(client, mails):
    MembershipFactory(company__name="Acme")
    post_and_prove(client, mails)
    first_post.delete_old_drafts()
    assert PostDraft.objects.count() == 1

    PostDraft.objects.update(updated_at=timezone.now() - timedelta(days=30, seconds=1))
    first_post.delete_old_drafts()

    assert PostDraft.objects.count() == 0


# --- Whose address, whose company -----------------------------------------------------------------


def test_an_account_that_was_opened_in_somebodys_name_does_not_keep_its_password(client, mails):
    Client().post("/accounts/signup/", {"email": "ada@acme.example", "password1": PASSWORD})
    post_and_prove(client, mails)

    user = User.objects.get()
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified


def test_a_known_address_keeps_its_account_and_password(client, mails):
    user = UserFactory(email="ada@acme.example")
    post_and_prove(client, mails)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert Listing.objects.get().created_by == user


def test_known_and_unknown_addresses_are_answered_alike(mails):
    UserFactory(email="ada@acme.example")
    answers = []
    for email in ["ada@acme.example", "eve@acme.example"]:
        browser = Client()
        browser.post(POST, filled(email=email))
        answers.append(browser.post(SEND)["Location"])

    assert answers[0] == answers[1]
    assert mails()[0].subject == mails()[1].subject


def test_naming_a_company_that_is_here_asks_to_join_and_gives_nothing(client, mails):
    owner = MembershipFactory(company__name="Acme")

    response = post_and_prove(client, mails, company_name="ACME")

    request = JoinRequest.objects.get()
    assert (request.company, request.user.email) == (owner.company, "ada@acme.example")
    assert Membership.objects.count() == 1
    assert Listing.objects.count() == 0
    assert "we’ve asked its members to approve you" in text_of(response)
    assert mails()[-1].to == owner.user.email

    first_post.accept_join_request(request=request, by=owner.user)
    assert Listing.objects.get().created_by == request.user


def test_a_member_of_the_named_company_posts_for_it(client, mails):
    member = MembershipFactory(company__name="Acme", user__email="ada@acme.example", part="editor")

    post_and_prove(client, mails)

    assert Listing.objects.get().company == member.company


# --- A form that is sent after the sign-in ended --------------------------------------------------


def of_company(company, **changes) -> dict:
    return filled(company=company.pk, email=None, company_name=None, **changes)


def test_what_is_sent_after_the_sign_in_ended_is_there_after_signing_in_again(client):
    member = MembershipFactory()
    form = "/recruit/jobs/new/"
    client.post(form, of_company(member.company, title="Typed for an hour"))
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})

    for _ in range(2):  # also when it is loaded again
        page = client.get(form)
        assert 'value="Typed for an hour"' in page.content.decode()
        assert "we’ve kept what you typed" in text_of(page)
    assert Listing.objects.count() == 0

    client.post(form, of_company(member.company, title="Typed for an hour"))
    assert "Typed for an hour" not in client.get(form).content.decode()


def test_a_row_that_was_removed_after_the_sign_in_ended_is_the_one_that_is_gone(client):
    member = MembershipFactory()
    form = "/recruit/jobs/new/"
    rows = {"place": "Lisbon", "place_2": "Vienna", "place_3": "Oslo", "rows": "remove-place-1"}
    client.post(form, of_company(member.company, **rows))
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})

    page = client.get(form).content.decode()

    assert "Vienna" in page
    assert "Oslo" in page
    assert "Lisbon" not in page


def shown_in(page) -> dict[str, str]:
    """What the button of a preview sends."""
    return {"shown": re.search(r'name="shown" value="(\w+)"', page.content.decode())[1]}


def test_a_tab_that_shows_an_older_version_shows_the_newer_one_and_sends_neither(client, mails):
    client.post(POST, filled(title="In the first tab"))
    first_tab = shown_in(client.get(PREVIEW))
    client.post(POST, filled(title="In the second tab"))

    answer = client.post(SEND, first_tab, follow=True)

    assert "You changed this job in another tab." in text_of(answer)
    assert "In the second tab" in text_of(answer)
    assert mails() == []
    client.post(SEND, shown_in(answer))
    type_code(client, code_in(mails()[-1]))
    assert Listing.objects.get().title == "In the second tab"


def test_who_submits_after_the_session_ended_is_told_that_nothing_was_sent(client):
    client.post(POST, filled())
    client.cookies.clear()

    page = text_of(client.post(SEND, follow=True))

    assert "Nothing was submitted: this browser’s session has ended" in page
    assert "Nothing was submitted" not in text_of(client.get(POST))


def test_who_previewed_a_first_post_and_then_signed_in_as_a_member_can_still_edit_it(client):
    member = MembershipFactory()
    client.post(POST, filled(title="Typed for an hour"))
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})

    assert "Typed for an hour" in client.get("/post/").content.decode()


@pytest.mark.slow
def test_what_was_typed_signed_out_in_several_forms_is_in_each_of_the_last_few(client):
    member = MembershipFactory()
    jobs = ListingFactory.create_batch(4, company=member.company)
    forms = [f"/recruit/jobs/{job.pk}/edit/" for job in jobs]
    for number, form in enumerate(forms):
        client.post(form, of_company(member.company, title=f"Typed in {number}"))
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})

    def kept() -> list[bool]:
        return [
            f"Typed in {number}" in client.get(form).content.decode()
            for number, form in enumerate(forms)
        ]

    assert kept() == [False, True, True, True]
    client.post(forms[1], of_company(member.company, title="Saved"))
    assert kept() == [False, False, True, True]


def test_of_what_is_sent_signed_out_no_more_is_kept_than_fits_and_for_a_day(client):
    member = MembershipFactory()
    form, much = "/recruit/jobs/new/", "x" * 60_000
    sent = of_company(member.company, title="Typed", description=much, level=[much[:3_000]] * 50)

    client.post(form, sent | {"salary_min": much[:5_000]})

    [kept] = client.session["typed"].values()
    assert {name: len(kept[name]) for name in ("title", "description", "level")} == {
        "title": 1,
        "description": 1,
        "level": 1,
    }
    assert sum(len(value) for values in kept.values() for value in values) < 50_000
    assert client.session.get_expiry_age() <= 24 * 60 * 60

    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    assert client.session.get_expiry_age() > 24 * 60 * 60
    assert 'value="Typed"' in client.get(form).content.decode()


def test_what_was_typed_signed_out_is_in_no_other_form_and_no_other_browser(client):
    member = MembershipFactory()
    own = ListingFactory(company=member.company)
    client.post("/recruit/jobs/new/", of_company(member.company, title="Planted"))
    client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    other = Client()
    other.force_login(member.user)

    pages = [client.get(f"/recruit/jobs/{own.pk}/edit/"), other.get("/recruit/jobs/new/")]

    assert ["Planted" in page.content.decode() for page in pages] == [False, False]


def sent_at_once(url: str, data: dict, clients: list[Client]) -> list[tuple[int, str]]:
    def send(one: Client):
        try:
            response = one.post(url, data)
            return response.status_code, response["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(send, clients))


@pytest.mark.slow
@pytest.mark.faults("twice")
@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_that_send_a_first_post_are_one_job():
    browser, user = Client(), UserFactory(email="ada@acme.example")
    browser.force_login(user)
    browser.post(POST, filled())
    clients = [Client() for _ in range(8)]
    for client in clients:
        client.cookies = browser.cookies

    answers = sent_at_once(SEND, {}, clients)

    assert answers == [(302, PREVIEW)] * 8
    assert (Listing.objects.count(), Company.objects.count()) == (1, 1)


@pytest.mark.slow
@pytest.mark.faults("twice")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_eight_equal_posts_at_once_are_one_job(monkeypatch, guarded):
    member = MembershipFactory()
    if not guarded:  # the control: without the key that the form brings, each is a job
        create = lifecycle.create_draft
        monkeypatch.setattr(
            lifecycle, "create_draft", lambda **values: create(**values | {"submission": uuid4()})
        )
    clients = [Client() for _ in range(8)]
    for client in clients:
        client.force_login(member.user)

    answers = sent_at_once("/recruit/jobs/new/", of_company(member.company), clients)

    assert len(set(answers)) == (1 if guarded else 8)
    assert Listing.objects.count() == (1 if guarded else 8)


# --- Beside the form ------------------------------------------------------------------------------


def test_beside_the_form_stands_what_is_read_from_it_and_what_it_leaves_open(client):
    role = RoleFactory(name="Data Engineer")
    SkillFactory(name="Python")
    for amount in range(100, 111):
        ListingFactory(
            live=True,
            role=role,
            salary_min=amount * 1000,
            salary_max=amount * 1000 + 2000,
            salary_currency="EUR",
            salary_period="year",
        )

    page = text_of(
        client.post("/post/advice/", filled(description="You write Python.", salary_currency="EUR"))
    )

    assert "Data Engineer from the title" in page
    assert "Python from the description." in page
    assert (
        "Data Engineer jobs here pay EUR 103,500 to 108,500 a year "
        "(middle half of 11 ranges, small sample)." in page
    )
    assert "Closing date" in page
    assert "Level" not in page  # the title says it
    assert (
        PostDraft.objects.count()
        == Listing.objects.filter(title="Senior Data Engineer").count()
        == 0
    )


def test_what_is_missing_lists_location_and_way_to_apply(client):
    blank = {"place": "", "apply_url": ""}

    page, without = (
        text_of(client.post("/post/advice/", filled(**data))).partition("Still missing")[2]
        for data in ({}, blank)
    )

    assert "Location" not in page
    assert "Application link" not in page
    assert "Location" in without
    assert "Application link or email" in without


@pytest.mark.parametrize(
    "data", [{}, {"title": "\x00\u202e"}, {"salary_min": "x", "role": "999", "closes_on": "never"}]
)
def test_what_stands_beside_the_form_takes_anything(client, data):
    assert client.post("/post/advice/", data).status_code == 200


def test_posting_from_one_place_is_limited(client, clock):
    statuses = {
        client.post(POST, filled(email=f"person{n}@example.com")).status_code for n in range(31)
    }

    assert statuses == {302, 429}
    cache.clear()
    assert client.post(POST, filled()).status_code == 302


def test_a_company_named_like_none_here_is_new_with_its_badge_unearned(client, mails):
    CompanyFactory(name="Acme Holding", verified_by="email")
    post_and_prove(client, mails)

    assert Company.objects.get(name="Acme").verified_by == ""


def test_a_job_for_a_suspended_company_is_kept_and_it_is_said_why(client, mails):
    CompanyFactory(name="Acme", suspended_at=in_days(-1))

    page = post_and_prove(client, mails, company_name="Acme")

    assert "Acme is suspended, so nobody can post jobs for it. Your job is still here." in text_of(
        page
    )
    assert not Listing.objects.exists()


# The length of the form


def folds(page) -> dict[str, bool]:
    """What is folded, and whether it is open."""
    soup = BeautifulSoup(page.content, "html.parser")
    found = soup.select("details.fields-fold")
    return {one.summary.get_text(strip=True): one.has_attr("open") for one in found}


ROLE = "Level, employment type, role or client"
CITY = "City, country and days on-site"
WHO = "Countries people can work from, visa"
TAX = "Type of pay, tax, or only one location or level"
SKILLS = "Other skills than in the text"


def test_what_few_need_is_folded(client):
    assert folds(client.get(POST)) == dict.fromkeys([ROLE, CITY, WHO, TAX, SKILLS], False)


@pytest.mark.parametrize(
    ("typed", "fold"),
    [
        ({"client_name": "Harbour Bank"}, ROLE),
        ({"employment_types": "full_time", "title": ""}, ROLE),
        ({"workplace": "hybrid", "hybrid_days": "9"}, CITY),
        ({"eligibility": "listed"}, WHO),
        ({"visa": "yes", "title": ""}, WHO),
        ({"pay_kind": "base", "title": ""}, TAX),
        ({"skills_nice": "Telepathy"}, SKILLS),
    ],
)
def test_a_fold_with_a_value_or_an_error_is_open(client, typed, fold):
    page = client.post(POST, filled(**typed))

    assert folds(page)[fold]


def test_where_one_of_several_is_needed_none_is_called_optional(client):
    page = text_of(client.get(POST))

    for label in ("Minimum pay", "Maximum pay", "Pay note", "Application link"):
        assert f"{label} (optional)" not in page
    assert "Or say in the pay note why pay isn’t stated." in page
    assert "Closing date (optional)" in page

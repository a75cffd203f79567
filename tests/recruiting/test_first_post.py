"""The first post: from a form without an account to a job in review, and nothing typed is lost on
the way.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.models import Company, JoinRequest, Listing, Membership, PostDraft
from jobboard.recruiting import first_post
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    SkillFactory,
    UserFactory,
)
from tests.reading import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

POST = "/post/"
TOKEN = "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11"
DRAFT = f"/post/{TOKEN}/"


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


def mailed_link(mails) -> str:
    """The path of the newest mail's link."""
    return re.search(rf"{re.escape(settings.SITE_URL)}(/post/\S+)", mails()[-1].text)[1]


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
    assert client.post(POST, filled())["Location"] == DRAFT


def test_the_draft_shows_the_public_page_and_asks_to_open_the_mail(client, mails):
    response = client.post(POST, filled(description="You need **Python**."), follow=True)

    page = text_of(response)
    assert "One more step: open the email we sent to ada@acme.example." in page
    assert "Senior Data Engineer Acme · Munich, Germany" in page
    assert "<strong>Python</strong>" in response.content.decode()
    assert [(mail.subject, mail.to) for mail in mails()] == [
        ("Submit your job: Senior Data Engineer", "ada@acme.example")
    ]
    assert (User.objects.count(), Company.objects.count(), Listing.objects.count()) == (0, 0, 0)


def test_the_mailed_link_sends_the_job_and_signs_in(client, mails):
    client.post(POST, filled(company_website="https://www.acme.example/"))
    browser = Client()
    link = mailed_link(mails)

    assert "This is what job seekers will see." in text_of(browser.get(link))
    assert Listing.objects.count() == 0
    response = browser.post(link, follow=True)

    listing = Listing.objects.get()
    user = User.objects.get()
    assert (listing.status, listing.title, listing.created_by) == (
        "in_review",
        "Senior Data Engineer",
        user,
    )
    assert (listing.company.name, listing.company.domain) == ("Acme", "acme.example")
    assert (user.email, user.has_usable_password()) == ("ada@acme.example", False)
    assert Membership.objects.get().part == "owner"
    assert response.redirect_chain == [("/recruit/", 302)]
    assert "Your job is in review." in text_of(response)
    assert Listing.objects.live().count() == 0


def test_what_is_not_chosen_is_read_from_the_texts(client, mails):
    role, python = RoleFactory(name="Data Engineer"), SkillFactory(name="Python")
    client.post(
        POST,
        filled(
            description="Requirements:\n- Python", place="Remote (Portugal)", workplace="remote"
        ),
    )
    client.post(mailed_link(mails))

    listing = Listing.objects.get()
    assert (listing.role, listing.role_from, listing.level) == (role, "matched", "senior")
    assert [(item.skill, item.need, item.origin) for item in listing.skills.all()] == [
        (python, "required", "extracted")
    ]
    assert [country.country for country in listing.countries.all()] == ["PT"]


def test_whoever_is_signed_in_needs_no_mail(client, mails):
    client.force_login(UserFactory(email="ada@acme.example"))

    client.post(POST, filled())
    response = client.post(f"{DRAFT}send/", follow=True)

    assert [mail.subject for mail in mails()][:1] == ["Job received: Senior Data Engineer"]
    assert "Your job is in review." in text_of(response)


def test_whoever_acts_for_a_company_gets_its_own_form(client):
    client.force_login(MembershipFactory().user)

    assert client.get(POST)["Location"] == reverse("recruiting:listing_new")


# --- Drafts ---------------------------------------------------------------------------------------


def test_a_draft_is_changed_under_its_link_and_mailed_again_only_to_another_address(client, mails):
    client.post(POST, filled())
    client.post(f"{DRAFT}edit/", filled(title="Data Engineer"))
    assert (len(mails()), PostDraft.objects.get().data["title"]) == (1, ["Data Engineer"])

    old_link = mailed_link(mails)
    client.post(f"{DRAFT}edit/", filled(email="bob@acme.example"))

    assert mails()[-1].to == "bob@acme.example"
    assert client.get(old_link).status_code == 404
    assert client.get(mailed_link(mails)).status_code == 200


def test_the_form_of_a_draft_holds_what_was_typed(client):
    client.post(
        POST,
        filled(
            title="Engineer <of> data",
            salary_min="80 000",
            salary_currency="eur",
            salary_period="year",
        ),
    )

    page = client.get(f"{DRAFT}edit/").content.decode()

    assert 'value="Engineer &lt;of&gt; data"' in page
    assert 'value="80 000"' in page


def test_nobody_sends_a_draft_without_the_mail(client, mails):
    client.post(POST, filled())

    assert client.post(f"{DRAFT}send/").status_code == 404
    assert client.post(f"{DRAFT}{'a' * 43}/").status_code == 404
    client.force_login(UserFactory(email="eve@acme.example"))
    assert client.post(f"{DRAFT}send/").status_code == 404
    assert Listing.objects.count() == 0


def test_a_link_that_is_opened_again_says_that_the_job_was_sent(client, mails):
    client.post(POST, filled())
    link = mailed_link(mails)
    client.post(link)
    before = Listing.objects.values().get()

    assert "Job submitted" in text_of(client.get(link))
    assert client.post(link).status_code == 302
    client.post(POST, filled(title="Changed afterwards"))

    assert Listing.objects.values().get() == before
    assert User.objects.count() == Company.objects.count() == 1


def test_a_draft_whose_last_day_is_over_is_opened_to_be_changed(client, mails):
    today = timezone.now().date()
    client.post(POST, filled(closes_on=today))
    draft = PostDraft.objects.get()
    draft.data["closes_on"] = [str(today - timedelta(days=1))]
    draft.save()

    response = client.post(mailed_link(mails), follow=True)

    assert response.redirect_chain == [(f"{DRAFT}edit/", 302)]
    assert "closes_on" in response.context["form"].errors
    assert User.objects.count() == 0


def test_drafts_go_after_thirty_days(client, mails):
    client.post(POST, filled())
    link = mailed_link(mails)
    PostDraft.objects.update(updated_at=timezone.now() - timedelta(days=30, seconds=1))

    assert "This draft has been deleted" in text_of(client.get(link))
    first_post.delete_old_drafts()
    assert PostDraft.objects.count() == 0


def test_the_mail_is_sent_again_a_few_times(client, mails):
    client.post(POST, filled())

    statuses = [client.post(f"{DRAFT}mail/").status_code for _ in range(4)]

    assert statuses == [302, 302, 302, 429]
    assert len(mails()) == 4


# --- Whose address, whose company -----------------------------------------------------------------


def test_an_account_that_was_opened_in_somebodys_name_does_not_keep_its_password(client, mails):
    client.post("/accounts/signup/", {"email": "ada@acme.example", "password1": PASSWORD})
    client.post(POST, filled())
    Client().post(mailed_link(mails))

    user = User.objects.get()
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified


def test_a_known_address_keeps_its_account_and_password(client, mails):
    user = UserFactory(email="ada@acme.example")
    client.post(POST, filled())
    client.post(mailed_link(mails))

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert Listing.objects.get().created_by == user


def test_naming_a_company_that_is_here_asks_to_join_and_gives_nothing(client, mails):
    owner = MembershipFactory(company__name="Acme")
    client.post(POST, filled(company_name="ACME"))

    response = client.post(mailed_link(mails), follow=True)

    request = JoinRequest.objects.get()
    assert (request.company, request.user.email) == (owner.company, "ada@acme.example")
    assert Membership.objects.count() == 1
    assert Listing.objects.count() == 0
    assert "we’ve asked its members to approve you" in text_of(response)
    assert mails()[-1].to == owner.user.email


def test_a_member_of_the_named_company_posts_for_it(client, mails):
    member = MembershipFactory(company__name="Acme", user__email="ada@acme.example", part="editor")
    client.post(POST, filled())

    client.post(mailed_link(mails))

    assert Listing.objects.get().company == member.company


# --- Nothing typed is lost ------------------------------------------------------------------------


def of_company(company, **changes) -> dict:
    return filled(company=company.pk, email=None, company_name=None, **changes)


def test_what_is_sent_after_the_sign_in_ended_is_there_after_signing_in_again(client):
    member = MembershipFactory()
    response = client.post(
        "/recruit/jobs/new/", of_company(member.company, title="Typed for an hour")
    )
    back = re.search(r"next=(.*)", response["Location"])[1]
    client.force_login(member.user)

    page = client.get(back.replace("%3F", "?").replace("%3D", "="))

    assert 'value="Typed for an hour"' in page.content.decode()
    assert "we’ve kept what you typed" in text_of(page)
    assert Listing.objects.count() == 0


def test_what_was_typed_signed_out_opens_no_draft_to_send(client):
    client.post("/recruit/jobs/new/", filled())
    response = client.post("/recruit/jobs/new/", filled())
    token = re.search(r"typed%3D([0-9a-f-]+)", response["Location"])[1]

    assert client.get(f"/post/{token}/").status_code == 404
    assert client.get("/recruit/jobs/new/?typed=nonsense").status_code == 302


def sent_at_once(url: str, data: dict, clients: list[Client]) -> list[tuple[int, str]]:
    def send(one: Client):
        try:
            response = one.post(url, data)
            return response.status_code, response["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(send, clients))


@pytest.mark.django_db(transaction=True)
def test_eight_equal_first_posts_at_once_are_one_draft_one_mail_and_one_job(mails):
    answers = sent_at_once(POST, filled(), [Client() for _ in range(8)])
    assert answers == [(302, DRAFT)] * 8
    assert (PostDraft.objects.count(), len(mails())) == (1, 1)

    answers = sent_at_once(mailed_link(mails), {}, [Client() for _ in range(8)])
    assert answers == [(302, "/recruit/")] * 8
    assert (Listing.objects.count(), User.objects.count(), Company.objects.count()) == (1, 1, 1)


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


@pytest.mark.parametrize(
    "data", [{}, {"title": "\x00\u202e"}, {"salary_min": "x", "role": "999", "closes_on": "never"}]
)
def test_what_stands_beside_the_form_takes_anything(client, data):
    assert client.post("/post/advice/", data).status_code == 200


def test_posting_from_one_place_is_limited(client):
    statuses = {
        client.post(POST, filled(email=f"person{n}@example.com")).status_code for n in range(31)
    }

    assert statuses == {302, 429}
    cache.clear()
    assert client.post(POST, filled()).status_code == 302


def test_a_company_named_like_none_here_is_new_with_its_badge_unearned(client, mails):
    CompanyFactory(name="Acme Holding", verified_by="email")
    client.post(POST, filled())
    client.post(mailed_link(mails))

    assert Company.objects.get(name="Acme").verified_by == ""

"""“Connect your careers page”: what members of a verified company see, and what becomes of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from jobboard.common.models import SecurityEvent
from jobboard.feeds import fetching, following
from jobboard.feeds.boards import connecting, ownership
from jobboard.feeds.boards.ownership import Statements, find_ownership
from jobboard.feeds.detection.addresses import detect_address
from jobboard.listings import lifecycle
from jobboard.listings.models import Company, Feed, FeedRequest, FeedTrial, Listing
from jobboard.site.worker import work_on_next
from tests.factories import (
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.feeds.played_board import API, BOARD, jobs, played_web
from tests.reading import text_of

pytestmark = pytest.mark.django_db

OTHER = "https://job-boards.greenhouse.io/globex"
OTHER_API = API.replace("/acme/", "/globex/")
LINK = b'<a href="https://job-boards.greenhouse.io/globex/jobs/1">Jobs</a>'


@pytest.fixture
def acme() -> Company:
    return CompanyFactory(
        name="Acme", domain="acme.example", website="https://acme.example", verified_by="email"
    )


@pytest.fixture
def member(client, acme):
    """An editor, who may post jobs."""
    user = MembershipFactory(company=acme, part="editor", user__email="ed@acme.example").user
    client.force_login(user)
    return user


@pytest.fixture
def web(monkeypatch):
    return played_web(monkeypatch)


def page_of(acme) -> str:
    return reverse("recruiting:careers", args=[acme.pk])


def tried(client, acme, address=BOARD) -> str:
    """The address of the trial, once it was read."""
    answer = client.post(page_of(acme), {"address": address})
    assert answer.status_code == 302, text_of(answer)
    work_on_next("slow", "worker")
    return answer["Location"]


# --- Trying and connecting ------------------------------------------------------------------------


def test_what_connecting_would_do_is_said_and_nothing_is_connected(client, member, acme, web):
    """How the jobs themselves are shown, tests/feeds/test_trials.py says."""
    RoleFactory(name="Data Engineer")
    web[API] = jobs("Data Engineer", "Account Executive", "")

    reading = client.post(page_of(acme), {"address": BOARD}, follow=True)
    work_on_next("slow", "worker")
    said = text_of(client.get(reading.request["PATH_INFO"]))

    assert "data-progress" in reading.content.decode()
    assert "Would wait for review 1" in said
    assert "Its name agrees with acme.example." in said
    assert not Feed.objects.exists()
    assert not Listing.objects.exists()


@pytest.mark.both_databases
def test_one_button_connects_it_and_the_company_page_says_how_it_does(client, member, acme, web):
    web[API] = jobs("Data Engineer", "Account Executive")
    address = tried(client, acme)

    first = client.post(address)
    client.post(address)  # a double click
    work_on_next("slow", "worker")

    feed = Feed.objects.get()
    assert first["Location"] == page_of(acme)
    assert (feed.company, feed.address, feed.connected_by) == (acme, API, member)
    assert feed.proof == "Its name agrees with acme.example."
    for path in (page_of(acme), reverse("recruiting:company", args=[acme.pk])):
        said = text_of(client.get(path))
        assert "Greenhouse (acme) Connected 0 live · 1 in review · 1 not AI or data work" in said
        assert "2 new, 0 changed, 0 closed" in said
    assert "connected already" in text_of(client.get(address))
    events = SecurityEvent.objects.values_list("actor", "detail")
    assert (member.pk, "board connected: Greenhouse (acme)") in events


def test_jobs_go_live_once_our_editors_know_the_company(client, member, acme, web):
    posted = ListingFactory(company=acme, in_review=True)
    lifecycle.publish_listing(listing=posted, by=UserFactory(staff=True))
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)

    assert "Would go live 1" in text_of(client.get(address))
    client.post(address)
    work_on_next("slow", "worker")

    assert Listing.objects.live().get(feed__company=acme).title == "Data Engineer"


def test_without_its_badge_a_company_gets_no_job_live(client, member, acme, web):
    """It was renamed, say: what was proven is no longer what is shown."""
    feed = FeedFactory(company=acme, address=API, proof="Its name agrees with acme.example.")
    Company.objects.update(verified_by="")
    web[API] = jobs("Data Engineer")

    fetching.fetch_now(Feed.objects.select_related("company").get(pk=feed.pk))

    assert Listing.objects.get().status == "in_review"


@pytest.mark.both_databases
def test_a_company_connects_several_boards(client, member, acme, web):
    web[API] = jobs("Data Engineer")
    web[OTHER_API] = jobs("Data Analyst", company_name="Acme")
    web["https://acme.example/careers"] = LINK

    for board in (BOARD, OTHER):
        client.post(tried(client, acme, board))
    work_on_next("slow", "worker")
    work_on_next("slow", "worker")

    assert acme.feeds.count() == 2
    assert acme.listings.count() == 2


def test_a_company_follows_so_many_boards_at_most(client, member, acme, web, monkeypatch):
    monkeypatch.setattr(connecting, "MAX_BOARDS", 1)
    FeedFactory(company=acme)
    web[API] = jobs("Data Engineer")

    answer = client.post(tried(client, acme), follow=True)

    assert "which is the maximum" in text_of(answer)
    assert acme.feeds.count() == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter a web address, like https://acme.example/careers."),
        ("https://www.linkedin.com/company/acme/jobs", "LinkedIn has no feed"),
        ("ftp://acme.example", "Enter a web address"),
    ],
)
def test_what_is_no_source_is_said_at_once_and_what_was_typed_stays(
    client, member, acme, address, sentence
):
    answer = client.post(page_of(acme), {"address": address})

    assert sentence in text_of(answer)
    assert address in answer.content.decode()
    assert not FeedTrial.objects.exists()


def test_a_board_of_many_employers_is_no_careers_page(client, member, acme, web):
    page = client.get(tried(client, acme, "https://remoteok.com"))

    assert "We can’t read jobs there" in text_of(page)
    assert "lists jobs of many employers" in text_of(page)


def test_a_board_that_was_left_out_meanwhile_is_not_connected(client, member, acme, web):
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)
    following.leave_out(("greenhouse", "acme"), "Acme", None)

    assert "asked us to leave this board out" in text_of(client.post(address, follow=True))
    assert not Feed.objects.exists()


# --- Who may --------------------------------------------------------------------------------------


def test_a_company_that_is_not_verified_reads_what_to_do_first(client, member, acme):
    Company.objects.update(verified_by="")

    for answer in (client.get(page_of(acme)), client.post(page_of(acme), {"address": BOARD})):
        assert "Verify Acme first." in text_of(answer)
        assert "#verified" in answer.content.decode()
    assert not FeedTrial.objects.exists()


@pytest.mark.parametrize("change", [{"verified_by": ""}, {"suspended_at": timezone.now()}])
def test_what_was_tried_before_the_company_lost_its_badge_is_not_connected(
    client, member, acme, web, change
):
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)
    Company.objects.update(**change)

    client.post(address)

    assert not Feed.objects.exists()


@pytest.mark.both_databases
def test_a_trial_is_for_who_made_it_and_for_that_company(client, member, acme, web):
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)
    other = MembershipFactory(user=member, company__verified_by="email").company

    elsewhere = address.replace(f"/{acme.pk}/", f"/{other.pk}/")
    assert client.post(elsewhere).status_code == 404
    client.force_login(MembershipFactory(company=acme).user)
    assert client.post(address).status_code == 404
    client.force_login(UserFactory(staff=True))
    pk = address.rstrip("/").rpartition("/")[2]
    assert client.post(f"/admin/listings/feed/try/{pk}/").status_code == 404
    assert not Feed.objects.exists()


# --- Whose board it is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "pages", "said", "proof"),
    [
        ("https://acme.example/jobs.rss", {}, {}, "It is on acme.example."),
        (OTHER, {"https://acme.example/careers": LINK}, {}, "A page on acme.example links to it."),
        (OTHER, {"https://acme.example/": LINK}, {"company": "Acme Robotics"}, "links to it"),
        (OTHER, {}, {"host": "https://careers.acme.example/1"}, "have their pages on acme.example"),
        (BOARD, {}, {}, "Its name agrees with acme.example."),
        ("https://acme.recruitee.com", {}, {}, "Its name agrees"),
        ("https://acme.wd5.myworkdayjobs.com/Careers", {}, {}, "Its name agrees"),
        (OTHER, {}, {"company": "ACME"}, "Its name agrees"),
    ],
)
def test_what_shows_that_a_board_is_the_companys(acme, web, source, pages, said, proof):
    web |= pages

    owned = find_ownership(
        detect_address(source), acme, pasted=source, statements=_statements(**said)
    )

    assert proof in owned.proof
    assert owned.doubt == ""


@pytest.mark.parametrize(
    ("source", "pages", "said", "doubt"),
    [
        (OTHER, {}, {}, "We found no link to it on acme.example"),
        (
            OTHER,
            {"https://acme.example/careers": LINK},
            {"company": "Globex"},
            "belongs to Globex.",
        ),
        (OTHER, {}, {"host": "https://notacme.example/1"}, "We found no link"),
        ("https://evilacme.example/jobs.rss", {}, {}, "We found no link"),
        ("https://acme.evil.example/jobs.rss", {}, {}, "We found no link"),
        ("https://jobs.ashbyhq.com/Abridge", {}, {}, "the board of Abridge (abridge.com)."),
    ],
)
def test_what_shows_nothing_leaves_it_to_an_admin(acme, web, source, pages, said, doubt):
    web |= pages

    owned = find_ownership(
        detect_address(source), acme, pasted=source, statements=_statements(**said)
    )

    assert (owned.proof, doubt in owned.doubt) == ("", True), owned


# Whoever registers one of these has proven it, and their page may link to whatever board they like.
@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("Acme", "acme.test"),
        ("Acme Careers", "acme-careers.test"),
        ("ACME, Inc.", "acmejobs.test"),
        ("Blue", "acme-careers.test"),
        ("Acrne", "acrne.test"),
        ("Аcme", "xn--cme-5cd.test"),  # its first letter is Cyrillic
        ("Blue", "xn--cme-5cd.test"),
        ("Acme", "acme.github.io"),
    ],
)
def test_who_looks_like_an_employer_that_is_known_here_waits_for_an_admin(acme, web, name, domain):
    ListingFactory(live=True, company=acme)
    other = CompanyFactory(
        name=name, domain=domain, website=f"https://{domain}", verified_by="email"
    )
    web[f"https://{domain}/careers"] = LINK

    for address, said in [(OTHER, "Acme"), (OTHER, ""), (f"https://{domain}/jobs.rss", "")]:
        source = detect_address(address)
        owned = find_ownership(source, other, pasted=address, statements=_statements(said))
        assert owned.proof == ""
        assert "Acme" in owned.doubt or "mixes alphabets" in owned.doubt


def test_a_known_employer_with_a_name_of_its_own_asks_nobody(web):
    openai = CompanyFactory(
        name="OpenAI",
        domain="openai.com",
        website="https://openai.com",
        verified_by="email",
        verified_domain="openai.com",
    )
    address = "https://jobs.ashbyhq.com/openai"

    owned = find_ownership(
        detect_address(address), openai, pasted=address, statements=_statements("OpenAI")
    )

    assert owned.doubt == ""


def _statements(company="", host="https://boards.example/1") -> Statements:
    said = Statements()
    said.companies[company] += bool(company)
    said.hosts[host.split("/")[2]] += 1
    return said


def test_the_name_of_a_domain_is_the_part_that_was_registered():
    assert ownership.names_of_domain("openai.evil.example") == {"evil", "evilexample"}
    assert ownership.names_of_domain("acme.co.uk") == {"acme", "acmeuk"}
    assert ownership.names_of_domain("ab.ai") == {"abai"}


def test_a_board_that_we_import_for_another_company_waits(client, member, acme, web):
    FeedFactory(company__name="Acme Holding", address=API)
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)

    assert "We already import this board for Acme Holding." in text_of(client.get(address))
    client.post(address)

    assert FeedRequest.objects.get().company == acme


def test_another_domain_drops_the_badge_whoever_gave_it(client, acme):
    """Else its boards would be compared with a domain that nobody looked at."""
    Company.objects.update(verified_by="admin")
    client.force_login(MembershipFactory(company=acme).user)

    client.post(
        reverse("recruiting:company_edit", args=[acme.pk]),
        {"name": "Acme", "country": "DE", "website": "https://globex.example/"},
    )

    acme.refresh_from_db()
    assert acme.verified_by == ""


# --- An admin's yes -------------------------------------------------------------------------------


@pytest.fixture
def asked(client, member, acme, web) -> FeedRequest:
    web[OTHER_API] = jobs("Data Engineer", company_name="Globex")
    client.post(tried(client, acme, OTHER))
    return FeedRequest.objects.get()


def test_a_board_of_nobody_knows_whom_waits_for_an_admin(client, asked, acme, mails):
    assert not Feed.objects.exists()
    said = text_of(client.get(page_of(acme)))
    assert "Greenhouse (globex) Waiting for an editor" in said
    assert "The board says that it belongs to Globex." in said
    assert [mail.purpose for mail in mails()] == ["board_for_editors"]
    client.force_login(UserFactory(staff=True))
    in_admin = text_of(client.get("/admin/listings/feedrequest/"))
    assert "Greenhouse (globex)" in in_admin
    assert "The board says that it belongs to Globex." in in_admin


def decide(client, action: str, asked: FeedRequest) -> str:
    client.force_login(UserFactory(staff=True))
    url = reverse("moderation_inbox")
    return text_of(client.post(url, {"act": f"boards/{asked.pk}/{action}"}, follow=True))


def test_an_admin_accepts_it(client, asked, member, acme, mails):
    decide(client, "accept", asked)
    work_on_next("slow", "worker")

    feed = Feed.objects.get()
    assert (feed.company, feed.connected_by, feed.publishes) == (acme, member, "directly")
    assert Listing.objects.live().get().company == acme
    assert not FeedRequest.objects.exists()
    assert (mails()[-1].to, mails()[-1].subject) == (
        "ed@acme.example",
        "Your careers page is connected",
    )


def test_an_admin_declines_it(client, asked, mails):
    decide(client, "decline", asked)

    assert not Feed.objects.exists()
    assert not FeedRequest.objects.exists()
    assert mails()[-1].subject == "Your careers page was not connected"


def test_who_left_the_company_hears_nothing_and_an_unverified_one_gets_nothing(
    client, asked, member, mails
):
    member.memberships.all().delete()
    Company.objects.update(verified_by="")

    assert "Only verified companies" in decide(client, "accept", asked)
    decide(client, "decline", asked)

    assert not Feed.objects.exists()
    assert [mail.purpose for mail in mails()] == ["board_for_editors"]


def test_a_member_withdraws_the_request(client, asked, acme):
    client.post(reverse("recruiting:careers_withdraw", args=[acme.pk, asked.pk]))

    assert not FeedRequest.objects.exists()


# --- The end --------------------------------------------------------------------------------------


@pytest.fixture
def connected(client, member, acme) -> Feed:
    feed = FeedFactory(company=acme, address=API, proof="x", connected_by=member)
    ListingFactory(company=acme, feed=feed, live=True, external_id="1")
    return feed


@pytest.mark.both_databases
@pytest.mark.parametrize(("answer", "status"), [("close", "closed"), ("keep", "published")])
def test_one_click_ends_it_and_says_what_becomes_of_its_jobs(
    client, connected, acme, answer, status
):
    assert "Close it now, or keep it until it expires?" in text_of(client.get(page_of(acme)))

    client.post(
        reverse("recruiting:careers_disconnect", args=[acme.pk, connected.pk]), {"jobs": answer}
    )
    work_on_next("default", "worker")

    connected.refresh_from_db()
    assert connected.ended_at
    assert Listing.objects.get().status == status
    assert connected not in fetching.due_feeds()
    assert "Greenhouse" not in text_of(client.get(page_of(acme))).partition("Connect")[0]


def test_what_a_member_ended_is_connected_again_and_what_we_stopped_waits(
    client, connected, member, acme, web
):
    web[API] = jobs("Data Engineer")
    address = tried(client, acme)
    connecting.disconnect(connected, acme, by=member, keeps_jobs=True)
    client.post(address)
    connected.refresh_from_db()
    assert (connected.ended_at, connected.keeps_jobs) == (None, False)

    following.stop_following(connected)
    client.post(address)

    connected.refresh_from_db()
    assert connected.ended_at
    assert FeedRequest.objects.get().doubt == connecting.ENDED_BY_US


def test_nobody_ends_the_feed_of_another_company_or_a_file(client, member, acme):
    file = FeedFactory(company=acme, kind="csv", address="")
    for feed in (FeedFactory(proof="x"), file):
        answer = client.post(reverse("recruiting:careers_disconnect", args=[acme.pk, feed.pk]))
        assert answer.status_code == 404
    assert not Feed.objects.exclude(ended_at=None).exists()


@pytest.mark.parametrize(
    ("values", "state", "problem"),
    [
        ({}, "Being read for the first time", ""),
        (
            {"failing_since": timezone.now(), "problem": "acme.example returned 503."},
            "Not answering",
            "Your jobs stay open, and we keep trying.",
        ),
        ({"times_gone": 5, "problem": "x returned 404."}, "Not found", "The board may have moved"),
        (
            {
                "last_success_at": timezone.now(),
                "problem": "9 jobs of 9 disappeared. If the employer x",
            },
            "Connected",
            "9 jobs of 9 disappeared. Contact us if this is not what you expect.",
        ),
    ],
)
def test_state_and_last_error_are_in_plain_words(client, member, acme, values, state, problem):
    FeedFactory(company=acme, **values)

    said = text_of(client.get(page_of(acme)))

    assert state in said
    assert problem in said


# --- From the job's form --------------------------------------------------------------------------


def test_an_application_link_on_a_board_offers_to_connect_the_board(client, member, acme):
    posting = {"apply_url": f"{BOARD}/jobs/1"}

    said = client.post("/post/advice/", posting)

    assert "The application link is on Greenhouse (acme)." in text_of(said)
    assert f"{page_of(acme)}?address=https%3A%2F%2Fboards-api" in said.content.decode()
    FeedFactory(company=acme, address=API)
    assert "Greenhouse" not in text_of(client.post("/post/advice/", posting))
    client.logout()
    assert "Once your company is verified" in text_of(client.post("/post/advice/", posting))


def test_the_form_comes_with_the_address_of_a_link(client, member, acme):
    page = client.get(page_of(acme), {"address": BOARD}).content.decode()

    assert f'value="{BOARD}"' in page


def test_where_others_have_proven_the_company_another_member_connects_and_ends_nothing(
    client, acme, member
):
    board = FeedFactory(company=acme, kind="lever", address="https://x.example/1", proof="x")
    MembershipFactory(company=acme, proof="domain")

    page = client.get(f"/recruit/companies/{acme.pk}/careers/")
    client.post(f"/recruit/companies/{acme.pk}/careers/", {"address": BOARD})
    client.post(f"/recruit/companies/{acme.pk}/careers/{board.pk}/disconnect/")

    board.refresh_from_db()
    assert "Only members who have proven to act for the company" in text_of(page)
    assert (FeedTrial.objects.count(), board.ended_at) == (0, None)

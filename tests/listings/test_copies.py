"""One job in many places and from many sources: what is joined, and what follows it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from jobboard.browse.eligibility import check_eligibility
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.importing.importer import import_items
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import get_content, write_content
from jobboard.listings.copies.joining import join_lately_changed, join_same_jobs
from jobboard.listings.models import Company, Feed, Listing, ListingCountry, Origin
from jobboard.search import database
from jobboard.search.index import reading
from jobboard.search.results.page import ListingSearch
from jobboard.seekers.alerts import send_alerts
from jobboard.seekers.models import Alert, SavedListing
from jobboard.seekers.reports import report_listing
from tests.factories import (
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.listings.test_same_jobs import BERLIN, NEAR, NOW, TEXT, WORDS, job, store
from tests.reading import body_of, text_of

PARIS = job(2, title="Data Engineer (Paris)", place="Paris, France")
ROME = job(3, place="Rome, Italy")
LATER, LATER_STILL = NOW + timedelta(days=1), NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def board(db):
    RoleFactory(name="Data Engineer", slug="data-engineer")
    return Feed.objects.create(kind=Feed.Kind.REMOTIVE, publishes="directly")


def listing(number):
    return Listing.objects.get(external_id=str(number))


def parts():
    """Number of a copy → number of its job."""
    copies = Listing.objects.exclude(folded_into=None)
    return dict(copies.values_list("external_id", "folded_into__external_id"))


def places_of(number):
    return [place.text for place in listing(number).places.all()]


def live():
    return set(Listing.objects.live().values_list("external_id", flat=True))


# --- What is joined -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        PARIS,
        job(2, title="Data Engineer, Remote", place="Paris, France"),
        job(
            2, title="DATA ENGINEER", place="Paris, France", text=TEXT.replace("p>", "h2>").upper()
        ),
        job(2, title="Data Engineer [m/f/d]", place="Paris, France"),
        job(2),
    ],
    ids=["place in the title", "remote in the title", "other case and tags", "brackets", "same"],
)
@pytest.mark.both_databases
def test_a_job_that_says_the_same_elsewhere_is_one_job_with_both_places(board, other):
    store(board, BERLIN, other)

    assert parts() == {"2": "1"}
    assert live() == {"1"}
    assert places_of(1) == list(dict.fromkeys(["Berlin, Germany", *places_of(2)]))
    assert listing(1).place_line == " · ".join(places_of(1))


@pytest.mark.parametrize(
    "other",
    [
        job(2, place="Paris, France", text=NEAR),
        job(2, place="Paris, France", company="Globex"),
        job(2, title="Data Engineer, Streaming", place="Paris, France"),
        job(2, title="Senior Data Engineer", place="Paris, France"),
        job(2, place="Paris, France", text=TEXT + "<p>Salary: EUR 60,000 - 70,000 a year.</p>"),
    ],
    ids=["another text", "another company", "another title", "another level", "other pay"],
)
def test_what_says_something_else_stays_a_job_of_its_own(board, other):
    store(board, BERLIN, other)

    assert parts() == {}
    assert live() == {"1", "2"}


def test_a_text_of_a_few_words_does_not_make_two_jobs_one(board):
    store(
        board,
        job(1, text="<p>Apply now, we are hiring.</p>"),
        job(2, place="Paris, France", text="<p>Apply now, we are hiring.</p>"),
    )

    assert parts() == {}


CITIES = (
    "Boise Topeka Salem Denver Austin Boston Lansing Madison Trenton Phoenix Atlanta Nashville "
    "Jackson Bismarck Pierre Augusta Montpelier Charleston Frankfort Columbus Tumwater Juneau "
    "Helena Lincoln Albany Raleigh Dover Concord Hartford Honolulu Cheyenne Olympia Harrisburg "
    "Providence Annapolis"
)


@pytest.mark.slow
def test_one_job_in_35_cities_is_one_card_with_35_places_and_one_line_of_a_mail(
    board, client, mails
):
    alert = Alert.objects.create(
        email="ada@example.com", query="q=engineer", confirmed_at=NOW - timedelta(days=9)
    )
    cities = [f"{city}, US" for city in CITIES.split()]
    store(board, *(job(number, place=city) for number, city in enumerate(cities, start=1)))

    assert live() == {"1"}
    assert places_of(1) == cities
    assert cards(client.get(reverse("browse:list"), {"q": "engineer"})) == 1
    assert json.loads(body_of(client.get("/jobs.json", {"q": "engineer"})))["total"] == 1
    assert cards(client.get(reverse("browse:list"), {"city": "Olympia"})) == 1
    send_alerts()
    assert mails()[-1].text.count("Data Engineer") == 1
    assert alert.sent.count() == 1


@pytest.mark.both_databases
def test_the_same_ad_for_22_places_of_a_job_board_is_one_job(board):
    adzuna = Feed.objects.create(kind=Feed.Kind.ADZUNA, publishes="directly")
    results = [
        {
            "id": str(number),
            "title": "Senior Data Engineer",
            "company": {"display_name": "Acme"},
            "location": {"display_name": f"{city}, Some County", "area": ["US", "State", city]},
            "description": " ".join(WORDS[:30]) + "…",
            "redirect_url": f"https://jobs.example.com/{number}",
        }
        for number, city in enumerate(CITIES.split()[:22])
    ]
    items = ADAPTERS["adzuna"].parse(BytesIO(json.dumps({"results": results}).encode()))

    import_items(feed=adzuna, items=items, now=NOW)

    assert Listing.objects.live().count() == 1
    assert Listing.objects.live().get().places.count() == 22


@pytest.mark.both_databases
def test_an_import_repeated_changes_nothing(board):
    store(board, BERLIN, PARIS, ROME)
    before = list(Listing.objects.order_by("pk").values())

    import_items(feed=board, items=[BERLIN, PARIS, ROME], now=NOW)

    assert list(Listing.objects.order_by("pk").values()) == before


def test_two_sources_of_one_job_are_one_job_with_a_way_to_apply_each(board, client):
    own = Feed.objects.create(
        kind=Feed.Kind.ASHBY, company=CompanyFactory(name="Acme"), publishes="directly"
    )
    store(own, BERLIN)
    store(board, job(2), now=LATER)
    page = client.get(listing(1).get_absolute_url())

    assert "Apply for another location" not in text_of(page)
    assert "More links to apply 1 more link Berlin, Germany" in text_of(page)
    for number in (1, 2):
        answer = client.get(reverse("browse:apply", args=[listing(number).pk]))
        assert answer.url == f"https://jobs.example.com/{number}"


# --- What follows ---------------------------------------------------------------------------------


def test_the_address_of_a_copy_leads_to_the_job_and_so_does_its_item_of_the_api(board, client):
    store(board, BERLIN, PARIS)
    first, copy = listing(1), listing(2)

    page = client.get(copy.get_absolute_url())
    item = client.get(f"/api/v1/listings/{copy.pk}")

    assert (page.status_code, page.url) == (301, first.get_absolute_url())
    assert (item.status_code, item.url) == (301, f"/api/v1/listings/{first.pk}")
    for one in (copy, first):
        lifecycle.close_listing(listing=one, outcome="withdrawn", by=None)
    assert client.get(copy.get_absolute_url()).url == first.get_absolute_url()
    assert client.get(first.get_absolute_url()).status_code == 410


@pytest.mark.both_databases
def test_what_was_saved_reported_and_mailed_before_follows(board, client, mails):
    first, copy = two_jobs(board)
    user = UserFactory()
    SavedListing.objects.create(user=user, listing=copy, title=copy.title, company="Acme")
    alert = Alert.objects.create(email="ada@example.com", confirmed_at=NOW - timedelta(days=9))
    alert.sent.create(listing=copy)
    report_listing(listing=copy, reason="false", text="It pays less.")

    join_same_jobs([first.company_id])

    saved = client.get(reverse("seekers:saved"), {"listing": [first.pk, copy.pk]})
    assert cards_saved(saved) == [first.pk]
    client.force_login(user)
    assert cards_saved(client.get(reverse("seekers:saved"))) == [first.pk]
    count = len(mails())
    send_alerts()
    assert len(mails()) == count  # the job was told of
    admin = UserFactory(staff=True)
    client.force_login(admin)
    assert "It pays less." in text_of(client.get(reverse("moderation_review", args=[first.pk])))
    client.post(reverse("moderation_review", args=[first.pk]), {"do": "dismiss"})
    assert copy.reports.get().handled_at is not None


def test_the_history_of_a_job_tells_what_happened_to_its_copies_once(board, client):
    store(board, BERLIN, PARIS, ROME)
    for number in (2, 3):
        lifecycle.close_missing_listing(listing=listing(number), now=LATER)

    page = text_of(client.get(listing(1).get_absolute_url()))

    assert page.count("Closed 21 Nov 2026") == 1


def test_an_alert_for_a_place_is_told_when_a_copy_brings_the_job_there(board, mails, clock):
    store(board, BERLIN)
    Alert.objects.create(
        email="ada@example.com", query="q=Paris", confirmed_at=NOW + timedelta(hours=2)
    )
    clock.move_to(LATER_STILL)
    store(board, BERLIN, PARIS, now=LATER_STILL)
    clock.move_to(LATER_STILL + timedelta(days=8))

    send_alerts()

    assert "Berlin, Germany · Paris, France" in mails()[-1].text


# --- As they change -------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_copy_that_ends_takes_its_place_with_it_and_brings_it_back(board):
    store(board, BERLIN, PARIS, ROME)

    lifecycle.close_missing_listing(listing=listing(2), now=LATER)
    assert places_of(1) == ["Berlin, Germany", "Rome, Italy"]
    assert listing(1).place_line == "Berlin, Germany · Rome, Italy"
    assert countries_of(1) == {"DE", "IT"}

    lifecycle.reopen_listing(listing=listing(2), now=LATER)
    assert places_of(1) == ["Berlin, Germany", "Paris, France", "Rome, Italy"]


@pytest.mark.both_databases
def test_when_the_job_ends_its_oldest_open_copy_is_the_job_and_old_addresses_lead_there(
    board, client
):
    store(board, BERLIN, PARIS, ROME)

    lifecycle.close_missing_listing(listing=listing(1), now=NOW)

    assert parts() == {"1": "2", "3": "2"}
    assert live() == {"2"}
    assert places_of(2) == ["Paris, France", "Rome, Italy"]
    assert client.get(listing(1).get_absolute_url()).url == listing(2).get_absolute_url()
    lifecycle.reopen_listing(listing=listing(1), now=NOW)
    assert live() == {"2"}
    assert places_of(2) == ["Paris, France", "Berlin, Germany", "Rome, Italy"]


def test_a_job_that_expired_hands_over_too(board, clock):
    store(board, BERLIN, PARIS)
    Listing.objects.filter(external_id="1").update(expires_at=LATER)
    clock.move_to(LATER_STILL)
    assert live() == set()

    join_lately_changed()

    assert live() == {"2"}
    assert places_of(2) == ["Paris, France"]


def test_hiding_the_job_hides_all_of_it_and_hiding_a_copy_only_its_place(board, client):
    store(board, BERLIN, PARIS, ROME)
    admin = UserFactory(staff=True)

    lifecycle.hide_listing(listing=listing(2), reason="Not there.", by=admin)
    assert places_of(1) == ["Berlin, Germany", "Rome, Italy"]

    lifecycle.hide_listing(listing=listing(1), reason="A fraud.", by=admin)
    assert live() == set()
    assert client.get(listing(3).get_absolute_url()).status_code == 404
    lifecycle.show_listing(listing=listing(1), by=admin)
    assert live() == {"1"}


def test_an_edit_of_the_job_keeps_the_places_of_its_copies(board):
    store(board, BERLIN, PARIS)
    longer = TEXT + "<p>And one more line.</p>"

    store(
        board,
        job(1, title="Data Engineer - Berlin", text=longer),
        job(2, title="Data Engineer (Paris)", place="Lyon, France", text=longer),
        now=LATER,
    )

    assert parts() == {"2": "1"}
    assert places_of(1) == ["Berlin, Germany", "Lyon, France"]
    assert [place.text for place in get_content(listing(1)).places] == ["Berlin, Germany"]


@pytest.mark.parametrize(
    "changed", [{"text": TEXT + "<p>Only this one.</p>"}, {"title": "Analytics Engineer"}]
)
def test_a_copy_that_says_something_else_by_now_is_a_job_of_its_own_again(board, changed):
    store(board, BERLIN, PARIS)

    store(board, BERLIN, job(2, place="Paris, France", **changed), now=LATER)

    assert parts() == {}
    assert live() == {"1", "2"}
    assert places_of(1) == ["Berlin, Germany"]


def test_a_feed_that_leaves_out_all_of_a_job_ends_it(board):
    others = [job(number, title=f"Data Engineer {number}", text=NEAR) for number in range(10, 20)]
    store(board, BERLIN, PARIS, *others)
    store(board, *others, now=LATER)
    store(board, *others, now=LATER_STILL)

    assert {listing(number).status for number in (1, 2)} == {"closed"}
    assert parts() == {"2": "1"}


# --- By editors -----------------------------------------------------------------------------------


def act(client, action, *listings, **fields):
    selected = {"action": action, "_selected_action": [one.pk for one in listings]}
    return client.post(
        reverse("admin:listings_listing_changelist"),
        selected | fields,
        follow=True,
    )


@pytest.mark.slow
@pytest.mark.both_databases
def test_an_editor_joins_and_splits_and_no_import_undoes_it(board, client):
    store(board, BERLIN, PARIS, job(3, place="Rome, Italy", text=NEAR))
    client.force_login(UserFactory(staff=True))

    act(client, "split_selected", listing(2))
    assert live() == {"1", "2", "3"}
    act(client, "join_selected", listing(1), listing(3), confirmed="yes")
    assert parts() == {"3": "1"}
    store(board, BERLIN, PARIS, job(3, place="Rome, Italy", text=NEAR), now=LATER)
    assert parts() == {"3": "1"}

    act(client, "split_selected", listing(1))
    assert parts() == {}
    assert places_of(1) == ["Berlin, Germany"]
    assert "Only jobs of the same company" in text_of(
        act(client, "join_selected", listing(1), other_company())
    )


@pytest.fixture
def recruiter(board, client):
    """Signed in, with a job in Berlin that an editor joined with one in Paris."""
    store(board, BERLIN, job(2, title="Senior Data Engineer", place="Paris, France"))
    admin = UserFactory(staff=True)
    lifecycle.join_listings(job=listing(1), copies=[listing(2)], by=admin)
    Company.objects.update(verified_by="email")
    membership = MembershipFactory(company=listing(1).company, proof="domain")
    client.force_login(membership.user)
    return membership.user


def test_the_recruiters_page_of_a_copy_says_where_it_is_shown_and_what_of_it(recruiter, client):
    preview = text_of(client.get(f"/recruit/jobs/{listing(2).pk}/"))
    form = text_of(client.get(f"/recruit/jobs/{listing(2).pk}/edit/"))

    for page in (preview, form):
        assert "Job seekers see this job as part of Data Engineer" in page
        assert "That page shows Paris, France of this job and its way to apply." in page
        assert "This job is live." not in page
    assert "This job is live." in text_of(client.get(f"/recruit/jobs/{listing(1).pk}/"))


def test_what_changes_of_a_copys_pay_is_no_history_of_the_job_that_people_see(recruiter, client):
    pay = (PayStatement(Decimal(85_000), Decimal(111_000), "EUR", "year", origin="form"),)
    copy = listing(2)
    changed = replace(get_content(copy), pay=pay, closes_on=(NOW + timedelta(days=9)).date())
    lifecycle.submit_change(
        listing=copy, content=changed, version=copy.version, by=recruiter, origin=Origin.FORM
    )

    page = text_of(client.get(listing(1).get_absolute_url()))
    assert "85,000" not in page
    assert "Closing date changed" not in page

    lifecycle.split_listing(copy=listing(2), by=UserFactory(staff=True))
    assert "Pay changed" in text_of(client.get(listing(2).get_absolute_url()))


def test_who_closes_a_job_of_several_reads_what_stays(recruiter, client):
    def close(number) -> str:
        address = f"/recruit/jobs/{listing(number).pk}/close/"
        return text_of(client.post(address, {"outcome": "withdrawn"}, follow=True))

    assert "is closed. The same job is still open in Paris, France, and its page" in close(1)
    assert parts() == {"1": "2"}
    assert "is closed and no longer listed." in close(2)


def test_who_closes_a_copy_reads_what_goes(recruiter, client):
    address = f"/recruit/jobs/{listing(2).pk}/close/"
    page = text_of(client.post(address, {"outcome": "withdrawn"}, follow=True))

    assert "is closed, and “Data Engineer - Berlin” no longer shows its locations." in page
    assert live() == {"1"}


@pytest.fixture
def joined_by_an_editor(board):
    """Two remote jobs of one company that say otherwise who may do them, as one."""
    store(board, BERLIN, job(2, title="Data Engineer, Streaming", text=NEAR))
    remote = PlaceText("Remote", workplace="remote")
    berlin = PlaceText("Berlin", "Berlin", "DE", "on_site")
    said = {
        1: {"eligible_countries": ("DE",), "places": (remote, berlin)},
        2: {"eligible_countries": ("US",), "places": (remote,)},
    }
    for number, facts in said.items():
        changed = replace(get_content(listing(number)), eligibility="listed", **facts)
        changed = replace(changed, eligibility_text="")
        write_content(listing(number), changed)
    lifecycle.join_listings(job=listing(1), copies=[listing(2)], by=UserFactory(staff=True))
    return listing(1)


def test_each_of_the_joined_answers_from_where_its_own_places_can_be_done(joined_by_an_editor):
    def answers(code):
        return [(one.word, one.why) for one in check_eligibility(joined_by_an_editor, code)]

    assert ("Yes", "The job is remote and open to people in the United States.") in answers("US")
    assert ("No", "This remote job is only open to: Germany.") in answers("US")
    assert ("Yes", "The job is remote and open to people in Germany.") in answers("DE")
    assert {word for word, _ in answers("FR")} == {"No"}


def test_the_text_of_a_copy_decides_about_its_own_places_alone(board):
    said = "<p>You must be based in Spain.</p>"
    store(board, BERLIN, job(2, title="Data Engineer, Streaming", text=NEAR + said))
    remote = (PlaceText("Remote", workplace="remote"),)
    for number in (1, 2):
        write_content(listing(number), replace(get_content(listing(number)), places=remote))
    lifecycle.join_listings(job=listing(1), copies=[listing(2)], by=UserFactory(staff=True))

    answers = check_eligibility(listing(1), "FR")

    assert [(one.word, one.quote) for one in answers] == [
        ("Unclear", ""),
        ("No", "You must be based in Spain."),
    ]


@pytest.mark.slow
def test_search_finds_a_job_from_where_any_of_the_joined_is_open(joined_by_an_editor, index):
    queries = {
        "from=US": ["1"],
        "from=DE": ["1"],
        "from=FR": [],
        "from=US&workplace=remote": ["1"],
        "from=US&city=Berlin": [],
    }
    for query, expected in queries.items():
        criteria = ListingSearch(QueryDict(query)).criteria
        ids = [listing(number).pk for number in expected]
        assert database.search(criteria, timezone.now()).ids == ids
        assert reading.snapshot().search(criteria, timezone.now()).ids == ids


def test_a_location_that_several_of_the_joined_name_is_shown_once(joined_by_an_editor, client):
    assert joined_by_an_editor.place_line == "Remote · Berlin"
    page = text_of(client.get(joined_by_an_editor.get_absolute_url()))
    assert "Remote · Remote" not in page


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (job(2, title="Machine Learning Engineer"), "title"),
        (job(2, text=NEAR), "text"),
        (job(2, text=NEAR, title="AI Engineer"), "title, text"),
    ],
)
def test_jobs_that_differ_are_joined_only_after_a_second_look(board, client, other, named):
    store(board, BERLIN, other)
    client.force_login(UserFactory(staff=True))

    page = act(client, "join_selected", listing(1), listing(2))

    assert parts() == {}
    assert f"Differs, and will no longer be shown: {named}." in text_of(page)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page.content.decode())
    sent = MultiValueDict()
    for name, value in fields:
        sent.appendlist(name, value)
    client.post(reverse("admin:listings_listing_changelist"), dict(sent.lists()))
    assert parts() == {"2": "1"}


def test_jobs_that_differ_in_pay_alone_are_joined_after_a_second_look(board, client):
    store(board, BERLIN, job(2))
    lifecycle.split_listing(copy=listing(2), by=UserFactory(staff=True))
    pay = PayStatement(Decimal(85_000), None, "EUR", "year", origin="form")
    write_content(listing(2), replace(get_content(listing(2)), pay=(pay,)))
    client.force_login(UserFactory(staff=True))

    page = text_of(act(client, "join_selected", listing(1), listing(2)))

    assert "Differs, and will no longer be shown: pay." in page
    assert "85,000" in page
    assert parts() == {}


def test_jobs_that_say_the_same_are_joined_at_once(board, client):
    store(board, BERLIN, PARIS)
    lifecycle.split_listing(copy=listing(2), by=UserFactory(staff=True))
    client.force_login(UserFactory(staff=True))

    act(client, "join_selected", listing(1), listing(2))

    assert parts() == {"2": "1"}


def test_a_split_brings_back_what_was_linked_before_and_links_nothing_else(board, client):
    store(board, BERLIN, job(2, title="AI Engineer", place="Paris, France"))
    store(board, BERLIN, job(3, text=NEAR, place="Rome, Italy"), now=LATER)
    assert (listing(2).same_as, listing(3).same_as) == (None, listing(1))

    admin = UserFactory(staff=True)
    lifecycle.join_listings(job=listing(1), copies=[listing(2), listing(3)], by=admin)
    for number in (2, 3):
        lifecycle.split_listing(copy=listing(number), by=admin)

    assert (listing(2).same_as, listing(3).same_as) == (None, listing(1))
    assert (
        "AI Engineer" not in text_of(client.get(listing(1).get_absolute_url())).split("Similar")[0]
    )


# --- What is there already ------------------------------------------------------------------------


def run(*options):
    out = StringIO()
    call_command("fold_copies", *options, stdout=out)
    return out.getvalue()


def test_what_an_editor_joined_stays_joined_with_its_own_copies(board):
    store(board, BERLIN, PARIS, job(3, title="Senior Data Engineer", place="Rome, Italy"))
    old, new = listing(1), listing(3)
    assert parts() == {"2": "1"}

    lifecycle.join_listings(job=new, copies=[old], by=UserFactory(staff=True))
    join_same_jobs([new.company_id])

    assert parts() == {"1": "3", "2": "3"}


def test_a_featured_copy_makes_the_job_a_featured_one(board):
    store(board, BERLIN, job(2, title="Senior Data Engineer", place="Paris, France"))
    Listing.objects.filter(external_id="2").update(featured_until=LATER)

    lifecycle.join_listings(job=listing(1), copies=[listing(2)], by=UserFactory(staff=True))

    assert listing(1).featured_until == LATER


def test_no_alert_tells_of_a_job_again_because_old_copies_were_joined(board, mails, clock):
    store(board, BERLIN, job(2, title="Senior Data Engineer", place="Paris, France"))
    clock.move_to(LATER)
    Alert.objects.create(email="ada@example.com", frequency="daily", confirmed_at=LATER, query="")
    clock.move_to(LATER_STILL + timedelta(days=1))

    lifecycle.join_listings(job=listing(1), copies=[listing(2)], by=UserFactory(staff=True))
    send_alerts()

    assert places_of(1) == ["Berlin, Germany", "Paris, France"]
    assert mails() == []


@pytest.mark.both_databases
def test_existing_copies_are_joined_by_a_command_that_can_say_first_what_it_would_do(board):
    two_jobs(board)

    assert run("--dry-run").splitlines() == [
        f"Acme: Data Engineer - Berlin (job {listing(1).pk}): 1 copy",
        "Would join 1 copy. Nothing was changed.",
    ]
    assert live() == {"1", "2"}
    assert run() == "Joined 1 copy to the jobs they repeat.\n"
    assert live() == {"1"}
    assert run() == "Joined 0 copies to the jobs they repeat.\n"


@pytest.mark.both_databases
def test_of_the_countries_stored_before_a_job_keeps_those_that_its_open_copies_name(board):
    store(board, BERLIN, PARIS)
    first, copy = listing(1), listing(2)
    Listing.objects.filter(pk=copy.pk).update(eligibility="listed", eligibility_text="Portugal")
    for job_there, codes, is_of_copy in ((first, "DE", False), (first, "FR PT", True)):
        for code in codes.split():
            job_there.countries.create(country=code, is_of_copy=is_of_copy)
    for code in ("FR", "PT"):
        copy.countries.create(country=code)

    import_module("jobboard.listings.migrations.0011_countries_named_apart_from_places").repair(
        apps, None
    )

    rows = ListingCountry.objects.order_by("listing").values_list("listing", "country")
    assert list(rows) == [(first.pk, "PT"), (copy.pk, "PT")]
    assert first.countries.get().is_of_copy


def two_jobs(board):
    """The same job twice, as a release before this one stored it."""
    store(board, BERLIN, PARIS)
    lifecycle.split_listing(copy=listing(2))
    Listing.objects.update(same_as=None)
    return listing(1), listing(2)


def other_company():
    return ListingFactory(live=True)


def countries_of(number):
    return set(listing(number).places.values_list("place__country", flat=True))


def cards(page) -> int:
    return page.content.decode().count('<li class="job')


def cards_saved(page) -> list[int]:
    return [one.listing and one.listing.pk for one in page.context["saved_jobs"]]

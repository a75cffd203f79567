"""Four answers above a job's text: each says what the employer said, or that it did not."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from jobboard.browse.answers import how_fresh
from jobboard.listings import lifecycle
from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Listing
from jobboard.listings.querysets import CONFIRM_AFTER
from jobboard.listings.readers import asked
from roles.models import SalaryFigure
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db

YEARLY_EUR = {"salary_currency": "EUR", "salary_period": "year"}


def answers(client, listing):
    return client.get(listing.get_absolute_url()).context["four"]


def job(*places, **content) -> Listing:
    listing = ListingFactory.build(live=True, company=CompanyFactory(), role=None)
    fields = {"title": "Engineer", "description": "Text.", "apply_url": "https://a.example/"}
    return write_content(listing, ListingContent(**fields | {"places": places} | content))


# --- Who may do it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "content", "title", "asks"),
    [
        (
            [PlaceText("Remote", workplace="remote")],
            {"eligibility": "anywhere"},
            "Remote from anywhere",
            [],
        ),
        (
            [PlaceText("Remote", workplace="remote")],
            {"eligibility": "listed", "eligible_countries": ("PT", "ES")},
            "Remote from Portugal, Spain",
            [],
        ),
        (
            [PlaceText("Remote - Canada", workplace="remote")],
            {"eligibility": "listed", "eligibility_text": "Remote - Canada"},
            "Remote from Canada",
            [],
        ),
        (
            [PlaceText("Remote", workplace="remote")],
            {},
            "Remote, but the countries aren’t stated",
            ["where"],
        ),
        ([PlaceText("Remote (US)", country="US", workplace="remote")], {}, "Remote (US)", []),
        (
            [PlaceText("Lisbon", "Lisbon", "PT", "hybrid", hybrid_days=2)],
            {},
            "Hybrid in Lisbon (2 days a week on-site)",
            [],
        ),
        (
            [
                PlaceText("Lisbon", "Lisbon", "PT", "on_site"),
                PlaceText("Porto", "Porto", "PT", "on_site"),
            ],
            {},
            "On-site in Lisbon and 1 more",
            [],
        ),
        (
            [PlaceText("Lisbon", "Lisbon", "PT")],
            {},
            "Based in Lisbon. On-site or remote isn’t stated",
            ["where"],
        ),
        ([], {}, "Location not stated", ["where"]),
    ],
)
def test_the_first_answer_names_each_way_to_do_the_job(client, places, content, title, asks):
    who = answers(client, job(*places, **content, visa="yes"))["who"]

    assert (who.title, who.asks) == (title, asks)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Anywhere in the U.S.", "Remote from anywhere in the U.S."),
        ("Must live in the United States.", "Remote: must live in the United States"),
        ("U.S., Central or Eastern time", "Remote: U.S., Central or Eastern time"),
        ("Germany, Austria or the Netherlands", "Remote from Germany, Austria or the Netherlands"),
    ],
)
def test_what_is_typed_of_countries_reads_well_as_a_title(client, typed, title):
    remote = PlaceText("Remote", workplace="remote")
    listing = job(remote, eligibility="listed", eligibility_text=typed)

    assert answers(client, listing)["who"].title == title


def test_it_quotes_what_the_text_says_of_countries(client):
    remote = PlaceText("Remote", workplace="remote")
    text = "We build maps. You must be based in Spain or Portugal. Lunch is at noon."

    page = answers(client, job(remote, description=text))["who"]

    assert page.title == "Remote from Spain or Portugal"
    assert page.quotes == ["You must be based in Spain or Portugal."]


def test_what_the_text_rules_out_goes_before_anywhere_in_the_form(client):
    remote = PlaceText("Remote", workplace="remote")
    limited = job(remote, eligibility="anywhere", description="You must reside in Texas or Ohio.")
    by_partner = job(remote, eligibility="anywhere")
    words = "Anywhere our payroll partner can employ you"
    Listing.objects.filter(pk=by_partner.pk).update(eligibility_text=words)

    assert answers(client, limited)["who"].title == "Remote from certain places"
    assert answers(client, by_partner)["who"].quotes == [words]


@pytest.mark.parametrize(
    ("places", "content", "stored"),
    [
        ([PlaceText("Remote", workplace="remote")], {}, {}),
        ([PlaceText("Remote", workplace="remote")], {}, {"eligibility": "listed"}),
        ([PlaceText("Remote (US)", country="US", workplace="remote")], {"visa": "no"}, {}),
        ([PlaceText("Lisbon", "Lisbon", "PT")], {}, {"states_pay": True}),
        ([PlaceText("Lisbon", "Lisbon", "PT", "on_site")], {}, {}),
        ([], {}, {}),
    ],
)
def test_every_button_asks_what_is_counted_and_the_form_of_stated_points_agrees(
    client, places, content, stored
):
    listing = job(*places, **content)
    Listing.objects.filter(pk=listing.pk).update(**stored)
    page = client.get(listing.get_absolute_url())
    listing = Listing.objects.get(pk=listing.pk)

    buttons = re.findall(r'form="ask" name="about" value="(\w+)"', page.content.decode())

    assert sorted(buttons) == sorted(asked.open_questions(listing))
    if "where" not in buttons:
        assert "Countries people can work from" not in page.context["missing_details"]


# --- Pay ------------------------------------------------------------------------------------------


def paid(role, low, high, level="senior", **more):
    return ListingFactory(
        live=True,
        role=role,
        level=level,
        salary_min=Decimal(low),
        salary_max=Decimal(high),
        **YEARLY_EUR | more,
    )


def test_pay_is_compared_with_jobs_of_its_level_and_no_other(client):
    role = RoleFactory(name="Reef Engineer")
    for _ in range(10):
        paid(role, 90_000, 110_000)
        paid(role, 40_000, 60_000, level="entry")
    listing = paid(role, 110_000, 130_000)

    pay = answers(client, listing)["pay"]

    assert pay.title == "Pay is 20% above the median at this level"
    assert "midpoints of 11 open senior-level Reef Engineer jobs" in pay.sentences[0]
    assert "(small sample)" in pay.sentences[0]
    assert pay.spread.n == 11


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"level": ""}, "The job doesn’t state a level, so we don’t compare its pay."),
        ({"level_max": "executive"}, "The job is open to several levels, so we don’t compare"),
        ({"salary_max": None}, "One end of the range isn’t stated"),
        ({"level": "executive"}, "There isn’t enough data on executive-level Reef Engineer pay"),
        ({"salary_currency": "SEK"}, "There isn’t enough data on senior-level Reef Engineer pay"),
    ],
)
def test_without_the_same_level_there_is_no_figure(client, content, sentence):
    role = RoleFactory(name="Reef Engineer")
    for _ in range(10):
        paid(role, 90_000, 110_000)
    listing = paid(role, 110_000, 130_000)
    Listing.objects.filter(pk=listing.pk).update(**content)

    pay = answers(client, listing)["pay"]

    assert pay.spread is None
    assert sentence in pay.sentences[0]
    assert "median" not in f"{pay.title} {pay.sentences}"


def figure(role, country, **more):
    fields = {
        "layer": "survey",
        "source_key": "ai-jobs-survey",
        "role_key": role.slug,
        "level": "senior",
        "country": country,
        "as_of": timezone.now().date(),
        "n": 40,
        "n_distinct": 40,
        "first_year": 2024,
        "last_year": 2025,
        "top_country": country or "US",
        "top_share": Decimal("0.9"),
    }
    percentiles = {"p10": 80_000, "p25": 90_000, "p50": 100_000, "p75": 110_000, "p90": 120_000}
    return SalaryFigure.objects.create(**fields | percentiles | more)


@pytest.mark.both_databases
def test_the_survey_is_asked_in_the_jobs_own_country_and_told_not_compared_elsewhere(client):
    role = RoleFactory(name="Reef Engineer")
    figure(role, "")
    figure(role, "PT", n=12, p50=60_000)
    pay = {"salary_min": 60_000, "salary_max": 72_000, "salary_currency": "USD"}
    in_usd = {"pay_year_min_usd": 60_000, "pay_year_max_usd": 72_000, "salary_period": "year"}
    lisbon, oslo = (
        job(PlaceText("Here", country=country, workplace="on_site"), level="senior")
        for country in ("PT", "NO")
    )
    Listing.objects.update(role=role, states_pay=True, **pay, **in_usd)

    here, there = answers(client, lisbon)["pay"], answers(client, oslo)["pay"]

    assert here.title == "Pay is 10% above the median at this level"
    assert here.sentences == [
        "The survey median for Reef Engineer, senior-level in Portugal, is USD 60,000 a year "
        "before tax (12 responses, small sample)."
    ]
    assert there.spread is None
    assert there.sentences[0] == "Too few responses from Norway to compare it with."
    assert "(40 responses, 90% from the United States)" in there.sentences[1]


def test_a_job_whose_role_is_a_draft_is_not_compared_with_its_figure(client):
    told = {}
    for status in ("draft", "published"):
        role = RoleFactory(name=f"{status.title()} Engineer", slug=status, status=status)
        figure(role, "", level="executive")
        listing = ListingFactory(live=True, role=role, level="executive")
        told[status] = " ".join(answers(client, listing)["pay"].sentences)

    assert told["draft"] == ""
    assert told["published"].startswith(
        "The survey median for Published Engineer, executive-level, is USD 100,000"
    )


def test_a_job_that_states_no_pay_may_be_asked_for_it(client):
    pay = answers(client, ListingFactory(live=True))["pay"]

    assert (pay.title, pay.asks, pay.spread) == ("Pay not stated", ["pay"], None)


# --- How fresh, and who it is ---------------------------------------------------------------------


def test_it_tells_when_the_job_was_first_seen_confirmed_and_changed(client):
    listing = ListingFactory(
        live=True, posted_at=in_days(-40), first_seen_at=in_days(-40), published_at=in_days(-40)
    )
    old = answers(client, listing)["fresh"]
    lifecycle.confirm_listing(listing=listing, by=None)

    fresh = answers(client, listing)["fresh"]

    assert (old.title, old.tone) == ("Posted 40 days ago", "neutral")
    assert (fresh.title, fresh.tone) == ("Confirmed open today", "stated")
    assert fresh.sentences[0] == "Posted 40 days ago."
    assert f"First seen {timezone.now() - timedelta(days=40):%-d %b %Y}." in fresh.sentences
    assert "No closing date is stated." in fresh.sentences[-1]


def test_a_job_is_as_fresh_all_day_as_its_kept_page_says(client, clock):
    clock.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    listing = ListingFactory(live=True, posted_at=in_days(0), published_at=in_days(0))
    tones = []
    for moment in (datetime(2026, 3, 1, 11), datetime(2026, 3, 1, 13), datetime(2026, 3, 2, 1)):
        clock.move_to((moment + CONFIRM_AFTER).replace(tzinfo=UTC), tick=False)
        tones.append(how_fresh(listing, [], 0).tone)

    assert tones == ["stated", "stated", "neutral"]


def test_who_the_employer_is_says_how_that_is_known(client):
    known = CompanyFactory(
        name="Acme",
        domain="acme.example",
        verified_by="email",
        verified_domain="acme.example",
        verified_at=in_days(-3),
    )
    unknown = CompanyFactory(name="Nobody Yet")

    verified = answers(client, ListingFactory(live=True, company=known))["employer"]
    other = answers(client, ListingFactory(live=True, company=unknown))["employer"]

    assert (verified.title, verified.tone) == ("Verified: email at acme.example", "stated")
    assert (other.title, other.tone) == ("Not verified yet", "neutral")
    assert "look for the same job on its own website" in other.sentences[0]


def test_apply_stands_before_and_after_the_text(client):
    page = text_of(client.get(ListingFactory(live=True).get_absolute_url()))

    before, _, after = page.partition("Description")
    assert "Apply" in before
    assert "Apply" in after

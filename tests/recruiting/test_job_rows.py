"""Locations and pay of a job as rows of its form: added, removed, saved, and never mixed up."""

import csv
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.urls import reverse

from jobboard.feeds.adapters import own_csv
from jobboard.feeds.importing.importer import import_items
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, get_content
from jobboard.listings.geo.places import place_for
from jobboard.listings.models import Feed, Listing
from tests.factories import MembershipFactory, SkillFactory, in_days
from tests.reading import text_of

pytestmark = pytest.mark.django_db

NEW = "/recruit/jobs/new/"

THREE_LOCATIONS = {
    "place": "Munich, Germany",
    "workplace": "hybrid",
    "hybrid_days": "3",
    "place_2": "Vienna, Austria",
    "workplace_2": "on_site",
    "place_3": "Remote (Portugal)",
    "workplace_3": "remote",
}
TWO_KINDS_OF_PAY = {
    "salary_min": "60000",
    "salary_max": "70000",
    "salary_currency": "EUR",
    "salary_period": "year",
    "pay_kind": "base",
    "pay_gross": "gross",
    "salary_min_2": "90000",
    "salary_currency_2": "eur",
    "salary_period_2": "year",
    "pay_kind_2": "on_target",
    "pay_place_2": "Vienna, Austria",
    "pay_level_2": "Senior",
}


@pytest.fixture
def acme(client):
    membership = MembershipFactory(company__name="Acme", user__email="recruiter@acme.example")
    client.force_login(membership.user)
    return membership.company


@pytest.fixture
def new(acme):
    """Fields of the form for a new job of Acme."""

    def filled(**changes) -> dict:
        return {
            "submission": "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a11",
            "version": 1,
            "company": acme.pk,
            "title": "Data Engineer",
            "place": "Munich, Germany",
            "description": "You will build pipelines that people rely on.",
            "pay_note": "By tariff.",
            "apply_url": "https://careers.acme.example/jobs/1",
            **changes,
        }

    return filled


def posted(client, fields: dict) -> Listing:
    response = client.post(NEW, fields)
    assert response.status_code == 302, text_of(response)
    return Listing.objects.latest("pk")


def held(form) -> dict:
    """What a browser sends of a form that nobody touched."""
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def edit_of(listing: Listing) -> str:
    return reverse("recruiting:listing_edit", args=[listing.pk])


def saved_again(client, listing: Listing, **changes) -> Listing:
    form = client.get(edit_of(listing)).context["form"]
    response = client.post(edit_of(listing), held(form) | changes)
    assert response.status_code == 302, text_of(response)
    return Listing.objects.get(pk=listing.pk)


# Who may apply, apart from where the work is done


HYBRID_AND_REMOTE = {
    "place": "Berlin, Germany",
    "workplace": "hybrid",
    "place_2": "Remote in Portugal",
    "workplace_2": "remote",
}
NO_SECOND = {"place_2": "", "country_2": "", "workplace_2": ""}


def named_by(listing: Listing) -> list[str]:
    return [*listing.countries.order_by("country").values_list("country", flat=True)]


def test_an_office_says_nothing_of_where_remote_work_is_open_to(client, new):
    listing = posted(client, new(**HYBRID_AND_REMOTE))
    assert (listing.eligibility, named_by(listing)) == ("listed", ["PT"])

    fields = client.get(edit_of(listing)).context["form"]
    assert fields["eligible_countries"].value() == "PT"
    only_remote = {"place": "Remote in Portugal", "country": "PT", "city": "", **NO_SECOND}
    listing = saved_again(client, listing, workplace="remote", **only_remote)
    assert (listing.eligibility_text, named_by(listing)) == ("Remote in Portugal", ["PT"])


def test_countries_that_were_chosen_come_back_alone(client, new):
    chosen = {"eligibility": "listed", "eligible_countries": "PT, ES"}
    listing = posted(client, new(**HYBRID_AND_REMOTE, **chosen))

    form = client.get(edit_of(listing)).context["form"]
    assert form["eligible_countries"].value() == "ES, PT"
    listing = saved_again(client, listing, place_2="Remote in France", country_2="FR")
    assert (listing.eligibility_text, named_by(listing)) == ("Portugal, Spain", ["ES", "PT"])


@pytest.mark.slow
def test_who_may_apply_follows_the_location_it_was_read_from(client, new):
    listing = posted(client, new(**HYBRID_AND_REMOTE))

    listing = saved_again(client, listing, place_2="Remote in Spain", country_2="ES")
    assert (listing.eligibility_text, named_by(listing)) == ("Remote in Spain", ["ES"])
    listing = saved_again(client, listing, **NO_SECOND)
    assert (listing.eligibility, listing.eligibility_text) == ("unstated", "")
    listing = saved_again(client, listing, eligibility="anywhere")
    assert (listing.eligibility, named_by(listing)) == ("anywhere", [])


# What is chosen of a location, and what its words say


@pytest.mark.parametrize(
    ("chosen", "city", "country"),
    [
        ({"place": "Berlin, Germany", "country": "DE"}, "Berlin", "DE"),
        ({"place": "Berlin", "country": "DE"}, "Berlin", "DE"),
        ({"place": "Munich, Germany", "city": "Garching"}, "Garching", "DE"),
        ({"place": "Our lab", "city": "Munich"}, "Munich", "DE"),
        ({"place": "Our lab", "country": "DE"}, "", "DE"),
        ({"place": "Berlin, Germany", "country": "AT"}, "", "AT"),
    ],
)
def test_what_is_left_blank_of_a_location_is_what_its_words_say(client, new, chosen, city, country):
    listing = posted(client, new(**chosen, workplace="hybrid", hybrid_days=2))
    expected = PlaceText(chosen["place"], city, country, "hybrid", hybrid_days=2)

    (stated,) = get_content(listing).places
    (again,) = get_content(saved_again(client, listing)).places

    assert replace(stated, admin1="") == expected
    assert again == stated


def test_two_locations_in_the_country_that_was_chosen_are_two(client, new):
    listing = posted(client, new(place="Berlin or Munich", country="DE"))

    assert [place.city for place in get_content(listing).places] == ["Berlin", "Munich"]


def test_a_city_that_was_lost_comes_back_by_saving(client, new):
    listing = posted(client, new(place="Berlin, Germany"))
    row = listing.places.get()
    row.place = place_for("", "DE")
    row.save()

    assert get_content(saved_again(client, listing)).places[0].city == "Berlin"


# Rows are added and removed


def test_a_location_is_added_and_nothing_typed_is_lost_or_complained_about(client, new):
    typed = new(title="", place="Munich", city="Garching", rows="add-place")

    response = client.post(NEW, typed)

    form = response.context["form"]
    assert response.status_code == 200
    assert Listing.objects.count() == 0
    assert (form["place"].value(), form["city"].value()) == ("Munich", "Garching")
    assert form["place_2"].value() == ""
    assert not form.errors
    assert "There is" not in text_of(response)
    assert re.search(r'<input[^>]*name="place_2"[^>]*\bautofocus\b', response.content.decode())


def test_a_location_in_the_middle_is_removed_and_those_after_it_move_up(client, new):
    form = client.post(NEW, new(**THREE_LOCATIONS, rows="remove-place-2")).context["form"]

    assert form["place"].value() == "Munich, Germany"
    assert (form["place_2"].value(), form["workplace_2"].value()) == (
        "Remote (Portugal)",
        "remote",
    )
    assert "place_3" not in form.fields


def test_the_first_location_can_be_removed_while_there_are_others(client, new):
    form = client.post(NEW, new(**THREE_LOCATIONS, rows="remove-place-1")).context["form"]

    assert (form["place"].value(), form["hybrid_days"].value()) == ("Vienna, Austria", "")
    assert form["place_2"].value() == "Remote (Portugal)"


def test_a_pay_range_is_added_and_removed(client, new):
    form = client.post(NEW, new(**TWO_KINDS_OF_PAY, rows="add-pay")).context["form"]
    assert form["pay_kind_2"].value() == "on_target"
    assert form["salary_min_3"].value() == ""

    form = client.post(NEW, new(**TWO_KINDS_OF_PAY, rows="remove-pay-1")).context["form"]
    assert (form["salary_min"].value(), form["pay_level"].value()) == ("90000", "Senior")
    assert "salary_min_2" not in form.fields


@pytest.mark.parametrize(
    "button",
    ["remove-place-1", "remove-place-9", "remove-place-x", "add-nothing", "show", "", "-", "\x00"],
)
def test_a_button_that_makes_no_sense_changes_nothing(client, new, button):
    form = client.post(NEW, new(place="Munich", rows=button)).context["form"]

    assert form["place"].value() == "Munich"
    assert "place_2" not in form.fields


@pytest.mark.slow
def test_there_are_only_so_many_rows(client, new):
    names = {f"place_{number}": "Munich" for number in (50, 51, 999)}

    page = client.post(NEW, new(**names, rows="add-place"))

    form = page.context["form"]
    assert "place_50" in form.fields
    assert "place_51" not in form.fields
    assert "Add another location" not in text_of(page)


def test_enter_in_a_field_saves_the_job_and_removes_no_row(client, new):
    page = client.post(NEW, new(**THREE_LOCATIONS, rows="add-pay")).content.decode()

    form = page[page.index("data-keep") :]
    assert re.search(r"<button[^>]*>", form)[0].count('value="preview"') == 1


def test_rows_are_named_for_whoever_does_not_see_them(client, new):
    page = client.post(NEW, new(**THREE_LOCATIONS, rows="add-pay")).content.decode()

    groups = re.findall(r"<div[^>]*role=\"group\"[^>]*>", page)
    names = [re.search(r'aria-labelledby="([^"]*)"', group)[1] for group in groups]
    assert names == ["place-1", "place-2", "place-3", "pay-1", "pay-2"]
    assert all(f'id="{name}"' in page for name in names)
    assert "Remove location 2" in page
    assert "Remove pay range 1" in page


# What is stored


def test_each_location_has_its_own_workplace_type(client, new):
    listing = posted(client, new(**THREE_LOCATIONS))

    rows = listing.places.values_list("text", "place__name", "workplace", "hybrid_days")
    assert list(rows) == [
        ("Munich, Germany", "Munich", "hybrid", 3),
        ("Vienna, Austria", "Vienna", "on_site", None),
        ("Remote (Portugal)", "Portugal", "remote", None),
    ]
    assert [kind.value for kind in listing.workplace_types] == ["on_site", "hybrid", "remote"]


def test_each_pay_range_is_stored_as_what_it_is(client, new):
    listing = posted(client, new(**THREE_LOCATIONS, **TWO_KINDS_OF_PAY))

    base, on_target = listing.statements
    assert base == PayStatement(
        Decimal(60_000), Decimal(70_000), "EUR", "year", "base", "gross", origin="form"
    )
    assert on_target == PayStatement(
        Decimal(90_000),
        None,
        "EUR",
        "year",
        "on_target",
        place="Vienna, Austria",
        level="Senior",
        origin="form",
    )
    assert (listing.salary_min, listing.salary_max) == (60_000, 70_000)


def test_pay_after_tax_is_stated_and_compared_with_nothing(client, new):
    pay = {
        "salary_min": "2500",
        "salary_currency": "EUR",
        "salary_period": "month",
        "pay_gross": "net",
    }

    listing = posted(client, new(**pay))

    assert (listing.states_pay, listing.has_pay) == (True, False)
    assert listing.pay_year_min_usd is None


def test_blank_rows_are_left_out(client, new):
    listing = posted(client, new(place_2="", workplace_2="", salary_min_2="", pay_kind_2=""))

    assert listing.places.count() == 1
    assert not listing.states_pay


# Nothing is mixed up by saving


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_job_saved_five_times_copied_and_posted_again_says_the_same(client, new, acme):
    listing = posted(client, new(**THREE_LOCATIONS, **TWO_KINDS_OF_PAY))
    says = get_content(listing)

    for _ in range(5):
        listing = saved_again(client, listing)
    assert get_content(listing) == says

    copy = lifecycle.copy_listing(listing=listing, by=acme.members.get())
    assert get_content(copy).places == says.places
    assert get_content(copy).pay == says.pay
    assert get_content(saved_again(client, copy)).places == says.places


@pytest.mark.slow
def test_one_text_that_names_two_locations_becomes_two_and_stays_two(client, new):
    listing = posted(client, new(place="Munich or Vienna", workplace="hybrid", hybrid_days="2"))
    assert listing.place_line == "Munich · Vienna"

    for _ in range(3):
        listing = saved_again(client, listing, title=f"{listing.title}!")

    assert listing.place_line == "Munich · Vienna"
    assert {row.hybrid_days for row in listing.places.all()} == {2}


def test_a_region_that_was_read_stays(client, new):
    listing = posted(client, new(place="Springfield, IL"))

    listing = saved_again(client, listing, title="Other")

    assert listing.places.get().region == "Illinois"


def test_a_location_that_changed_is_not_left_in_its_old_city(client, new):
    listing = posted(client, new(place="Munich, Germany"))
    form = client.get(edit_of(listing)).context["form"]
    sent = held(form) | {"place": "Berlin, Germany"}

    response = client.post(edit_of(listing), sent)

    assert response.context["form"].errors == {
        "city": ["The location now says Berlin, Germany. Change this to match, or leave it blank."]
    }
    client.post(edit_of(listing), sent | {"city": "", "country": ""})
    assert Listing.objects.get().places.get().place.name == "Berlin"


def test_what_a_feed_said_of_pay_keeps_its_words_and_what_is_for_elsewhere_stays(client, acme):
    quote = "The San Francisco base pay range is $200,000 - $300,000."
    there = PayStatement(
        Decimal(200_000),
        Decimal(300_000),
        "USD",
        "year",
        "base",
        place="San Francisco",
        is_elsewhere=True,
        origin="text",
        quote=quote,
    )
    content = ListingContent(
        title="Data Engineer",
        description="Text.",
        places=(PlaceText("Berlin, Germany", "Berlin", "DE"),),
        pay=(there,),
        pay_note="By level.",
        apply_email="jobs@acme.example",
    )
    listing = lifecycle.create_draft(
        company=acme, content=content, submission=uuid4(), by=acme.members.get()
    )

    listing = saved_again(client, listing, title="Other")

    assert listing.statements == [there]
    changed = saved_again(client, listing, salary_max="310000")
    assert [(one.origin, one.quote) for one in changed.statements] == [("form", "")]


@pytest.mark.both_databases
def test_whoever_saves_second_sees_the_rows_that_were_added_meanwhile(client, new):
    listing = posted(client, new())
    before = held(client.get(edit_of(listing)).context["form"])
    saved_again(client, listing, **THREE_LOCATIONS)

    response = client.post(edit_of(listing), before | {"title": "Mine"})

    assert "Saved meanwhile: “Vienna, Austria”." in text_of(response)
    assert response.context["form"]["place_2"].value() in (None, "")


# What is refused


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"workplace_2": "remote"}, "place_2", "Enter a location, or remove it."),
        (
            {"place_2": "By the sea", "workplace_2": "on_site"},
            "country_2",
            "Choose the country where the on-site work is done.",
        ),
        ({"salary_min_2": "9", "salary_period_2": "day"}, "salary_currency_2", "Enter a currency."),
        (
            {"salary_min_2": "9", "salary_currency_2": "EUR"},
            "salary_period_2",
            "Choose a period.",
        ),
        (
            {"salary_min_2": "9", "salary_currency_2": "XQX", "salary_period_2": "day"},
            "salary_currency_2",
            "Enter a three-letter currency code, like EUR.",
        ),
        (
            {
                "salary_min_2": "9",
                "salary_max_2": "8",
                "salary_currency_2": "EUR",
                "salary_period_2": "day",
            },
            "salary_max_2",
            "Maximum pay must be the same as or more than minimum pay.",
        ),
        (
            {
                "salary_min": "9",
                "salary_currency": "EUR",
                "salary_period": "day",
                "pay_place": "Oslo",
            },
            "pay_place",
            "Enter one of the locations above, or leave this blank.",
        ),
        (
            {"place": "Our lab", "city": "Nowhere at all"},
            "country",
            "Choose the country that the city is in.",
        ),
    ],
)
def test_a_row_that_cannot_be_kept_says_what_to_do(client, new, changes, field, error):
    form = client.post(NEW, new(**changes)).context["form"]

    assert form.errors == {field: [error]}
    assert Listing.objects.count() == 0


def test_a_first_post_keeps_its_rows(client):
    fields = {
        "submission": "6f1d3c52-8a06-4f38-9f5c-0d7a4f2f8a12",
        "version": 1,
        "company_name": "Acme",
        "email": "hr@acme.example",
        "title": "Data Engineer",
        "description": "You will build pipelines that people rely on.",
        "apply_url": "https://careers.acme.example/jobs/1",
        **THREE_LOCATIONS,
        **TWO_KINDS_OF_PAY,
    }

    added = client.post("/post/", fields | {"rows": "add-pay"})
    assert added.context["form"]["place_3"].value() == "Remote (Portugal)"

    page = text_of(client.post("/post/", fields, follow=True))
    assert "Vienna, Austria" in page
    assert "EUR 60,000" in page


# There and back


SKILLS = {"skills_required": "Python, SQL", "skills_nice": "Docker"}


# As employers write them: base and on-target pay for each place and level, in several currencies.
AD_OF_FIVE_PLACES = {
    "description": (
        "## About the role\nYou own the models that price risk, from data to production.\n\n"
        "## Requirements\n- Five years of Python\n- SQL that others can read\n\n"
        "## What we offer\n- 25 days of vacation\n- Stock options\n\n"
        "The base salary range is $180,000 - $215,000 in San Francisco and New York and "
        "£95,000 - £120,000 in London; on-target earnings are $230,000 - $270,000."
    ),
    "place": "San Francisco, CA",
    "workplace": "hybrid",
    "hybrid_days": "3",
    "place_2": "New York, NY",
    "workplace_2": "hybrid",
    "hybrid_days_2": "2",
    "place_3": "London, United Kingdom",
    "workplace_3": "on_site",
    "place_4": "Remote (United States)",
    "workplace_4": "remote",
    "place_5": "Remote (Ireland)",
    "workplace_5": "remote",
}


def pay_row(suffix: str, lowest: str, highest: str, currency: str, **more: str) -> dict:
    """A row of pay, as the form names its fields."""
    row = {"salary_min": lowest, "salary_max": highest, "salary_currency": currency}
    row |= {"salary_period": "year"} | more
    return {f"{name}{suffix}": value for name, value in row.items()}


PAY_OF_FIVE_PLACES = {
    **pay_row("", "180000", "215000", "USD", pay_kind="base", pay_place="San Francisco, CA"),
    **pay_row("_2", "180000", "215000", "USD", pay_kind="base", pay_place="New York, NY"),
    **pay_row(
        *("_3", "95000", "120000", "GBP"),
        pay_kind="base",
        pay_gross="gross",
        pay_place="London, United Kingdom",
    ),
    **pay_row("_4", "230000", "270000", "USD", pay_kind="on_target", pay_level="Senior"),
    **pay_row("_5", "62.50", "80.25", "USD", pay_kind="total", salary_period="hour"),
}


def in_api(client, listing: Listing) -> dict:
    """What the API says of its places and pay, but for where the pay comes from."""
    data = client.get(f"/api/v1/listings/{listing.pk}").json()
    pay = [one | {"origin": "", "quote": ""} for one in data["pay"]]
    names = ("title", "places", "salary", "level", "level_max", "employment_types", "workplace")
    return {name: data[name] for name in names} | {"pay": pay}


def said(listing: Listing) -> ListingContent:
    """What it says, but for where its pay and its role come from: an upload is not the form."""
    content = get_content(listing)
    pay = tuple(replace(one, origin="", quote="") for one in content.pay)
    return replace(content, pay=pay, role_from="", relevance_why="", family="", skills_from="")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ad", "number_of_places", "number_of_pay"),
    [
        pytest.param(
            THREE_LOCATIONS | TWO_KINDS_OF_PAY | {"country": "DE", "city": "Garching"},
            3,
            2,
            id="three places",
        ),
        pytest.param(
            AD_OF_FIVE_PLACES | PAY_OF_FIVE_PLACES,
            5,
            5,
            id="five places",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_job_with_many_locations_and_kinds_of_pay_stays_the_same_there_and_back(
    client, new, ad, number_of_places, number_of_pay
):
    """Posted, edited five times, copied, posted again, exported and imported."""
    for name in ("Python", "SQL", "Docker"):
        SkillFactory(name=name, slug=name.lower())
    fields = new(
        **ad | SKILLS,
        level="mid",
        level_max="senior",
        employment_types=["full_time", "contractor"],
        visa="yes",
        closes_on=in_days(30).date().isoformat(),
    )
    first = posted(client, fields)
    whole = said(first)
    assert len(whole.places) == number_of_places
    assert len(whole.pay) == number_of_pay

    for number in range(5):
        first = saved_again(client, first, title=f"Data Engineer {number}")
    first = saved_again(client, first, title="Data Engineer")
    assert said(first) == whole

    person = first.created_by
    copy = lifecycle.copy_listing(listing=first, by=person)
    assert said(copy) == whole
    lifecycle.submit_listing(listing=first, by=person)
    lifecycle.publish_listing(listing=first, by=None)
    api = in_api(client, first)
    first = lifecycle.close_listing(listing=first, outcome="withdrawn", by=person)
    again = lifecycle.repost_listing(listing=first, by=person)
    assert said(again) == whole

    exported = client.get(reverse("recruiting:jobs_csv")).content.decode()
    rows = list(csv.DictReader(StringIO(exported.removeprefix("\ufeff"))))
    ids = [f"site-job-{listing.pk}" for listing in (copy, again)]
    assert [row["id"] for row in rows] == ids
    other = MembershipFactory(company__name="Other", user__email="recruiter@other.example")
    out = StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerow(rows[0] | {"id": "R-1"})
    report = import_items(
        feed=Feed.objects.create(company=other.company, kind=Feed.Kind.CSV),
        items=own_csv.parse(BytesIO(out.getvalue().encode())),
        uploaded_by=other.user,
    )
    assert (report.created, report.bad) == (1, [])
    imported = Listing.objects.get(external_id="R-1")
    assert said(imported) == whole

    client.force_login(other.user)
    exported = client.get(reverse("recruiting:jobs_csv")).content.decode()
    assert list(csv.DictReader(StringIO(exported.removeprefix("\ufeff")))) == [
        rows[0] | {"id": "R-1"}
    ]
    lifecycle.publish_listing(listing=imported, by=None)
    assert in_api(client, imported) == api

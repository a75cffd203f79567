import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from jobboard.listings import actions
from jobboard.listings.content import PlaceText, content_of
from jobboard.listings.models import Company, Feed, Listing, ListingEvent
from jobboard.listings.sources import ashby
from jobboard.listings.sources.base import BadFeed, BadItem, FeedItem, cut
from jobboard.listings.sources.importer import import_items, role_names
from roles.models import Role, RoleAlias

FILE = Path(__file__).parent / "data" / "ashby.json"
ANSWER = json.loads(FILE.read_text())
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def parse(answer):
    return list(ashby.parse(json.dumps(answer).encode()))


def one(**changes):
    """The first job of the file with ``changes``, as its adapter reads it."""
    (item,) = parse({"jobs": [{**ANSWER["jobs"][0], **changes}]})
    return item


def pay(*tiers, **changes):
    """What is read of tiers given as (title, [(summary, low, high, currency, interval), …])."""
    rows = [
        {
            "title": title,
            "components": [
                {
                    "compensationType": "Salary",
                    "summary": summary,
                    "minValue": low,
                    "maxValue": high,
                    "currencyCode": currency,
                    "interval": interval,
                }
                for summary, low, high, currency, interval in parts
            ],
        }
        for title, parts in tiers
    ]
    content = one(compensation={"compensationTiers": rows}, **changes).content
    amounts = (content.salary_min, content.salary_max, content.salary_currency, str(content.salary_period))
    return (*amounts, content.pay_note)


# Reading a job


def test_every_item_gives_one_result_and_a_bad_one_stops_no_other():
    results = parse(ANSWER)

    assert [getattr(result, "external_id", result) for result in results[:4]] == ["job-1", "job-2", "job-3", "job-4"]
    assert [result.is_listed for result in results[:4]] == [True, True, True, False]
    assert [str(bad) for bad in results[4:6]] == [
        "apply_url: The address must start with https://.",
        "id: is missing",
    ]
    assert results[6].external_id == "job-6"


def test_fields_are_read_as_the_employer_states_them():
    item = parse(ANSWER)[0]

    assert item.content.title == "Senior ML Engineer, Ranking"
    assert item.content.employment_types == ("full_time",)
    assert item.content.apply_url == "https://jobs.example.com/job-1/application"
    assert item.content.description_is_html
    assert item.posted_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def test_an_unlisted_job_gives_no_content():
    unlisted = parse(ANSWER)[3]

    assert (unlisted.is_listed, unlisted.content.description) == (False, "")
    assert not one(isListed=None).is_listed


def test_places_keep_their_text_and_get_city_country_and_workplace():
    assert parse(ANSWER)[0].content.places == (
        PlaceText("Lisbon Office", city="Lisbon", country="PT", workplace="hybrid"),
        PlaceText("Porto", city="Porto", country="PT", workplace="hybrid"),
        PlaceText("Remote (Spain)", city="", country="ES", workplace="remote"),
    )


def test_a_remote_jobs_other_places_do_not_say_how_one_works_there():
    assert parse(ANSWER)[1].content.places == (
        PlaceText("Remote (US)", country="US", workplace="remote"),
        PlaceText("Austin, TX", city="Austin", country="US", workplace=""),
    )


def test_a_place_without_a_text_is_named_by_its_address():
    assert parse(ANSWER)[6].content.places == (
        PlaceText("Toronto, Canada", city="Toronto", country="CA", workplace="on_site"),
    )


def test_a_remote_job_without_any_place_is_still_remote():
    content = one(workplaceType="Remote", location="", address=None, secondaryLocations=[]).content

    assert content.places == (PlaceText("Remote", workplace="remote"),)
    assert content.eligibility == "unstated"


@pytest.mark.parametrize(
    ("text", "address", "countries"),
    [
        ("Remote (US)", {"addressCountry": "United States"}, ("US",)),
        ("Remote - U.S. only", {"addressCountry": "USA", "addressLocality": "New York"}, ("US",)),
        ("Anywhere in the Netherlands (remote)", {"addressCountry": "Netherlands"}, ("NL",)),
        ("Remote", {"addressCountry": "Germany"}, ("DE",)),
        ("Remote", {"addressCountry": "USA", "addressRegion": "California"}, ()),
        ("Remote - California", {"addressCountry": "USA"}, ()),
        ("Remote (EMEA)", {"addressCountry": "Ireland"}, ()),
        ("Remote, IN", {"addressCountry": "USA"}, ()),
        ("Remote (CA)", {"addressCountry": "USA"}, ()),
        ("Remote", {}, ()),
        ("Remote (Worldwide)", {}, ()),
    ],
)
def test_eligibility_is_listed_only_where_a_remote_place_is_a_country(text, address, countries):
    content = one(
        workplaceType="Remote", location=text, address={"postalAddress": address}, secondaryLocations=[]
    ).content

    assert content.eligible_countries == countries
    assert (content.eligibility, content.eligibility_text) == (("listed", text) if countries else ("unstated", ""))


def test_eligibility_of_several_remote_places_is_stated_only_if_all_are_countries():
    spain = {"location": "Remote (Spain)", "address": {"postalAddress": {"addressCountry": "Spain"}}}
    italy = {"location": "Remote, Italy", "address": {"postalAddress": {"addressCountry": "Italy"}}}
    europe = {"location": "Remote Europe", "address": {"postalAddress": {"addressCountry": "Italy"}}}

    assert one(secondaryLocations=[spain, italy]).content.eligible_countries == ("ES", "IT")
    assert one(secondaryLocations=[spain, italy]).content.eligibility_text == "Remote (Spain); Remote, Italy"
    assert one(secondaryLocations=[spain, europe]).content.eligibility == "unstated"


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({"id": ""}, "id: is missing"),
        ({"id": "x" * 121}, "id: is longer than 120 characters"),
        ({"title": " \u200b "}, "title: is empty"),
        ({"descriptionHtml": "<script>alert(1)</script>"}, "description: is empty"),
        ({"descriptionHtml": None}, "description: is empty"),
        ({"publishedAt": "yesterday"}, "publishedAt: is not a date: yesterday"),
        ({"applyUrl": None, "jobUrl": None}, "apply_url: is missing"),
        ({"applyUrl": "https://localhost/x", "jobUrl": ""}, "apply_url: The address needs a public host name, such as"),
        ({"applyUrl": "https://example.com/" + "x" * 500}, "apply_url: is longer than 500 characters"),
    ],
)
def test_an_item_that_cannot_be_a_listing_says_which_field_and_why(changes, bad):
    item = one(**changes)

    assert isinstance(item, BadItem)
    assert str(item).startswith(bad)


def test_a_title_too_long_is_cut_at_a_word():
    title = one(title="Data Scientist " * 20).content.title

    assert len(title) <= 140
    assert title.endswith("Data Scientist Data…")


def test_text_is_cut_only_where_it_is_too_long():
    assert cut("two words", 9) == "two words"
    assert cut("two words, three", 12) == "two words…"
    assert cut("Donaudampfschiff", 8) == "Donauda…"


def paths(value, path=()):
    """Where anything stands in a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, child in children for deeper in paths(child, (*path, key)))]


ODD_VALUES = [None, True, -1, 10**400, 0.1, float("nan"), "", "\x00\ud800", "1e99", [], [None, [], "x"], {}, {"id": 1}]


@pytest.mark.parametrize("path", paths(ANSWER["jobs"][0])[1:], ids=str)
def test_no_odd_value_anywhere_in_a_job_stops_the_next(path):
    for value in ODD_VALUES:
        job = copy.deepcopy(ANSWER["jobs"][0])
        parent = job
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = value

        results = parse({"jobs": [job, ANSWER["jobs"][1]]})

        assert isinstance(results[0], FeedItem | BadItem)
        assert results[1].external_id == "job-2"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise_anything_but_a_refusal(data):
    with pytest.raises(BadFeed):
        ashby.parse(data)


# Pay


def test_several_ranges_become_the_one_around_them_and_a_note():
    content = parse(ANSWER)[0].content

    assert (content.salary_min, content.salary_max) == (Decimal("55000"), Decimal("75000"))
    assert (content.salary_currency, content.salary_period, content.salary_from) == ("EUR", "year", "feed")
    assert content.pay_note == "Several ranges by place: Lisbon/Porto 60,000–75,000; Spain 55,000–70,500.50"


def test_on_target_earnings_are_not_base_pay():
    content = parse(ANSWER)[1].content

    assert (content.salary_min, content.salary_max, content.salary_currency) == (None, None, "")
    assert content.pay_note == "On-target earnings USD 151,000–231,000 a year are stated; base pay is not"


def test_pay_that_the_employer_does_not_display_stays_unstated():
    content = parse(ANSWER)[2].content

    assert (content.salary_min, content.salary_currency, content.salary_period, content.pay_note) == (None, "", "", "")


def test_a_range_in_another_currency_or_period_is_in_the_note_only():
    content = parse(ANSWER)[6].content

    assert (content.salary_min, content.salary_max) == (Decimal("27.75"), None)
    assert (content.salary_currency, content.salary_period) == ("CAD", "hour")
    assert content.pay_note == "Several ranges by place: Canada from 27.75; Elsewhere USD 4,000–5,000 a month"


def test_ranges_whose_names_are_no_places_are_not_said_to_be():
    _, _, _, _, note = pay(
        ("Senior", [("", 80_000, 90_000, "EUR", "1 YEAR")]), ("Staff", [("", 90_000, 99_000, "EUR", "1 YEAR")])
    )

    assert note == "Several ranges: Senior 80,000–90,000; Staff 90,000–99,000"


def test_base_pay_beside_on_target_earnings_is_stated_and_both_are_named():
    assert pay(
        ("Spain", [("€50K", 50_000, 60_000, "EUR", "1 YEAR"), ("OTE €80K", 80_000, 90_000, "EUR", "1 YEAR")])
    ) == (Decimal(50_000), Decimal(60_000), "EUR", "year", "Spain: on-target earnings EUR 80,000–90,000 a year")


def test_one_range_needs_no_note():
    assert pay(("Spain", [("", 300, 400.5, "eur", "1 DAY")])) == (Decimal(300), Decimal("400.5"), "EUR", "day", "")


@pytest.mark.parametrize(
    "part",
    [
        ("", None, None, "EUR", "1 YEAR"),
        ("", 0, 0, "EUR", "1 YEAR"),
        ("", -1, -1, "EUR", "1 YEAR"),
        ("", 90_000, 80_000, "EUR", "1 YEAR"),
        ("", 80_000, 90_000, "XYZ", "1 YEAR"),
        ("", 80_000, 90_000, None, "1 YEAR"),
        ("", 80_000, 90_000, "EUR", "NONE"),
        ("", True, True, "EUR", "1 YEAR"),
        ("", 1e30, 1e30, "EUR", "1 YEAR"),
        ("", "NaN", "much", "EUR", "1 YEAR"),
    ],
)
def test_values_that_are_no_pay_are_not_taken_for_pay(part):
    assert pay(("Spain", [part])) == (None, None, "", "", "")


def test_an_open_end_of_one_range_leaves_the_whole_open():
    assert pay(
        ("Spain", [("", 50_000, 60_000, "EUR", "1 YEAR")]), ("Porto", [("", None, 70_000, "EUR", "1 YEAR")])
    ) == (None, Decimal(70_000), "EUR", "year", "Several ranges by place: Spain 50,000–60,000; Porto up to 70,000")


def test_a_long_note_is_cut_at_a_word():
    tiers = [(f"Place number {number}", [("", number, 99_000, "EUR", "1 YEAR")]) for number in range(1, 30)]

    note = pay(*tiers)[-1]

    assert len(note) <= 200
    assert note.endswith("…")


# The file as a whole


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is empty."),
        (b"<!doctype html><title>Not found</title>", "The file is not JSON but HTML or XML, such as an error page."),
        (FILE.read_bytes()[:2_000], "The file is cut off: it ends in the middle of its JSON."),
        (b'{"jobs": [', "The file is cut off: it ends in the middle of its JSON."),
        ('{"jobs": [], "note": "ä"}'.encode("latin-1"), "The file is not JSON: its characters are not in UTF-8."),
        (FILE.read_text().encode("utf-16"), "The file is not JSON: its characters are not in UTF-8."),
        (b"id;title\n1;x", "The file is not JSON: Expecting value in line 1, column 1."),
        (b"[" * 100_000, "The file is JSON that cannot be read: numbers too long, or lists nested too deep."),
        (b'{"error": "no such board"}', "The file is JSON, but no answer of an Ashby job board: it has no list named"),
        (b"[]", "The file is JSON, but no answer of an Ashby job board: it has no list named “jobs”."),
    ],
)
def test_a_file_that_is_no_answer_says_in_one_sentence_what_it_is(data, sentence):
    with pytest.raises(BadFeed) as refusal:
        ashby.parse(data)

    assert str(refusal.value).startswith(sentence)


def test_a_byte_order_mark_does_no_harm():
    assert len(list(ashby.parse(b"\xef\xbb\xbf" + FILE.read_bytes()))) == 7


# Storing


@pytest.fixture
def role(db):
    role = Role.objects.create(name="Machine Learning Engineer", slug="ml", family="Models", status="published")
    RoleAlias.objects.create(role=role, folded="ML Engineer")
    return role


@pytest.fixture
def feed(db):
    return Feed.objects.create(company=Company.objects.create(name="Acme"), kind=Feed.Kind.ASHBY, publishes="directly")


def store(feed, answer=ANSWER, *, publish=False, now=NOW):
    return import_items(feed=feed, items=parse(answer), publish=publish, now=now)


def counts(report):
    return (report.created, report.updated, report.unchanged, len(report.skipped), len(report.bad))


def changed(**changes):
    answer = copy.deepcopy(ANSWER)
    answer["jobs"][0] |= changes
    return answer


def first():
    return Listing.objects.get(external_id="job-1")


def kinds(listing):
    return list(listing.events.values_list("kind", flat=True))


def test_new_items_become_listings_that_wait_for_review(feed, role):
    report = store(feed)

    listing = first()
    assert counts(report) == (4, 0, 0, 1, 2)
    assert report.skipped == [(4, "Data Engineer (secret project)", "not listed by its employer")]
    assert [(number, field) for number, field, _ in report.bad] == [(5, "apply_url"), (6, "id")]
    assert (listing.status, listing.submitted_at, listing.first_seen_at) == ("in_review", NOW, NOW)
    assert (listing.company, listing.last_seen_at) == (feed.company, NOW)
    assert listing.posted_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert (listing.role, listing.role_from, listing.level) == (role, "matched", "senior")
    assert listing.description_html == "<h3>The work</h3><p>You rank what people <b>search</b> for.</p>"
    assert [country.country for country in listing.countries.order_by("country")] == ["ES", "PT"]
    event = listing.events.get()
    assert (event.kind, event.actor, event.public, event.at) == ("first_seen", "feed", True, NOW)


def test_the_same_items_again_change_nothing_but_the_day_they_were_seen(feed, role):
    store(feed)
    before = {listing.pk: content_of(listing) for listing in Listing.objects.all()}
    changed_at = first().changed_at

    report = store(feed, now=NOW + timedelta(days=1))

    assert counts(report) == (0, 0, 4, 1, 2)
    assert {listing.pk: content_of(listing) for listing in Listing.objects.all()} == before
    assert (first().changed_at, first().version) == (changed_at, 1)
    assert set(Listing.objects.values_list("last_seen_at", flat=True)) == {NOW + timedelta(days=1)}
    assert ListingEvent.objects.count() == 4


def test_unchanged_items_cost_the_same_queries_however_many_they_are(feed, django_assert_max_num_queries):
    many = {"jobs": [{**ANSWER["jobs"][0], "id": f"job-{number}"} for number in range(40)]}
    store(feed, many)

    with django_assert_max_num_queries(20):
        report = store(feed, many)

    assert report.unchanged == 40


def test_texts_that_cleaning_changes_are_unchanged_the_second_time(feed):
    odd = changed(
        title="  Data\u00a0Engineer \u200b",
        descriptionHtml="<p>A\u0301  \u200b\r\n  b\u00a0</p> \u200b\n\n",
        location="Lisbon\u200b \n Office" + " long" * 40,
        compensation={"compensationTiers": []},
    )
    store(feed, odd)

    assert counts(store(feed, odd))[:3] == (0, 0, 4)


def test_a_direct_feed_publishes_what_names_a_role_and_leaves_the_rest_in_review(feed, role, mails):
    report = store(feed, publish=True)

    assert (report.created, report.published) == (4, 1)
    assert first().status == "published"
    assert first().is_live is (first().expires_at > datetime.now(UTC))
    assert first().published_at == NOW
    assert first().posted_at == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    assert kinds(first()) == ["first_seen", "published"]
    assert set(Listing.objects.exclude(pk=first().pk).values_list("status", flat=True)) == {"in_review"}
    assert mails() == []


def test_a_suspended_companys_jobs_wait_for_review(feed, role):
    feed.company.suspended_at = NOW
    feed.company.save()

    assert store(feed, publish=True).published == 0


def test_a_change_is_an_edit_with_public_events(feed, role):
    store(feed, publish=True)

    report = store(feed, changed(compensation={"compensationTiers": []}, location="Faro"))

    assert counts(report) == (0, 1, 3, 1, 2)
    events = first().events.filter(kind__in=["pay_changed", "place_changed"])
    assert [(event.kind, event.actor, event.public) for event in events] == [
        ("pay_changed", "feed", True),
        ("place_changed", "feed", True),
    ]
    assert events[0].old == "EUR 55,000 - 75,000 a year"
    assert events[0].new == "pay not stated"
    assert (first().has_pay, first().version, first().status) == (False, 2, "published")


def test_characters_that_no_database_takes_are_left_out(feed):
    address = {"postalAddress": {"addressLocality": "Lis\x00bon\ud800", "addressCountry": "Portugal"}}

    store(feed, changed(id="\ud800job-1\x00", title="Data\x00 Scientist\udfff", address=address))

    assert first().title == "Data Scientist"
    assert first().places.first().place.name == "Lisbon"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Senior ML Engineer, Search"},
        {"employmentType": "PartTime"},
        {"workplaceType": "OnSite"},
        {"secondaryLocations": []},
        {"descriptionHtml": "<p>New words.</p>"},
        {"applyUrl": "https://jobs.example.com/elsewhere"},
        {"shouldDisplayCompensationOnJobPostings": False},
        {"address": {"postalAddress": {"addressLocality": "Lisboa", "addressCountry": "Portugal"}}},
        {
            "address": {"postalAddress": {"addressLocality": "Vigo", "addressCountry": "Spain"}},
            "location": "Lisbon Office",
        },
    ],
)
def test_a_change_of_any_field_is_noticed_once(feed, changes):
    store(feed)

    assert store(feed, changed(**changes)).updated == 1
    assert store(feed, changed(**changes)).updated == 0


def test_a_role_and_level_that_a_person_chose_stay(feed, role):
    other = Role.objects.create(name="Search Engineer", slug="search", family="Search", status="published")
    store(feed)
    Listing.objects.filter(external_id="job-1").update(role=other, role_from="editor", level="mid")

    store(feed, changed(descriptionHtml="<p>New words.</p>"))

    assert (first().role, first().role_from, first().level) == (other, "editor", "mid")
    assert "New words" in first().description_html


def test_a_matched_role_and_level_follow_the_title(feed, role):
    store(feed)

    store(feed, changed(title="Junior Gardener"))

    assert (first().role, first().role_from, first().level) == (None, "matched", "entry")


def test_what_people_added_and_no_feed_speaks_of_stays(feed):
    store(feed)
    Listing.objects.filter(external_id="job-1").update(visa="yes", hybrid_days=2)

    assert store(feed).unchanged == 4
    store(feed, changed(descriptionHtml="<p>New words.</p>"))

    assert (first().visa, first().hybrid_days) == ("yes", 2)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"status": "rejected"}, "it was rejected here"),
        ({"status": "closed", "outcome": "withdrawn"}, "it is closed here"),
    ],
)
def test_a_decided_listing_is_not_changed_by_its_feed(feed, state, reason):
    store(feed)
    Listing.objects.filter(external_id="job-1").update(**state)

    report = store(feed, changed(title="Junior ML Engineer"))

    assert report.skipped[0] == (1, "Junior ML Engineer", reason)
    assert first().title == "Senior ML Engineer, Ranking"


def test_an_id_that_comes_twice_counts_once(feed):
    report = store(feed, {"jobs": [ANSWER["jobs"][0], {**ANSWER["jobs"][1], "id": "job-1"}]})

    assert report.bad == [(2, "id", "is the same as that of item 1")]
    assert first().title == "Senior ML Engineer, Ranking"


def test_a_date_ahead_does_not_make_a_job_the_newest(feed):
    store(feed, changed(publishedAt="2030-01-01T00:00:00Z"))

    assert first().posted_at == NOW


def test_a_conflict_with_another_edit_is_left_for_the_next_run(feed, monkeypatch):
    store(feed)

    def edited_meanwhile(**_):
        raise actions.EditConflict("Somebody else changed this job after you opened it.")

    monkeypatch.setattr(actions, "edit_listing", edited_meanwhile)

    report = store(feed, changed(title="Junior ML Engineer"))

    assert (report.skipped[0][0], report.unchanged) == (1, 3)


def test_two_feeds_may_use_the_same_ids(feed):
    other = Feed.objects.create(company=Company.objects.create(name="Other"), kind=Feed.Kind.ASHBY)
    store(feed)

    assert store(other).created == 4


def test_items_are_read_one_by_one_in_batches(feed, monkeypatch):
    monkeypatch.setattr("jobboard.listings.sources.importer.BATCH", 3)

    report = store(feed)

    assert counts(report) == (4, 0, 0, 1, 2)
    assert feed.last_count == 4
    assert feed.last_ok_at == NOW


def test_an_item_that_the_database_refuses_does_not_stop_the_others(feed):
    items = parse(ANSWER)
    items[0] = replace(items[0], content=replace(items[0].content, apply_url=""))

    report = import_items(feed=feed, items=items, publish=False, now=NOW)

    assert (report.created, report.bad[0][:2]) == (3, (1, "item"))


def test_only_published_roles_are_matched_by_name_and_alias(role):
    Role.objects.create(name="Draft Role", slug="draft", family="Models")

    assert role_names() == {"machine learning engineer": role.pk, "ml engineer": role.pk}


# The command


def run(*arguments, company="Acme", file=FILE):
    out = StringIO()
    try:
        call_command("import_listings", "--source=ashby", f"--company={company}", *arguments, str(file), stdout=out)
        refusal = None
    except CommandError as error:
        refusal = str(error)
    return out.getvalue(), refusal


def test_the_command_prints_counts_and_each_item_it_did_not_take(role):
    out, refusal = run()

    assert out.splitlines() == [
        "Item 4 skipped: not listed by its employer (Data Engineer (secret project)).",
        "Item 5 refused: apply_url: The address must start with https://.",
        "Item 6 refused: id: is missing.",
        "Ashby, Acme: 4 new (0 published, 4 waiting for review), 0 changed, 0 unchanged, 1 skipped, 2 refused.",
    ]
    assert refusal == f"2 items of {FILE} refused."
    assert Feed.objects.get().publishes == "review"


def test_a_feed_made_with_publish_publishes_from_then_on(role):
    out, _ = run("--publish")
    assert "4 new (1 published, 3 waiting for review)" in out

    Listing.objects.all().delete()
    out, _ = run()
    assert "4 new (1 published, 3 waiting for review)" in out


def test_publish_does_not_change_a_feed_that_is_there(role, capsys):
    run()
    Listing.objects.all().delete()

    out, _ = run("--publish")

    assert "4 new (0 published, 4 waiting for review)" in out
    assert "--publish has no effect: Ashby, Acme is there already and goes through review." in capsys.readouterr().err


def test_a_dry_run_writes_nothing(role):
    out, _ = run("--dry-run")

    assert "4 new" in out
    assert out.splitlines()[-1] == "Dry run: nothing was written."
    assert not Company.objects.exists()
    assert not Listing.objects.exists()


@pytest.mark.parametrize("name", ["ACME", " Acmé ", "the-acme"])
def test_the_company_is_found_by_name_or_slug(db, name):
    acme = Company.objects.create(name="Acme", slug="the-acme")

    run(company=name)

    assert Feed.objects.get().company == acme


def test_a_merged_company_leads_to_the_one_it_was_merged_into(db):
    kept = Company.objects.create(name="Globex")
    Company.objects.create(name="Acme", merged_into=kept)

    run()

    assert Feed.objects.get().company == kept


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("missing.json", "missing.json cannot be read: No such file or directory."),
        ("https://example.com/jobs", "Fetching from an address is not there yet: save the answer to a file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(db, file, sentence):
    assert run(file=file)[1].startswith(sentence)


def test_a_file_that_is_no_answer_leaves_nothing_behind(db, tmp_path):
    page = tmp_path / "page.json"
    page.write_text("<html>")

    _, refusal = run(file=page)

    assert refusal == f"{page}: The file is not JSON but HTML or XML, such as an error page."
    assert not Company.objects.exists()


# Real data


@pytest.mark.shared_data
def test_a_real_answer_becomes_four_listings(db, shared_data):
    file = shared_data / "ats/lubobali__ashby_jobs.json"

    out, refusal = run(company="Ramp", file=file)

    assert refusal is None
    assert out.startswith("Ashby, Ramp: 4 new (0 published, 4 waiting for review), 0 changed, 0 unchanged, 0 skipped")
    consultant, account, director, manager = Listing.objects.order_by("pk")

    assert consultant.title == "Technical Consultant, Mid-Market"
    assert (consultant.role, consultant.level, consultant.workplace) == (None, "", "remote")
    assert consultant.place_line == "Remote (US) · San Francisco, CA · New York, NY (HQ)"
    assert [place.workplace for place in consultant.places.all()] == ["remote", "", ""]
    assert (consultant.eligibility, consultant.eligibility_text) == ("listed", "Remote (US)")
    assert not consultant.has_pay
    assert consultant.pay_note == "On-target earnings USD 151,000–231,000 a year are stated; base pay is not"
    assert consultant.posted_at == datetime(2026, 7, 7, 20, 47, 9, 753000, tzinfo=UTC)
    assert consultant.apply_url == ("https://jobs.ashbyhq.com/ramp/03e2d4e1-73ad-4f09-a058-2eb9ce34c2bc/application")

    assert (director.title, director.level) == ("Director, Performance Marketing", "executive")
    assert [place.workplace for place in director.places.all()] == ["hybrid", "remote"]
    assert (director.salary_min, director.salary_max) == (191_000, 291_000)
    assert (director.salary_currency, director.salary_period, director.salary_from) == ("USD", "year", "feed")
    assert director.pay_note == "Several ranges by place: SF/NY 212,000–291,000; Nationwide 191,000–262,000"
    assert director.eligibility_text == "Remote (US)"

    for listing in (account, manager):
        assert (listing.place_line, listing.workplace, listing.has_pay) == ("London", "on_site", False)
        assert [country.country for country in listing.countries.all()] == ["GB"]
        assert (listing.eligibility, listing.pay_note, listing.level) == ("unstated", "", "")
    assert {listing.employment_types for listing in Listing.objects.all()} == {1}


@pytest.mark.shared_data
def test_a_real_answer_imported_twice_changes_nothing(db, shared_data):
    file = shared_data / "ats/lubobali__ashby_jobs.json"
    run(company="Ramp", file=file)

    out, _ = run(company="Ramp", file=file)

    assert "0 new (0 published, 0 waiting for review), 0 changed, 4 unchanged" in out
    assert Listing.objects.count() == 4
    assert Company.objects.count() == 1

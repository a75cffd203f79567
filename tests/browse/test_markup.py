"""What search engines read on the page of a job: the JobPosting markup, checked by a schema and
against the page.
"""

import copy
import html
import json
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from benchmarks.generated import generate
from jobboard.browse.markup import build_job_posting_json_ld
from jobboard.common.text.words import country_name, full_amount
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.feeds.importing.importer import import_items
from jobboard.listings.choices import PayStatement, PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.listings.models import Company, Listing
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, RoleFactory, in_days

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

SCHEMA = json.loads((Path(__file__).parent / "jobposting.schema.json").read_text())
TEXT = "## What you do\n\n- Build pipelines\n- Keep them running"


NAMED_BOARDS = {
    "adzuna",
    "arbeitnow",
    "himalayas",
    "himalayas_rss",
    "jobicy",
    "remoteok",
    "remotive",
    "weworkremotely",
}


def faults_of(posting: dict) -> list[str]:
    """By the schema, and by what a schema cannot say."""
    faults = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(SCHEMA).iter_errors(posting)
    ]
    amounts = posting.get("baseSalary", {}).get("value", {})
    if not faults and amounts.get("minValue", 0) > amounts.get("maxValue", 10**12):
        faults.append("minValue above maxValue")
    if posting.get("description") == posting.get("title"):
        faults.append("the description is the title")
    if str(posting.get("validThrough", "9")) < str(posting.get("datePosted", "")):
        faults.append("validThrough before datePosted")
    return faults


def job(company=None, **content) -> Listing:
    fields = {
        "title": "Data Engineer",
        "description": TEXT,
        "places": (PlaceText("Munich, Germany", "Munich", "DE", "hybrid"),),
        "apply_url": "https://careers.acme.example/1",
    }
    listing = ListingFactory.build(
        live=True, company=company or CompanyFactory(name="Acme"), role=None
    )
    return write_content(listing, ListingContent(**fields | content))


def posting_of(listing) -> dict | None:
    return build_job_posting_json_ld(
        Listing.objects.with_location_data().for_page().get(pk=listing.pk)
    )


def on_page(client, listing) -> list[dict]:
    page = client.get(listing.get_absolute_url()).content.decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [block for block in map(json.loads, blocks) if block["@type"] == "JobPosting"]


def pay(lowest, highest, **more) -> PayStatement:
    ends = [None if end is None else Decimal(end) for end in (lowest, highest)]
    return PayStatement(*ends, "EUR", "year", **{"origin": "form"} | more)


RANGE = {"pay": (pay(60_000, 75_000),)}


def test_a_whole_job_says_everything_in_the_words_of_schema_org(client):
    company = CompanyFactory(name="Acme", website="https://acme.example")
    listing = job(
        company,
        employment_types=("full_time", "contractor"),
        closes_on=date(2099, 12, 31),
        places=(
            PlaceText("Munich", "Munich", "DE", "hybrid"),
            PlaceText("Austin, Texas", "Austin", "US", "on_site", "Texas"),
        ),
        **RANGE,
    )

    [posting] = on_page(client, listing)

    assert faults_of(posting) == []
    assert posting["hiringOrganization"] == {
        "@type": "Organization",
        "name": "Acme",
        "sameAs": "https://acme.example",
    }
    assert [place["address"]["addressCountry"] for place in posting["jobLocation"]] == ["DE", "US"]
    assert posting["jobLocation"][0]["address"]["addressLocality"] == "Munich"
    assert posting["employmentType"] == ["FULL_TIME", "CONTRACTOR"]
    assert posting["validThrough"] == "2099-12-31T23:59:59-06:00"
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "minValue": 60000,
        "maxValue": 75000,
        "unitText": "YEAR",
    }
    assert "<li>Build pipelines</li>" in posting["description"]


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        (pay("27.50", "27.50"), {"value": 27.5}),
        (pay(40_000, None), {"minValue": 40000}),
        (pay(None, 40_000), {"maxValue": 40000}),
    ],
)
def test_an_open_end_of_pay_stays_open(stated, value):
    posting = posting_of(job(pay=(stated,)))

    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        **value,
        "unitText": "YEAR",
    }


def test_pay_that_was_read_from_the_text_is_not_claimed_to_be_the_employers():
    assert "baseSalary" not in posting_of(job(pay=(pay(60_000, 75_000, origin="text"),)))
    assert "baseSalary" in posting_of(job(pay=(pay(60_000, 75_000, origin="feed"),)))


MUNICH_OR_LISBON = (
    PlaceText("Munich", "Munich", "DE", "hybrid"),
    PlaceText("Lisbon", "Lisbon", "PT", "on_site"),
    PlaceText("Remote (Spain)", "", "ES", "remote"),
)


def test_pay_by_location_is_the_range_around_and_places_to_go_to_are_named(client):
    listing = job(
        places=MUNICH_OR_LISBON,
        pay=(
            pay(70_000, 80_000, kind="base", place="Munich"),
            pay(40_000, 50_000, kind="base", place="Lisbon"),
            pay(90_000, 99_000, kind="on_target", place="Munich"),
            pay(10_000, 20_000, kind="base", place="Oslo", is_elsewhere=True),
        ),
    )

    [posting] = on_page(client, listing)

    assert faults_of(posting) == []
    value = posting["baseSalary"]["value"]
    assert (value["minValue"], value["maxValue"]) == (40_000, 80_000)
    towns = [place["address"]["addressLocality"] for place in posting["jobLocation"]]
    assert towns == ["Munich", "Lisbon"]
    assert "jobLocationType" not in posting


@pytest.mark.parametrize(
    "stated",
    [
        (pay(90_000, 99_000, kind="on_target"),),
        (pay(90_000, 99_000, kind="total"),),
        (pay(40_000, 50_000, gross="net"),),
        (pay(40_000, 50_000, place="Oslo", is_elsewhere=True),),
        (pay(40_000, 50_000), replace(pay(50_000, 60_000, place="London"), currency="GBP")),
        (pay(40_000, 50_000), pay(50_000, 60_000, level="Senior", origin="text")),
    ],
    ids=["on target", "total", "after tax", "elsewhere", "two currencies", "partly from the text"],
)
def test_what_is_not_the_jobs_own_base_pay_before_tax_is_no_base_salary(stated):
    assert "baseSalary" not in posting_of(job(places=MUNICH_OR_LISBON, pay=stated))


def test_remote_work_names_the_countries_one_may_live_in_and_no_place():
    remote = (PlaceText("Remote (EU)", workplace="remote"),)
    posting = posting_of(job(places=remote, eligibility="listed", eligible_countries=("DE", "PT")))

    assert posting["jobLocationType"] == "TELECOMMUTE"
    assert [country["name"] for country in posting["applicantLocationRequirements"]] == [
        "Germany",
        "Portugal",
    ]
    assert "jobLocation" not in posting
    assert faults_of(posting) == []


@pytest.mark.parametrize(
    "content",
    [
        {"places": (PlaceText("Remote", workplace="remote"),)},
        {"places": (PlaceText("Remote", workplace="remote"),), "eligibility": "anywhere"},
        {"places": (PlaceText("By the sea"),)},
        {"places": ()},
        {"description": ""},
    ],
)
def test_a_job_that_says_too_little_has_no_markup(client, content):
    assert on_page(client, job(**content)) == []


def test_hybrid_work_is_not_remote():
    posting = posting_of(job())

    assert "jobLocationType" not in posting
    assert "jobLocation" in posting


@pytest.mark.parametrize(
    "state",
    [
        {"status": "closed", "outcome": "withdrawn"},
        {"expires_at": "2020-01-01T00:00Z"},
        {"hidden_at": "2020-01-01T00:00Z"},
    ],
)
def test_a_job_that_is_not_open_has_none(client, state):
    listing = job()
    Listing.objects.filter(pk=listing.pk).update(**state)

    assert b"JobPosting" not in client.get(listing.get_absolute_url()).content


@pytest.mark.parametrize("kind", ADAPTERS)
def test_only_a_board_that_publishes_its_jobs_itself_keeps_the_markup_from_them(client, kind):
    listing = job(places=MUNICH_OR_LISBON)
    Listing.objects.filter(pk=listing.pk).update(feed=FeedFactory(kind=kind, board=True))

    has_markup = posting_of(listing) is not None

    assert has_markup is (kind not in NAMED_BOARDS)


def test_samples_lists_and_roles_have_none(client):
    role = RoleFactory()
    sample = job(CompanyFactory(is_demo=True), role=role)
    job(role=role)

    assert on_page(client, sample) == []
    for path in ("/", "/jobs/", role.get_absolute_url(), "/companies/"):
        assert b"JobPosting" not in client.get(path).content, path


def test_no_text_breaks_out_of_the_block(client):
    nasty = "</script><script>alert(1)</script><!--"
    listing = job(title=f"Engineer {nasty}", description=f"{TEXT}\n\n{nasty} & more\u2028")

    page = client.get(listing.get_absolute_url()).content.decode()
    [posting] = on_page(client, listing)

    assert "alert(1)</script>" not in page.replace("&lt;/script&gt;", "")
    assert posting["title"] == listing.title
    assert page.count("<script") == page.count("</script>")


# --- Many jobs ------------------------------------------------------------------------------------


def everything_real(count: int) -> list[Listing]:
    """All live listings, as if none were a sample."""
    Company.objects.update(is_demo=False)
    listings = list(Listing.objects.live().with_location_data().for_page())
    assert len(listings) >= count
    return listings


def check_all(client, listings: list[Listing], least: int) -> None:
    with_markup = 0
    for listing in listings:
        posting = build_job_posting_json_ld(listing)
        if posting is None:
            continue
        with_markup += 1
        assert faults_of(posting) == [], listing.pk
    assert with_markup >= least
    for listing in listings[:: max(1, len(listings) // 12)]:
        check_that_the_page_shows_it(client, listing)


def check_that_the_page_shows_it(client, listing: Listing) -> None:
    """Every value of the markup is among the words of the page."""
    page = client.get(listing.get_absolute_url()).content.decode()
    body = re.sub(r"<(script|select).*?</\1>", " ", page.partition("<main")[2], flags=re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
    for posting in on_page(client, listing):
        said = [posting["title"], posting["hiringOrganization"]["name"]]
        said += " ".join(
            html.unescape(re.sub(r"<[^>]*>", " ", posting["description"])).split()
        ).split()[:80]
        amounts = posting.get("baseSalary", {}).get("value", {})
        said += [
            full_amount(amounts[name])
            for name in ("value", "minValue", "maxValue")
            if name in amounts
        ]
        said += [country["name"] for country in posting.get("applicantLocationRequirements", [])]
        addresses = [place["address"] for place in posting.get("jobLocation", [])]
        said += [
            one[name]
            for one in addresses
            for name in ("addressLocality", "addressRegion")
            if name in one
        ]
        said += [country_name(one["addressCountry"]) for one in addresses]
        said.append(f"{datetime.fromisoformat(posting['datePosted']):%-d %b %Y}")
        assert [word for word in said if " ".join(word.split()) not in words] == []


@pytest.mark.slow
def test_samples_would_be_valid(client, starter_with_samples):
    check_all(client, everything_real(90)[::6], least=10)


@pytest.mark.slow
def test_every_sample_would_be_valid(client, starter_with_samples):
    check_all(client, everything_real(90), least=60)


@pytest.mark.slow
def test_three_hundred_generated_jobs_are_valid(client, starter_with_samples):
    generate(300, now=timezone.now())

    check_all(client, everything_real(200), least=100)


@pytest.mark.slow
@pytest.mark.shared_data
def test_jobs_of_real_feeds_are_valid(client, shared_data, starter_with_samples):
    for kind in ("ashby", "greenhouse", "lever", "usajobs"):
        [file] = (shared_data / "ats").glob(f"*__{kind}_*")
        with file.open("rb") as answer:
            items = list(ADAPTERS[kind].parse(answer, "https://careers.acme.example/"))
        import_items(feed=FeedFactory(kind=kind), items=items)
    Listing.objects.filter(status="in_review").update(
        status="published", published_at=timezone.now(), expires_at=in_days(30)
    )

    check_all(client, everything_real(20), least=10)


# --- What the check must catch --------------------------------------------------------------------


def put(path: str, value):
    def change(posting):
        *parents, last = path.split(".")
        at = posting
        for name in parents:
            at = at[int(name) if name.isdigit() else name]
        at[last] = value

    return change


def drop(name: str):
    return lambda posting: posting.pop(name)


AMOUNTS = "baseSalary.value"
MUTATIONS = {
    "no title": drop("title"),
    "no description": drop("description"),
    "no datePosted": drop("datePosted"),
    "no hiringOrganization": drop("hiringOrganization"),
    "neither a place nor remote": drop("jobLocation"),
    "an employment type of our own": put("employmentType", ["PERMANENT"]),
    "employment types as free text": put("employmentType", "Full time, contract"),
    "employment types in lower case": put("employmentType", ["full_time"]),
    "one line in every part of the address": put(
        "jobLocation.0.address.addressLocality", "Munich, Bavaria, Germany"
    ),
    "remote as a place": put("jobLocation.0.address.addressLocality", "Remote"),
    "a country's name in place of its code": put("jobLocation.0.address.addressCountry", "Germany"),
    "a code in place of a country's name": put(
        "applicantLocationRequirements", [{"@type": "Country", "name": "DE"}]
    ),
    "a place without a country": put(
        "jobLocation", [{"@type": "Place", "address": {"@type": "PostalAddress"}}]
    ),
    "a place that is text": put("jobLocation", "Munich"),
    "remote beside a place": put("jobLocationType", "TELECOMMUTE"),
    "hybrid as a kind of remote": put("jobLocationType", "HYBRID"),
    "an end before the start": put("validThrough", "2001-01-01T23:59:59+00:00"),
    "an end without a time zone": put("validThrough", "2099-12-31"),
    "the page's own way to apply": put("directApply", True),
    "pay as text": put(AMOUNTS, "60,000 to 75,000 a year"),
    "an amount as text": put(f"{AMOUNTS}.minValue", "60000"),
    "the lowest above the highest": put(f"{AMOUNTS}.minValue", 99_000),
    "no pay at all": put(AMOUNTS, {"@type": "QuantitativeValue", "unitText": "YEAR"}),
    "nothing as an amount": put(f"{AMOUNTS}.minValue", 0),
    "a period of our own": put(f"{AMOUNTS}.unitText", "annual"),
    "a sign for a currency": put("baseSalary.currency", "€"),
    "Markdown as description": put("description", "## What you do\n\n- Build pipelines"),
    "the title as description": put("description", "Data Engineer"),
    "an identifier in the organization": put(
        "hiringOrganization.identifier", {"@type": "PropertyValue"}
    ),
    "an identifier that is a number": put("identifier", 42),
    "a field nobody knows": put("salaryEstimate", 50_000),
    "a website that is none": put("hiringOrganization.sameAs", "acme.example"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_check_catches_what_other_boards_get_wrong(name):
    posting = posting_of(
        job(employment_types=("full_time",), closes_on=date(2099, 12, 31), **RANGE)
    )
    assert faults_of(posting) == []
    broken = copy.deepcopy(posting)

    MUTATIONS[name](broken)

    assert faults_of(broken) != []


def test_what_remote_work_must_not_leave_out_is_caught():
    remote = (PlaceText("Remote (EU)", workplace="remote"),)
    posting = posting_of(job(places=remote, eligibility="listed", eligible_countries=("DE",)))
    del posting["applicantLocationRequirements"]

    assert faults_of(posting) != []

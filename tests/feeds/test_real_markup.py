"""JobPosting as real pages write it: each fault costs at most the field that has it."""

import json
from datetime import UTC, date, datetime
from html import escape
from io import BytesIO

import pytest

from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.adapters.registry import ADAPTERS
from jobboard.listings.choices import PlaceText

pytestmark = pytest.mark.pure

POSTING = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Data Engineer",
    "description": "<p>You build pipelines.</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Acme"},
    "jobLocation": {"address": {"addressLocality": "Lyon", "addressCountry": "FR"}},
    "url": "https://careers.example.com/jobs/1",
    "datePosted": "2026-11-01",
}


def page(block: str) -> str:
    return f'<html><body><script type="application/ld+json">{block}</script></body></html>'


def salary(lowest, highest) -> dict:
    value = {"minValue": lowest, "maxValue": highest, "unitText": "YEAR"}
    return {"baseSalary": {"currency": "GBP", "value": value}}


def read(html: str) -> FeedItem:
    address = "https://careers.example.com/jobs/1"
    (item,) = ADAPTERS["jobposting"].parse(BytesIO(html.encode()), address)
    assert isinstance(item, FeedItem)
    return item


WHOLE = json.dumps(POSTING)
MICRODATA = """<html><body>
<div itemscope itemtype="https://schema.org/JobPosting">
  <h1 itemprop="title">Data &amp; ML Engineer</h1>
  <meta itemprop="datePosted" content="2026-11-01">
  <time itemprop="validThrough" datetime="2026-12-31T23:59">the end of the year</time>
  <span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
    <span itemprop="name">Acme</span>
  </span>
  <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
    <div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
      <span itemprop="addressLocality">Lyon</span>, <span itemprop="addressCountry">FR</span>
    </div>
  </div>
  <div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount">
    <meta itemprop="currency" content="EUR">
    <div itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue">
      <meta itemprop="minValue" content="50000"><meta itemprop="maxValue" content="60000">
      <meta itemprop="unitText" content="YEAR">
    </div>
  </div>
  <div itemprop="description"><div><p>You build</p></div><p>pipelines.</p></div>
  <a itemprop="url" href="/jobs/1">Apply</a>
</div></body></html>"""


@pytest.mark.parametrize(
    "html",
    [
        page(WHOLE),
        page(WHOLE[:-1] + ",}"),
        page(escape(WHOLE)),
        page(f"<!--\n{WHOLE}\n-->"),
        page(f"/*<![CDATA[*/{WHOLE}/*]]>*/"),
        page(WHOLE.replace("You build", "You\nbuild")),
        page(json.dumps({"@graph": [{"@type": "WebSite"}, POSTING]})),
        page("{broken") + page(WHOLE),
        page(WHOLE.replace("Acme", "Ac\\me")),
        WHOLE,
    ],
    ids=[
        "as it should be",
        "a comma behind the last value",
        "escaped as HTML",
        "in a comment",
        "in CDATA",
        "a line break in a text",
        "in a graph",
        "beside a broken block",
        "a backslash that escapes nothing",
        "JSON alone",
    ],
)
def test_the_same_posting_however_it_is_wrapped(html):
    item = read(html)

    assert (item.title, item.company, item.apply_url) == (
        "Data Engineer",
        "Acme",
        "https://careers.example.com/jobs/1",
    )
    assert item.places == (PlaceText("Lyon, FR", city="Lyon", country="FR"),)
    assert item.posted_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert "pipelines" in item.description


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"datePosted": "November 1, 2026"}, "posted_at", datetime(2026, 11, 1, tzinfo=UTC)),
        ({"datePosted": "sometime"}, "posted_at", None),
        ({"validThrough": "31/12/2026"}, "closes_on", date(2026, 12, 31)),
        ({"validThrough": "Thu, 31 Dec 2026 10:00:00 GMT"}, "closes_on", date(2026, 12, 31)),
        ({"validThrough": "until filled"}, "closes_on", None),
        ({"validThrough": 20261231}, "closes_on", date(2026, 12, 31)),
        ({"employmentType": "FULL_TIME, PART_TIME"}, "types", ("FULL_TIME", "PART_TIME")),
        ({"jobLocation": []}, "places", ()),
        ({"hiringOrganization": "Acme"}, "company", "Acme"),
        ({"hiringOrganization": {"name": "R&amp;D Ltd"}}, "company", "R&D Ltd"),
        ({"title": "R&amp;D Engineer"}, "title", "R&D Engineer"),
        ({"title": ["R&D Engineer", "other"]}, "title", "R&D Engineer"),
        ({"datePosted": 1793491200000}, "posted_at", datetime(2026, 11, 1, tzinfo=UTC)),
        ({"description": "&amp;lt;p&amp;gt;Maps&amp;lt;/p&amp;gt;"}, "description", "<p>Maps</p>"),
        ({"url": "http://acme.example/1"}, "apply_url", "https://careers.example.com/jobs/1"),
        (
            {"jobLocationType": "telecommute", "applicantLocationRequirements": "Spain"},
            "places",
            (
                PlaceText("Remote (Spain)", workplace="remote"),
                PlaceText("Lyon, FR", city="Lyon", country="FR"),
            ),
        ),
    ],
)
def test_a_value_as_people_write_it(fields, name, value):
    item = read(page(json.dumps(POSTING | fields)))

    assert getattr(item, name) == value
    assert item.title


@pytest.mark.parametrize(
    ("lowest", "highest"), [("50,000", "60,000"), (50000, 60000), ("50000.00", "60000.00")]
)
def test_amounts_of_pay_as_people_write_them(lowest, highest):
    (pay,) = read(page(json.dumps(POSTING | salary(lowest, highest)))).pay

    assert (pay.lowest, pay.highest, pay.currency, pay.period) == (50_000, 60_000, "GBP", "year")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ({"value": {"value": "50000-60000", "unitText": "YEAR"}}, "GBP 50000-60000 per year"),
        ({"value": {"minValue": "50k", "unitText": "per annum"}}, "GBP 50k per year"),
        ({"currency": "£", "value": {"minValue": 50000, "unitText": "YEAR"}}, "£ 50000 per year"),
    ],
)
def test_pay_that_is_no_number_stands_as_words_to_be_read(amount, words):
    item = read(page(json.dumps(POSTING | {"baseSalary": {"currency": "GBP"} | amount})))

    assert (item.pay, item.pay_text) == ((), words)


def test_two_postings_in_one_block_and_a_page_in_another_encoding_are_read():
    other = WHOLE.replace("Acme", "Société")
    html = f'<meta charset="windows-1252">{page(WHOLE + " " + other)}'.encode("cp1252")

    found = list(ADAPTERS["jobposting"].parse(BytesIO(html), "https://careers.example.com/jobs/"))

    assert [item.company for item in found] == ["Acme", "Société"]


def test_a_posting_in_attributes_of_the_page_is_read_where_there_is_no_json():
    item = read(MICRODATA)

    assert (item.title, item.company) == ("Data & ML Engineer", "Acme")
    assert item.apply_url == "https://careers.example.com/jobs/1"
    assert item.places == (PlaceText("Lyon, FR", city="Lyon", country="FR"),)
    assert item.description == "<div><p>You build</p></div><p>pipelines.</p>"
    assert (item.posted_at, item.closes_on) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        date(2026, 12, 31),
    )
    assert [(one.lowest, one.highest, one.period) for one in item.pay] == [(50_000, 60_000, "year")]


@pytest.mark.parametrize(
    "broken",
    [
        MICRODATA.replace("</span>", ""),
        MICRODATA.replace("</div>", ""),
        MICRODATA.replace("<div", "<p itemprop=x><div") * 50,
        '<div itemscope itemtype="https://schema.org/JobPosting">' * 2_000,
    ],
)
def test_broken_microdata_is_read_as_far_as_it_goes(broken):
    list(ADAPTERS["jobposting"].parse(BytesIO(broken.encode()), "https://example.com/"))

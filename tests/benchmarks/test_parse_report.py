"""The report on what is read of real postings: what it counts, and when it fails."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from benchmarks import parse_corpora, parse_report
from benchmarks.parse_corpora import PayField, key_of_place
from benchmarks.parse_report import Case, alternatives, interval, key_of, report
from jobboard.feeds.posting import new_reader, read_posting
from jobboard.listings.choices import PlaceText

LEVELS = ("seas", "level")
ANSWER = json.loads((Path(__file__).parents[1] / "feeds/data/usajobs.json").read_text())
FEDERAL = ANSWER["SearchResult"]["SearchResultItems"][0]


def level(right: str, read: str) -> Case:
    return Case(*LEVELS, alternatives(right), frozenset(read.split()))


def relevance(right: str, read: str) -> Case:
    return Case("seas", "relevance", alternatives(right), frozenset(read.split()))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("right", "read", "verdict"),
    [
        ("mid", "mid", "right"),
        ("", "", "right"),
        ("mid|senior", "senior", "right"),
        ("mid|", "", "right"),
        ("mid", "", "missing"),
        ("part_time temporary", "temporary", "missing"),
        ("mid", "senior", "WRONG"),
        ("", "mid", "WRONG"),
        ("part_time", "part_time temporary", "WRONG"),
    ],
)
def test_a_value_that_is_not_right_is_missing_or_wrong(right, read, verdict):
    assert level(right, read).verdict == verdict


@pytest.mark.pure
def test_more_wrong_values_than_allowed_fail_and_are_named():
    found = [level("mid", "mid"), level("mid", "senior"), level("mid", "")]

    lines, is_good = report(found, {LEVELS: 1})
    assert is_good
    assert lines[1].split()[:7] == ["seas", "level", "3", "3", "1", "1", "1"]

    lines, is_good = report(found, {})
    assert not is_good
    assert lines[1].endswith("MORE THAN 0")

    lines, is_good = report(found, {LEVELS: 2})
    assert is_good
    assert lines[1].endswith("lower it in wrong.csv")


@pytest.mark.pure
def test_our_work_kept_back_and_other_work_let_in_fail_beyond_their_bars():
    ours, others = [relevance("yes", "yes")] * 95, [relevance("no", "no")] * 98
    doubts, let_in = [relevance("yes", "")] * 5, [relevance("no", "yes")] * 2
    limits = {("seas", "relevance"): 3}

    assert report([*ours, *others, *doubts, *let_in], limits)[1]
    for more in (doubts[0], let_in[0]):
        lines, is_good = report([*ours, *others, *doubts, *let_in, more], limits)
        assert not is_good
        assert any(line.endswith("MORE THAN THE BAR") for line in lines)


@pytest.mark.pure
def test_the_interval_is_wilsons():
    assert interval(0, 100) == pytest.approx((0, 3.7), abs=0.05)
    assert interval(50, 100) == pytest.approx((40.4, 59.6), abs=0.05)


JOB = {
    "title": "Senior Reef Analyst",
    "description": "We sponsor visas.\nSalary: $50,000 a year.",
    "company": "Acme",
    "location": "Oslo, Norway",
}
TEXT_KEY = key_of(f"{JOB['title']} {JOB['description']}")
SNIPPET = {"location": "Lima, Peru", "snippet": "Net salary: 2 500 € a month"}
LABELS = {
    "titles": [
        ["title", "relevance", "role", "level", "level_max"],
        [key_of("Junior  Reef Analyst "), "no", "", "entry", ""],
        [key_of(JOB["title"]), "doubtful", "", "mid", ""],
        [key_of(FEDERAL["MatchedObjectDescriptor"]["PositionTitle"]), "no", "", "", ""],
    ],
    "texts": [
        ["text", "visa", "closes_on", "types", "hybrid_days"],
        [TEXT_KEY, "yes", "2027-01-01", "", ""],
    ],
    "pay": [
        ["pay", "statements"],
        [TEXT_KEY, "base:40000-50000:USD:year"],
        [key_of("Lima, Peru Net salary: 2 500 € a month"), "base:2500-2500:EUR:month:net"],
        [PayField("9000", "9500", "USD", "1 MONTH").key, "base:9000-9500:USD:month"],
    ],
    "places": [
        ["place", "workplace", "countries", "regions", "cities"],
        [
            key_of_place(PlaceText("London; Remote US")),
            "remote remote@US",
            "GB US",
            "",
            "London",
        ],
        [
            key_of_place(PlaceText("Oslo", workplace="remote")),
            "remote remote@NO|remote remote@NO remote@Oslo",
            "NO",
            "",
            "Oslo",
        ],
    ],
}
COMPANIES = """\
title|location_raw|is_remote|has_salary|salary_min_orig|salary_max_orig|currency_original|\
salary_interval_orig
Junior Reef Analyst|Oslo|True|True|9000|9500|USD|1 MONTH
Nobody labelled this|London; Remote US|False|False||||
""".replace("|", ",")


@pytest.fixture
def verdicts(tmp_path, monkeypatch):
    """Of every corpus and field, of postings of this test."""
    shared, labels = tmp_path / "data", tmp_path / "labels"
    write_postings(shared)
    labels.mkdir()
    for name, (columns, *rows) in LABELS.items():
        write(labels / f"{name}.csv", columns, rows)
    monkeypatch.setattr(parse_corpora, "DATA", shared)
    monkeypatch.setattr(parse_report, "LABELS", labels)
    reader = new_reader()

    found = list(parse_report.cases(lambda posting: read_posting(posting, reader)))

    return {(case.corpus, case.field): case.verdict for case in found}


def write_postings(shared):
    for folder in ("listings", "gold"):
        (shared / folder).mkdir(parents=True)
    for name, text in {
        "listings/midat_open.csv.gz": COMPANIES,
        "gold/title_strings_open.csv.gz": "title\nJunior Reef Analyst\n",
        "listings/security_ai_open.jsonl.gz": json.dumps(JOB),
        "listings/usajobs_open.jsonl.gz": json.dumps(FEDERAL),
    }.items():
        with gzip.open(shared / name, "wt") as file:
            file.write(text)
    (shared / "gold/location_strings_open.csv").write_text("location_raw\nOslo\n")
    (shared / "gold/salary_snippets_open.jsonl").write_text(json.dumps(SNIPPET))
    for name, rows in {
        "title": [{"title": "Reef Analyst", "role": None, "level": "none"}],
        "salary": [{"text": "€ 50,000 a year", "expected_ranges": []}],
        "location": [{"text": "Oslo", "workplace": "unspecified", "countries": [], "cities": []}],
    }.items():
        (shared / f"gold/{name}_gold_open.json").write_text(json.dumps({"note": "", "rows": rows}))


def write(path, columns, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.mark.django_db
def test_postings_are_compared_with_the_labels_of_their_titles_and_texts(verdicts):
    assert verdicts["titles", "level"] == "right"
    assert verdicts["security", "level"] == "WRONG"
    assert ("security", "relevance") not in verdicts
    assert verdicts["security", "visa"] == verdicts["security", "quotes"] == "right"
    assert verdicts["security", "closes_on"] == "missing"
    assert verdicts["gold", "level"] == "right"
    assert verdicts["gold", "pay"] == verdicts["gold", "countries"] == "WRONG"


@pytest.mark.django_db
def test_pay_and_places_are_compared_with_their_labels(verdicts):
    assert verdicts["security", "pay"] == "WRONG"
    assert verdicts["usajobs", "pay"] == "right"  # none is labelled, none is in the text
    assert verdicts["snippets", "pay"] == verdicts["pay fields", "pay"] == "right"
    assert verdicts["places", "workplace"] == verdicts["places", "countries"] == "right"


@pytest.mark.pure
def test_wrong_pay_and_wrong_places_fail_beyond_their_bars():
    pay = [Case("ads", "pay", alternatives("1"), frozenset("1"))] * 333
    places = [Case("places", "countries", alternatives("NO"), frozenset({"NO"}))] * 500
    wrong_pay = Case("ads", "pay", alternatives("1"), frozenset("2"))
    wrong_place = Case("places", "cities", alternatives("Oslo"), frozenset({"Bergen"}))
    limits = {("ads", "pay"): 2, ("places", "cities"): 2}

    assert report([*pay, wrong_pay, *places, wrong_place], limits)[1]
    for more in (wrong_pay, wrong_place):
        lines, is_good = report([*pay, wrong_pay, *places, wrong_place, more], limits)
        assert not is_good
        assert lines[-1 if more is wrong_place else -2].endswith("MORE THAN THE BAR")


@pytest.mark.pure
def test_without_the_postings_the_report_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(parse_corpora, "DATA", tmp_path / "nowhere")

    assert parse_report.main() == 0
    assert "No report: the postings are absent" in capsys.readouterr().out

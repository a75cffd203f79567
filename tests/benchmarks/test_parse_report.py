"""The report on what is read of real postings: what it counts, and when it fails."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from benchmarks import parse_report
from benchmarks.parse_report import Case, alternatives, interval, key_of, report
from jobboard.feeds.posting import new_reader, read_posting

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


@pytest.mark.django_db
def test_postings_are_compared_with_the_labels_of_their_titles_and_texts(tmp_path, monkeypatch):
    shared, labels = tmp_path / "data", tmp_path / "labels"
    job = {
        "title": "Senior Reef Analyst",
        "description": "We sponsor visas.\nYou chart reefs.",
        "company": "Acme",
    }
    for folder in ("listings", "gold"):
        (shared / folder).mkdir(parents=True)
    for name in ("listings/midat_open.csv.gz", "gold/title_strings_open.csv.gz"):
        with gzip.open(shared / name, "wt") as file:
            file.write("title\nJunior Reef Analyst\nNobody labelled this\n")
    with gzip.open(shared / "listings/security_ai_open.jsonl.gz", "wt") as file:
        file.write(json.dumps(job))
    with gzip.open(shared / "listings/usajobs_open.jsonl.gz", "wt") as file:
        file.write(json.dumps(FEDERAL))
    for name, rows in {
        "title": [{"title": "Reef Analyst", "role": None, "level": "none"}],
        "salary": [{"text": "€ 50,000 a year", "expected_ranges": []}],
        "location": [{"text": "Oslo", "workplace": "unspecified", "countries": [], "cities": []}],
    }.items():
        (shared / f"gold/{name}_gold_open.json").write_text(json.dumps({"note": "", "rows": rows}))
    labels.mkdir()
    write(
        labels / "titles.csv",
        ["title", "relevance", "role", "level", "level_max"],
        [
            [key_of("Junior  Reef Analyst "), "no", "", "entry", ""],
            [key_of(job["title"]), "doubtful", "", "mid", ""],
            [key_of(FEDERAL["MatchedObjectDescriptor"]["PositionTitle"]), "no", "", "", ""],
        ],
    )
    text = f"{job['title']} {job['description']}"
    write(
        labels / "texts.csv",
        ["text", "visa", "closes_on", "types", "hybrid_days"],
        [
            [key_of(text), "yes", "2027-01-01", "", ""],
        ],
    )
    monkeypatch.setattr(parse_report, "DATA", shared)
    monkeypatch.setattr(parse_report, "LABELS", labels)
    reader = new_reader()

    found = list(parse_report.cases(lambda posting: read_posting(posting, reader)))

    verdicts = {(case.corpus, case.field): case.verdict for case in found}
    assert verdicts["titles", "level"] == "right"
    assert verdicts["security", "level"] == "WRONG"
    assert ("security", "relevance") not in verdicts
    assert verdicts["security", "visa"] == verdicts["security", "quotes"] == "right"
    assert verdicts["security", "closes_on"] == "missing"
    assert verdicts["gold", "level"] == "right"
    assert verdicts["gold", "pay"] == verdicts["gold", "countries"] == "WRONG"


def write(path, columns, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.mark.pure
def test_without_the_postings_the_report_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(parse_report, "DATA", tmp_path / "nowhere")

    assert parse_report.main() == 0
    assert "No report: the postings are absent" in capsys.readouterr().out

"""Other ways to write the same, and words that no job holds."""

import csv
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from django.http import QueryDict
from django.utils.text import slugify

from jobboard.search.find import search
from jobboard.search.results.page import ListingSearch
from tests.factories import ListingFactory, RoleFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

JUDGED = Path(__file__).with_name("data") / "intentions.csv"


def typing_errors() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "typo"]


def found(query: str):
    return search(ListingSearch(QueryDict(query)).criteria)


def titles(query: str) -> list[str]:
    return [job.title for job in ListingSearch(QueryDict(query)).run().listings]


def test_a_typing_error_is_understood_as_what_was_meant(index):
    for name in ("Data Engineer", "Data Scientist", "Machine Learning Engineer"):
        role = RoleFactory(name=name, slug=slugify(name))
        ListingFactory(live=True, title=name, role=role)
    SkillFactory(name="Python", slug="python")

    wrong = {}
    for row in typing_errors():
        meanings = found(urlencode({"q": row["query"]})).criteria.understanding.meanings
        understood = Counter((one.field, one.value) for one in meanings)
        if understood != Counter(parse_qsl(row["understood"])):
            wrong[row["query"]] = understood

    assert wrong == {}


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Full-Stack Developer", ["fullstack", "full stack", "full-stack", "Full Stack"]),
        ("Fullstack Developer", ["fullstack", "full stack", "full-stack"]),
        ("Full stack developer", ["fullstack", "full stack", "full-stack"]),
        ("Site Reliability Engineer", ["SRE", "site reliability engineer"]),
        ("SRE, Payments", ["SRE", "site reliability engineer"]),
        ("Business Intelligence Lead", ["BI", "business intelligence"]),
        ("Cybersecurity Analyst", ["cyber security", "cyber-security"]),
        ("Expert with a 401(k)", ["401k", "401(k)"]),
        ("Modelling Lead", ["modeling"]),
    ],
)
def test_joined_and_apart_short_and_spelt_out_are_the_same(index, written, typed):
    ListingFactory(live=True, title=written)
    ListingFactory(live=True, title="Gardener")

    assert {query: titles(urlencode({"q": query})) for query in typed} == {
        query: [written] for query in typed
    }


@pytest.mark.parametrize("typed", ["not interested in London", "nicht in London"])
def test_what_takes_something_back_is_never_corrected(index, typed):
    """“Not interest” and “night” would ask for London."""
    ListingFactory(live=True, title="Interest rates, not by night, in London")

    search = found(urlencode({"q": typed}))

    meant = [(one.field, one.value) for one in search.criteria.understanding.meanings]
    assert (search.corrected, meant) == ({}, [("city", "-London")])


@pytest.mark.parametrize(
    "typed",
    [
        *("unbefristet", "unremote", "interne kommunikation", "interne Revision", "Revision"),
        *("dash", "senior dash", "sage", "contrast", "hungry", "inland", "manada"),
    ],
)
def test_another_word_is_never_corrected_to_a_filter(index, typed):
    ListingFactory(live=True, title="Temporary intern, remote, Germany, computer vision, stage")

    found_by_it = found(urlencode({"q": typed}))

    meant = {one.value for one in found_by_it.criteria.understanding.meanings} - {"senior"}
    assert (found_by_it.corrected, meant) == ({}, set())


def test_what_we_know_a_name_of_is_never_corrected(index):
    ListingFactory(live=True, title="The rest of the team")
    SkillFactory(name="Rust")

    for query in ("q=rust", "q=rust&words=1"):
        assert (found(query).total, found(query).corrected) == (0, {})


def test_a_wrong_first_letter_is_corrected(index):
    ListingFactory(live=True, title="Hydrologist")

    assert found("q=jydrologist").corrected == {"jydrologist": "hydrologist"}


def test_the_end_of_an_address_is_no_framework(index):
    ListingFactory(live=True, title="Clerk", description_source="Write to hello@fern.net.")
    ListingFactory(live=True, title="ASP.NET Developer")

    assert titles("q=.net") == ["ASP.NET Developer"]

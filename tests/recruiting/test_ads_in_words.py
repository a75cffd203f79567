"""Ads as people write them, and what the form is filled in with from each. What an ad leaves
unsure stays blank: a value that no line above its text names may not be proposed.
"""

import re
import time
from pathlib import Path

import pytest

from jobboard.common.text.html import markdown_to_html
from jobboard.feeds.ad_title import read_title
from jobboard.feeds.parsing.ads.places import read_where
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.recruiting.forms.from_text import Proposal, read_proposals
from tests.factories import RoleFactory

pytestmark = pytest.mark.django_db

ADS = Path(__file__).parent / "data" / "ads_in_words.txt"
ROLES = [
    *("AI Engineer", "Data Architect", "Data Engineer", "Data Scientist", "Research Engineer"),
    "Research Scientist",
]
READ_ELSEWHERE = {"city", "pay_kind", "pay_gross", "skills_required", "skills_nice"}


def ads() -> dict[str, tuple[dict[str, str], str]]:
    """Name → the fields that its text says, and the text."""
    found = {}
    for part in re.split(r"^=== ", ADS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        fields, _, text = rest.partition("---\n")
        found[name] = (dict(line.split(": ", 1) for line in fields.splitlines()), text)
    return found


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def as_typed(one: Proposal) -> str:
    return ",".join(one.value) if isinstance(one.value, list) else one.value


@pytest.fixture
def roles():
    for name in ROLES:
        RoleFactory(name=name)


def test_an_ad_fills_in_what_it_says_and_nothing_else(roles):
    filled, said = {}, {}
    for name, (fields, text) in ads().items():
        read = {one.field: as_typed(one) for one in read_proposals(as_markdown(text))}
        plain = {field: field.rstrip("_0123456789") for field in read}
        filled[name] = {at: read[at] for at in read if plain[at] not in READ_ELSEWHERE}
        said[name] = fields

    assert filled == said


def test_each_value_shows_words_of_the_ad(roles):
    for name, (_, text) in ads().items():
        words = words_of(as_markdown(text))
        for one in read_proposals(as_markdown(text)):
            assert words_of(one.quote), (name, one)
            assert words_of(one.quote) <= words, (name, one)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Wir suchen dich als Data Engineer (m/w/d).", "Data Engineer (m/w/d)"),
        ("Wir suchen Sie als erfahrenen Data Engineer.", "Data Engineer"),
        ("Nous recherchons notre futur Data Engineer.", "Data Engineer"),
        ("Buscamos a nuestro próximo Data Engineer.", "Data Engineer"),
        ("We are looking for our future Data Engineer.", "Data Engineer"),
        ("We’re hiring a Great Lakes Data Engineer!", "Great Lakes Data Engineer"),
        ("We’re hiring a data-driven data scientist!", "Data-driven data scientist"),
        ("We are looking for a great, motivated data scientist.", "Data scientist"),
        ("We are looking for a dbt data engineer.", "dbt data engineer"),
        ("We are looking for a Data Scientist you can trust.", "Data Scientist"),
        ("We are not looking for a Data Engineer", ""),
        ("No longer hiring a Data Engineer", ""),
        ("Wir suchen keinen Data Engineer", ""),
        ("No agencies - we are looking for a Data Engineer", "Data Engineer"),
        ("We couldn’t stop and are hiring a Data Engineer", "Data Engineer"),
        ("Wir suchen nicht nur einen Data Engineer.", "Data Engineer"),
        ("🚀 Junior Data Engineer gesucht / wanted! 🚀", "Junior Data Engineer"),
        ("Data Engineer gesucht (m/w/d)", "Data Engineer"),
        ("Data Engineer recherché(e) !", "Data Engineer"),
        ("Data Engineer — hiring!!", "Data Engineer"),
        ("Wir suchen: Data Engineer!", "Data Engineer"),
        ("Gesucht: Data Engineer (m/w/d)!", "Data Engineer (m/w/d)"),
        ("Se busca Data Engineer", "Data Engineer"),
        ("Se busca: Data Engineer", "Data Engineer"),
        ("On recrute un Data Engineer 🚀", "Data Engineer"),
        ("We're hiring a Data Engineer 🚀", "Data Engineer"),
        ("Hiring!! Data Engineer", "Data Engineer"),
        (
            "Job Title: Sr. AI Engineer - LLM Platform (Remote US / NYC)",
            "Sr. AI Engineer - LLM Platform",
        ),
        ("Data Engineer (Remote)", "Data Engineer"),
        ("AI Engineer (Agents)", "AI Engineer (Agents)"),
    ],
)
def test_a_sentence_gives_the_title_alone(roles, line, title):
    assert read_title(line).value == title


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (["Data Engineer – Nice to meet you"], []),
        (["Data Engineer – Hub", "Based in Oslo, Norway."], ["Oslo, Norway"]),
        (["Data Engineer – Nice"], ["Nice"]),
    ],
)
def test_a_place_is_a_title_s_end_unless_the_text_states_one(lines, places):
    text = "\n\n".join(lines)
    read = read_where(text, markdown_to_html(text), "Data Engineer")

    assert [one.value.text for one in read.places] == places


@pytest.mark.parametrize(
    ("line", "place", "days"),
    [
        ("Team: Forecasting & Pricing, Leeds (UK), 3 days per week in the office", "Leeds (UK)", 3),
        ("Example Maps Ltd, Leeds (UK), 3 days per week in the office", "Leeds (UK)", 3),
        ("Leeds (UK), 3 days per week in the office.", "Leeds (UK)", 3),
        ("## Location\n\nLeeds (UK), 3 days per week in the office", "Leeds (UK)", 3),
        ("- Where: Amsterdam (hybrid, 2 office days)", "Amsterdam", 2),
        ("Standort: Berlin (hybrid, zwei Bürotage)", "Berlin", 2),
    ],
)
def test_a_place_is_read_beside_the_days_in_its_office(line, place, days):
    text = f"Data Engineer\n\n{line}\n\nWe draw maps."

    read = read_where(text, markdown_to_html(text), "Data Engineer")

    assert [(one.value.text, one.value.workplace) for one in read.places] == [(place, "hybrid")]
    assert read.days.value == days


def test_a_town_that_is_a_word_is_no_place_beside_how_one_works():
    text = "Data Engineer\nTeam: Reading, hybrid"

    assert read_where(text, markdown_to_html(text), "Data Engineer").places == ()


@pytest.mark.parametrize(
    "words", ["gesucht / ", "2 office days ", "Leeds (UK), hybrid, ", "(NYC) "]
)
def test_words_repeated_are_read_soon(roles, words):
    text = words * (20_000 // len(words))
    started = time.process_time()

    read_title(text)
    read_where(text, markdown_to_html(text), "Data Engineer")

    assert time.process_time() - started < 2

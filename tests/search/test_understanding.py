"""What a line of words is understood as: data/intentions.csv, judged before it could be.

The rows of ``typo`` are about words that no job holds: see test_spelling.py.
"""

import csv
import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.conf import settings

from jobboard.common.text.words import fold
from jobboard.search.names import Named
from jobboard.search.understanding import table
from jobboard.search.understanding.read import Understanding, locate, understand

STARTER = Path(settings.BASE_DIR) / "roles" / "starter"
JUDGED = Path(__file__).with_name("data") / "intentions.csv"
CURRENCIES = {"USD", "EUR", "GBP", "CHF"}
COMPANIES = ["Blue Heron Labs", "Brightfjord", "Remote", "Snowflake", "Germany", "Reading"]
WRONG_AT_MOST = 0.01


def judged() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def names() -> dict[str, tuple[Named, ...]]:
    """Roles and skills as they ship, and companies, some called like other things."""
    found: dict[str, list[Named]] = defaultdict(list)

    def add(kind: str, pk: int, slug: str, called: list[str]) -> None:
        named = Named(kind, pk, slug, called[0])
        for name in called:
            found[fold(name)].append(named)

    for pk, skill in enumerate(json.loads((STARTER / "skills.json").read_text(encoding="utf-8"))):
        add("skill", pk, skill["slug"], [skill["name"], *skill["aliases"]])
    for pk, path in enumerate(sorted((STARTER / "roles").glob("*.json"))):
        role = json.loads(path.read_text(encoding="utf-8"))
        add("role", pk, role["slug"], [role["name"], *role["aliases"]])
    for pk, name in enumerate(COMPANIES):
        add("company", pk, fold(name).replace(" ", "-"), [name])
    return {name: tuple(named) for name, named in found.items()}


def as_pairs(understood: Understanding) -> Counter:
    pairs = Counter((one.field, one.value) for one in understood.meanings)
    pairs.update(("currency", one.currency) for one in understood.meanings if one.currency)
    return pairs


@pytest.mark.parametrize(
    "row", [row for row in judged() if row["kind"] != "typo"], ids=lambda row: row["query"]
)
def test_a_line_is_understood_as_its_reader_meant_it(names, row):
    understood = understand(row["query"], names, CURRENCIES)

    assert as_pairs(understood) == Counter(parse_qsl(row["understood"]))
    assert understood.words == row["words"]


def test_of_all_lines_almost_none_is_understood_wrongly(names):
    """Wrong is what nobody meant; what stays words is only not understood."""
    rows = [row for row in judged() if row["kind"] != "typo"]
    wrong = []
    for row in rows:
        meant = Counter(parse_qsl(row["understood"]))
        if as_pairs(understand(row["query"], names, CURRENCIES)) - meant:
            wrong.append(row["query"])

    assert len(wrong) / len(rows) <= WRONG_AT_MOST


ODD = [
    "",
    " ",
    '"',
    "-",
    '"" ""',
    "\0",
    "\udcff",
    "𝟞𝟘k €",
    "٣٠٠٠٠ €",
    "1" * 190 + "k",
    "€" * 200,
    "in " * 60,
    "a " * 100,
    "東" * 200,
    "over under 90k hour",
    "from from from Portugal remote",
    "not not remote",
    "or or or python or",
]


@pytest.mark.parametrize("line", ODD)
def test_whatever_is_typed_is_read(names, line):
    understood = understand(line, names, CURRENCIES)

    assert len(understood.words) <= len(line)
    for meaning in understood.meanings:
        assert meaning.value
        assert len(understood.without(meaning)) < len(line)


def test_understanding_a_line_takes_less_than_a_millisecond(names):
    """Of CPU time, in the best of three rounds, as what else the machine does only adds; the
    longest lines may take some.
    """
    lines = [row["query"] for row in judged()]
    rounds = []
    for _ in range(3):
        begin = time.process_time()
        for line in lines:
            understand(line, names, CURRENCIES)
        rounds.append((time.process_time() - begin) / len(lines))

    assert min(rounds) < 0.001


def test_each_row_of_the_table_is_one_that_can_be_read():
    with table.PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    without_value = {"word", "name", "only beside", "filler", "spelled", "thing"}
    others = without_value | {"cue", "currency", "misspelt"}
    assert {row["field"] for row in rows} == table.FILTERS | others
    assert {row["when"] for row in rows} == {"", "start", "beside"}
    assert [row for row in rows if not table.plain(row["phrase"]) or not row["language"]] == []
    for row in rows:
        needs_value = row["field"] not in without_value
        assert bool(row["value"]) == needs_value, row


@pytest.mark.parametrize(
    ("where", "pairs", "words"),
    [
        ("Munich", [("city", "Munich")], ""),
        ("Reading", [("city", "Reading")], ""),
        ("Germany or Austria", [("country", "DE"), ("country", "AT")], ""),
        ("remote", [("workplace", "remote")], ""),
        ("remote from Portugal", [("workplace", "remote"), ("from", "PT")], ""),
        ("Europe", [("country", "europe")], ""),
        ("Austin, TX", [("city", "Austin")], ""),
        ("US", [("country", "US")], ""),
        ("California", [("city", "California")], ""),
        ("senior Python", [], "senior Python"),
    ],
)
def test_words_for_a_place_say_nothing_else(where, pairs, words):
    read = locate(where)

    assert [(one.field, one.value) for one in read.meanings] == pairs
    assert read.words == words

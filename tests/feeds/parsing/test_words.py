"""The word tables: whoever adds a word learns here what it has to look like."""

import pytest

from jobboard.feeds.parsing.vocabulary import FOLDER, table, tokens
from jobboard.listings.choices import EmploymentType, Family

pytestmark = pytest.mark.pure

NAMES = sorted(file.stem for file in FOLDER.glob("*.csv"))
LANGUAGES = {"en", "de", "fr", "es", "pt", "nl", "it", "pl", "sv", "da", "no", "ja", "zh"}
AS_WRITTEN = {"ja", "zh"}
# “Sales” is a function and a domain, “voll oder teilzeit” is two types.
SEVERAL = {"other_work", "headings", "employment_types"}
ALLOWED = {
    ("occupations", "kind"): {
        *("builder", "architect", "researcher", "analyst", "manager", "product", "consultant"),
        *("fielder", "neutral"),
    },
    ("disciplines", "strength"): {
        *("craft", "ai", "data", "agents", "deployment", "hint", "none"),
    },
    ("disciplines", "family"): {*Family.values, ""},
    ("other_work", "kind"): {
        *("function", "engineering", "domain", "use", "business", "field", "plain"),
    },
    ("field_terms", "area"): {"ml", "llm", "data", "weak"},
    ("levels", "level"): {
        *("entry", "mid", "senior", "executive", "entry-mid", "intern", "all", "none"),
        *("numeral entry", "numeral mid", "numeral senior"),
    },
    ("levels", "when"): {"", "person", "start", "after", "alone", "bank"},
    ("headings", "section"): {
        *("nice", "required", "duties", "benefits", "interview", "company"),
    },
    ("asks", "need"): {"required", "nice", "mentioned", "asked", "has"},
    ("visa", "says"): {"yes", "no", "hedged", "other", "not", "limit"},
    ("employment_types", "type"): {*EmploymentType.values},
    ("office", "what"): {"office", "home", "days", "week", "once", "twice", "none"},
    ("whereabouts", "kind"): {
        *("anywhere", "must", "live", "authorized", "moves", "pay", "limited", "only", "denied"),
        *("around", "whole", "label", "thing", "else", "bounded"),
    },
    ("extras", "what"): {
        *("benefit", "benefits", "equity", "step", "interviewing"),
        *("offer", "not_equity", "not_offered"),
    },
    ("extended", "what"): {"extended", "to"},
    ("months", "month"): {str(month) for month in range(1, 13)},
    ("numbers", "number"): {"1", "2", "3", "4", "5"},
}


def words_of(name):
    for row in table(name):
        for words in row["words"].split(";"):
            yield row, words.strip()


@pytest.mark.parametrize("name", NAMES)
def test_words_are_written_as_texts_are_read(name):
    odd = []
    for row, words in words_of(name):
        plain = " ".join(word.removesuffix("*") for word in words.split() if word not in "_*")
        if row["language"] not in AS_WRITTEN and " ".join(tokens(plain)) != plain:
            odd.append(words)

    assert odd == []
    assert {row["language"] for row, _ in words_of(name)} <= LANGUAGES


@pytest.mark.parametrize(("name", "column"), ALLOWED)
def test_the_other_columns_hold_what_the_parsers_know(name, column):
    assert {row[column] for row in table(name)} <= ALLOWED[name, column]


@pytest.mark.parametrize("name", sorted(set(NAMES) - SEVERAL))
def test_a_word_means_one_thing(name):
    meanings = {}
    for row, words in words_of(name):
        meaning = {key: value for key, value in row.items() if key not in ("words", "language")}
        meanings.setdefault(words, []).append(meaning)

    apart = {words: found for words, found in meanings.items() if found != found[:1] * len(found)}
    assert apart == {}

"""Answers that are kept take bounded memory, and new ones are kept at any time."""

import pytest

from jobboard.search.live import answer_cache
from jobboard.search.live.answer_cache import AnswerCache


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(answer_cache, "MAX_ANSWERS", 3)
    monkeypatch.setattr(answer_cache, "MAX_NUMBERS", 10)


def test_the_answers_that_came_first_make_room(few):
    answers = AnswerCache()
    for name in "abcd":
        answers.set(name, [name], 1)

    assert [answers.get(name) for name in "abcd"] == [None, ["b"], ["c"], ["d"]]


def test_numbers_in_all_answers_are_bounded(few):
    answers = AnswerCache()
    answers.set("a", "first", 6)
    answers.set("a", "again", 6)
    assert answers.get("a") == "again"

    answers.set("b", "second", 6)

    assert (answers.get("a"), answers.get("b")) == (None, "second")


def test_what_is_larger_than_the_bound_drops_nothing(few):
    answers = AnswerCache()
    answers.set("a", "first", 6)
    answers.set("b", "too large", 11)

    assert (answers.get("a"), answers.get("b")) == ("first", None)

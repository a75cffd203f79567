"""Parts of pages are drawn once for what they show."""

from dataclasses import dataclass

import pytest
from django.template import Context, Template, engines

from jobboard.common.templatetags import charts
from jobboard.common.web import drawn as drawn_parts

pytestmark = pytest.mark.pure


@dataclass(frozen=True)
class Bar:
    count: object
    of: int = 20


def bar(count) -> str:
    template = Template("{% load charts %}{% count_bar bar.count bar.of %}")
    return template.render(Context({"bar": Bar(count)}))


def test_what_shows_the_same_is_drawn_once(monkeypatch):
    assert engines.all()
    first, other = bar(7), bar(8)
    monkeypatch.setattr(drawn_parts, "render_to_string", None)  # nothing is drawn from now on

    assert bar(7) == first != other
    assert bar(8) == other


def test_what_is_equal_and_of_another_kind_is_drawn_apart(monkeypatch):
    drawn: list[object] = []
    monkeypatch.setattr(
        drawn_parts, "render_to_string", lambda name, context: drawn.append(context) or ""
    )
    for count in (9, 9.0, 9):  # of a length that no other test draws
        bar(count)

    assert len(drawn) == 2


def test_the_function_still_says_what_is_shown():
    assert charts.count_bar(1, 20)["tone"] == "own"

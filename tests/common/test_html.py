"""What strangers' HTML becomes: paragraphs and words stay apart, whatever laid them out."""

import pytest

from jobboard.common.text.html import (
    MAX_BRACKETS,
    clean_html,
    markdown_to_html,
    marked_text,
    plain_text,
)

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>We chart reefs.</div><div>Join us.</div>", "We chart reefs.\nJoin us."),
        ("<section>Reefs<section>Maps</section>Boats</section>", "Reefs\nMaps\nBoats"),
        ("<div>Reefs<p>Maps</p>Boats</div>Nets<p>Oars", "Reefs\nMaps\nBoats\nNets\nOars"),
        ("<table><tr><td>Place</td><td>Oslo</td></tr><tr><td>Pay", "Place\nOslo\nPay"),
        (
            "<dl><dt>Place</dt><dd>Oslo</dd><dt>Start</dt><dd>May</dd></dl>",
            "Place\nOslo\nStart\nMay",
        ),
        ("<li><div>Reefs</div><div>Maps</div></li>", "Reefs\nMaps"),
        ("<b><div>Reefs</div><div>Maps</div></b>", "Reefs\nMaps"),
        ("Reefs<br>Maps<br/>Boats", "Reefs\nMaps\nBoats"),
        ("Reefs<div>Maps</div><li>Boats</li>", "Reefs\nMaps\nBoats"),
        ("<p>One&nbsp;line, <b>two</b> <i>words</i></p>", "One line, two words"),
        ("<DIV class='x'>Reefs</DIV><Article>Maps</Article>", "Reefs\nMaps"),
        ("<p>What looks like &lt;div&gt; is none</p>", "What looks like <div> is none"),
    ],
)
def test_each_block_is_a_line_of_its_own(html, text):
    assert plain_text(clean_html(html)) == text


def test_layout_becomes_paragraphs():
    assert clean_html("<div><b>Who</b></div><div>We chart reefs.</div>") == (
        "<p><b>Who</b></p><p>We chart reefs.</p>"
    )


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p></p>",
        "<p> &nbsp; </p>",
        "<div><br></div>",
        "<div><p><b></b></p></div>",
        "<p>&#8203;</p>",
        "<hr>",
        "<ul><li></li></ul>",
        "<img src=x>",
    ],
)
def test_html_without_a_word_is_no_text(html):
    assert clean_html(html) == ""


def test_headings_and_points_are_marked():
    html = clean_html(
        "<h2>Work</h2><ul><li><p>Maps</p></li><li>Boats</li></ul><p><strong>You:</strong></p><p>Row"
    )

    assert marked_text(html) == "# Work\n- Maps\n- Boats\n# You:\nRow"


def test_a_text_with_more_brackets_than_anybody_writes_has_no_links_and_loses_no_word():
    link, brackets = "[our jobs](https://careers.example.com)", "[" * MAX_BRACKETS

    few, many = markdown_to_html(link), markdown_to_html(f"# Work\n\n{link} {brackets}")

    assert "<a " in few
    assert "<a " not in many
    assert "<h3>Work</h3>" in many
    assert f"{link} {brackets}" in many

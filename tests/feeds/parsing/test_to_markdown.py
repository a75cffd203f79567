"""What becomes of an ad that somebody pastes: Markdown, whatever program it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.common.text.html import markdown_to_html, plain_text
from jobboard.feeds.parsing.texts.to_markdown import MAX_LEVELS, MAX_TAGS, as_markdown

pytestmark = pytest.mark.pure

WORD_TEXT = """Machine Learning Engineer
About us
Acme builds maps for farmers, from satellites and drones.
We work in small teams.
What you will do:
•\tTrain models on satellite images
•\tShip them
\to\twith tests
\to\twith monitoring
–\tTalk to farmers
YOUR PROFILE
1)\tFive years of Python
(2) PyTorch
Location\tBerlin
Salary\t€80,000 – €95,000"""
WORD_HTML = """<html xmlns:o="urn:x"><head><style>p{color:red}</style></head><body>
<p class=MsoNormal><b>Your tasks</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt'><![if !supportLists]><span
style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span><![endif]>Train models<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast><span>·<span>&nbsp;&nbsp; </span></span>Ship them</p>
<p>Until May 2027</p></body></html>"""
GOOGLE_DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
<h2 dir="ltr"><span style="font-size:16pt;font-weight:400">What you’ll do</span></h2>
<ul><li dir="ltr"><p dir="ltr"><span style="font-weight:700">Build</span><span
style="font-weight:400"> pipelines</span></p></li><li><p><span>Own them</span></p></li></ul></b>"""
TABLE = """<table><tr><th>Level</th><th>Pay</th></tr>
<tr><td>Senior</td><td>€90,000</td></tr></table>
<table><tr><th>Level</th><th>From</th><th>To</th></tr>
<tr><td>Junior</td><td>50</td><td>60</td></tr><tr><td>Senior</td><td></td><td>90</td></tr></table>"""
EMOJI = "🚀 What we offer:\n✅ Equity\n✅ Four weeks off\n\n🎯 Own the roadmap\n🧠 Learn every day"
GERMAN = """Deine Aufgaben
- Du baust Pipelines
- Du sprichst mit Kunden
Dein Profil:
- Python
Wir freuen uns auf dich."""
EMAIL = "\n".join(
    ["We build maps for farmers and need somebody who likes to look at data"] * 4 + ["all day."]
)
RIGHT_TO_LEFT = "دور الوظيفة\n•\tتدريب النماذج\n•\tنشرها"


@pytest.mark.parametrize(
    ("pasted", "markdown"),
    [
        pytest.param(
            WORD_TEXT,
            """Machine Learning Engineer

## About us

Acme builds maps for farmers, from satellites and drones.
We work in small teams.

## What you will do

- Train models on satellite images
- Ship them
  - with tests
  - with monitoring
- Talk to farmers

## YOUR PROFILE

1) Five years of Python
2. PyTorch

Location: Berlin
Salary: €80,000 – €95,000""",
            id="plain text of Word",
        ),
        pytest.param(
            WORD_HTML,
            "**Your tasks**\n\n- Train models\n- Ship them\n\nUntil May 2027",
            id="HTML of Word",
        ),
        pytest.param(
            GOOGLE_DOCS, "## What you’ll do\n\n- **Build** pipelines\n- Own them", id="Google Docs"
        ),
        pytest.param(
            TABLE,
            "- Level: Pay\n- Senior: €90,000\n"
            "- Level: Junior; From: 50; To: 60\n- Level: Senior; To: 90",
            id="tables",
        ),
        pytest.param(
            EMOJI,
            "## 🚀 What we offer\n\n- Equity\n- Four weeks off\n\n🎯 Own the roadmap\n"
            "🧠 Learn every day",
            id="emoji",
        ),
        pytest.param(
            GERMAN,
            "## Deine Aufgaben\n\n- Du baust Pipelines\n- Du sprichst mit Kunden\n\n"
            "## Dein Profil\n\n- Python\n\nWir freuen uns auf dich.",
            id="German",
        ),
        pytest.param(EMAIL, EMAIL.replace("\n", " "), id="broken by an email program"),
        pytest.param(RIGHT_TO_LEFT, "دور الوظيفة\n- تدريب النماذج\n- نشرها", id="right to left"),
        pytest.param("Python &amp; <br>C", "Python &\nC", id="HTML as text"),
        pytest.param(
            "## Tasks\n\n* **Build** [maps](https://a.example)\n* Own\n  them\n\n"
            "```\n•\tas it is\n```",
            "## Tasks\n\n* **Build** [maps](https://a.example)\n* Own\n  them\n\n"
            "```\n•\tas it is\n```",
            id="Markdown",
        ),
        pytest.param("A\n\n\n\nB\nC", "A\n\nB\nC", id="paragraphs and lines"),
        pytest.param("Pay: 80k\n\nStart: May", "Pay: 80k\n\nStart: May", id="no headings"),
    ],
)
def test_a_pasted_ad_keeps_paragraphs_lists_and_headings(pasted, markdown):
    assert as_markdown(pasted) == markdown
    assert as_markdown(markdown) == markdown


def test_lines_stay_lines_on_the_page():
    assert markdown_to_html("Berlin\nor remote") == "<p>Berlin<br>\nor remote</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>one</p>" * MAX_TAGS,
        "<ul><li>" * MAX_LEVELS + "one" + "</li></ul>" * MAX_LEVELS,
        "<p onclick='x()'>one</p><script>two</script>",
    ],
    ids=["too many tags", "too many levels", "a script"],
)
def test_of_odd_html_the_words_are_read(html):
    words = as_markdown(html)

    assert "one" in words
    assert not {"two", "onclick", "<"} & set(words.replace("<", " < ").split())


@given(st.text(alphabet="ab •\t\n-:#.1)(o–|`>*<p/b", max_size=60))
def test_what_became_markdown_stays_as_it_is(text):
    markdown = as_markdown(text)

    assert as_markdown(markdown) == markdown


@given(st.lists(st.sampled_from(["•\tPython", "1)\tSQL", "Tasks:", "We build.", "", "o\tmaps"])))
def test_no_word_is_lost(lines):
    def letters(text: str) -> str:
        return "".join(filter(str.isalpha, text)).replace("o", "")

    text = "\n".join(lines)

    assert letters(plain_text(markdown_to_html(as_markdown(text)))) == letters(text)


@pytest.mark.parametrize(
    ("table", "points"),
    [
        (
            "| Where | Amsterdam (hybrid, 2 office days) |\n|---|---|\n| Pay | €5.200 |",
            "- Where: Amsterdam (hybrid, 2 office days)\n- Pay: €5.200",
        ),
        (
            "Level | From | To\n:-- | --: | ---\nJunior | 50 | 60\nSenior | | 90 \\| 91",
            "- Level: Junior; From: 50; To: 60\n- Level: Senior; To: 90 | 91",
        ),
        ("| Level | Pay |\n| Senior | €90,000 |", "- Level: Pay\n- Senior: €90,000"),
    ],
)
def test_a_table_of_markdown_becomes_the_list_that_one_of_html_does(table, points):
    assert as_markdown(f"We draw maps.\n{table}\nJoin us.") == (
        f"We draw maps.\n\n{points}\n\nJoin us."
    )


@pytest.mark.parametrize(
    "text", ["Data Engineer | Oslo | Hybrid", "```\n| a | b |\n```", "Either a | b or c."]
)
def test_a_line_with_bars_alone_is_no_table(text):
    assert as_markdown(text) == text

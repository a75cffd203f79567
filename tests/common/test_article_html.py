"""The HTML of editors' texts: ids and contents of headings, tables, the site's own values, and
nothing harmful.
"""

import re

import pytest

from jobboard.common.text.html import ARTICLE_TAGS, article_to_html, markdown_to_html

pytestmark = pytest.mark.pure


def test_every_second_level_heading_has_an_id_of_its_own_and_stands_in_the_contents():
    article = article_to_html(
        "## Gross or *net*\n\n### Not listed\n\n## Gross or net\n\n## 数据\n\n# Too high"
    )

    assert article.contents == (
        ("s-gross-or-net", "Gross or net"),
        ("s-gross-or-net-2", "Gross or net"),
        ("s-3", "数据"),
        ("s-too-high", "Too high"),
    )
    assert re.findall(r'<h2 id="([^"]*)">', article.html) == [name for name, _ in article.contents]
    assert "<h3>Not listed</h3>" in article.html


def test_no_heading_takes_an_id_of_the_page_itself():
    article = article_to_html("## main\n\n## i-ok")

    assert [name for name, _ in article.contents] == ["s-main", "s-i-ok"]


def test_headings_of_jobs_have_no_ids():
    assert markdown_to_html("## Your work") == "<h3>Your work</h3>"


def test_a_table_stands_in_a_region_that_scrolls_and_can_be_focused():
    table = "| Level | Median |\n|---|---:|\n| Entry | 86,000 |\n"

    shown = article_to_html(f"{table}\n\nText\n\n{table}").html

    regions = re.findall(
        r'<div class="scroll-x" tabindex="0" role="region" aria-label="([^"]*)">\n<table', shown
    )
    assert regions == ["Table 1", "Table 2"]
    assert '<th class="r" scope="col">Median</th>' in shown
    assert '<td class="r">86,000</td>' in shown
    assert "style" not in shown


def test_the_sites_own_values_stand_for_their_placeholders(settings):
    settings.SITE_NAME, settings.CONTACT_EMAIL = "Work & *Wages* <b>", "help_desk_1@example.com"

    shown = article_to_html(
        "{site_name}, {site_url}: [{contact_email}](mailto:{contact_email}), {secret_key}"
    ).html

    assert (
        shown == "<p>Work &amp; *Wages* &lt;b&gt;, http://localhost:8000: <a"
        ' href="mailto:help_desk_1@example.com" rel="noopener">help_desk_1@example.com</a>,'
        " {secret_key}</p>"
    )


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "<div id=main class=x>",
        "[x](javascript:alert(1))",
        "[x](//evil.example)",
        "![x](https://evil.example/pixel.png)",
        '## "><img src=x onerror=alert(1)>',
        "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    ],
)
def test_an_article_has_no_script_picture_or_disguised_link(payload):
    shown = article_to_html(payload).html

    for closing, tag, attributes in re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", shown):
        assert tag in ARTICLE_TAGS
        assert not closing or not attributes
        assert not re.search(r"\s(on\w+|src|style)=", attributes)
        assert not re.search(r'href="(//|javascript)', attributes)
    assert shown.count('id="') <= 1

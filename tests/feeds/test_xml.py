"""XML of others: one shape for all makers, and nothing that a file can do but be refused."""

import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.feeds.adapters import xml
from jobboard.feeds.adapters.base import InvalidFeedError
from jobboard.feeds.adapters.xml import read_xml

pytestmark = pytest.mark.pure


def read(text: str | bytes) -> dict:
    return read_xml(BytesIO(text if isinstance(text, bytes) else text.encode()))


def test_elements_become_texts_dicts_and_lists():
    assert read(
        '<jobs a="1"><job id="7"><t> x </t><t><![CDATA[<p>y</p>]]></t><n/></job>'
        '<title type="html">R&amp;D</title></jobs>'
    ) == {
        "jobs": {
            "@a": "1",
            "job": {"@id": "7", "t": ["x", "<p>y</p>"], "n": ""},
            "title": {"@type": "html", "#text": "R&D"},
        }
    }


def test_names_of_unknown_makers_are_left_out():
    assert read(
        '<r xmlns:m="https://m.example/" xmlns:tt="https://teamtailor.com/locations">'
        "<title>A</title><m:title>B</m:title><tt:city>C</tt:city></r>"
    ) == {"r": {"title": "A", "tt:city": "C"}}


def test_html_that_stands_in_atom_stays_one_text():
    content = '<content type="xhtml"><div><p>A &lt; B</p><br/></div></content>'

    read_as = read(f"<entry>{content}</entry>")["entry"]["content"]["#text"]

    assert read_as == "<div><p>A &lt; B</p><br></br></div>"


def test_the_encoding_is_the_one_that_the_file_declares():
    head = '<?xml version="1.0" encoding="{}"?><a>Zürich €</a>'

    for encoding in ("utf-8", "utf-16", "cp1252"):
        assert read(head.format(encoding).encode(encoding)) == {"a": "Zürich €"}


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-8"?><a>Zürich</a>'.encode("cp1252"),
        '<?xml version="1.0" encoding="utf-16"?><a>Zürich</a>'.encode(),
        "<a>Zürich</a>".encode("cp1252"),
        b"<a>Z&uuml;rich</a>",
        "<a>Z\x08ürich</a>".encode(),
        "<a>Zürich</a>\n<script>count()</script>".encode(),
    ],
    ids=["not UTF-8", "not UTF-16", "undeclared", "HTML entity", "control sign", "junk behind"],
)
def test_what_feeds_get_wrong_is_mended(data):
    assert read(data) == {"a": "Zürich"}


def test_an_ampersand_that_begins_no_entity_is_one():
    assert read("<a>R&D &amp; more <![CDATA[x & y]]></a>") == {"a": "R&D & more x & y"}


@pytest.mark.parametrize("text", ["<a>" + "<![CDATA[" * 50_000, "<a>" + "&x" * 100_000 + "\x01"])
def test_a_long_broken_file_is_refused_at_once(text):
    started = time.process_time()

    with pytest.raises(InvalidFeedError):
        read(text)

    assert time.process_time() - started < 2


BOMB = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB, "The XML file declares a DOCTYPE"),
        (OUTSIDE, "The XML file declares a DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "https://evil.example/a.dtd"><a/>', "The XML file declares a DOCTYPE"),
        ("<!doctype html><title>x</title>", "The file is HTML instead of XML."),
        ("<HTML><p>", "The file is HTML instead of XML."),
        ("{}", "The file is not XML."),
        ("<a><b>", "The XML file is incomplete."),
        ("<a><![CDATA[x", "The XML file is incomplete."),
        ("<a></b>", "The file is not valid XML in line 1, column 5."),
        ("<a>&x;</b>", "The file is not valid XML"),
        ('<?xml version="1.0" encoding="x-y"?></a>', "The XML file declares an encoding"),
        ("<a>" * 100, "The XML file has too many elements or is nested too deeply."),
    ],
)
def test_what_is_refused_and_why(text, sentence):
    with pytest.raises(InvalidFeedError) as refusal:
        read(text)

    assert str(refusal.value).startswith(sentence)


def test_a_file_of_very_many_elements_is_refused(monkeypatch):
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 100)

    with pytest.raises(InvalidFeedError, match="too many elements"):
        read(f"<a>{'<b/>' * 100}</a>")


@given(
    text=st.lists(
        st.sampled_from(
            ["<a>", "</a>", "<b c='d'>", "</b>", "&amp;", "<![CDATA[", "]]>", "x", "\0"]
        )
    )
)
def test_no_text_raises_anything_but_a_refusal(text):
    try:
        read("".join(["<a>", *text]))
    except InvalidFeedError as refusal:
        assert str(refusal)

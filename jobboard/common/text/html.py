"""Makes safe HTML of what people write. The only module whose output templates trust."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape

import nh3
from django.conf import settings
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .unicode import normalized

TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "b",
    "i",
    "code",
    "pre",
    "blockquote",
    "h3",
    "h4",
    "a",
    "hr",
}
# An employer's headings stand below the page's own h2.
HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}
_HEADING = re.compile(r"(</?)(h[1256])(?=[\s>])", re.IGNORECASE)
# Tags that lay out other pages: here their text is a paragraph of its own.
LAYOUT = {
    "address",
    "article",
    "aside",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "legend",
    "main",
    "menu",
    "nav",
    "option",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
}
_LAYOUT_TAG = re.compile(
    rf"<(/?)(?:{'|'.join(sorted(LAYOUT, key=len, reverse=True))})\b[^<>]*>", re.I
)
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|</?(?:br|b|i|em|strong|code|a)(?: [^<>]*)?>)*</p>")
_BLANKS = re.compile(r"[\s\x00-\x20]")  # browsers skip them inside an address
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
# From each bracket the library reads on for the one that closes it, some thirty times what other
# signs cost. Texts that people write have a few dozen links.
MAX_BRACKETS = 500
# From each quotation it reads on through all lines after it.
MAX_QUOTES = 60
_QUOTES = re.compile(r"^[ \t>*+\-\d.)]*>", re.MULTILINE)


def _remove_invisible(line: str, but: str = "") -> str:
    """Remove control, invisible, private and surrogate characters from ``line``, except ``but``."""
    if line.isprintable():  # most lines: nothing to look for one by one
        return line
    return "".join(c for c in line if c in but or unicodedata.category(c) not in _INVISIBLE)


def clean_text(text: str) -> str:
    """Return one line without control, invisible or similar characters, in NFC, blanks
    collapsed.
    """
    text = re.sub(r"[\r\n\t]", " ", text)
    return " ".join(normalized("NFC", _remove_invisible(text)).split())


def clean_lines(text: str) -> str:
    """Clean like ``clean_text``, but lines stay; blanks at their ends go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Invisible characters go first: they may stand between marks.
    visible = "\n".join(_remove_invisible(line, but="\t").rstrip() for line in lines)
    return normalized("NFC", visible).strip("\n")


def _filter_attribute(tag, name, value) -> str | None:
    # An address like //host is a page of another site.
    if re.match(r"[/\\]{2}", _BLANKS.sub("", value)):
        return None
    return value


def _clean(html: str, tags: set[str], attributes: dict[str, set[str]], link_rel: str) -> str:
    clean = nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=link_rel,
    )
    return clean_lines(clean).strip()  # once more: what was written as &#8203; is a character now


def clean_html(html: str) -> str:
    """Keep only TAGS, http(s) and mailto links, rel="nofollow ugc noopener". Idempotent.

    LAYOUT becomes paragraphs, and paragraphs without words go: HTML without any text is ''.
    """
    html = _HEADING.sub(lambda match: match[1] + HEADINGS[match[2].lower()], clean_lines(html))
    if _LAYOUT_TAG.search(html):
        well_formed = _clean(html, TAGS | LAYOUT, {"a": {"href"}}, "nofollow ugc noopener")
        html = _LAYOUT_TAG.sub(lambda tag: "</p><p>" if tag[1] else "<p>", well_formed)
    clean = _clean(html, TAGS, {"a": {"href"}}, "nofollow ugc noopener")
    clean = _EMPTY_PARAGRAPH.sub("", clean).strip()
    if plain_text(clean):
        return clean
    return ""


def markdown_to_html(text: str) -> str:
    """CommonMark to clean HTML; line breaks stay. HTML inside the text is shown as text, as are the
    links of a text with more than MAX_BRACKETS, and with more than MAX_QUOTES its quotations.
    """
    return clean_html(_markdown(*_too_costly(text)).render(text))


def _too_costly(text: str) -> Iterator[str]:
    """The rules of the Markdown library that would take too long."""
    if text.count("[") > MAX_BRACKETS:
        yield from ("link", "image", "reference")
    if sum(line.count(">") for line in _QUOTES.findall(text)) > MAX_QUOTES:
        yield "blockquote"


@cache
def _markdown(*without: str) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(without)


_BLOCK = re.compile(r"</?(?:br|hr|p|li|h3|h4|pre|blockquote|ul|ol)>")
_TAG = re.compile(r"<[^>]*>")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]*\n\s*")
_LINE_MARKS = [
    (re.compile(r"<li>\s*(?:<p>)?"), "\n- "),
    (re.compile(r"<h[34]>"), "\n# "),
    (_BLOCK, "\n"),
    # A line in bold is a heading.
    (re.compile(r"^[ \t]*(?:<\w+>)+([^<>\n]+)(?:</\w+>)+:?\s*$", re.MULTILINE), r"# \1"),
]


def plain_text(clean: str) -> str:
    """The text of HTML that ``clean_html`` made, a line for each block."""
    return _lines(_BLOCK.sub("\n", clean))


def marked_text(clean: str) -> str:
    """Return the text like ``plain_text``, with “# ” before headings and “- ” before the points of
    a list.
    """
    for pattern, mark in _LINE_MARKS:
        clean = pattern.sub(mark, clean)
    return _lines(clean)


def _lines(html: str) -> str:
    text = unescape(_TAG.sub("", html)).replace("\N{NO-BREAK SPACE}", " ")
    return _LINE_ENDS.sub("\n", text).strip()


# --- Articles: our editors' own texts, which may do more than strangers' ---

ARTICLE_TAGS = TAGS | {"h2", "div", "table", "thead", "tbody", "tr", "th", "td"}
ARTICLE_ATTRIBUTES = {
    "a": {"href"},
    "h2": {"id"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "table": {"class"},
    "th": {"class", "scope"},
    "td": {"class"},
}
ARTICLE_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}  # the page's own h1 is the title
_PLACEHOLDER = re.compile(r"\{(site_name|site_url|contact_email)\}")
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")  # what Markdown may take for a sign of its own


@dataclass(frozen=True)
class ArticleHtml:
    html: str
    contents: tuple[tuple[str, str], ...]
    """Id and words of each h2."""


def article_to_html(text: str) -> ArticleHtml:
    """Markdown with tables to clean HTML; each h2 has an id.

    {site_name}, {site_url} and {contact_email} become this site's own values, as plain words.
    """
    values = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }
    return _article_to_html(
        _PLACEHOLDER.sub(lambda match: _MARKS.sub(r"\\\1", values[match[1]]), text)
    )


@lru_cache(maxsize=128)
def _article_to_html(text: str) -> ArticleHtml:
    contents: dict[str, str] = {}
    headings: Counter[str] = Counter()
    tables = 0
    tokens: list[Token] = []
    markdown = _article_markdown(*_too_costly(text))
    parsed = markdown.parse(clean_lines(text))
    for position, token in enumerate(parsed):
        token.tag = ARTICLE_HEADINGS.get(token.tag, token.tag)
        if token.type == "heading_open" and token.tag == "h2":
            title = _inline_text(parsed[position + 1])
            heading_id = _find_free_id(title, contents, headings)
            token.attrSet("id", heading_id)
            contents[heading_id] = title
        elif token.type == "table_open":
            tables += 1
            tokens.append(_open_table_region(tables))
            token.attrSet("class", "data")
        elif token.type in ("th_open", "td_open"):
            _mark_cell(token)
        tokens.append(token)
        if token.type == "table_close":
            tokens.append(Token("region_close", "div", -1, block=True))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return ArticleHtml(
        _clean(html, ARTICLE_TAGS, ARTICLE_ATTRIBUTES, "noopener"), tuple(contents.items())
    )


@cache
def _article_markdown(*without: str) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(without)


def _inline_text(inline: Token) -> str:
    parts = inline.children or []
    return "".join(part.content for part in parts if part.type in ("text", "code_inline"))


def _find_free_id(title: str, taken: dict[str, str], headings: Counter[str]) -> str:
    """Begins with s-, so that none is one of the page's own; the second of the same title ends with
    -2. ``headings`` counts those of the same title.
    """
    name = f"s-{slugify(title) or len(taken) + 1}"
    free = name
    while free in taken:
        headings[name] += 1
        free = f"{name}-{headings[name] + 1}"
    return free


def _open_table_region(number: int) -> Token:
    """Scrolls sideways where the table is too wide, also by keyboard."""
    attributes = {
        "class": "scroll-x",
        "tabindex": "0",
        "role": "region",
        "aria-label": f"Table {number}",
    }
    return Token("region_open", "div", 1, attrs={**attributes}, block=True)


def _mark_cell(cell: Token) -> None:
    if cell.attrs.pop("style", "") == "text-align:right":
        cell.attrSet("class", "r")
    if cell.tag == "th":
        cell.attrSet("scope", "col")

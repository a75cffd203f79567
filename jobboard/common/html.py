"""From what people write to HTML that is safe to show. The only module whose output templates trust."""

import re
import unicodedata
from html import unescape

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "code", "pre", "blockquote", "h3", "h4", "a", "hr"}
# An employer's headings stand below the page's own h2.
HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}
_HEADING = re.compile(r"(</?)(h[1256])(?=[\s>])", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\x00-\x20]")  # browsers skip them inside an address
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_markdown = MarkdownIt("commonmark", {"html": False})


def _visible(line: str, but: str = "") -> str:
    """``line`` without control, invisible, private or surrogate characters, save those in ``but``."""
    if line.isprintable():  # most lines: nothing to look for one by one
        return line
    return "".join(c for c in line if c in but or unicodedata.category(c) not in _INVISIBLE)


def clean_text(text: str) -> str:
    """One line without control, invisible, private or surrogate characters, in NFC, blanks collapsed."""
    text = re.sub(r"[\r\n\t]", " ", text)
    return " ".join(unicodedata.normalize("NFC", _visible(text)).split())


def clean_lines(text: str) -> str:
    """Like ``clean_text``, but lines stay; blanks at their ends go."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(_visible(line, but="\t").rstrip() for line in lines).strip("\n")


def _attribute(tag, name, value):
    return None if re.match(r"[/\\]{2}", _BLANKS.sub("", value)) else value  # //host is somebody else's page


def clean_html(html: str) -> str:
    """Only TAGS, links with http(s) or mailto and rel="nofollow ugc noopener". Cleaning twice changes nothing."""
    html = _HEADING.sub(lambda match: match[1] + HEADINGS[match[2].lower()], clean_lines(html))
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return clean_lines(clean).strip()  # once more: what was written as &#8203; is a character now


def markdown_to_html(text: str) -> str:
    """CommonMark to clean HTML; HTML inside the text is shown as text."""
    return clean_html(_markdown.render(text))


_BLOCK_END = re.compile(r"<(?:br|hr)>|</(?:p|li|h3|h4|pre|blockquote|ul|ol)>")
_TAG = re.compile(r"<[^>]*>")


def plain_text(clean: str) -> str:
    """The text of HTML that ``clean_html`` made, a line for each block."""
    return unescape(_TAG.sub("", _BLOCK_END.sub("\n", clean)))

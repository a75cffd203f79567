"""RSS 2.0 and Atom feeds of jobs."""

from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.utils.html import strip_tags

from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, html, places, rows_at, text, text_at, value_at
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import TAG, safe_url
from jobboard.feeds.adapters.xml import read_xml

MIN_TEXT_LENGTH = 200  # characters; less is a summary and not the text of a job


def rows_of(answer: Any) -> list[Any] | None:
    if "rss" in answer:
        return rows_at(answer["rss"], "channel.item")
    if "feed" in answer:
        return rows_at(answer["feed"], "entry")
    return None


def read_id(item: dict[str, Any]) -> str:
    return external_id({"guid": text_at(item, "guid", "id") or read_link(item)}, "guid")


def read_title(item: dict[str, Any]) -> str:
    """Atom states whether a title is HTML; others escape theirs twice."""
    title = text_at(item, "title")
    if value_at(item, "title.@type") == "html":
        title = strip_tags(title)
    return unescape(title)


def read_link(item: dict[str, Any]) -> str:
    """Atom has several links, which may be relative to an address of their own."""
    links = []
    atom_links = []
    for link in rows_at(item, "link"):
        if isinstance(link, str):
            links.append(link)
        elif isinstance(link, dict) and link.get("@rel", "alternate") == "alternate":
            atom_links.append(str(link.get("@href", "")))
    base = urljoin(text_at(item, "@feed"), text_at(item, "@base"))
    return safe_url(*(urljoin(base, link.strip()) for link in [*links, *atom_links]))


def read_description(item: dict[str, Any]) -> str:
    content = text_at(item, "content:encoded", "content", "description", "summary")
    is_summary = not TAG.search(unescape(content)) and len(content) < MIN_TEXT_LENGTH
    if is_summary:
        return ""
    return html("text")({"text": content})


SOURCE = Source(
    name="an RSS or Atom feed",
    answer=read_xml,
    rows=rows_of,
    shared={"@base": text("feed.@xml:base", "rss.channel.link")},
    fields=Fields(
        external_id=read_id,
        title=read_title,
        company=text("author.name"),
        description=read_description,
        places=places(parts=("location",)),
        apply_url=read_link,
        posted_at=moment("pubDate", "dc:date", "published", "updated"),
    ),
)

"""RSS 2.0 and Atom feeds of jobs."""

from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.utils.html import strip_tags

from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import Fields, html, places, rows_at, text, text_at
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import TAG, safe_url
from jobboard.feeds.adapters.xml import read_xml

SUMMARY = 200  # characters; less is not the text of a job


def rows_of(answer: Any) -> list | None:
    if "rss" in answer:
        return rows_at(answer["rss"], "channel.item")
    if "feed" in answer:
        return rows_at(answer["feed"], "entry")
    return None


def read_id(item: dict) -> str:
    return external_id({"guid": text_at(item, "guid", "id") or read_link(item)}, "guid")


def read_title(item: dict) -> str:
    """Atom says where a title is HTML; others escape theirs twice."""
    title = text_at(item, "title")
    is_html = isinstance(item.get("title"), dict) and item["title"].get("@type") == "html"
    return unescape(strip_tags(title) if is_html else title)


def read_link(item: dict) -> str:
    """Atom has several, and may write them from an address of its own on."""
    links = rows_at(item, "link")
    written = [one for one in links if isinstance(one, str)]
    written += [
        str(one.get("@href", ""))
        for one in links
        if isinstance(one, dict) and one.get("@rel", "alternate") == "alternate"
    ]
    base = urljoin(text_at(item, "@feed"), text_at(item, "@base"))
    return safe_url(*(urljoin(base, one.strip()) for one in written))


def read_description(item: dict) -> str:
    words = text_at(item, "content:encoded", "content", "description", "summary")
    is_summary = not TAG.search(unescape(words)) and len(words) < SUMMARY
    if is_summary:
        return ""
    return html("text")({"text": words})


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

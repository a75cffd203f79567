"""RSS and Atom feeds of jobs, and the dialects of three makers: what each element means there."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.html import strip_tags

from jobboard.common.text.words import COUNTRIES
from jobboard.listings.choices import PlaceText

from .base import external_id
from .fields import (
    Fields,
    day,
    html,
    identity,
    link,
    moment,
    places,
    remote_in,
    rows_at,
    text,
    text_at,
    texts,
)
from .source import Source, Terms
from .values import TAG
from .xml import read_xml

SUMMARY = 200  # characters; less is not the text of a job
ENTITY = re.compile(r"&(?:amp|#38|#x26);")


# RSS 2.0 and Atom


def rows_of(answer: Any) -> list | None:
    if "rss" in answer:
        return rows_at(answer["rss"], "channel.item")
    return rows_at(answer["feed"], "entry") if "feed" in answer else None


def read_id(item: dict) -> str:
    return external_id({"guid": text_at(item, "guid", "id") or read_link(item)}, "guid")


def read_title(item: dict) -> str:
    """Atom says where a title is HTML."""
    title = text_at(item, "title")
    is_html = isinstance(item.get("title"), dict) and item["title"].get("@type") == "html"
    return unescape(strip_tags(title)) if is_html else title


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
    return urljoin(base, written[0]) if written else ""


def read_description(item: dict) -> str:
    words = text_at(item, "content:encoded", "content", "description", "summary")
    is_summary = not TAG.search(unescape(words)) and len(words) < SUMMARY
    return "" if is_summary else html("text")({"text": words})


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

# Himalayas

HIMALAYAS = Source(
    name="Himalayas",
    root="rss",
    rows="channel.item",
    lists_all=False,
    fields=Fields(
        external_id=identity("guid"),
        title=text("title"),
        company=text("himalayas:companyName"),
        description=html("content:encoded"),
        places=remote_in("himalayas:locationRestriction"),
        apply_url=link("link", "guid"),
        closes_on=day("himalayas:expiryDate"),
        posted_at=moment("pubDate"),
    ),
    # It is to be named and linked.
    terms=Terms(credit="Himalayas", allows_markup=False),
)

# We Work Remotely

HEADER = re.compile(r"<p>\s*<strong>Headquarters:</strong>.*?</p>", re.DOTALL)
TO_APPLY = re.compile(r"<p>\s*<strong>To apply:</strong>.*", re.DOTALL)


def last_of_path(item: dict) -> str:
    path = urlsplit(text_at(item, "link", "guid")).path
    return external_id({"link": path.rstrip("/").rpartition("/")[2]}, "link")


def company_and_title(item: dict) -> tuple[str, str]:
    """“Acme: Data Engineer”; without a colon it says no company."""
    company, colon, title = text_at(item, "title").partition(":")
    return (company.strip(), title.strip()) if colon else ("", company.strip())


def text_alone(item: dict) -> str:
    return TO_APPLY.sub("", HEADER.sub("", html("description")(item)))


WE_WORK_REMOTELY = Source(
    name="We Work Remotely",
    root="rss",
    rows="channel.item",
    lists_all=False,
    fields=Fields(
        external_id=last_of_path,
        title=lambda item: company_and_title(item)[1],
        company=lambda item: company_and_title(item)[0],
        description=text_alone,
        places=remote_in("region"),
        types=texts("type"),
        tags=texts("skills", apart=","),
        apply_url=link("link", "guid"),
        closes_on=day("expires_at"),
        posted_at=moment("pubDate"),
    ),
    terms=Terms(credit="We Work Remotely", allows_markup=False),
)

# SAP SuccessFactors

NUMBER = re.compile(r"/job/.*?/(\d+)(?:-[a-z]{2}_[A-Z]{2})?/?$")
IN_BRACKETS = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)$")
POSTCODE = re.compile(r"[\d -]{3,10}")


def sf_link(item: dict) -> str:
    """Escaped twice by some sites; what follows the path says who asked."""
    written = text_at(item, "link", "guid")
    while ENTITY.search(written):
        written = unescape(written)
    return urlsplit(written)._replace(query="", fragment="").geturl()


def sf_id(item: dict) -> str:
    match = NUMBER.search(urlsplit(sf_link(item)).path)
    return external_id({"guid": match[1] if match else text_at(item, "guid")}, "guid")


def sf_place(item: dict) -> str:
    """Some sites write it at the end of the title alone: “(München, BY, DE)”."""
    stated = text_at(item, "g:location")
    bracket = IN_BRACKETS.search(text_at(item, "title"))
    if stated or not bracket:
        return stated
    return bracket[1] if len(bracket[1].split(",")) > 2 and country_in(bracket[1]) else ""


def country_in(place: str) -> str:
    """“Tempe, AZ, US, 85288”: a code in the last part but for a postcode."""
    parts = [part.strip() for part in place.split(",")]
    if len(parts) > 1 and POSTCODE.fullmatch(parts[-1]):
        parts.pop()
    return parts[-1] if len(parts) > 1 and parts[-1] in COUNTRIES else ""


def sf_places(item: dict) -> tuple[PlaceText, ...]:
    name = sf_place(item)
    city = name.partition(",")[0].strip()
    return (PlaceText(name, city=city, country=country_in(name)),) if name else ()


def sf_title(item: dict) -> str:
    """Without the place; other brackets are the title's own."""
    title, place = text_at(item, "title"), sf_place(item)
    bracket = IN_BRACKETS.search(title)
    return title[: bracket.start()] if bracket and place.startswith(bracket[1]) else title


def sf_description(item: dict) -> str:
    same = text_at(item, "description") == text_at(item, "title")
    return "" if same else html("description")(item)


SUCCESSFACTORS = Source(
    name="SAP SuccessFactors",
    root="rss",
    rows="channel.item",
    fields=Fields(
        external_id=sf_id,
        title=sf_title,
        company=text("g:employer"),
        description=sf_description,
        places=sf_places,
        apply_url=sf_link,
        closes_on=day("g:expiration_date"),
        posted_at=moment("pubDate"),
    ),
)

"""SAP SuccessFactors' branded career sites: GET HOST/googlefeed.xml, or the older
HOST/services/rss/job?company=NAME.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from jobboard.common.text.words import COUNTRIES
from jobboard.feeds.adapters.base import external_id
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, html, text, text_at
from jobboard.feeds.adapters.source import Source
from jobboard.listings.choices import PlaceText

ENTITY = re.compile(r"&(?:amp|#38|#x26);")
NUMBER = re.compile(r"/job/.*?/(\d+)(?:-[a-z]{2}_[A-Z]{2})?/?$")
IN_BRACKETS = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)$")
POSTCODE = re.compile(r"[\d -]{3,10}")


def read_link(item: dict) -> str:
    """Escaped twice by some sites; what follows the path says who asked."""
    written = text_at(item, "link", "guid")
    while ENTITY.search(written):
        written = unescape(written)
    return urlsplit(written)._replace(query="", fragment="").geturl()


def read_id(item: dict) -> str:
    match = NUMBER.search(urlsplit(read_link(item)).path)
    return external_id({"guid": match[1] if match else text_at(item, "guid")}, "guid")


def read_place(item: dict) -> str:
    """Some sites write it at the end of the title alone: “(München, BY, DE)”."""
    stated = text_at(item, "g:location")
    bracket = IN_BRACKETS.search(text_at(item, "title"))
    if stated or not bracket:
        return stated
    if len(bracket[1].split(",")) > 2 and country_in(bracket[1]):
        return bracket[1]
    return ""


def country_in(place: str) -> str:
    """“Tempe, AZ, US, 85288”: a code in the last part but for a postcode."""
    parts = [part.strip() for part in place.split(",")]
    if len(parts) > 1 and POSTCODE.fullmatch(parts[-1]):
        parts.pop()
    if len(parts) > 1 and parts[-1] in COUNTRIES:
        return parts[-1]
    return ""


def read_places(item: dict) -> tuple[PlaceText, ...]:
    name = read_place(item)
    city = name.partition(",")[0].strip()
    if name:
        return (PlaceText(name, city=city, country=country_in(name)),)
    return ()


def read_title(item: dict) -> str:
    """The title without the place; other brackets are the title's own."""
    title = text_at(item, "title")
    place = read_place(item)
    bracket = IN_BRACKETS.search(title)
    if bracket and place.startswith(bracket[1]):
        return title[: bracket.start()]
    return title


def read_description(item: dict) -> str:
    same = text_at(item, "description") == text_at(item, "title")
    if same:
        return ""
    return html("description")(item)


SOURCE = Source(
    name="SAP SuccessFactors",
    root="rss",
    rows="channel.item",
    fields=Fields(
        external_id=read_id,
        title=read_title,
        company=text("g:employer"),
        description=read_description,
        places=read_places,
        apply_url=read_link,
        closes_on=day("g:expiration_date"),
        posted_at=moment("pubDate"),
    ),
)

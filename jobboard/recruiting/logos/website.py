"""A logo from a company's own website: the icon that its first page names."""

import re
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, SoupStrainer
from bs4.element import Tag
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from jobboard.common.web.turns import WEBSITES
from jobboard.feeds.download import Answer, FetchError, fetch
from jobboard.listings.employers.identity import Picture

from . import encoding

SECONDS = 4  # for the page, and for each picture
LARGEST_PAGE = 2 * 2**20
HEAD = 200_000  # bytes of a page that are read for its icons
MOST_TRIED = 3
LEAST_SIDE = 64  # px, below which a picture is for the tab of a browser alone
PHONE_ICON = "apple-touch-icon"
PHONE_SIDE = 180  # px of one that does not say its size
NOT_READ = re.compile(r"\.(svg|ico)$|^data:", re.IGNORECASE)
SIZE = re.compile(r"(\d{1,4})x\d{1,4}", re.IGNORECASE)


class NoLogoError(Exception):
    """One sentence for the owner of the company."""


@WEBSITES.one_at_a_time
def logo_from(website: str) -> Picture:
    """Asks other machines, so one at a time. Raises NoLogoError."""
    page, address = _first_page(website)
    for icon in icons_of(page.data[:HEAD], address)[:MOST_TRIED]:
        picture = _picture_at(icon)
        if picture and picture.width >= LEAST_SIDE:
            return picture
    raise NoLogoError(
        f"{urlsplit(address).netloc} names no PNG, JPEG or WebP icon of {LEAST_SIDE} pixels or "
        "more. Upload an image instead."
    )


def icons_of(page: bytes, address: str) -> list[str]:
    """Addresses of icons, the largest first."""
    links = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("link")).find_all("link")
    sides = {}
    for link in links:
        href = str(link.get("href") or "").strip()
        if _is_icon(link) and href and not NOT_READ.search(href.partition("?")[0]):
            sides[_joined(address, href)] = _side(link)
    sides.setdefault(_joined(address, f"/{PHONE_ICON}.png"), 0)
    return sorted(sides, key=lambda icon: -sides[icon])


def _first_page(website: str) -> tuple[Answer, str]:
    """A site may live with or without www alone. Raises NoLogoError."""
    parts = urlsplit(website)
    host = parts.netloc.removeprefix("www.")
    problems = []
    for netloc in dict.fromkeys([parts.netloc, host, f"www.{host}"]):
        address = parts._replace(scheme="https", netloc=netloc).geturl()
        try:
            return fetch(address, largest=LARGEST_PAGE, seconds=SECONDS), address
        except FetchError as problem:
            problems.append(str(problem))
    raise NoLogoError(f"{problems[0]} Upload an image instead.")


def _picture_at(address: str) -> Picture | None:
    try:
        data = fetch(address, largest=encoding.MOST_BYTES, seconds=SECONDS).data
        return encoding.encode(ContentFile(data))
    except (FetchError, ValidationError):
        return None


def _is_icon(link: Tag) -> bool:
    says = {word.lower() for word in link.get_attribute_list("rel") if word}
    return bool(says & {"icon", PHONE_ICON, f"{PHONE_ICON}-precomposed"})


def _side(link: Tag) -> int:
    sizes = SIZE.findall(str(link.get("sizes") or ""))
    if sizes:
        return max(int(size) for size in sizes)
    is_for_phones = any(PHONE_ICON in (word or "") for word in link.get_attribute_list("rel"))
    return PHONE_SIDE if is_for_phones else 0


def _joined(address: str, link: str) -> str:
    """'' for what is no address."""
    try:
        return urljoin(address, link)
    except ValueError:
        return ""

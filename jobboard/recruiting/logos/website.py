"""A logo from a company's own website: the icon that its first page names."""

import re
import time
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from jobboard.common.web.turns import WEBSITES
from jobboard.feeds.detection.pages import tags_of
from jobboard.feeds.download import FetchError, Response, fetch
from jobboard.listings.employers.identity import Picture

from . import encoding

TIMEOUT_SECONDS = 8  # for the page and its pictures together
MAX_PAGE_BYTES = 2 * 2**20
HEAD = 200_000  # bytes of a page that are read for its icons
MAX_TRIED = 3
MIN_SIDE_PIXELS = 64  # px, below which a picture is for the tab of a browser alone
PHONE_ICON = "apple-touch-icon"
ICONS = {"icon", PHONE_ICON, f"{PHONE_ICON}-precomposed"}
PHONE_SIDE = 180  # px of one that does not say its size
UNKNOWN = 0
NOT_READ = re.compile(r"\.(svg|ico)$|^data:", re.IGNORECASE)
SIZE = re.compile(r"(\d{1,4})x\d{1,4}", re.IGNORECASE)


class NoLogoError(Exception):
    """No logo was found; the message is one sentence for the owner of the company."""


@WEBSITES.one_at_a_time
def logo_from(website: str) -> Picture:
    """Fetch the company's icon, one request at a time. Raises NoLogoError."""
    give_up_at = time.monotonic() + TIMEOUT_SECONDS
    page, address = _first_page(website, give_up_at)
    for icon in find_icons(page.data[:HEAD], address)[:MAX_TRIED]:
        picture = _picture_at(icon, give_up_at)
        if picture and picture.width >= MIN_SIDE_PIXELS:
            return picture
    raise NoLogoError(
        f"{urlsplit(address).netloc} names no PNG, JPEG or WebP icon of {MIN_SIDE_PIXELS} pixels "
        "or more. Upload an image instead."
    )


def find_icons(page: bytes, address: str) -> list[str]:
    """Find addresses of icons that may be large enough, the largest first."""
    sides = {}
    for name, attributes in tags_of(page.decode("utf-8", "replace")):
        icon = _absolute_url(address, attributes.get("href", ""))
        if name == "link" and _is_icon(attributes) and icon:
            sides[icon] = _side(attributes)
    sides.setdefault(_absolute_url(address, f"/{PHONE_ICON}.png"), PHONE_SIDE)
    usable = [icon for icon, side in sides.items() if side == UNKNOWN or side >= MIN_SIDE_PIXELS]
    return sorted(usable, key=lambda icon: -sides[icon])


def _first_page(website: str, give_up_at: float) -> tuple[Response, str]:
    """Fetch the first page, with or without www, as a site may answer on one alone. Raises
    NoLogoError.
    """
    parts = urlsplit(website)
    host = parts.netloc.removeprefix("www.")
    problems = []
    for netloc in dict.fromkeys([parts.netloc, host, f"www.{host}"]):
        address = parts._replace(scheme="https", netloc=netloc).geturl()
        try:
            return _fetch(address, MAX_PAGE_BYTES, give_up_at), address
        except FetchError as problem:
            problems.append(str(problem))
    raise NoLogoError(f"{problems[0]} Upload an image instead.")


def _picture_at(address: str, give_up_at: float) -> Picture | None:
    try:
        answer = _fetch(address, encoding.MAX_BYTES, give_up_at)
        return encoding.encode(ContentFile(answer.data))
    except (FetchError, ValidationError):
        return None


def _fetch(address: str, max_bytes: int, give_up_at: float) -> Response:
    """Raises FetchError."""
    seconds = give_up_at - time.monotonic()
    if seconds <= 0:
        raise FetchError(f"{urlsplit(address).netloc} took too long.")
    return fetch(address, max_bytes=max_bytes, seconds=seconds)


def _is_icon(attributes: dict[str, str]) -> bool:
    rels = set(attributes.get("rel", "").lower().split())
    is_drawn = "svg" in attributes.get("type", "").lower()
    is_read = not NOT_READ.search(attributes.get("href", "").partition("?")[0])
    return bool(rels & ICONS) and is_read and not is_drawn


def _side(attributes: dict[str, str]) -> int:
    """Return the longest side an icon states, in pixels; UNKNOWN if it states none."""
    sizes = SIZE.findall(attributes.get("sizes", ""))
    if sizes:
        return max(int(size) for size in sizes)
    if PHONE_ICON in attributes.get("rel", "").lower():
        return PHONE_SIDE
    return UNKNOWN


def _absolute_url(address: str, link: str) -> str:
    """Resolve ``link`` against the page’s address; '' if it is not a link."""
    if not link:
        return ""
    try:
        return urljoin(address, link)
    except ValueError:
        return ""

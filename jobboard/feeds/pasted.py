"""Finds the source of jobs in what people paste: an address, or the piece of HTML that embeds a
board.
"""

import json
from urllib.parse import urlsplit

from .adapters.registry import ADAPTERS
from .detection.addresses import detect_address
from .detection.pages import IS_HTML, detect_feed, find_sources, read, single_source
from .detection.sources import DetectedSource, NotASourceError
from .download import FetchError, fetch

MAX_PAGE_BYTES = 2 * 2**20
TIMEOUT_SECONDS = 15
# An address alone does not say what they hold.
KINDS_TO_FETCH = {"page", "rss", "xml"}
# Files of an employer's own domain, and what each must say.
PUBLISHED = {"ojobpub.json": "jobs", "ojcp.json": "feed_endpoints"}


def detect_source(pasted: str, *, reads_pages: bool) -> DetectedSource:
    """``reads_pages`` asks an address that names no board for its page or feed, else its kind stays
    “page”. Raises NotASourceError.
    """
    if IS_HTML.match(pasted):
        return single_source(pasted[:MAX_PAGE_BYTES])
    source = detect_address(pasted)
    if reads_pages and source.kind in KINDS_TO_FETCH:
        return _read(source)
    return source


def sources_on_page(address: str) -> list[DetectedSource]:
    """The sources that the page at an address leads to; none where it does not answer."""
    try:
        answer = fetch(address, max_bytes=MAX_PAGE_BYTES, seconds=TIMEOUT_SECONDS)
        return find_sources(read(answer.data.decode("utf-8", "replace")), address)
    except (FetchError, NotASourceError):
        return []


def why_not_importable(source: DetectedSource) -> str:
    """One sentence, or '' if jobs of this kind can be imported, or may be found on the page."""
    if source.kind in ADAPTERS or source.kind == "page":
        return ""
    return (
        f"We recognise {source.name}, but can’t import jobs from it yet. "
        "Upload them as a file instead."
    )


def _read(source: DetectedSource) -> DetectedSource:
    """The source that the page or feed at an address turns out to be. Raises NotASourceError."""
    try:
        answer = fetch(source.api, max_bytes=MAX_PAGE_BYTES, seconds=TIMEOUT_SECONDS)
    except FetchError as failed:
        raise NotASourceError(str(failed)) from None
    text = answer.data.decode("utf-8", "replace")
    feed = detect_feed(text, source.api)
    if feed:
        return feed
    if source.kind != "page":
        raise NotASourceError(
            f"The answer of {urlsplit(source.api).netloc} is not a feed. Check the address."
        )
    try:
        return single_source(text, source.api)
    except NotASourceError:
        published = _published_at(urlsplit(source.api).netloc)
        if published:
            return published
        raise


def _published_at(host: str) -> DetectedSource | None:
    """The file in which a host may publish its jobs for everybody, by oJobPub or OJCP."""
    folder = f"https://{host.removeprefix('www.')}/.well-known"
    for name, sign in PUBLISHED.items():
        source = detect_address(f"{folder}/{name}")
        try:
            answer = json.loads(
                fetch(source.api, max_bytes=MAX_PAGE_BYTES, seconds=TIMEOUT_SECONDS).data
            )
        except (FetchError, ValueError, RecursionError):
            continue
        if isinstance(answer, dict) and sign in answer:
            return source
    return None

"""What people paste, as a source of jobs: an address, or the piece of HTML that embeds a board."""

import json
from urllib.parse import urlsplit

from .adapters.registry import ADAPTERS
from .detection.addresses import detect_address
from .detection.pages import IS_HTML, feed_at, read, sources_in, the_source_in
from .detection.sources import NotASourceError, Source
from .download import FetchError, fetch

MAX_PAGE_BYTES = 2 * 2**20
SECONDS = 15
# An address alone does not say what they hold.
TO_BE_READ = {"page", "rss", "xml"}
# Files of an employer's own domain, and what each must say.
PUBLISHED = {"ojobpub.json": "jobs", "ojcp.json": "feed_endpoints"}


def detect_source(pasted: str, *, reads_pages: bool) -> Source:
    """``reads_pages`` asks an address that names no board for its page or feed, else its kind stays
    “page”. Raises NotASourceError.
    """
    if IS_HTML.match(pasted):
        return the_source_in(pasted[:MAX_PAGE_BYTES])
    source = detect_address(pasted)
    if reads_pages and source.kind in TO_BE_READ:
        return _read(source)
    return source


def sources_on_page(address: str) -> list[Source]:
    """What the page at an address leads to; nothing where it does not answer."""
    try:
        answer = fetch(address, largest=MAX_PAGE_BYTES, seconds=SECONDS)
        return sources_in(read(answer.data.decode("utf-8", "replace")), address)
    except (FetchError, NotASourceError):
        return []


def why_not_importable(source: Source) -> str:
    """One sentence, or '' if jobs of this kind can be imported, or may be found on the page."""
    if source.kind in ADAPTERS or source.kind == "page":
        return ""
    return (
        f"We recognise {source.name}, but can’t import jobs from it yet. "
        "Upload them as a file instead."
    )


def _read(source: Source) -> Source:
    """What the page or feed at an address turns out to be. Raises NotASourceError."""
    try:
        answer = fetch(source.api, largest=MAX_PAGE_BYTES, seconds=SECONDS)
    except FetchError as failed:
        raise NotASourceError(str(failed)) from None
    text = answer.data.decode("utf-8", "replace")
    feed = feed_at(text, source.api)
    if feed:
        return feed
    if source.kind != "page":
        raise NotASourceError(
            f"The answer of {urlsplit(source.api).netloc} is not a feed. Check the address."
        )
    try:
        return the_source_in(text, source.api)
    except NotASourceError:
        published = _published_at(urlsplit(source.api).netloc)
        if published:
            return published
        raise


def _published_at(host: str) -> Source | None:
    """The file in which a host may publish its jobs for everybody, by oJobPub or OJCP."""
    folder = f"https://{host.removeprefix('www.')}/.well-known"
    for name, sign in PUBLISHED.items():
        source = detect_address(f"{folder}/{name}")
        try:
            answer = json.loads(fetch(source.api, largest=MAX_PAGE_BYTES, seconds=SECONDS).data)
        except (FetchError, ValueError, RecursionError):
            continue
        if isinstance(answer, dict) and sign in answer:
            return source
    return None

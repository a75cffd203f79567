"""Detects which sources of jobs the HTML of a careers page leads to: boards it embeds or links,
systems it runs on, feeds and markup.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from django.utils.text import get_text_list

from jobboard.common.text.words import plural

from .addresses import IN_PATHS, board_at, detect_address
from .sources import DetectedSource, NotASourceError, systems, table

MAX_ADDRESSES = 5_000
NOTHING_FOUND = (
    "This page has no job board, feed or job markup that we recognise. Paste the address of the "
    "job board that it links to, or upload the jobs as a file."
)
# Not html.parser: its time grows with the square of some broken pages. A tag is as long as here.
TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]{0,4000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"""(?<![\w:-])([a-z][\w:-]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE
)
SCRIPT = re.compile(r"<script\b([^<>]{0,4000})>", re.IGNORECASE)
END_OF_SCRIPT = re.compile(r"</script", re.IGNORECASE)
# In scripts; not what follows a sign of a query, where anybody's address may be.
ADDRESS = re.compile(r"""(?<![=&%?:\w/])(?:https?:)?//[a-z0-9][^\s"'<>\\`]{3,500}""", re.IGNORECASE)
LOADED_BY = {"src", "data-src", "data-url", "data-domain", "data-href"}
LOOKS_LIKE_JOBS = re.compile(
    r"job|career|carri[eè]r|karriere|vacan|vaga|stellen|emploi|empleo|opening|position|recrui",
    re.IGNORECASE,
)
FEED_TYPES = {"application/rss+xml", "application/atom+xml"}
IS_HTML = re.compile(
    r"\s*<(?:!doctype|html|head|body|script|iframe|div|a|p|link)[\s>]", re.IGNORECASE
)


@dataclass
class Page:
    """``loaded``: addresses of what is part of the page. ``scripts`` hold their code and data."""

    text: str
    loaded: list[str]
    links: list[str]
    scripts: list[str]
    feeds: list[str]
    has_job_markup: bool


def single_source(html: str, address: str = "") -> DetectedSource:
    """The one source that the page leads to. Raises NotASourceError for none or several."""
    page = read(html)
    sources = find_sources(page, address)
    if len(sources) == 1:
        return sources[0]
    if sources:
        raise NotASourceError(
            f"This page leads to {plural(len(sources), 'source')} of jobs: {_names(sources)}. "
            "Paste the address of the one you want to follow."
        )
    raise NotASourceError(_sentence_for(page))


def find_sources(page: Page, address: str = "") -> list[DetectedSource]:
    """Only the surest sources: boards that are embedded or linked, else the system that the page
    itself runs on, else its feeds, else the jobs in its markup.
    """
    ways = (_boards, _systems, _feeds, _markup)
    found = (list(dict.fromkeys(way(page, address))) for way in ways)
    return next(filter(None, found), [])


def detect_feed(text: str, address: str) -> DetectedSource | None:
    """The source at ``address`` if its answer is a feed, of whichever maker."""
    start = text[:4096].lower().lstrip()
    if not start.startswith("<") or IS_HTML.match(start):
        return None
    signs = (row["system"] for row in table("feed_signs") if row["sign"] in start)
    system = next(signs, None)
    if system:
        return _source_at(address, system)
    return None


def read(html: str) -> Page:
    text = _without_comments(html)
    page = Page(text, [], [], [], [], False)
    for kind, content in _scripts(text):
        page.has_job_markup |= "ld+json" in kind and '"JobPosting"' in content
        page.scripts.append(content.replace("\\/", "/").replace("\\u002F", "/"))
    for name, attributes in _tags(text):
        _note(name, attributes, page)
    return page


def tags_of(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The name and the attributes of each, outside of comments."""
    return _tags(_without_comments(html))


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for tag in TAG.finditer(text):
        yield tag[1].lower(), _attributes(tag[2])


def _note(name: str, attributes: dict[str, str], page: Page) -> None:
    page.loaded += [attributes[key] for key in LOADED_BY & attributes.keys()]
    address = attributes.get("href", "")
    if name in ("a", "area"):
        page.links.append(address)
    elif name == "link":
        page.loaded.append(address)
        says = f"{address} {attributes.get('title', '')}"
        if attributes.get("type", "").lower() in FEED_TYPES and LOOKS_LIKE_JOBS.search(says):
            page.feeds.append(address)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): unescape(double or single or bare).strip()
        for name, double, single, bare in ATTRIBUTE.findall(text)
    }


def _without_comments(html: str) -> str:
    before, *others = html.split("<!--")
    return before + "".join(other.partition("-->")[2] for other in others)


def _scripts(text: str) -> Iterator[tuple[str, str]]:
    """The attributes and the content of each."""
    end = 0
    while opening := SCRIPT.search(text, end):
        closing = END_OF_SCRIPT.search(text, opening.end())
        end = closing.start() if closing else len(text)
        yield opening[1].lower(), text[opening.end() : end]


# What leads to jobs, the surest first


def _boards(page: Page, address: str) -> Iterator[DetectedSource]:
    for found in islice(_addresses(page), MAX_ADDRESSES):
        source = board_at(found)
        if source:
            yield source


def _addresses(page: Page) -> Iterator[str]:
    yield from page.loaded
    for script in page.scripts:
        yield from ADDRESS.findall(script)
    yield from page.links


def _systems(page: Page, address: str) -> Iterator[DetectedSource]:
    """Sources that scripts and files of the page name: a link may lead to anybody's."""
    own_text = "\n".join([*page.loaded, *page.scripts])
    for system, sign in _signs():
        found = sign.search(own_text)
        if found and found.groupdict():
            yield systems()[system].source(found.groupdict())
        elif found and address:
            yield _source_at(address, system)


def _feeds(page: Page, address: str) -> Iterator[DetectedSource]:
    for feed in page.feeds:
        try:
            source = detect_address(urljoin(address, feed))
        except (NotASourceError, ValueError):
            continue
        yield _source_at(source.api, "rss") if source.kind == "page" else source


def _markup(page: Page, address: str) -> Iterator[DetectedSource]:
    if page.has_job_markup and address:
        yield _source_at(address, "jobposting")


def _source_at(address: str, system: str) -> DetectedSource:
    return systems()[system].source({"host": urlsplit(address).netloc, "address": address})


@cache
def _signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["system"], re.compile(row["sign"].replace("{id}", f"(?P<id>{IN_PATHS['id']})")))
        for row in table("page_signs")
        if row["system"]
    )


def _sentence_for(page: Page) -> str:
    for row in table("page_signs"):
        if row["sentence"] and re.search(row["sign"], page.text):
            return row["sentence"]
    return NOTHING_FOUND


def _names(sources: Iterable[DetectedSource]) -> str:
    return get_text_list([str(source) for source in sources], "and")

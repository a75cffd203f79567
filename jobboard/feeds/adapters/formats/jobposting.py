"""Any page with schema.org's JobPosting in JSON-LD, or that JSON alone:
https://schema.org/JobPosting.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urljoin

from jobboard.common.text.html import clean_text
from jobboard.feeds.adapters.base import (
    InvalidFeedError,
    InvalidItemError,
    at,
    limit,
    read_json,
    read_page,
)
from jobboard.feeds.adapters.dates import day, moment
from jobboard.feeds.adapters.fields import Fields, escaped, html, join_parts, rows_at, text_at
from jobboard.feeds.adapters.fields import texts as all_texts
from jobboard.feeds.adapters.source import Source
from jobboard.feeds.adapters.values import texts
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

from .microdata import postings_in

# Not html.parser: its time grows with the square of some broken pages, half a minute for 60 KB of
# "<a ".
OPENING = re.compile(r"(<!--)|<script\b([^<>]{0,500})>", re.IGNORECASE)
END_OF_COMMENT = re.compile("-->")
END_OF_SCRIPT = re.compile(r"</script", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f]")  # a line break inside a text is no JSON, but common
# Texts are matched too, so that commas within them are left alone; one without an end is matched to
# the end of the block, so that the time grows with its length.
LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,\s*+(?=[}\]])')
ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')  # of “R\&D” it escapes nothing
AMOUNT = re.compile(r"[\d.,'’\sk€$£–-]*", re.IGNORECASE)
BETWEEN_POSTINGS = re.compile(r'\}\s*+(?=\{\s*+"@)')  # two objects in one block
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


class MarkupAmount(NamedTuple):
    """An amount as the markup states it: numbers, texts or nothing."""

    lowest: Any
    highest: Any
    currency: str
    unit: str


def read_blocks(file: BinaryIO) -> list[dict[str, Any] | InvalidItemError]:
    """All postings of the page. An invalid block does not stop the others; it is reported if it is
    about a job.
    """
    text = read_page(file)
    results: list[dict[str, Any] | InvalidItemError] = []
    error_for_none = InvalidFeedError("The page has no schema.org JobPosting in JSON-LD.")
    blocks: Iterable[str] = scripts(text)
    if text[0] in "{[":
        blocks = [text]
    for block in blocks:
        try:
            results += postings(read_block(block))
        except InvalidFeedError as error:
            if "JobPosting" in block or block is text:
                error_for_none = error
                results.append(InvalidItemError("markup", f"cannot be read: {error}"))
    if not any(isinstance(result, dict) for result in results):
        results += postings_in(text)
    if not any(isinstance(result, dict) for result in results):
        raise error_for_none
    return results


def scripts(page: str) -> Iterator[str]:
    """The JSON-LD blocks of a page, without those that are commented out."""
    end = 0
    while opening := OPENING.search(page, end):
        closing_tag = END_OF_SCRIPT
        if opening[1]:
            closing_tag = END_OF_COMMENT
        closing = closing_tag.search(page, opening.end())
        end = len(page)
        if closing:
            end = closing.start()
        if "ld+json" in (opening[2] or "").lower():
            yield page[opening.end() : end]


def read_block(block: str) -> Any:
    """The JSON of a block. It may be escaped as HTML or have common mistakes. Raises
    InvalidFeedError.
    """
    text = bare(block)
    try:
        return read_json(BytesIO(text.encode()))
    except InvalidFeedError:
        repaired = _repair(block)
        if repaired == text:
            raise
        return read_json(BytesIO(repaired.encode()))


def _repair(block: str) -> str:
    """The block without HTML entities, invalid escapes and commas behind last values; several
    objects become a list.
    """
    text = bare(block)
    has_several = BETWEEN_POSTINGS.search(text)
    if "&quot;" in block:
        text = bare(unescape(block))
    text = ESCAPE.sub(_keep_valid_escape, text)
    text = BETWEEN_POSTINGS.sub("},", text)
    text = LAST_COMMA.sub(lambda match: match[1] or "", text)
    if has_several:
        return f"[{text}]"
    return text


def _keep_valid_escape(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    return ""


def bare(block: str) -> str:
    """``block`` from its first bracket to its last, without what wraps it for old browsers."""
    block = CONTROL.sub(" ", CDATA.sub("", block))
    start = min((block.find(bracket) for bracket in "{[" if bracket in block), default=0)
    return block[start : max(block.rfind("}"), block.rfind("]")) + 1 or None]


def postings(value: Any) -> Iterator[dict[str, Any]]:
    """Every JobPosting in a JSON value, however deep, in the order of the text."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if _is_posting(value):
            yield value
        elif isinstance(value, dict):
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)


def _is_posting(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return any(kind.endswith("JobPosting") for kind in texts(value, "@type"))


def read_link(job: dict[str, Any]) -> str:
    """Its own link; the address of the page if that has no https."""
    page = text_at(job, "@feed")
    link = urljoin(page, text_at(job, "url"))
    if link.startswith("https://"):
        return link
    return page or link


def read_company(job: dict[str, Any]) -> str:
    return unescape(text_at(job, "hiringOrganization", "hiringOrganization.name"))


def read_all_pay(job: dict[str, Any]) -> tuple[PayStatement, ...]:
    statements = []
    for amount in rows_at(job, "baseSalary"):
        if statement := read_pay(amount, job):
            statements.append(statement)
    return tuple(statements)


def read_pay_text(job: dict[str, Any]) -> str:
    if read_all_pay(job):
        return ""
    texts = [amount_as_text(amount, job) for amount in rows_at(job, "baseSalary")]
    return "; ".join(filter(None, texts))


def read_id(job: dict[str, Any] | InvalidItemError) -> str:
    """Its identifier, else its address, or a digest of one that is too long. Raises
    InvalidItemError.
    """
    if isinstance(job, InvalidItemError):
        raise job
    value = first_of(rows_at(job, "identifier"))
    if isinstance(value, dict):
        value = value.get("value")
    identifier = ""
    if type(value) in (str, int):
        identifier = clean_text(str(value))
    identifier = identifier or clean_text(read_link(job))
    if not identifier:
        raise InvalidItemError("identifier", "is missing, and so is the page address")
    if len(identifier) <= limit("external_id"):
        return identifier
    return sha256(identifier.encode()).hexdigest()


def first_of(values: list[Any]) -> Any:
    if values:
        return values[0]
    return None


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    return tuple(each_place(job))


def each_place(job: dict[str, Any]) -> Iterator[PlaceText]:
    """The areas that people may work from remotely, then the locations. If there are areas, nothing
    says how people work at the locations.
    """
    areas = []
    workplace = ""
    if "TELECOMMUTE" in [kind.upper() for kind in texts(job, "jobLocationType")]:
        areas = rows_at(job, "applicantLocationRequirements")
        if not areas:
            workplace = Workplace.REMOTE.value
    for area in areas:
        yield from remote_area(area)
    locations = rows_at(job, "jobLocation")
    if workplace and not locations:
        locations = [{"name": "Remote"}]
    for location in locations:
        for address in rows_at(location, "address") or [location]:
            place = read_address(address, "".join(texts(location) or texts(location, "name")))
            yield replace(place, workplace=workplace)


def remote_area(area: Any) -> Iterator[PlaceText]:
    for name in texts(area) or texts(area, "name"):
        country = ""
        if at(area, "@type") == "Country":
            country = name
        yield PlaceText(f"Remote ({name})", country=country, workplace=Workplace.REMOTE.value)


def read_address(address: Any, name: str) -> PlaceText:
    """A PostalAddress or a text; ``name`` replaces an empty one."""
    city = clean_text(text_at(address, "addressLocality"))
    region = clean_text(text_at(address, "addressRegion"))
    country = clean_text(text_at(address, "addressCountry", "addressCountry.name"))
    # Some feeds write one text into all of them.
    text = "".join(texts(address)) or join_parts(city, region, country) or name
    return PlaceText(text, city=city, country=country, admin1=region)


def read_pay(amount: Any, job: dict[str, Any]) -> PayStatement | None:
    """A MonetaryAmount, with a range or a number in it, or the number alone."""
    stated = read_amount(amount, job)
    return pay_statement(stated.lowest, stated.highest, stated.currency, pay_period(stated.unit))


def amount_as_text(amount: Any, job: dict[str, Any]) -> str:
    """Pay in words for the reader of texts: “120000-150000” of “$”, “60k” “per year”."""
    if isinstance(amount, str):
        return amount.strip()
    stated = read_amount(amount, job)
    if isinstance(stated.lowest, str) and not AMOUNT.fullmatch(stated.lowest):
        return stated.lowest.strip()  # “30 to 40 thousand a year”
    ends = [str(end) for end in (stated.lowest, stated.highest) if end]
    if not ends:
        return ""
    unit = stated.unit
    if period := pay_period(unit):
        unit = f"per {period}"
    return f"{stated.currency} {' - '.join(dict.fromkeys(ends))} {unit}".strip()


def read_amount(amount: Any, job: dict[str, Any]) -> MarkupAmount:
    quantity = first_dict(at(amount, "value", kind=object))
    if not isinstance(quantity, dict):
        quantity = amount
    lowest = at(quantity, "minValue", kind=object)
    highest = at(quantity, "maxValue", kind=object)
    if lowest is None and highest is None:
        number = quantity
        if isinstance(quantity, dict):
            number = at(quantity, "value", kind=object)
        lowest = highest = number
    currency = at(amount, "currency") or at(quantity, "currency") or at(job, "salaryCurrency")
    return MarkupAmount(
        lowest, highest, currency, at(quantity, "unitText") or at(amount, "unitText")
    )


def first_dict(value: Any) -> Any:
    """The first object of a list; anything else as it is."""
    if not isinstance(value, list):
        return value
    for item in value:
        if isinstance(item, dict):
            return item
    return None


SOURCE = Source(
    name="a page with JobPosting markup",
    answer=read_blocks,
    fields=Fields(
        external_id=read_id,
        title=escaped("title", "name"),
        company=read_company,
        description=html("description"),
        places=read_places,
        types=all_texts("employmentType", apart=","),
        skills=all_texts("skills", apart=","),
        pay=read_all_pay,
        pay_text=read_pay_text,
        apply_url=read_link,
        closes_on=day("validThrough"),
        posted_at=moment("datePosted"),
    ),
)

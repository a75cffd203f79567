"""Any page with schema.org's JobPosting in JSON-LD, or that JSON alone:
https://schema.org/JobPosting.
"""

import re
from collections.abc import Iterator
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
from jobboard.feeds.adapters.fields import Fields, day, escaped, html, moment, rows_at, text_at
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
END_OF_COMMENT, END_OF_SCRIPT = re.compile("-->"), re.compile(r"</script", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f]")  # a line break inside a text is no JSON, but common
# Texts are matched too, so that commas within them are left alone; one without an end is matched to
# the end of the block, so that the time grows with its length.
LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,\s*+(?=[}\]])')
ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')  # of “R\&D” it escapes nothing
AMOUNT = re.compile(r"[\d.,'’\sk€$£–-]*", re.IGNORECASE)
BETWEEN_POSTINGS = re.compile(r'\}\s*+(?=\{\s*+"@)')  # two objects in one block
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


class Amount(NamedTuple):
    """As the markup states it: numbers, texts or nothing."""

    lowest: Any
    highest: Any
    currency: str
    unit: str


def read_blocks(file: BinaryIO) -> list[dict | InvalidItemError]:
    """All postings of the page. A block that is no JSON stops no other; one that speaks of a job is
    named.
    """
    text = read_page(file)
    found: list[dict | InvalidItemError] = []
    refusal = InvalidFeedError("The page has no schema.org JobPosting in JSON-LD.")
    for block in [text] if text[0] in "{[" else scripts(text):
        try:
            found += postings(read_block(block))
        except InvalidFeedError as error:
            if "JobPosting" in block or block is text:
                refusal = error
                found.append(InvalidItemError("markup", f"cannot be read: {error}"))
    if not any(isinstance(posting, dict) for posting in found):
        found += postings_in(text)
    if not any(isinstance(posting, dict) for posting in found):
        raise refusal
    return found


def scripts(page: str) -> Iterator[str]:
    """The JSON-LD blocks of a page, without those that are commented out."""
    end = 0
    while opening := OPENING.search(page, end):
        closing = (END_OF_COMMENT if opening[1] else END_OF_SCRIPT).search(page, opening.end())
        end = closing.start() if closing else len(page)
        if "ld+json" in (opening[2] or "").lower():
            yield page[opening.end() : end]


def read_block(block: str) -> Any:
    """The JSON of a block, also escaped as HTML or with commas behind its last values. Raises
    InvalidFeedError.
    """
    text = bare(block)
    try:
        return read_json(BytesIO(text.encode()))
    except InvalidFeedError:
        whole = bare(unescape(block)) if "&quot;" in block else text
        whole = BETWEEN_POSTINGS.sub("},", ESCAPE.sub(_kept_escape, whole))
        mended = LAST_COMMA.sub(lambda found: found[1] or "", whole)
        mended = f"[{mended}]" if BETWEEN_POSTINGS.search(text) else mended
        if mended == text:
            raise
        return read_json(BytesIO(mended.encode()))


def _kept_escape(found: re.Match[str]) -> str:
    if found[1]:
        return found[0]
    return ""


def bare(block: str) -> str:
    """``block`` from its first bracket to its last, without what wraps it for old browsers."""
    block = CONTROL.sub(" ", CDATA.sub("", block))
    start = min((block.find(bracket) for bracket in "{[" if bracket in block), default=0)
    return block[start : max(block.rfind("}"), block.rfind("]")) + 1 or None]


def postings(value: Any) -> Iterator[dict]:
    """Every JobPosting in a JSON value, however deep, in the order of the text."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict) and any(
            kind.endswith("JobPosting") for kind in texts(value, "@type")
        ):
            yield value
        elif isinstance(value, dict | list):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)


def read_link(job: dict) -> str:
    """Its own; the address of the page where that one may not be shown."""
    page = text_at(job, "@feed")
    link = urljoin(page, text_at(job, "url"))
    if link.startswith("https://"):
        return link
    return page or link


def read_company(job: dict) -> str:
    return unescape(text_at(job, "hiringOrganization", "hiringOrganization.name"))


def read_all_pay(job: dict) -> tuple[PayStatement, ...]:
    return tuple(filter(None, (read_pay(amount, job) for amount in rows_at(job, "baseSalary"))))


def read_pay_text(job: dict) -> str:
    if read_all_pay(job):
        return ""
    return "; ".join(filter(None, (in_words(amount, job) for amount in rows_at(job, "baseSalary"))))


def read_id(job: dict | InvalidItemError) -> str:
    """Its identifier, else its address, or a digest of one that is too long. Raises
    InvalidItemError.
    """
    if isinstance(job, InvalidItemError):
        raise job
    value = next(iter(rows_at(job, "identifier")), None)
    value = value.get("value") if isinstance(value, dict) else value
    found = clean_text(str(value)) if type(value) in (str, int) else ""
    found = found or clean_text(read_link(job))
    if not found:
        raise InvalidItemError("identifier", "is missing, and so is the page address")
    if len(found) <= limit("external_id"):
        return found
    return sha256(found.encode()).hexdigest()


def read_places(job: dict) -> tuple[PlaceText, ...]:
    return tuple(each_place(job))


def each_place(job: dict) -> Iterator[PlaceText]:
    """Where one may work from; the places beside it do not say how one works there."""
    is_remote = "TELECOMMUTE" in [kind.upper() for kind in texts(job, "jobLocationType")]
    areas = rows_at(job, "applicantLocationRequirements") if is_remote else []
    for area in areas:
        for name in texts(area) or texts(area, "name"):
            country = name if at(area, "@type") == "Country" else ""
            yield PlaceText(f"Remote ({name})", country=country, workplace=Workplace.REMOTE.value)
    locations = rows_at(job, "jobLocation") or (
        [{"name": "Remote"}] if is_remote and not areas else []
    )
    for location in locations:
        for address in rows_at(location, "address") or [location]:
            place = read_address(address, "".join(texts(location) or texts(location, "name")))
            yield replace(
                place, workplace=Workplace.REMOTE.value if is_remote and not areas else ""
            )


def read_address(address: Any, name: str) -> PlaceText:
    """A PostalAddress or a text; ``name`` stands for one that says nothing."""
    city, region = (clean_text(text_at(address, f"address{one}")) for one in ("Locality", "Region"))
    country = clean_text(text_at(address, "addressCountry", "addressCountry.name"))
    # Some feeds write one text into all of them.
    text = ", ".join(dict.fromkeys(filter(None, [city, region, country])))
    return PlaceText(
        "".join(texts(address)) or text or name, city=city, country=country, admin1=region
    )


def read_pay(amount: Any, job: dict) -> PayStatement | None:
    """A MonetaryAmount, with a range or a number in it, or the number alone."""
    stated = read_amount(amount, job)
    return pay_statement(stated.lowest, stated.highest, stated.currency, pay_period(stated.unit))


def in_words(amount: Any, job: dict) -> str:
    """What can only be read as people write it: “120000-150000” of “$”, “60k” for “per year”."""
    if isinstance(amount, str):
        return amount.strip()
    stated = read_amount(amount, job)
    if isinstance(stated.lowest, str) and not AMOUNT.fullmatch(stated.lowest):
        return stated.lowest.strip()  # “30 to 40 thousand a year”
    ends = dict.fromkeys(str(end) for end in (stated.lowest, stated.highest) if end)
    period = pay_period(stated.unit)
    unit = f"per {period}" if period else stated.unit
    if ends:
        return f"{stated.currency} {' - '.join(ends)} {unit}".strip()
    return ""


def read_amount(amount: Any, job: dict) -> Amount:
    value = first_dict(at(amount, "value", kind=object))
    quantity = value if isinstance(value, dict) else amount
    number = at(quantity, "value", kind=object) if isinstance(quantity, dict) else quantity
    lowest, highest = (at(quantity, name, kind=object) for name in ("minValue", "maxValue"))
    if lowest is None and highest is None:
        lowest = highest = number
    currency = at(amount, "currency") or at(quantity, "currency") or at(job, "salaryCurrency")
    return Amount(lowest, highest, currency, at(quantity, "unitText") or at(amount, "unitText"))


def first_dict(value: Any) -> Any:
    """Of a list the first object in it; what is no list, as it is."""
    if not isinstance(value, list):
        return value
    return next((one for one in value if isinstance(one, dict)), None)


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

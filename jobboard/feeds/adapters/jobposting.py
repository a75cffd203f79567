"""Any page with schema.org's JobPosting in JSON-LD, or that JSON alone:
https://schema.org/JobPosting.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from html import unescape
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO
from urllib.parse import urljoin

from jobboard.common.text.html import clean_text
from jobboard.feeds.parsing.pay.period import pay_period
from jobboard.feeds.parsing.pay.values import pay_statement
from jobboard.listings.choices import PayStatement, PlaceText, Workplace

from .base import BadFeed, BadItem, FeedItem, at, each_item, limit, read_json, read_text
from .values import as_html, texts, written_day, written_moment

# Not html.parser: its time grows with the square of some broken pages, half a minute for 60 KB of
# "<a ".
OPENING = re.compile(r"(<!--)|<script\b([^<>]{0,500})>", re.IGNORECASE)
END_OF_COMMENT, END_OF_SCRIPT = re.compile("-->"), re.compile(r"</script", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f]")  # a line break inside a text is no JSON, but common
# Texts are matched too, so that commas within them are left alone; one without an end is matched to
# the end of the block, so that the time grows with its length.
LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,\s*+(?=[}\]])')
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


def parse(file: BinaryIO, address: str = "") -> Iterator[FeedItem | BadItem]:
    """Reads all postings of the page. A block that is no JSON stops no other; one that speaks of a
    job is named.
    """
    text = read_text(file)
    found: list[dict | BadItem] = []
    refusal = BadFeed("The page has no schema.org JobPosting in JSON-LD.")
    for block in [text] if text[0] in "{[" else scripts(text):
        try:
            found += postings(read_block(block))
        except BadFeed as error:
            if "JobPosting" in block or block is text:
                refusal = error
                found.append(BadItem("markup", f"cannot be read: {error}"))
    if not any(isinstance(posting, dict) for posting in found):
        raise refusal
    return each_item(
        found, partial(read_posting, address=address), partial(read_id, address=address)
    )


def scripts(page: str) -> Iterator[str]:
    """The JSON-LD blocks of a page, without those that are commented out."""
    end = 0
    while opening := OPENING.search(page, end):
        closing = (END_OF_COMMENT if opening[1] else END_OF_SCRIPT).search(page, opening.end())
        end = closing.start() if closing else len(page)
        if "ld+json" in (opening[2] or "").lower():
            yield page[opening.end() : end]


def read_block(block: str) -> Any:
    """The JSON of a block, also with commas behind its last values. Raises BadFeed."""
    text = bare(block)
    try:
        return read_json(BytesIO(text.encode()))
    except BadFeed:
        mended = LAST_COMMA.sub(lambda found: found[1] or "", text)
        if mended == text:
            raise
        return read_json(BytesIO(mended.encode()))


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


def _by_comma(values: Iterable[str]) -> tuple[str, ...]:
    """Each may be a list in one text."""
    return tuple(chain.from_iterable(value.split(",") for value in values))


def read_posting(job: dict | BadItem, address: str) -> FeedItem:
    if isinstance(job, BadItem):
        raise job
    url = urljoin(address, at(job, "url").strip())
    company = at(job, "hiringOrganization", kind=object)
    amounts = listed(job, "baseSalary")
    pay = tuple(filter(None, (read_pay(amount, job) for amount in amounts)))
    pay_text = ""
    if not pay:
        said = [texts(amount) or texts(amount, "value") for amount in amounts]
        pay_text = "; ".join(chain.from_iterable(said))
    return FeedItem(
        read_id(job, address),
        title=unescape(at(job, "title") or at(job, "name")),
        company=unescape(company if isinstance(company, str) else at(company, "name")),
        description=as_html(at(job, "description")),
        places=tuple(read_places(job)),
        types=_by_comma(texts(job, "employmentType")),
        skills=_by_comma(texts(job, "skills")),
        pay=pay,
        pay_text=pay_text,
        apply_url=url,
        closes_on=written_day(job, "validThrough"),
        posted_at=written_moment(job, "datePosted"),
    )


def listed(row: Any, name: str) -> list:
    """A value that may stand alone or in a list, as a list."""
    value = at(row, name, kind=object)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return [value]


def read_id(job: dict, address: str) -> str:
    """Its identifier, else its address, or a digest of one that is too long. Raises BadItem."""
    value = next(iter(listed(job, "identifier")), None)
    value = value.get("value") if isinstance(value, dict) else value
    found = clean_text(str(value)) if type(value) in (str, int) else ""
    found = found or clean_text(urljoin(address, at(job, "url").strip()))
    if not found:
        raise BadItem("identifier", "is missing, and so is the page address")
    return found if len(found) <= limit("external_id") else sha256(found.encode()).hexdigest()


def read_places(job: dict) -> Iterator[PlaceText]:
    """Where one may work from; the places beside it do not say how one works there."""
    is_remote = "TELECOMMUTE" in texts(job, "jobLocationType")
    areas = listed(job, "applicantLocationRequirements") if is_remote else []
    for area in areas:
        for name in texts(area) or texts(area, "name"):
            country = name if at(area, "@type") == "Country" else ""
            yield PlaceText(f"Remote ({name})", country=country, workplace=Workplace.REMOTE.value)
    locations = listed(job, "jobLocation") or (
        [{"name": "Remote"}] if is_remote and not areas else []
    )
    for location in locations:
        for address in listed(location, "address") or [location]:
            place = read_address(address, "".join(texts(location) or texts(location, "name")))
            yield replace(
                place, workplace=Workplace.REMOTE.value if is_remote and not areas else ""
            )


def read_address(address: Any, name: str) -> PlaceText:
    """A PostalAddress or a text; ``name`` stands for one that says nothing."""
    city, region = (clean_text(at(address, f"address{part}")) for part in ("Locality", "Region"))
    country = clean_text(at(address, "addressCountry") or at(address, "addressCountry", "name"))
    # Some feeds write one text into all of them.
    text = ", ".join(dict.fromkeys(filter(None, [city, region, country])))
    return PlaceText(
        "".join(texts(address)) or text or name, city=city, country=country, admin1=region
    )


def read_pay(amount: Any, job: dict) -> PayStatement | None:
    """A MonetaryAmount, with a range or a number in it, or the number alone."""
    value = at(amount, "value", kind=object)
    quantity = value if isinstance(value, dict) else amount
    number = at(quantity, "value", kind=object) if isinstance(quantity, dict) else quantity
    lowest, highest = (at(quantity, name, kind=object) for name in ("minValue", "maxValue"))
    if lowest is None and highest is None:
        lowest = highest = number
    currency = at(amount, "currency") or at(quantity, "currency") or at(job, "salaryCurrency")
    return pay_statement(
        lowest, highest, currency, pay_period(at(quantity, "unitText") or at(amount, "unitText"))
    )

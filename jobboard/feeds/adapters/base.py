"""Shared by all feeds: the neutral item, what may be wrong, and careful ways to read values."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError

from jobboard.common.addresses import check_public_url
from jobboard.common.text.html import clean_html, clean_text
from jobboard.feeds.download import MAX_RESPONSE_BYTES
from jobboard.listings.choices import PayStatement, PlaceText, Visa
from jobboard.listings.models import Company, Listing


@dataclass(frozen=True)
class FeedItem:
    """One opening as its feed states it. ``Reader`` makes a listing's content of it.

    ``places`` carry a city, country or workplace only where the feed has a field of its own for
    them. ``posted_at`` is the employer's date, in UTC. ``whole`` asks for what the feed's list
    leaves out: the same item with its text.
    """

    external_id: str
    title: str = ""
    company: str = ""  # boards name it, a company's own feed need not
    description: str = ""
    description_is_html: bool = True
    places: tuple[PlaceText, ...] = ()
    are_places_settled: bool = False  # a person chose their cities and countries
    types: tuple[str, ...] = ()  # "Full time", "FULL_TIME", "Permanent"
    level: str = ""  # a value of Level; only where it is a field of its own
    level_max: str = ""
    role: str = ""  # a role's slug; only our own CSV states it
    skills: tuple[str, ...] = ()  # a field in which the employer states them
    skills_required: tuple[str, ...] = ()  # the same, where it also states how they are needed
    skills_nice: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # a board's keywords, which count where the text confirms them
    pay: tuple[PayStatement, ...] = ()
    pay_text: str = ""  # a field that speaks of pay in words
    pay_note: str = ""  # what the employer says beside pay
    # The employer asks not to show pay, so none is read from the text either.
    hides_pay: bool = False
    apply_url: str = ""
    apply_email: str = ""
    # Only our own CSV states them. Apart from what all items say, since their hashes are stored.
    eligibility: str = field(default="", repr=False)
    eligible_countries: tuple[str, ...] = field(default=(), repr=False)
    for_client: bool = field(default=False, repr=False)
    client_name: str = field(default="", repr=False)
    visa: str = Visa.UNKNOWN
    closes_on: date | None = None
    posted_at: datetime | None = None
    is_listed: bool = True
    # Names of the fields above of which its source says nothing, not even that they are blank.
    absent: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    # For each field that could not be read: its name and why. The job comes without it.
    faults: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    whole: Callable[[], "FeedItem"] | None = field(default=None, compare=False, repr=False)

    @property
    def has_text(self) -> bool:
        """Whether it has a text, or gets one from its own answer."""
        return bool(self.whole or clean_html(self.description))


class InvalidItemError(Exception):
    """An item that cannot become a listing: which field, why, and which item, if known."""

    external_id = ""

    def __init__(self, field: str, reason: str, value: str = "") -> None:
        """``value`` is the part of ``reason`` that differs between items with the same fault."""
        self.field = field
        self.reason = clean_text(reason)
        self.value = clean_text(value)
        super().__init__(f"{field}: {self.reason}")


class DetailsNotFetchedError(Exception):
    """The details of the item are fetched in a later run; until then the answer is partial."""


class InvalidFeedError(Exception):
    """The whole file is not what its feed sends; the message says what it is instead."""


@dataclass(frozen=True)
class Shortfall:
    """Follows the items of an incomplete answer. No job is closed because of it, and the sentence
    tells the admin so.
    """

    sentence: str


Result = FeedItem | InvalidItemError | Shortfall


# The whole answer

ENCODING_CHECK_BYTES = 4_000  # bytes of a page, in which it names its encoding
# Encodings of texts: other codecs that the standard library knows take their time with long ones.
OF_TEXT = rb"((?:utf|iso|windows|cp|koi8|shift|euc|gb|big5|mac|latin)[\w-]{0,20})"
CHARSET = re.compile(rb"charset\s*=\s*[\"']?" + OF_TEXT, re.IGNORECASE)
USUAL_CHARSET = "cp1252"


def read_bytes(file: BinaryIO) -> bytes:
    """The answer as a whole, without a UTF-8 mark. Raises InvalidFeedError: too large, or empty."""
    data = file.read(MAX_RESPONSE_BYTES + 1)
    if len(data) > MAX_RESPONSE_BYTES:
        raise InvalidFeedError(
            f"The file is too large. The maximum is {MAX_RESPONSE_BYTES // 2**20} MB."
        )
    data = data.removeprefix(BOM_UTF8).lstrip()
    if not data:
        raise InvalidFeedError("The file is empty.")
    return data


def read_text(file: BinaryIO) -> str:
    """The answer as text. Raises InvalidFeedError, also if it is not UTF-8."""
    try:
        text = read_bytes(file).decode().strip()
    except UnicodeDecodeError:
        raise InvalidFeedError("The file is not encoded as UTF-8.") from None
    if not text:
        raise InvalidFeedError("The file is empty.")
    return text


def read_page(file: BinaryIO) -> str:
    """A page as text, in the encoding that it names where it is not UTF-8. Raises InvalidFeedError,
    also if it is empty.
    """
    data = read_bytes(file)
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        pass
    charset = USUAL_CHARSET
    if declared := CHARSET.search(data[:ENCODING_CHECK_BYTES]):
        charset = declared[1].decode()
    try:
        return data.decode(charset, "replace").strip()
    except LookupError:
        return data.decode(USUAL_CHARSET, "replace").strip()


def read_json(file: BinaryIO) -> Any:
    """The value, with Decimal for numbers that have a point. Raises InvalidFeedError."""
    text = read_text(file)
    if text.startswith("<"):
        raise InvalidFeedError("The file is HTML or XML instead of JSON. It may be an error page.")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda constant: None)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise InvalidFeedError("The JSON file is incomplete.") from None
        raise InvalidFeedError(
            f"The file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, ArithmeticError, RecursionError):
        raise InvalidFeedError(
            "The JSON file cannot be read because it has very long numbers or is nested too deeply."
        ) from None


ODD_ROW = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError)


def each_item(
    rows: Iterable[Any], read: Callable[[Any], FeedItem], id_of: Callable[[Any], str] | None = None
) -> Iterator[FeedItem | InvalidItemError]:
    """The item that ``read`` makes of each row, or an InvalidItemError if it fails.

    Then ``id_of`` still tells the id of the row (by default its “id”), because a job that cannot be
    read is still listed.
    """
    id_of = id_of or (lambda row: external_id(row, "id"))
    for row in rows:
        try:
            yield checked(read(row))
        except InvalidItemError as error:
            fault = error
        except ODD_ROW as error:
            fault = InvalidItemError(
                "item", f"does not have the expected structure ({type(error).__name__}: {error})"
            )
        else:
            continue
        with suppress(InvalidItemError, *ODD_ROW):
            fault.external_id = id_of(row)
        yield fault


def checked(item: FeedItem) -> FeedItem:
    """``item`` if it has a title and a safe way to apply. Raises InvalidItemError."""
    company = checked_company(item.company)
    if not item.is_listed:
        return replace(item, title=clean_text(item.title), company=company)
    checked_title(item.title)
    if item.apply_email and not item.apply_url:
        return replace(item, company=company)
    return replace(item, company=company, apply_url=checked_link(item.apply_url), apply_email="")


def checked_company(name: str) -> str:
    """Raises InvalidItemError."""
    company = clean_text(name)
    if len(company) > limit("name", Company):
        raise InvalidItemError("company", f"is longer than {limit('name', Company)} characters")
    return company


def checked_title(title: str) -> str:
    """Raises InvalidItemError."""
    if not clean_text(title):
        raise InvalidItemError("title", "is empty")
    return title


def checked_link(link: str) -> str:
    """The link where people apply. Raises InvalidItemError."""
    if not link:
        raise InvalidItemError("apply_url", "is missing")
    try:
        url = check_public_url(link)
    except ValidationError as error:
        raise InvalidItemError("apply_url", error.messages[0]) from None
    if len(url) > limit("apply_url"):
        raise InvalidItemError("apply_url", f"is longer than {limit('apply_url')} characters")
    return url


WITHOUT_SCHEME = re.compile(
    r"(?:[\w-]{1,63}\.){1,5}(?:xn--[\w-]{2,59}|[^\W\d_]{2,20})(?::\d{1,5})?(?:[/?#]\S*)?"
)


def written_link(text: str) -> str:
    """The link that people wrote: “www.acme.example/jobs” leads to https://www.acme.example/jobs."""
    if WITHOUT_SCHEME.fullmatch(text):
        return f"https://{text}"
    return text


def limit(name: str, model=Listing) -> int:
    return model._meta.get_field(name).max_length


# One value of an item


def at(row: Any, *path: str, kind: type = str) -> Any:
    """The value at ``path``; an empty ``kind`` where there is none or one of another type."""
    for key in path:
        if not isinstance(row, dict):
            row = None
            break
        row = row.get(key)
    if isinstance(row, kind):
        return row
    return kind()


def require(row: Any, name: str) -> str:
    """A text or whole number that every item has, as clean text. Raises InvalidItemError."""
    value = at(row, name, kind=object)
    text = ""
    if type(value) in (str, int):
        text = clean_text(str(value))
    if not text:
        raise InvalidItemError(name, "is missing")
    return text


def external_id(row: Any, name: str) -> str:
    """Raises InvalidItemError."""
    value = require(row, name)
    if len(value) > limit("external_id"):
        raise InvalidItemError(name, f"is longer than {limit('external_id')} characters")
    return value


def moment(row: Any, name: str) -> datetime | None:
    """A date and time in ISO 8601, as UTC; without a zone it is taken for UTC. Raises
    InvalidItemError when it is none.
    """
    text = at(row, name)
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo:
            return value.astimezone(UTC)
        return value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidItemError(name, f"is not a valid date: {text[:40]}") from None

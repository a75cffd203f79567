"""What all feeds share: the neutral item, what may be wrong, and ways to read values that nobody guarantees."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.core.exceptions import ValidationError

from jobboard.common.html import clean_html, clean_text
from jobboard.common.words import CURRENCIES, amount_range, country_name
from jobboard.listings.content import ListingContent, PlaceText
from jobboard.listings.forms import check_public_url
from jobboard.listings.models import Listing, ListingPlace, Place
from roles.models import fold


@dataclass(frozen=True)
class FeedItem:
    """One opening as its feed states it. ``posted_at`` is the employer's date, in UTC; None when not stated."""

    external_id: str
    content: ListingContent
    posted_at: datetime | None
    is_listed: bool = True


class BadItem(Exception):
    """An item that cannot become a listing: which field of it, and why."""

    def __init__(self, field: str, reason: str):
        self.field, self.reason = field, clean_text(reason)
        super().__init__(f"{field}: {self.reason}")


class BadFeed(Exception):
    """The file as a whole is not what its feed sends; the message is one sentence that says what it is instead."""


class Adapter(Protocol):
    def parse(self, data: bytes) -> Iterator[FeedItem | BadItem]:
        """One result for each item of the answer, in its order. Raises BadFeed at once, before the first item."""


# The whole answer


def read_json(data: bytes) -> Any:
    """The value, with Decimal for numbers that have a point. Raises BadFeed."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadFeed("The file is not JSON: its characters are not in UTF-8.") from None
    if not text:
        raise BadFeed("The file is empty.")
    if text.startswith("<"):
        raise BadFeed("The file is not JSON but HTML or XML, such as an error page.")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda constant: None)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise BadFeed("The file is cut off: it ends in the middle of its JSON.") from None
        raise BadFeed(f"The file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise BadFeed("The file is JSON that cannot be read: numbers too long, or lists nested too deep.") from None


def each_item(rows: Iterable[Any], read: Callable[[Any], FeedItem]) -> Iterator[FeedItem | BadItem]:
    """What ``read`` makes of each row. A row it fails on becomes a BadItem, and the next ones follow."""
    for row in rows:
        try:
            item = read(row)
            yield replace(item, content=fitted(item.content)) if item.is_listed else item
        except BadItem as bad:
            yield bad
        except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            yield BadItem("item", f"is not shaped as expected ({type(error).__name__}: {error})")


def fitted(content: ListingContent) -> ListingContent:
    """``content`` with its texts as they are stored: clean, as short as the database takes them, each place once.

    Raises BadItem where something is missing that every listing has.
    """
    if not clean_text(content.title):
        raise BadItem("title", "is empty")
    if not clean_html(content.description):
        raise BadItem("description", "is empty")
    texts = {name: getattr(content, name) for name in ("title", "eligibility_text", "utc_note", "pay_note")}
    if content.eligibility == Listing.Eligibility.LISTED and not content.eligibility_text:
        texts["eligibility_text"] = ", ".join(map(country_name, content.eligible_countries))
    places: dict[str, PlaceText] = {}
    for place in content.places:
        text = cut(clean_text(place.text), _limit("text", ListingPlace))
        if text:
            places.setdefault(
                fold(text), replace(place, text=text, city=clean_text(place.city)[: _limit("name", Place)])
            )
    return replace(
        content,
        **{name: cut(clean_text(text), _limit(name)) for name, text in texts.items()},
        places=tuple(places.values()),
        apply_url=_apply_url(content),
    )


def _apply_url(content: ListingContent) -> str:
    if content.apply_email and not content.apply_url:
        return ""
    if not content.apply_url:
        raise BadItem("apply_url", "is missing")
    try:
        url = check_public_url(content.apply_url)
    except ValidationError as error:
        raise BadItem("apply_url", error.messages[0]) from None
    if len(url) > _limit("apply_url"):
        raise BadItem("apply_url", f"is longer than {_limit('apply_url')} characters")
    return url


def _limit(name: str, model=Listing) -> int:
    return model._meta.get_field(name).max_length


def cut(text: str, limit: int) -> str:
    """``text``, or as many whole words of it as fit into ``limit`` characters, and an ellipsis."""
    if len(text) <= limit:
        return text
    words, blank, _ = text[:limit].rpartition(" ")
    return (words.rstrip(" ,;:·–-") if blank else text[: limit - 1]) + "…"


# One value of an item


def at(row: Any, *path: str, kind: type = str) -> Any:
    """The value at ``path``; an empty ``kind`` where there is none or one of another type."""
    for key in path:
        row = row.get(key) if isinstance(row, dict) else None
    return row if isinstance(row, kind) else kind()


def need(row: Any, name: str) -> str:
    """A text or whole number that every item has, as clean text. Raises BadItem."""
    value = at(row, name, kind=object)
    text = clean_text(str(value)) if type(value) in (str, int) else ""
    if not text:
        raise BadItem(name, "is missing")
    return text


def external_id(row: Any, name: str) -> str:
    """Raises BadItem."""
    value = need(row, name)
    if len(value) > _limit("external_id"):
        raise BadItem(name, f"is longer than {_limit('external_id')} characters")
    return value


def moment(row: Any, name: str) -> datetime | None:
    """A date and time in ISO 8601, as UTC; without a zone it is taken for UTC. Raises BadItem when it is none."""
    text = at(row, name)
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadItem(name, f"is not a date: {text[:40]}") from None


# Pay


@dataclass(frozen=True)
class PayRange:
    """What a feed states for one tier of a job: gross, in ``currency`` per ``period``; one end may be open."""

    lowest: Decimal | None
    highest: Decimal | None
    currency: str
    period: str
    name: str = ""
    on_target: bool = False

    @property
    def unit(self) -> tuple[str, str]:
        return self.currency, self.period

    @property
    def amounts(self) -> str:
        return amount_range(self.lowest, self.highest, dash="–")

    def __str__(self):
        return f"{self.currency} {self.amounts} {Listing.Period(self.period).label}"


def pay_range(lowest: Any, highest: Any, currency: str, period: str, **more: Any) -> PayRange | None:
    """None when the values are no pay: nothing above 0, the ends swapped, an unknown currency or no period."""
    lowest, highest, currency = _amount(lowest), _amount(highest), currency.strip().upper()
    swapped = lowest is not None and highest is not None and lowest > highest
    if (lowest is None and highest is None) or swapped or currency not in CURRENCIES or not period:
        return None
    return PayRange(lowest, highest, currency, period, **more)


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
        amount = amount.quantize(Decimal("0.01")) if 0 < amount < 10**12 else Decimal(0)
    except InvalidOperation:  # no number, or NaN
        return None
    return amount or None


def stated_pay(ranges: list[PayRange], places: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of ListingContent that say what ``ranges`` say.

    Several ranges become the one around them, and a note that names each; those in another currency or period than the
    first are in the note only. On-target earnings contain pay that nobody is sure of: they are never base pay.
    """
    base = [pay for pay in ranges if not pay.on_target]
    if not base:
        note = f"On-target earnings {_around(ranges)} are stated; base pay is not" if ranges else ""
        return {"pay_note": note}
    pay = _around(base)
    parts = [f"{one.name} {one.amounts if one.unit == pay.unit else one}".strip() for one in base]
    note = ""
    if len({(one.unit, one.amounts) for one in base}) > 1:
        names = _words(one.name for one in base)
        note = f"Several ranges{' by place' if names & _words(places) else ''}: {'; '.join(parts)}"
    on_target = [f"{one.name}: on-target earnings {one}".removeprefix(": ") for one in ranges if one.on_target]
    note = "; ".join(filter(None, [note, *on_target]))
    return {
        "salary_min": pay.lowest,
        "salary_max": pay.highest,
        "salary_currency": pay.currency,
        "salary_period": pay.period,
        "salary_from": Listing.SalaryFrom.FEED,
        "pay_note": note[:1].upper() + note[1:],
    }


def _around(ranges: list[PayRange]) -> PayRange:
    """From the lowest to the highest of those in the first one's currency and period. An open end stays open."""
    first = ranges[0]
    same = [pay for pay in ranges if pay.unit == first.unit]
    lowest = None if any(pay.lowest is None for pay in same) else min(pay.lowest for pay in same)
    highest = None if any(pay.highest is None for pay in same) else max(pay.highest for pay in same)
    return first if lowest is highest is None else replace(first, lowest=lowest, highest=highest)


def _words(texts: Iterable[str]) -> set[str]:
    return set(re.findall(r"\w+", fold(" ".join(texts)))) - {"and", "or", "of", "the", "in"}

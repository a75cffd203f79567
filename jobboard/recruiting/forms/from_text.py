"""What a pasted ad says for the fields of its form, each with the words that say it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape

from jobboard.common.text.html import markdown_to_html, plain_text
from jobboard.common.text.words import fold
from jobboard.feeds.ad_title import read_title
from jobboard.feeds.parsing.ads.apply import read_ways_to_apply
from jobboard.feeds.parsing.ads.company import read_company
from jobboard.feeds.parsing.ads.places import JobPlaces, read_where, with_workplace
from jobboard.feeds.parsing.pay.reader import read_pay
from jobboard.feeds.parsing.texts.closing import read_closing_date
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote
from jobboard.feeds.parsing.texts.to_markdown import as_markdown
from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.texts.visa import read_visa
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.reading import currencies_of
from jobboard.listings.choices import Need, PayStatement, PlaceText, Visa
from jobboard.recruiting.posting.advice import skills_of_text

from .fields import PublicURLField
from .job_rows import PAY, PLACES, initial_rows
from .rows import BUTTON, RowKind, RowsForm, field_name

READ_TEXT = "read-text"
MAX_TEXT_LENGTH = 20_000  # characters
TOO_LONG = (
    f"Shorten the text to {MAX_TEXT_LENGTH:,} characters first. We filled in nothing from it."
)
MAX_URL_LENGTH = 500
WAYS_TO_APPLY = ("apply_url", "apply_email")


@dataclass(frozen=True)
class Proposal:
    """``value`` as the form sends it."""

    field: str
    value: Any
    quote: str


def proposals(text: str, title: str = "") -> list[Proposal]:
    """For ``text``, the Markdown of an ad; ``title`` is what the form says already."""
    found = [] if title else _title(text)
    title = title or next((one.value for one in found), "")
    html = markdown_to_html(text)
    where = read_where(text, html, title)
    places = [with_workplace(one.value, where) for one in where.places[: PLACES.most]]
    pay = [_of_all(one, places) for one in _pay(html, found, places)]
    rows = initial_rows(places, pay)
    return [
        *found,
        *_company(text, title),
        *_level(title),
        *_types(title, html),
        *_of_rows(PLACES, rows, [_quotes(one, where) for one in where.places]),
        *_of_rows(PAY, rows, [dict.fromkeys(PAY.fields, one.quote) for one in pay]),
        *_visa(html),
        *_skills(title, html),
        *_way_to_apply(text),
        *_last_day(html),
    ]


def for_blank_fields(data: Mapping[str, Any], found: list[Proposal]) -> list[Proposal]:
    """Those of ``found`` for which the form holds nothing. A row of it stays as it is."""
    for kind in (PLACES, PAY):
        if any(data.get(name) for name in kind.fields):
            found = [one for one in found if not kind.has(one.field)]
    if any(data.get(name) for name in WAYS_TO_APPLY):
        found = [one for one in found if one.field not in WAYS_TO_APPLY]
    return [one for one in found if data.get(one.field) in (None, "", "unknown", [])]


def _pay(html: str, title: Sequence[Proposal], places: Sequence[PlaceText]) -> list[PayStatement]:
    """What the text states; else the line of its title: “MLOps Engineer – £450/day”."""
    currencies = currencies_of(places)
    read = read_pay(plain_text(html), currencies=currencies)
    for one in title:
        read = read or read_pay(one.quote, currencies=currencies)
    return read[: PAY.most]


def _of_all(pay: PayStatement, places: Sequence[PlaceText]) -> PayStatement:
    """Pay beside the one place of a job, or beside all, is not for some alone."""
    is_of_one = len(places) == 1 and fold(pay.place) in fold(places[0].text)
    is_of_all = all(fold(place.text) in fold(pay.place) for place in places)
    if is_of_one or is_of_all:
        return replace(pay, place="")
    return pay


def _title(text: str) -> list[Proposal]:
    read = read_title(text)
    if read.value:
        return [Proposal("title", read.value, read.quote)]
    return []


def _company(text: str, title: str) -> Iterator[Proposal]:
    read = read_company(text, title)
    if read.value:
        yield Proposal("company_name", read.value, read.quote)


def _level(title: str) -> Iterator[Proposal]:
    read = read_level(title)
    if read.level:
        yield Proposal("level", read.level, read.quote)
    if read.highest:
        yield Proposal("level_max", read.highest, read.quote)


def _types(title: str, html: str) -> Iterator[Proposal]:
    read = read_types_of_text(title, html)
    if read.value:
        yield Proposal("employment_types", list(read.value), read.quote)


def _quotes(place: Quoted[PlaceText], where: JobPlaces) -> dict[str, str]:
    """The words for each field of a location's row."""
    quotes = dict.fromkeys(PLACES.fields, place.quote)
    if not place.value.workplace:
        quotes["workplace"] = where.workplace.quote
    return quotes | {"hybrid_days": where.days.quote}


def _of_rows(
    kind: RowKind, shown: Mapping[str, Any], quotes: Sequence[Mapping[str, str]]
) -> Iterator[Proposal]:
    """``quotes`` are one mapping for each row, from its fields' plain names."""
    for number, of_row in enumerate(quotes, start=1):
        for name in kind.fields:
            value = shown.get(field_name(name, number))
            if value not in (None, ""):
                yield Proposal(field_name(name, number), str(value), of_row[name])


def _visa(html: str) -> Iterator[Proposal]:
    read = read_visa(html)
    if read.value != Visa.UNKNOWN:
        yield Proposal("visa", read.value, read.quote)


def _last_day(html: str) -> Iterator[Proposal]:
    read = read_closing_date(html)
    if read.value:
        yield Proposal("closes_on", read.value.isoformat(), read.quote)


def _skills(title: str, html: str) -> Iterator[Proposal]:
    found = skills_of_text(title, html)
    for field, wanted in (("skills_required", Need.REQUIRED), ("skills_nice", Need.NICE)):
        named = [(skill.name, quote) for skill, need, quote in found if need == wanted]
        if named:
            names = ", ".join(name for name, _ in named)
            yield Proposal(field, names, make_quote(named[0][1]))


def _way_to_apply(text: str) -> Iterator[Proposal]:
    """One of them: the form takes a link or an email address. A link that it refuses is none."""
    read = read_ways_to_apply(text)
    if read.url.value:
        with suppress(ValidationError):
            url = PublicURLField(max_length=MAX_URL_LENGTH).clean(read.url.value)
            yield Proposal("apply_url", url, read.url.quote)
    elif read.email.value:
        yield Proposal("apply_email", read.email.value, read.email.quote)


class FilledFromText(RowsForm):
    """A form with rows that the text in its field “description” fills in, where it is blank."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.read_from_text: list[Proposal] = []
        self.is_text_too_long = False
        super().__init__(*args, **kwargs)

    @property
    def is_text_read(self) -> bool:
        is_asked = self.is_row_change and self.data[BUTTON] == READ_TEXT
        return is_asked and not self.is_text_too_long

    def _change_rows(self, data: MultiValueDict) -> str:
        if data[BUTTON] != READ_TEXT:
            return super()._change_rows(data)
        typed = str(data.get("description", "")).replace("\r\n", "\n")
        self.is_text_too_long = len(typed) > MAX_TEXT_LENGTH
        if self.is_text_too_long:
            return "description"
        data["description"] = text = as_markdown(typed)
        found = proposals(text, str(data.get("title", "")))
        self.read_from_text = for_blank_fields(data, list(filter(self._has_field, found)))
        for one in self.read_from_text:
            data.setlist(one.field, one.value if isinstance(one.value, list) else [one.value])
        if self.read_from_text:
            return self.read_from_text[0].field
        return "description"

    def full_clean(self) -> None:
        """Of a text that is too long nothing was read, and that is said."""
        super().full_clean()
        if self.is_text_too_long:
            self.add_error("description", TOO_LONG)

    def _has_field(self, one: Proposal) -> bool:
        """Not each form asks for the company."""
        return one.field in self.base_fields or any(kind.has(one.field) for kind in self.row_kinds)

    def show_words(self) -> None:
        """Beside what was filled in; words that say several fields stand beside the first."""
        shown = set()
        for one in self.read_from_text:
            is_new = one.quote not in shown
            self.fields[one.field].help_text = (
                escape(f"From your text: “{one.quote}”") if is_new else "From your text"
            )
            shown.add(one.quote)

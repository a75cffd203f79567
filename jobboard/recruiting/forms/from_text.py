"""Values for the fields of a job's form, read from a pasted ad, each with its quote."""

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
BLANK_VALUES: tuple[object, ...] = (None, "", "unknown", [])


@dataclass(frozen=True)
class Proposal:
    """A value that was read from a text; ``value`` as the form sends it."""

    field: str
    value: Any
    quote: str


def read_proposals(text: str, title: str = "") -> list[Proposal]:
    """Read ``text``, the Markdown of an ad. ``title`` is the one in the form, if it has one."""
    proposals = []
    title_line = ""
    if not title:
        title_in_text = read_title(text)
        title = title_in_text.value
        if title:
            title_line = title_in_text.quote
            proposals.append(Proposal("title", title, title_line))
    html = markdown_to_html(text)
    where = read_where(text, html, title)
    places = [with_workplace(place.value, where) for place in where.places[: PLACES.max_rows]]
    pay = _read_pay(html, title_line, places)
    rows = initial_rows(places, pay)
    place_quotes = [_place_quotes(place, where) for place in where.places]
    pay_quotes = [dict.fromkeys(PAY.fields, statement.quote) for statement in pay]
    return [
        *proposals,
        *_company(text, title),
        *_level(title),
        *_types(title, html),
        *_rows(PLACES, rows, place_quotes),
        *_rows(PAY, rows, pay_quotes),
        *_visa(html),
        *_skills(title, html),
        *_way_to_apply(text),
        *_last_day(html),
    ]


def for_blank_fields(data: Mapping[str, Any], proposals: list[Proposal]) -> list[Proposal]:
    """The proposals for fields that are blank in the form. Locations are only proposed if the form
    has none at all, and so are pay and the way to apply.
    """
    for kind in (PLACES, PAY):
        if any(map(data.get, kind.fields)):
            proposals = [proposal for proposal in proposals if not kind.has(proposal.field)]
    if any(map(data.get, WAYS_TO_APPLY)):
        proposals = [proposal for proposal in proposals if proposal.field not in WAYS_TO_APPLY]
    return [proposal for proposal in proposals if data.get(proposal.field) in BLANK_VALUES]


def _read_pay(html: str, title_line: str, places: Sequence[PlaceText]) -> list[PayStatement]:
    """Read pay from the text, else from the line of the title: “MLOps Engineer – £450/day”."""
    currencies = currencies_of(places)
    statements = read_pay(plain_text(html), currencies=currencies)
    if not statements and title_line:
        statements = read_pay(title_line, currencies=currencies)
    return [_without_needless_place(statement, places) for statement in statements[: PAY.max_rows]]


def _without_needless_place(pay: PayStatement, places: Sequence[PlaceText]) -> PayStatement:
    """Pay that names the only location of the job, or all of them, is not for some alone."""
    is_for_only_place = len(places) == 1 and fold(pay.place) in fold(places[0].text)
    is_for_all_places = all(fold(place.text) in fold(pay.place) for place in places)
    if is_for_only_place or is_for_all_places:
        return replace(pay, place="")
    return pay


def _company(text: str, title: str) -> Iterator[Proposal]:
    company = read_company(text, title)
    if company.value:
        yield Proposal("company_name", company.value, company.quote)


def _level(title: str) -> Iterator[Proposal]:
    levels = read_level(title)
    if levels.level:
        yield Proposal("level", levels.level, levels.quote)
    if levels.highest:
        yield Proposal("level_max", levels.highest, levels.quote)


def _types(title: str, html: str) -> Iterator[Proposal]:
    types = read_types_of_text(title, html)
    if types.value:
        yield Proposal("employment_types", list(types.value), types.quote)


def _place_quotes(place: Quoted[PlaceText], where: JobPlaces) -> dict[str, str]:
    """The quote for each field of a location's row."""
    quotes = dict.fromkeys(PLACES.fields, place.quote)
    if not place.value.workplace:
        quotes["workplace"] = where.workplace.quote
    return quotes | {"hybrid_days": where.days.quote}


def _rows(
    kind: RowKind, values: Mapping[str, Any], quotes: Sequence[Mapping[str, str]]
) -> Iterator[Proposal]:
    """Build proposals for rows. ``quotes`` is one mapping for each row, from its fields' plain
    names.
    """
    for number, row_quotes in enumerate(quotes, start=1):
        for name in kind.fields:
            value = values.get(field_name(name, number))
            if value not in (None, ""):
                yield Proposal(field_name(name, number), str(value), row_quotes[name])


def _visa(html: str) -> Iterator[Proposal]:
    visa = read_visa(html)
    if visa.value != Visa.UNKNOWN:
        yield Proposal("visa", visa.value, visa.quote)


def _last_day(html: str) -> Iterator[Proposal]:
    last_day = read_closing_date(html)
    if last_day.value:
        yield Proposal("closes_on", last_day.value.isoformat(), last_day.quote)


def _skills(title: str, html: str) -> Iterator[Proposal]:
    """One proposal for each field of skills, with the quote of its first skill."""
    names: dict[str, list[str]] = {Need.REQUIRED: [], Need.NICE: []}
    quotes: dict[str, str] = {}
    for skill, need, quote in skills_of_text(title, html):
        if need in names:
            names[need].append(skill.name)
            quotes.setdefault(need, quote)
    for field, need in (("skills_required", Need.REQUIRED), ("skills_nice", Need.NICE)):
        if names[need]:
            yield Proposal(field, ", ".join(names[need]), make_quote(quotes[need]))


def _way_to_apply(text: str) -> Iterator[Proposal]:
    """The form takes either a link or an email address. A link that it rejects is not proposed."""
    ways = read_ways_to_apply(text)
    if ways.url.value:
        with suppress(ValidationError):
            url = PublicURLField(max_length=MAX_URL_LENGTH).clean(ways.url.value)
            yield Proposal("apply_url", url, ways.url.quote)
    elif ways.email.value:
        yield Proposal("apply_email", ways.email.value, ways.email.quote)


class FilledFromText(RowsForm):
    """A form with rows whose blank fields can be filled in from its “description”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.read_from_text: list[Proposal] = []
        self.is_text_too_long = False
        super().__init__(*args, **kwargs)

    @property
    def is_text_read(self) -> bool:
        is_requested = self.is_row_change and self.data[BUTTON] == READ_TEXT
        return is_requested and not self.is_text_too_long

    def _change_rows(self, data: MultiValueDict) -> str:
        if data[BUTTON] != READ_TEXT:
            return super()._change_rows(data)
        typed = str(data.get("description", "")).replace("\r\n", "\n")
        self.is_text_too_long = len(typed) > MAX_TEXT_LENGTH
        if self.is_text_too_long:
            return "description"
        text = as_markdown(typed)
        data["description"] = text
        proposals = filter(self._has_field, read_proposals(text, str(data.get("title", ""))))
        self.read_from_text = for_blank_fields(data, list(proposals))
        for proposal in self.read_from_text:
            if isinstance(proposal.value, list):
                data.setlist(proposal.field, proposal.value)
            else:
                data[proposal.field] = proposal.value
        if self.read_from_text:
            return self.read_from_text[0].field
        return "description"

    def full_clean(self) -> None:
        """Says that nothing was read if the text is too long."""
        super().full_clean()
        if self.is_text_too_long:
            self.add_error("description", TOO_LONG)

    def _has_field(self, proposal: Proposal) -> bool:
        """Whether the form has the field: only that of a first job asks for the company, for
        example.
        """
        name = proposal.field
        return name in self.base_fields or any(kind.has(name) for kind in self.row_kinds)

    def show_quotes(self) -> None:
        """Show each quote beside the field that it filled in; only beside the first if it filled in
        several.
        """
        shown: set[str] = set()
        for proposal in self.read_from_text:
            field = self.fields[proposal.field]
            if proposal.quote in shown:
                field.help_text = "From your text"
            else:
                field.help_text = escape(f"From your text: “{proposal.quote}”")
            shown.add(proposal.quote)

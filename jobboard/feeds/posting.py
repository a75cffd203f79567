"""What we would read of one posting, with the words it is read from. Nothing is stored."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import DatabaseError

from jobboard.common.text.html import clean_html, clean_text, plain_text
from jobboard.common.text.words import fold
from jobboard.listings.choices import PayStatement, PlaceText, Relevance, SalaryFrom
from jobboard.listings.models import Listing
from roles.models import Role, Skill
from roles.starter_content import read_json, shipped_roles

from .adapters.values import as_html
from .parsing.facts import FactReader, Facts
from .parsing.pay.places import mark_elsewhere
from .parsing.pay.reader import read_pay
from .parsing.places.reader import read_place
from .parsing.texts.extras import read_extras
from .parsing.texts.skills import SkillReader
from .parsing.texts.whereabouts import read_whereabouts
from .parsing.titles.reader import TitleReader
from .reading import currencies_of

TEXTS = ("title", "company", "pay", "html", "country")
LISTS = ("location", "tags")


class PostingError(ValueError):
    """A posting that is none; the message says what it needs."""


def new_reader() -> FactReader[str, str]:
    """Knows roles and skills by their slugs: those of the database, or the shipped ones where it
    holds none.
    """
    roles: list[tuple[str, str, str | None]] = []
    skills: list[tuple[str, str, str | None]] = []
    with suppress(DatabaseError):  # before the first migration
        roles = list(Role.objects.values_list("slug", "name", "aliases__folded"))
        skills = list(Skill.objects.current().values_list("slug", "name", "aliases__folded"))
    if not roles:
        roles, skills = _rows(shipped_roles()), _rows(read_json("skills.json"))
    role_names = {slug: name for slug, name, _ in roles}
    skill_names = {slug: name for slug, name, _ in skills}
    return FactReader(
        titles=TitleReader(_by_name(roles)),
        skills=SkillReader(_by_name(skills)),
        role_name=role_names.__getitem__,
        skill_name=skill_names.__getitem__,
    )


def _rows(shipped: Iterable[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Slug, name and alias, as the database has them."""
    rows: list[tuple[str, str, str | None]] = []
    for one in shipped:
        rows += [(one["slug"], one["name"], alias) for alias in [None, *one["aliases"]]]
    return rows


def _by_name(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """Folded names and aliases → slug; what one is called is no other's alias."""
    rows = list(rows)
    aliases = {fold(alias): slug for slug, _, alias in rows if alias}
    return aliases | {fold(name): slug for slug, name, _ in rows}


def posting_of(listing: Listing) -> dict[str, Any]:
    """A stored job as ``read_posting`` takes it."""
    return {
        "title": listing.title,
        "company": listing.company.name,
        "location": [place.text for place in listing.places.all()],
        "pay": listing.pay_note,
        "html": listing.description_html,
    }


def read_posting(posting: Any, reader: FactReader[str, str]) -> dict[str, Any]:
    """A JSON object as ``manage.py read_posting`` prints it. Raises PostingError."""
    given = _checked(posting)
    html = clean_html(as_html(given["html"]))
    title, company = clean_text(given["title"]), clean_text(given["company"])
    facts = reader.read(title, html, company=company, tags=given["tags"])
    places = _places(given["location"], given["country"])
    return {
        **_classified(facts),
        "level": facts.level.level or None,
        "level_max": facts.level.highest or None,
        "types": list(facts.types.value),
        "places": [_place(place) for place in places],
        "pay": _pay(given["pay"], plain_text(html), places),
        "skills": [
            {"slug": one.skill, "need": str(one.need), "quote": one.quote} for one in facts.skills
        ],
        "visa": facts.visa.value,
        "closes_on": facts.closes_on.value and facts.closes_on.value.isoformat(),
        "hybrid_days": facts.office_days.value,
        "quotes": _quotes(facts, html),
    }


def _checked(posting: Any) -> dict[str, Any]:
    if not isinstance(posting, dict):
        raise PostingError("A posting is a JSON object in one line.")
    for name in TEXTS:
        if not isinstance(posting.get(name) or "", str):
            raise PostingError(f"“{name}” must be a text.")
    for name in LISTS:
        value = posting.get(name) or []
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (is_list or isinstance(value, str)):
            raise PostingError(f"“{name}” must be a text or a list of texts.")
    texts = {name: posting.get(name) or "" for name in TEXTS}
    lists = {name: _as_list(posting.get(name) or []) for name in LISTS}
    return texts | lists


def _as_list(value: str | list[str]) -> list[str]:
    if isinstance(value, str):
        return [value]
    return value


def _classified(facts: Facts[str, str]) -> dict[str, Any]:
    """A family only where no profile says what the work is, and no role of ours for other work."""
    is_ours = facts.relevance.answer != Relevance.NO
    role = facts.role if is_ours else None
    return {
        "relevance": str(facts.relevance.answer),
        "relevance_why": facts.relevance.why,
        "family": str(facts.relevance.family) or None if is_ours and role is None else None,
        "role": role,
    }


def _places(texts: Iterable[str], country: str) -> list[PlaceText]:
    found: dict[PlaceText, None] = {}
    for text in texts:
        hint = PlaceText(clean_text(text), country=country)
        found |= dict.fromkeys(read_place(hint))
    return [place for place in found if place.text or place.country]


def _place(place: PlaceText) -> dict[str, str]:
    return {
        "text": place.text,
        "city": place.city,
        "region": place.admin1,
        "country": place.country,
        "workplace": place.workplace,
    }


def _pay(field: str, text: str, places: Sequence[PlaceText]) -> list[dict[str, Any]]:
    """Of the field for pay, else of the text."""
    currencies = currencies_of(places)
    stated, origin = read_pay(field, only_pay=True, currencies=currencies), SalaryFrom.FEED
    if not stated:
        stated, origin = read_pay(text, currencies=currencies), SalaryFrom.TEXT
    return [statement_values(one, origin) for one in mark_elsewhere(stated, places)]


def statement_values(pay: PayStatement, origin: SalaryFrom = SalaryFrom.FEED) -> dict[str, Any]:
    """One statement of pay as a JSON object."""
    return {
        "kind": str(pay.kind),
        "gross": str(pay.gross),
        "min": None if pay.lowest is None else float(pay.lowest),
        "max": None if pay.highest is None else float(pay.highest),
        "currency": pay.currency,
        "period": str(pay.period),
        "place": pay.place or None,
        "is_elsewhere": pay.is_elsewhere,
        "level": pay.level,
        "origin": str(origin),
        "quote": pay.quote,
    }


def _quotes(facts: Facts[str, str], html: str) -> dict[str, Any]:
    """Words of the values that have no place for them, and what is quoted only."""
    extras = read_extras(html)
    return {
        "level": facts.level.quote,
        "types": facts.types.quote,
        "visa": facts.visa.quote,
        "closes_on": facts.closes_on.quote,
        "hybrid_days": facts.office_days.quote,
        "work_from": [one.quote for one in read_whereabouts(html)],
        "benefits": list(extras.benefits.found),
        "equity": list(extras.equity.found),
        "interview": list(extras.interview.found),
    }

"""Reads one posting as the import would, with quotes, as JSON. Stores nothing."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
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
from .parsing.pay.pay_places import mark_elsewhere
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
    """The JSON is not a posting; says what it needs."""


def new_reader() -> FactReader[str, str]:
    """Knows roles and skills by their slugs: those of the database, or the shipped ones if it is
    empty.
    """
    roles: list[tuple[str, str, str | None]] = []
    skills: list[tuple[str, str, str | None]] = []
    with suppress(DatabaseError):  # before the first migration
        roles = list(Role.objects.values_list("slug", "name", "aliases__folded"))
        skills = list(Skill.objects.current().values_list("slug", "name", "aliases__folded"))
    if not roles:
        roles = _rows(shipped_roles())
        skills = _rows(read_json("skills.json"))
    role_names = {slug: name for slug, name, _ in roles}
    skill_names = {slug: name for slug, name, _ in skills}
    return FactReader(
        titles=TitleReader(_by_name(roles)),
        skills=SkillReader(_by_name(skills)),
        role_name=role_names.__getitem__,
        skill_name=skill_names.__getitem__,
    )


def _rows(shipped: Iterable[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Slug, name and alias, like the rows of the database."""
    rows: list[tuple[str, str, str | None]] = []
    for item in shipped:
        rows.append((item["slug"], item["name"], None))
        for alias in item["aliases"]:
            rows.append((item["slug"], item["name"], alias))
    return rows


def _by_name(rows: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """Folded name or alias → slug. A name counts before the alias of another."""
    names = {}
    aliases = {}
    for slug, name, alias in rows:
        names[fold(name)] = slug
        if alias:
            aliases[fold(alias)] = slug
    return aliases | names


def posting_from_listing(listing: Listing) -> dict[str, Any]:
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
    values = _check(posting)
    html = clean_html(as_html(values["html"]))
    title = clean_text(values["title"])
    company = clean_text(values["company"])
    facts = reader.read(title, html, company=company, tags=values["tags"])
    places = _read_places(values["location"], values["country"])
    skills = []
    for mention in facts.skills:
        skills.append({"slug": mention.skill, "need": str(mention.need), "quote": mention.quote})
    return {
        **_work(facts),
        "level": facts.level.level or None,
        "level_max": facts.level.highest or None,
        "types": list(facts.types.value),
        "places": list(map(_place_as_json, places)),
        "pay": _read_pay(values["pay"], plain_text(html), places),
        "skills": skills,
        "visa": facts.visa.value,
        "closes_on": facts.closes_on.value and facts.closes_on.value.isoformat(),
        "hybrid_days": facts.office_days.value,
        "quotes": _quotes(facts, html),
    }


def _check(posting: Any) -> dict[str, Any]:
    """The values of the posting, with a blank one for each that is missing."""
    if not isinstance(posting, dict):
        raise PostingError("A posting is a JSON object in one line.")
    values: dict[str, Any] = {}
    for name in TEXTS:
        values[name] = posting.get(name) or ""
        if not isinstance(values[name], str):
            raise PostingError(f"“{name}” must be a text.")
    for name in LISTS:
        values[name] = _as_list(name, posting.get(name) or [])
    return values


def _as_list(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise PostingError(f"“{name}” must be a text or a list of texts.")


def _work(facts: Facts[str, str]) -> dict[str, Any]:
    """Irrelevant work has no role, and only relevant work without a role has a family."""
    role = None
    family = None
    if facts.relevance.answer != Relevance.NO:
        role = facts.role
        if role is None:
            family = str(facts.relevance.family) or None
    return {
        "relevance": str(facts.relevance.answer),
        "relevance_why": facts.relevance.why,
        "family": family,
        "role": role,
    }


def _read_places(texts: Iterable[str], country: str) -> list[PlaceText]:
    """Each place once."""
    places: dict[PlaceText, None] = {}
    for text in texts:
        for place in read_place(PlaceText(clean_text(text), country=country)):
            if place.text or place.country:
                places[place] = None
    return list(places)


def _place_as_json(place: PlaceText) -> dict[str, str]:
    return {
        "text": place.text,
        "city": place.city,
        "region": place.admin1,
        "country": place.country,
        "workplace": place.workplace,
    }


def _read_pay(field: str, text: str, places: Sequence[PlaceText]) -> list[dict[str, Any]]:
    """The pay, from the field for pay, else from the text."""
    currencies = currencies_of(places)
    origin = SalaryFrom.FEED
    statements = read_pay(field, only_pay=True, currencies=currencies)
    if not statements:
        origin = SalaryFrom.TEXT
        statements = read_pay(text, currencies=currencies)
    return [statement_values(pay, origin) for pay in mark_elsewhere(statements, places)]


def _as_number(amount: Decimal | None) -> float | None:
    if amount is None:
        return None
    return float(amount)


def statement_values(pay: PayStatement, origin: SalaryFrom = SalaryFrom.FEED) -> dict[str, Any]:
    """One statement of pay as a JSON object."""
    return {
        "kind": str(pay.kind),
        "gross": str(pay.gross),
        "min": _as_number(pay.lowest),
        "max": _as_number(pay.highest),
        "currency": pay.currency,
        "period": str(pay.period),
        "place": pay.place or None,
        "is_elsewhere": pay.is_elsewhere,
        "level": pay.level,
        "origin": str(origin),
        "quote": pay.quote,
    }


def _quotes(facts: Facts[str, str], html: str) -> dict[str, Any]:
    """The quotes of single values, and of what is only quoted."""
    extras = read_extras(html)
    return {
        "level": facts.level.quote,
        "types": facts.types.quote,
        "visa": facts.visa.quote,
        "closes_on": facts.closes_on.quote,
        "hybrid_days": facts.office_days.quote,
        "work_from": [whereabouts.quote for whereabouts in read_whereabouts(html)],
        "benefits": list(extras.benefits.found),
        "equity": list(extras.equity.found),
        "interview": list(extras.interview.found),
    }

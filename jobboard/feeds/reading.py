"""Turns an item of a feed into the content of a job: the one place where all parsers meet."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from babel.numbers import get_territory_currencies

from jobboard.common.text import html, unicode, words
from jobboard.common.text.html import clean_html, clean_text, plain_text
from jobboard.common.text.words import fold
from jobboard.listings.choices import PlaceText, SalaryFrom, Workplace
from jobboard.listings.content import ListingContent
from jobboard.listings.geo import gazetteer
from jobboard.listings.geo.places import get_admin1, get_city
from jobboard.listings.models import Listing, ListingPlace, ListingSkill, PlaceAlias
from roles.models import Role, Skill

from . import chosen, parsing, read_values
from .adapters import base
from .adapters.base import FeedItem, limit
from .chosen import complete_place
from .parsing.facts import FactReader, Facts
from .parsing.pay.pay_places import mark_elsewhere
from .parsing.pay.reader import read_pay
from .parsing.places.reader import read_place
from .parsing.texts.eligibility import read_eligibility
from .parsing.texts.skills import SkillReader
from .parsing.texts.types import read_types
from .parsing.titles.levels import LevelRange
from .parsing.titles.reader import TitleReader

FINGERPRINT_LENGTH = 8  # characters at the start of an item's hash, for what it was read with
NO_CLOSING_YEAR = 9999  # a closing date in this year means that there is none


def skill_names() -> dict[str, int]:
    """Folded name or alias → id of the skill, or of the skill that it was merged into."""
    names: dict[str, int] = {}
    for skill, into, name, alias in Skill.objects.values_list(
        "pk", "merged_into", "name", "aliases__folded"
    ):
        names[fold(name)] = into or skill
        if alias:
            names[alias] = into or skill
    return names


class Reader:
    """Reads items with the names that are known when it is made."""

    def __init__(self) -> None:
        roles = Role.objects.ids_by_name()
        skills = skill_names()
        aliases = list(PlaceAlias.objects.select_related("place"))
        self.roles = Role.objects.in_bulk()
        self.skills = Skill.objects.in_bulk()
        self.facts = FactReader(
            titles=TitleReader(roles),
            skills=SkillReader(skills),
            role_name=lambda role: self.roles[role].name,
            skill_name=lambda skill: self.skills[skill].name,
        )
        self.places = {alias.folded: alias.place for alias in aliases}
        vocabulary = [
            sorted(roles.items()),
            sorted(skills.items()),
            sorted((alias.folded, alias.place_id) for alias in aliases),
        ]
        # Differs if the names or the parsers differ. Then items that did not change are read again.
        self.fingerprint = digest(f"{_code_fingerprint()} {vocabulary}")

    def item_hash(self, item: FeedItem) -> str:
        """The same for the same item that is read the same way. The employer's date is left out."""
        stated = repr(replace(item, posted_at=None))
        if item.eligibility:
            stated += repr((item.eligibility, item.eligible_countries))
        if item.for_client:
            stated += repr(("client", item.client_name))
        return self.fingerprint[:FINGERPRINT_LENGTH] + digest(stated)[FINGERPRINT_LENGTH:]

    @staticmethod
    def is_news(before: str, after: str) -> bool:
        """Whether the item itself differs, and not only what it is read with."""
        return before[FINGERPRINT_LENGTH:] != after[FINGERPRINT_LENGTH:]

    def content(self, item: FeedItem, company: str) -> ListingContent:
        title = cut(clean_text(item.title), limit("title"))
        description = text = item.description
        if item.description_is_html:
            description = clean_html(item.description)
            text = plain_text(description)
        places = self._places(item)
        facts = self.facts.read(title, description or text, company=company, tags=item.tags)
        visa = item.visa
        if visa == Listing.Visa.UNKNOWN:
            visa = facts.visa.value
        content = ListingContent(
            title=title,
            description=description,
            description_is_html=item.description_is_html,
            places=_with_days(places, facts.office_days.value),
            apply_url=item.apply_url,
            apply_email=item.apply_email,
            employment_types=read_types(*item.types) or facts.types.value,
            for_client=item.for_client,
            client_name=item.client_name,
            visa=visa,
            closes_on=_closing_date(item, facts.closes_on.value),
            **self._work(item, facts),
            **_levels(item, facts.level),
            **self._skills(item, facts),
            **_eligibility(item, places),
            **self._pay(item, text, places),
        )
        return replace(
            content, read_values=read_values.read_values(content, facts, self.facts.skill_name)
        )

    def _work(self, item: FeedItem, facts: Facts[int, int]) -> dict[str, Any]:
        """Role and relevance. A stated role makes a job relevant; irrelevant work has no role."""
        if item.role:
            for role in self.roles.values():
                if role.slug == item.role:
                    return {
                        "role": role,
                        "role_from": Listing.RoleFrom.FEED,
                        "relevance_why": f"The feed states the role {role}.",
                    }
        work: dict[str, Any] = {
            "role": None,
            "role_from": Listing.RoleFrom.MATCHED,
            "relevance": facts.relevance.answer,
            "relevance_why": facts.relevance.why,
            "family": "",
        }
        if facts.relevance.answer != Listing.Relevance.NO:
            work["family"] = facts.relevance.family
            if facts.role:
                work["role"] = self.roles.get(facts.role)
        return work

    def _places(self, item: FeedItem) -> tuple[PlaceText, ...]:
        """Each place once, its text cut to the length of the column."""
        places: dict[str, PlaceText] = {}
        for hint in item.places:
            for place in self._read_place(hint, is_settled=item.are_places_settled):
                if key := fold(place.text):
                    places.setdefault(key, place)
        return tuple(places.values())

    def _read_place(self, hint: PlaceText, *, is_settled: bool) -> Iterator[PlaceText]:
        hint = replace(hint, text=clean_text(hint.text))
        is_chosen = is_settled and bool(hint.city or hint.country)
        for place in complete_place(hint) if is_chosen else read_place(hint):
            text = cut(place.text, limit("text", ListingPlace))
            place = replace(place, text=text, hybrid_days=hint.hybrid_days)
            if not is_chosen:
                place = self._with_alias(place)
            yield place

    def _with_alias(self, place: PlaceText) -> PlaceText:
        """``place`` with the meaning that an editor has given its text, if one has."""
        meaning = self.places.get(fold(place.text))
        if meaning is None:
            return place
        return replace(
            place, city=get_city(meaning), country=meaning.country, admin1=get_admin1(meaning)
        )

    def _skills(self, item: FeedItem, facts: Facts[int, int]) -> dict[str, Any]:
        if stated := self._stated_skills(item):
            return {"skills": stated, "skills_from": ListingSkill.Origin.STATED}
        skills = self.facts.skills.known(item.skills)
        needs = dict.fromkeys(skills, ListingSkill.Need.MENTIONED)
        for mention in facts.skills:
            needs[mention.skill] = mention.need
        return {
            "skills": self._with_needs(needs),
            "skills_from": ListingSkill.Origin.EXTRACTED,
        }

    def _with_needs(self, needs: dict[int, Any]) -> tuple[tuple[Skill, str], ...]:
        return tuple((self.skills[skill], need) for skill, need in needs.items())

    def unknown_skills(self, item: FeedItem) -> list[str]:
        """The skills of the item that we do not know, and leave out."""
        names = [*item.skills_required, *item.skills_nice, *item.skills]
        return [name for name in names if not self.facts.skills.known([name])]

    def _stated_skills(self, item: FeedItem) -> tuple[tuple[Skill, str], ...]:
        """The skills of the item, if it says which are needed; then the text adds nothing."""
        needs: dict[int, str] = {}
        for need, names in (
            (ListingSkill.Need.REQUIRED, item.skills_required),
            (ListingSkill.Need.NICE, item.skills_nice),
            (ListingSkill.Need.MENTIONED, item.skills),
        ):
            for skill in self.facts.skills.known(names):
                needs.setdefault(skill, need)
        if set(needs.values()) <= {ListingSkill.Need.MENTIONED}:
            return ()
        return self._with_needs(needs)

    def _pay(self, item: FeedItem, text: str, places: tuple[PlaceText, ...]) -> dict[str, Any]:
        """The pay that the feed states, else that of its field in words, else that of the text."""
        currencies = currencies_of(places)
        origin = SalaryFrom.FEED
        statements = list(item.pay)
        if not statements:
            statements = read_pay(item.pay_text, only_pay=True, currencies=currencies)
        if not statements and not item.hides_pay:
            origin = SalaryFrom.TEXT
            statements = read_pay(text, currencies=currencies)
        if not statements:
            note = clean_text(item.pay_text or item.pay_note)
            return {"pay_note": cut(note, limit("pay_note"))}
        pay = []
        for statement in mark_elsewhere(statements, places):
            pay.append(replace(statement, origin=statement.origin or origin))
        return {"pay": tuple(pay), "pay_note": cut(clean_text(item.pay_note), limit("pay_note"))}


def _eligibility(item: FeedItem, places: Sequence[PlaceText]) -> dict[str, Any]:
    """The eligibility that the feed states; that of the places, with their text, if they say the
    same or it does not state it.
    """
    from_places = read_eligibility(places)
    if not item.eligibility:
        return from_places
    is_same = from_places.get("eligibility") == item.eligibility
    countries = set(from_places.get("eligible_countries", ()))
    if is_same and countries == set(item.eligible_countries):
        return from_places
    return {"eligibility": item.eligibility, "eligible_countries": item.eligible_countries}


def _levels(item: FeedItem, levels_in_title: LevelRange) -> dict[str, Any]:
    if item.level:
        return {"level": item.level, "level_max": item.level_max}
    return {"level": levels_in_title.level, "level_max": levels_in_title.highest}


def _closing_date(item: FeedItem, date_in_text: date | None) -> date | None:
    """The closing date from its field, else from the text. There, a date before the job was posted
    is left from an earlier posting.
    """
    if item.closes_on:
        if item.closes_on.year < NO_CLOSING_YEAR:
            return item.closes_on
        return None
    if date_in_text and item.posted_at and date_in_text < item.posted_at.date():
        return None
    return date_in_text


def _with_days(places: Iterable[PlaceText], days_in_text: int | None) -> tuple[PlaceText, ...]:
    """``places`` with the days on-site that the text states; only hybrid work has them."""
    with_days = []
    for place in places:
        if place.workplace == Workplace.HYBRID:
            place = replace(place, hybrid_days=place.hybrid_days or days_in_text)
        with_days.append(place)
    return tuple(with_days)


@cache
def currencies_in(country: str) -> tuple[str, ...]:
    if country:
        return tuple(get_territory_currencies(country))
    return ()


def currencies_of(places: Iterable[PlaceText]) -> set[str]:
    """The currencies of the countries that the places are in."""
    return set(chain.from_iterable(currencies_in(place.country) for place in places))


def cut(text: str, max_length: int) -> str:
    """``text``, or as many whole words of it as fit into ``max_length`` characters, and “…”."""
    if len(text) <= max_length:
        return text
    words, blank, _ = text[:max_length].rpartition(" ")
    if blank:
        return words.rstrip(" ,;:·–-") + "…"
    return text[: max_length - 1] + "…"


def hash_of_reading(content: ListingContent) -> str:
    """Roles and skills count by their ids, so that a new name does not change it."""
    skills = tuple((skill.pk, need) for skill, need in content.skills)
    ids: dict[str, Any] = {"role": content.role and content.role.pk, "skills": skills}
    return digest(repr(replace(content, **ids)))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def _code_fingerprint() -> str:
    return digest("".join(file.read_text() for file in files_read_with()))


def files_read_with() -> list[Path]:
    """All code and data that the content of a job depends on."""
    modules = (base, chosen, html, read_values, unicode, words)
    others = [Path(str(module.__file__)) for module in modules]
    folder = Path(parsing.__file__).parent
    parsers = [*sorted(folder.rglob("*.py")), *sorted(folder.rglob("*.csv"))]
    return [Path(__file__), *others, *parsers, gazetteer.TABLE]

"""From what a feed states to what a listing says: the one place where all parsers meet."""

import hashlib
from collections.abc import Iterable, Sequence
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
from .parsing.pay.places import mark_elsewhere
from .parsing.pay.reader import read_pay
from .parsing.places.reader import read_place
from .parsing.texts.eligibility import read_eligibility
from .parsing.texts.skills import SkillReader
from .parsing.texts.types import read_types
from .parsing.titles.levels import LevelRange
from .parsing.titles.reader import TitleReader

NAMES = 8  # so many characters of an item's hash stand for what it is read with
NEVER = 9999  # a closing date in this year means that there is none


def skill_names() -> dict[str, int]:
    """Names and aliases of all skills, folded, with the skill's id; of a merged one, the id of what
    it went into.
    """
    names: dict[str, int] = {}
    for skill, into, name, alias in Skill.objects.values_list(
        "pk", "merged_into", "name", "aliases__folded"
    ):
        names |= {fold(name): into or skill} | ({alias: into or skill} if alias else {})
    return names


class Reader:
    """Reads items with the names that are known when it is made."""

    def __init__(self) -> None:
        roles, skills = Role.objects.ids_by_name(), skill_names()
        aliases = list(PlaceAlias.objects.select_related("place"))
        self.roles, self.skill_of = Role.objects.in_bulk(), Skill.objects.in_bulk()
        self.facts = FactReader(
            titles=TitleReader(roles),
            skills=SkillReader(skills),
            role_name=lambda role: self.roles[role].name,
            skill_name=lambda skill: self.skill_of[skill].name,
        )
        self.places = {alias.folded: alias.place for alias in aliases}
        vocabulary = [
            sorted(roles.items()),
            sorted(skills.items()),
            sorted((a.folded, a.place_id) for a in aliases),
        ]
        self.fingerprint = digest(f"{_code_fingerprint()} {vocabulary}")
        """Changes with the names and with the parsers: then what did not change in its feed
        is read again.
        """

    def item_hash(self, item: FeedItem) -> str:
        """The same for the same item, read the same way, whatever the employer's date."""
        says = repr(replace(item, posted_at=None))
        if item.eligibility:
            says += repr((item.eligibility, item.eligible_countries))
        if item.for_client:
            says += repr(("client", item.client_name))
        return self.fingerprint[:NAMES] + digest(says)[NAMES:]

    @staticmethod
    def is_news(before: str, after: str) -> bool:
        """Whether the item itself differs, and not only what it is read with."""
        return before[NAMES:] != after[NAMES:]

    def content(self, item: FeedItem, company: str) -> ListingContent:
        title = cut(clean_text(item.title), limit("title"))
        markup = clean_html(item.description) if item.description_is_html else ""
        text = plain_text(markup) if item.description_is_html else item.description
        places = self._places(item)
        facts = self.facts.read(title, markup or text, company=company, tags=item.tags)
        content = ListingContent(
            title=title,
            description=markup if item.description_is_html else item.description,
            description_is_html=item.description_is_html,
            places=_with_days(places, facts.office_days.value),
            apply_url=item.apply_url,
            apply_email=item.apply_email,
            employment_types=read_types(*item.types) or facts.types.value,
            for_client=item.for_client,
            client_name=item.client_name,
            visa=item.visa if item.visa != Listing.Visa.UNKNOWN else facts.visa.value,
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
        """Role and relevance. Who states a role says that it is our work; other work has none."""
        stated = next(
            (role for role in self.roles.values() if item.role and role.slug == item.role), None
        )
        if stated:
            return {
                "role": stated,
                "role_from": Listing.RoleFrom.FEED,
                "relevance_why": f"The feed states the role {stated}.",
            }
        is_ours = facts.relevance.answer != Listing.Relevance.NO
        return {
            "role": self.roles.get(facts.role) if is_ours and facts.role else None,
            "role_from": Listing.RoleFrom.MATCHED,
            "relevance": facts.relevance.answer,
            "relevance_why": facts.relevance.why,
            "family": facts.relevance.family if is_ours else "",
        }

    def _places(self, item: FeedItem) -> tuple[PlaceText, ...]:
        """Each place once, its text as short as it is stored."""
        places: dict[str, PlaceText] = {}
        for hint in item.places:
            hint = replace(hint, text=clean_text(hint.text))
            is_chosen = item.are_places_settled and bool(hint.city or hint.country)
            for place in complete_place(hint) if is_chosen else read_place(hint):
                text = cut(place.text, limit("text", ListingPlace))
                place = replace(place, text=text, hybrid_days=hint.hybrid_days)
                if not is_chosen:
                    place = self._with_alias(place)
                if key := fold(text):
                    places.setdefault(key, place)
        return tuple(places.values())

    def _with_alias(self, place: PlaceText) -> PlaceText:
        """``place`` as an editor said what its words mean, if one did."""
        known = self.places.get(fold(place.text))
        if known is None:
            return place
        return replace(place, city=get_city(known), country=known.country, admin1=get_admin1(known))

    def _skills(self, item: FeedItem, facts: Facts[int, int]) -> dict[str, Any]:
        if stated := self._stated_skills(item):
            return {"skills": stated, "skills_from": ListingSkill.Origin.STATED}
        known = self.facts.skills.known(item.skills)
        needs = dict.fromkeys(known, ListingSkill.Need.MENTIONED)
        needs |= {one.skill: one.need for one in facts.skills}
        return {
            "skills": tuple((self.skill_of[skill], need) for skill, need in needs.items()),
            "skills_from": ListingSkill.Origin.EXTRACTED,
        }

    def unknown_skills(self, item: FeedItem) -> list[str]:
        """Those that the item states and that are left out."""
        names = [*item.skills_required, *item.skills_nice, *item.skills]
        return [name for name in names if not self.facts.skills.known([name])]

    def _stated_skills(self, item: FeedItem) -> tuple[tuple[Skill, str], ...]:
        """Those of which the employer states how they are needed; no text says more."""
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
        return tuple((self.skill_of[skill], need) for skill, need in needs.items())

    def _pay(self, item: FeedItem, text: str, places: tuple[PlaceText, ...]) -> dict[str, Any]:
        currencies = currencies_of(places)
        stated, origin = list(item.pay), SalaryFrom.FEED
        if not stated:
            stated = read_pay(item.pay_text, only_pay=True, currencies=currencies)
        if not stated and not item.hides_pay:
            stated, origin = read_pay(text, currencies=currencies), SalaryFrom.TEXT
        if not stated:
            said = clean_text(item.pay_text or item.pay_note)
            return {"pay_note": cut(said, limit("pay_note"))}
        stated = mark_elsewhere(stated, places)
        return {
            "pay": tuple(replace(one, origin=one.origin or origin) for one in stated),
            "pay_note": cut(clean_text(item.pay_note), limit("pay_note")),
        }


def _eligibility(item: FeedItem, places: Sequence[PlaceText]) -> dict[str, Any]:
    """As stated; what the places say too is said in their words."""
    read = read_eligibility(places)
    stated = {"eligibility": item.eligibility, "eligible_countries": item.eligible_countries}
    if not item.eligibility:
        return read
    is_read = read.get("eligibility") == item.eligibility
    if is_read and set(read.get("eligible_countries", ())) == set(item.eligible_countries):
        return read
    return stated


def _levels(item: FeedItem, read: LevelRange) -> dict[str, Any]:
    if item.level:
        return {"level": item.level, "level_max": item.level_max}
    return {"level": read.level, "level_max": read.highest}


def _closing_date(item: FeedItem, read: date | None) -> date | None:
    """A field beats the text, in which a date before the job's own is one of an earlier posting."""
    if item.closes_on:
        if item.closes_on.year < NEVER:
            return item.closes_on
        return None
    is_old = read and item.posted_at and read < item.posted_at.date()
    if is_old:
        return None
    return read


def _with_days(places: Iterable[PlaceText], read: int | None) -> tuple[PlaceText, ...]:
    """``places`` with the days on-site that the text states; only hybrid work has them."""
    return tuple(
        replace(place, hybrid_days=place.hybrid_days or read)
        if place.workplace == Workplace.HYBRID
        else place
        for place in places
    )


@cache
def currencies_in(country: str) -> tuple[str, ...]:
    if country:
        return tuple(get_territory_currencies(country))
    return ()


def currencies_of(places: Iterable[PlaceText]) -> set[str]:
    """The currencies of the countries that the places are in."""
    return set(chain.from_iterable(currencies_in(place.country) for place in places))


def cut(text: str, longest: int) -> str:
    """``text``, or as many whole words of it as fit into ``longest`` characters, and “…”."""
    if len(text) <= longest:
        return text
    words, blank, _ = text[:longest].rpartition(" ")
    return (words.rstrip(" ,;:·–-") if blank else text[: longest - 1]) + "…"


def hash_of_reading(content: ListingContent) -> str:
    """Roles and skills count by their ids: another name is no other reading."""
    skills = tuple((skill.pk, need) for skill, need in content.skills)
    ids: dict[str, Any] = {"role": content.role and content.role.pk, "skills": skills}
    return digest(repr(replace(content, **ids)))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@cache
def _code_fingerprint() -> str:
    return digest("".join(file.read_text() for file in files_read_with()))


def files_read_with() -> list[Path]:
    """All code and words that a reading depends on."""
    folder = Path(parsing.__file__).parent
    others = [
        Path(str(module.__file__)) for module in (base, chosen, html, read_values, unicode, words)
    ]
    parsers = [*sorted(folder.rglob("*.py")), *sorted(folder.rglob("*.csv"))]
    return [Path(__file__), *others, *parsers, gazetteer.TABLE]

"""Who asks for a page, with the rows that they named: what pages answer with."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from jobboard.common.models import OldSlug
from jobboard.common.text.words import country_currency, country_name, plural, the_country
from jobboard.common.web.http import YOU_COOKIE
from roles.models import FxRate, Role, Skill
from roles.pay.page import LEVELS

from .models import KeptYou
from .said import NOBODY, You

COOKIE_LASTS = 365 * 86_400  # seconds


@dataclass(frozen=True)
class Visitor:
    """``you`` with the rows that it names: the role, if it is public, and the skills that are
    there, by name. False where nothing was said, or nothing that we still know.
    """

    you: You = NOBODY
    role: Role | None = None
    skills: tuple[Skill, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def country(self) -> str:
        return self.you.country

    @property
    def level(self) -> str:
        return self.you.level

    @property
    def level_words(self) -> str:
        """“mid-level”; '' where none was said."""
        return f"{LEVELS[self.level].lower().removesuffix('-level')}-level" if self.level else ""

    @property
    def level_after_at(self) -> str:
        """“mid-level”, “senior level”; '' where none was said."""
        words = LEVELS[self.level].lower() if self.level else ""
        return f"{words} level" if words and not words.endswith("-level") else words

    @property
    def the_country(self) -> str:
        return the_country(self.country) if self.country else ""

    @cached_property
    def skill_ids(self) -> frozenset[int]:
        return frozenset(skill.pk for skill in self.skills)

    @cached_property
    def known_ids(self) -> frozenset[int]:
        """Ids of the skills they named, else of those in the profile of their role."""
        if self.skills or not self.role:
            return self.skill_ids
        return frozenset(self.role.profile.skill_ids)

    @property
    def known_words(self) -> str:
        """“your 9 skills”, “the skills in the Data Analyst profile”: what ``known_ids`` are."""
        if self.skills:
            return f"your {plural(len(self.skills), 'skill')}"
        return f"the skills in the {self.role} profile"

    @property
    def currency(self) -> str:
        """What they said, else that of their country; '' for neither."""
        return self.you.currency or country_currency(self.country)

    @cached_property
    def rate(self) -> FxRate | None:
        """Of their currency; None where we hold no fresh one."""
        return FxRate.objects.newest(self.currency) if self.currency else None

    @property
    def money_currency(self) -> str:
        """Of the pay they want."""
        return self.currency or "USD"

    @cached_property
    def wanted_usd(self) -> int | None:
        """The pay they want, in US dollars as a search compares it; None where it is not known."""
        if not self.you.salary_from:
            return None
        if self.money_currency == "USD":
            return self.you.salary_from
        return int(self.you.salary_from * self.rate.usd_per_unit) if self.rate else None

    @property
    def parts(self) -> list[str]:
        """As the strip says it: “Data Analyst”, “Portugal”, “mid-level”, “EUR”, “9 skills”."""
        pay = f"{self.money_currency} {self.you.salary_from or 0:,}"
        named = [
            self.role.name if self.role else "",
            country_name(self.country) if self.country else "",
            self.level_words,
            self.you.currency,
            f"wants {pay} a year" if self.you.salary_from else "",
            plural(len(self.skills), "skill") if self.skills else "",
        ]
        return [part for part in named if part]


def visitor_of(request: HttpRequest) -> Visitor:
    """Asked once for each request."""
    known: Visitor | None = getattr(request, "visitor", None)
    if known is None:
        known = request.visitor = visitor_for(you_of(request))  # type: ignore[attr-defined]
    return known


def you_of(request: HttpRequest) -> You:
    """What is kept with the account goes before the cookie: it is as new on each device."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        kept = KeptYou.objects.filter(user=user).first()
        if kept:
            return kept.you
    return You.from_cookie(request.COOKIES.get(YOU_COOKIE, ""))


def visitor_for(you: You) -> Visitor:
    """At most three queries, none for somebody who named neither role nor skills."""
    role = Role.objects.published().filter(slug=you.role).first() if you.role else None
    if you.role and role is None:
        role = Role.at_old_slug(you.role)
    is_public = role is not None and role.status == Role.Status.PUBLISHED
    return Visitor(you, role if is_public else None, tuple(skills_of(you.skills)))


def skills_of(slugs: Iterable[str]) -> list[Skill]:
    """Those that have these slugs, or had them, each once and by name."""
    wanted = set(slugs)
    if not wanted:
        return []
    found = list(Skill.objects.current().filter(slug__in=wanted))
    missing = wanted - {skill.slug for skill in found}
    if missing:
        moved = OldSlug.objects.filter(kind=OldSlug.Kind.SKILL, slug__in=missing)
        found += Skill.objects.current().filter(pk__in=list(moved.values_list("target", flat=True)))
    return sorted({skill.pk: skill for skill in found}.values(), key=lambda skill: skill.name)


def keep_in_browser(response: HttpResponse, you: You, *, is_secure: bool) -> None:
    """In a cookie that any page of the site gets, and scripts of the site may read."""
    if not you:
        response.delete_cookie(YOU_COOKIE, samesite="Lax")
        return
    response.set_cookie(
        YOU_COOKIE, you.as_cookie(), max_age=COOKIE_LASTS, secure=is_secure, samesite="Lax"
    )

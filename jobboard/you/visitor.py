"""The visitor of a page, with the role and skills that they named."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from jobboard.common.models import OldSlug
from jobboard.common.text.words import country_currency, country_name, country_with_article, plural
from jobboard.common.web.http import YOU_COOKIE
from roles.models import FxRate, Role, Skill
from roles.pay.page import LEVELS

from .models import KeptYou
from .said import NOBODY, You

COOKIE_MAX_AGE_SECONDS = 365 * 86_400  # seconds


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
        if not self.level:
            return ""
        return f"{LEVELS[self.level].lower().removesuffix('-level')}-level"

    @property
    def level_after_at(self) -> str:
        """“mid-level”, “senior level”; '' where none was said."""
        if not self.level:
            return ""
        label = LEVELS[self.level].lower()
        if label.endswith("-level"):
            return label
        return f"{label} level"

    @property
    def country_with_article(self) -> str:
        if self.country:
            return country_with_article(self.country)
        return ""

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
        """The currency they chose, else that of their country; '' for neither."""
        return self.you.currency or country_currency(self.country)

    @cached_property
    def rate(self) -> FxRate | None:
        """The rate of their currency; None where we hold no fresh one."""
        if self.currency:
            return FxRate.objects.newest(self.currency)
        return None

    @property
    def money_currency(self) -> str:
        """The currency of the pay they want."""
        return self.currency or "USD"

    @cached_property
    def wanted_usd(self) -> int | None:
        """The pay they want, in US dollars as a search compares it; None where it is not known."""
        if not self.you.salary_from:
            return None
        if self.money_currency == "USD":
            return self.you.salary_from
        if self.rate is None:
            return None
        return int(self.you.salary_from * self.rate.usd_per_unit)

    @property
    def parts(self) -> list[str]:
        """The parts that the strip shows: “Data Analyst”, “Portugal”, “mid-level”, “EUR”, “9
        skills”.
        """
        parts = []
        if self.role:
            parts.append(self.role.name)
        if self.country:
            parts.append(country_name(self.country))
        if self.level:
            parts.append(self.level_words)
        if self.you.currency:
            parts.append(self.you.currency)
        if self.you.salary_from:
            parts.append(f"wants {self.money_currency} {self.you.salary_from:,} a year")
        if self.skills:
            parts.append(plural(len(self.skills), "skill"))
        return parts


def visitor_of(request: HttpRequest) -> Visitor:
    """Looked up once for each request."""
    visitor: Visitor | None = getattr(request, "visitor", None)
    if visitor is None:
        visitor = request.visitor = visitor_for(get_you(request))  # type: ignore[attr-defined]
    return visitor


def get_you(request: HttpRequest) -> You:
    """The account's answers go before the cookie's: they are as new on each device."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        in_account = KeptYou.objects.filter(user=user).first()
        if in_account:
            return in_account.you
    return You.from_cookie(request.COOKIES.get(YOU_COOKIE, ""))


def visitor_for(you: You) -> Visitor:
    """The visitor, with at most three queries; none for who named neither role nor skills."""
    return Visitor(you, _find_public_role(you.role), tuple(find_skills(you.skills)))


def _find_public_role(slug: str) -> Role | None:
    """The published role that has this slug, or had it."""
    if not slug:
        return None
    role = Role.objects.published().filter(slug=slug).first() or Role.at_old_slug(slug)
    if role is None or role.status != Role.Status.PUBLISHED:
        return None
    return role


def find_skills(slugs: Iterable[str]) -> list[Skill]:
    """Skills that have these slugs, or had them, each once, sorted by name."""
    distinct_slugs = set(slugs)
    if not distinct_slugs:
        return []
    skills = list(Skill.objects.current().filter(slug__in=distinct_slugs))
    missing = distinct_slugs - {skill.slug for skill in skills}
    if missing:
        old_slugs = OldSlug.objects.filter(kind=OldSlug.Kind.SKILL, slug__in=missing)
        targets = list(old_slugs.values_list("target", flat=True))
        skills += Skill.objects.current().filter(pk__in=targets)
    return sorted(dict.fromkeys(skills), key=lambda skill: skill.name)


def keep_in_browser(response: HttpResponse, you: You, *, is_secure: bool) -> None:
    """Save it in a cookie that any page of the site gets, and scripts of the site may read."""
    if not you:
        response.delete_cookie(YOU_COOKIE, samesite="Lax")
        return
    response.set_cookie(
        YOU_COOKIE,
        you.as_cookie(),
        max_age=COOKIE_MAX_AGE_SECONDS,
        secure=is_secure,
        samesite="Lax",
    )

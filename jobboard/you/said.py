"""The answers of a visitor about themselves, as a value and as the readable cookie."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote_plus, urlencode

from jobboard.common.text.words import COUNTRIES, CURRENCIES
from roles.pay.page import LEVELS

MAX_SKILLS = 60
MAX_CHARACTERS = 2_500  # of a cookie; browsers keep 4,096 with its name
MAX_SLUG_LENGTH = 80
MAX_PAY = 10**11  # as in a search
BETWEEN_SKILLS = "."  # which no slug holds
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*", re.IGNORECASE)


@dataclass(frozen=True)
class You:
    """``role`` and ``skills`` are slugs, ``country`` is alpha-2. ``salary_from`` is what they want
    to earn: a year, before tax, in ``currency``. What they did not say is '' or None.
    """

    role: str = ""
    country: str = ""
    level: str = ""
    currency: str = ""
    salary_from: int | None = None
    skills: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != NOBODY

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> "You":
        """What somebody said, from the parameters of a query or a cookie; invalid values are left
        out.
        """
        skills: list[str] = []
        for text in values.get("skill", ()):
            skills += text.split(BETWEEN_SKILLS)
        return cls(
            role=_clean_slug(_first(values, "role")),
            country=_one_of(_first(values, "country").upper(), COUNTRIES),
            level=_one_of(_first(values, "level"), LEVELS),
            currency=_one_of(_first(values, "currency").upper(), CURRENCIES),
            salary_from=_parse_amount(_first(values, "salary_from")),
            skills=_clean_slugs(skills),
        )

    @classmethod
    def from_cookie(cls, text: str) -> "You":
        """Never raises: a cookie may hold anything."""
        if len(text) > MAX_CHARACTERS:
            return NOBODY
        if "=" not in text:
            text = unquote_plus(text)
        try:
            return cls.from_values(parse_qs(text, max_num_fields=MAX_SKILLS))
        except ValueError:  # too many fields
            return NOBODY

    def as_cookie(self) -> str:
        """Readable, in the form of a query: “role=data-analyst&country=PT”."""
        values = {
            "role": self.role,
            "country": self.country,
            "level": self.level,
            "currency": self.currency,
            "salary_from": "",
            "skill": BETWEEN_SKILLS.join(self.skills),
        }
        if self.salary_from is not None:
            values["salary_from"] = str(self.salary_from)
        return urlencode({name: value for name, value in values.items() if value})


NOBODY = You()


def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "").strip()


def _one_of(value: str, allowed: Iterable[str]) -> str:
    if value in allowed:
        return value
    return ""


def _clean_slug(text: str) -> str:
    """The slug in lower case; '' for what is no slug."""
    if len(text) > MAX_SLUG_LENGTH or not _SLUG.fullmatch(text):
        return ""
    return text.lower()


def _clean_slugs(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, and no more than fit into the cookie."""
    slugs = dict.fromkeys(filter(None, map(_clean_slug, texts)))
    fitting: list[str] = []
    length = 0
    for slug in list(slugs)[:MAX_SKILLS]:
        length += len(slug) + 1
        if length > MAX_CHARACTERS - 300:  # for all else that the cookie says
            break
        fitting.append(slug)
    return tuple(fitting)


def _parse_amount(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(MAX_PAY)):
        return None
    return min(int(text), MAX_PAY) or None

"""Everything that title, text and tags of an opening say, but for its places and pay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from jobboard.listings.choices import Need

from .texts.closing import read_closing_date
from .texts.office_days import read_office_days
from .texts.quoted import Quoted
from .texts.skills import SkillFound, SkillReader
from .texts.types import read_types_of_text
from .texts.visa import read_visa
from .titles.levels import LevelRange, read_level
from .titles.reader import TitleReader
from .titles.relevance import Reading, read_relevance

RoleKey = TypeVar("RoleKey")
SkillKey = TypeVar("SkillKey")


@dataclass(frozen=True)
class FactReader(Generic[RoleKey, SkillKey]):
    """The readers, and what roles and skills are called."""

    titles: TitleReader[RoleKey]
    skills: SkillReader[SkillKey]
    role_name: Callable[[RoleKey], str]
    skill_name: Callable[[SkillKey], str]

    def read(
        self, title: str, text: str, *, company: str = "", tags: Sequence[str] = ()
    ) -> "Facts[RoleKey, SkillKey]":
        """``text`` is clean HTML or lines; ``tags`` are a board's keywords."""
        role = self.titles.role(title)
        skills = self.skills.read(text, company, title=title, hints=tags)
        role_name = ""
        if role is not None:
            role_name = self.role_name(role)
        needed = [self.skill_name(found.skill) for found in skills if found.need != Need.MENTIONED]
        return Facts(
            role=role,
            relevance=read_relevance(title, skills=needed, text=text, role=role_name),
            level=read_level(title),
            types=read_types_of_text(title, text),
            skills=tuple(skills),
            visa=read_visa(text),
            closes_on=read_closing_date(text),
            office_days=read_office_days(text),
        )


@dataclass(frozen=True)
class Facts(Generic[RoleKey, SkillKey]):
    role: RoleKey | None
    relevance: Reading
    level: LevelRange
    types: Quoted[tuple[str, ...]]
    skills: tuple[SkillFound[SkillKey], ...]
    visa: Quoted[str]
    closes_on: Quoted[date | None]
    office_days: Quoted[int | None]

"""What the form says beside the fields while a job is written: its role, skills, the usual pay,
what is left open.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jobboard.feeds.detection.addresses import board_at
from jobboard.feeds.detection.sources import Source
from jobboard.feeds.parsing.texts.skills import SkillReader
from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.texts.visa import read_visa
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.parsing.titles.reader import TitleReader
from jobboard.feeds.reading import skill_names
from jobboard.insights.pay_panel import get_pays
from jobboard.listings.choices import EmploymentType, Visa, Workplace
from jobboard.listings.detail import what_is_stated
from jobboard.listings.models import Company, Listing
from jobboard.search.live.jobs import LiveJobs
from roles.models import Role, Skill
from roles.pay.formulas import Spread

SHORT_TEXT = 400  # characters; a description below it is among what a job leaves open
STATED_BY_NAME = ["level", "eligibility", "visa", "closes_on"]


def role_of_title(title: str) -> Role | None:
    """The published role that ``title`` names."""
    pk = TitleReader(Role.objects.ids_by_name()).role(title)
    if pk:
        return Role.objects.published().filter(pk=pk).first()
    return None


def skills_of_text(title: str, description: str) -> list[tuple[Skill, str, str]]:
    """The skills that the texts name, with their ListingSkill.Need and the words that say it;
    required ones first.
    """
    found = SkillReader(skill_names()).read(description, title=title)
    skills = Skill.objects.in_bulk([one.skill for one in found])
    return [(skills[one.skill], str(one.need), one.quote) for one in found]


@dataclass
class Advice:
    """Beside a form. ``posted`` (yearly, gross, one currency) counts open jobs, samples too."""

    role: Role | None
    role_is_chosen: bool
    skills: list[Skill]  # that the description names and no field does
    posted: Spread | None
    posted_total: int
    samples: int
    survey: Spread | None
    leaves_open: list[str]
    points: int
    description: str
    # The employer's board that the application link is on, and the company that could connect it.
    board: Source | None
    company: Company | None


def advise(values: dict, company: Company | None = None) -> Advice:
    """For ``values`` as the form's fields clean them, in part or whole, or as it starts.
    ``company`` is one that who writes acts for.
    """
    title, description = values.get("title") or "", values.get("description") or ""
    role = values.get("role") or role_of_title(title)
    points = _points(values, description)
    facts = LiveJobs().facts_of_roles([role]).get(role.pk) if role else None
    survey = get_pays([role])[role.pk].survey if role else None
    currency = next(_of_rows(values, "salary_currency"), "")
    return Advice(
        role=role,
        role_is_chosen=bool(values.get("role")),
        skills=(
            []
            if _names_skills(values)
            else [skill for skill, _, _ in skills_of_text(title, description)]
        ),
        posted=(
            next((one for one in facts.by_currency if one.currency == currency), facts.posted)
            if facts
            else None
        ),
        posted_total=facts.total if facts else 0,
        samples=facts.samples if facts else 0,
        survey=survey.spread if survey else None,
        leaves_open=[name for name, is_stated in points.items() if not is_stated],
        points=len(points),
        description=description,
        board=_board_to_connect(values, company),
        company=company,
    )


def _board_to_connect(values: dict, company: Company | None) -> Source | None:
    """By the address alone. None where it is connected already."""
    board = board_at(values.get("apply_url") or "")
    if board is None or company is None:
        return board
    connected = company.feeds.filter(kind=board.kind, address=board.api, ended_at=None)
    if connected.exists():
        return None
    return board


def _of_rows(values: dict, field: str) -> Iterator[str]:
    """What the rows of the form say in ``field``, as far as it is there."""
    names = (name for name in values if name.rstrip("_0123456789") == field)
    return (values[name] for name in names if values[name])


def _names_skills(values: dict) -> bool:
    return bool(values.get("skills_required") or values.get("skills_nice"))


def _points(values: dict, description: str) -> dict[str, bool]:
    stated = {name: values[name] for name in STATED_BY_NAME if values.get(name)}
    title = values.get("title") or ""
    stated.setdefault("level", read_level(title).level)
    if stated.get("visa", Visa.UNKNOWN) == Visa.UNKNOWN:
        stated["visa"] = read_visa(description).value
    types = values.get("employment_types") or read_types_of_text(title, description).value
    mask = EmploymentType.mask(types)
    stated |= {
        "workplaces": Workplace.mask(set(_of_rows(values, "workplace"))),
        "states_pay": any(_of_rows(values, "salary_currency")),
    }
    return {
        f"A description of at least {SHORT_TEXT} characters": len(description) >= SHORT_TEXT,
        "Required and nice-to-have skills": _names_skills(values),
        "Location": any(_of_rows(values, "place")),
        "Application link or email": bool(values.get("apply_url") or values.get("apply_email")),
    } | what_is_stated(Listing(employment_types=mask, **stated))

"""Advice beside the form while somebody writes a job: its role, skills, the usual pay and what the
job does not say yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jobboard.feeds.detection.addresses import board_at
from jobboard.feeds.detection.sources import DetectedSource
from jobboard.feeds.parsing.texts.skills import SkillReader
from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.texts.visa import read_visa
from jobboard.feeds.parsing.titles.levels import read_level
from jobboard.feeds.parsing.titles.reader import TitleReader
from jobboard.feeds.reading import skill_names
from jobboard.insights.pay_panel import get_pays
from jobboard.listings.choices import EmploymentType, Visa, Workplace
from jobboard.listings.detail import stated_details
from jobboard.listings.models import Company, Listing
from jobboard.search.live.jobs import LiveJobs
from roles.models import Role, Skill
from roles.pay.formulas import Spread

MIN_DESCRIPTION_LENGTH = 400  # characters; we ask for more than a shorter description says
STATED_BY_NAME = ["level", "eligibility", "visa", "closes_on"]


def role_of_title(title: str) -> Role | None:
    """The published role that ``title`` names."""
    pk = TitleReader(Role.objects.ids_by_name()).role(title)
    if pk:
        return Role.objects.published().filter(pk=pk).first()
    return None


def skills_of_text(title: str, description: str) -> list[tuple[Skill, str, str]]:
    """The skills that the texts name, each with its ListingSkill.Need and its quote; required ones
    first.
    """
    mentions = SkillReader(skill_names()).read(description, title=title)
    skills = Skill.objects.in_bulk([mention.skill for mention in mentions])
    return [(skills[mention.skill], str(mention.need), mention.quote) for mention in mentions]


@dataclass
class Advice:
    """Hints beside the form. ``posted`` (yearly, gross, one currency) counts open jobs of the role,
    samples too.
    """

    role: Role | None
    role_is_chosen: bool
    skills: list[Skill]  # that the description names, if no field does
    missing_details: list[str]
    detail_count: int
    description: str
    # The employer's board that the application link is on, and the company that could connect it.
    board: DetectedSource | None
    company: Company | None
    posted: Spread | None = None
    posted_total: int = 0
    samples: int = 0
    survey: Spread | None = None

    def add_pay_of_role(self, currency: str) -> None:
        """Add what open jobs and the survey say about the pay of ``role``, in ``currency`` if they
        do.
        """
        if self.role is None:
            return
        facts = LiveJobs().facts_of_roles([self.role]).get(self.role.pk)
        if facts:
            by_currency = {spread.currency: spread for spread in facts.by_currency}
            self.posted = by_currency.get(currency, facts.posted)
            self.posted_total = facts.total
            self.samples = facts.samples
        survey = get_pays([self.role])[self.role.pk].survey
        if survey:
            self.survey = survey.spread


def advise(values: dict, company: Company | None = None) -> Advice:
    """Advice for the cleaned ``values`` of a form, which may be incomplete, or for those it starts
    with. ``company`` is one that the writer acts for.
    """
    title = values.get("title") or ""
    description = values.get("description") or ""
    skills = []
    if not _names_skills(values):
        skills = [skill for skill, _, _ in skills_of_text(title, description)]
    details = _details(values, description)
    advice = Advice(
        role=values.get("role") or role_of_title(title),
        role_is_chosen=bool(values.get("role")),
        skills=skills,
        missing_details=[name for name, is_stated in details.items() if not is_stated],
        detail_count=len(details),
        description=description,
        board=_board_to_connect(values, company),
        company=company,
    )
    advice.add_pay_of_role(next(_values_in_rows(values, "salary_currency"), ""))
    return advice


def _board_to_connect(values: dict, company: Company | None) -> DetectedSource | None:
    """The board at the address of the link, unless it is connected already."""
    board = board_at(values.get("apply_url") or "")
    if board is None or company is None:
        return board
    connected = company.feeds.filter(kind=board.kind, address=board.api, ended_at=None)
    if connected.exists():
        return None
    return board


def _values_in_rows(values: dict, field: str) -> Iterator[str]:
    """The values of ``field`` in all rows of the form that have one."""
    for name, value in values.items():
        if value and name.rstrip("_0123456789") == field:
            yield value


def _names_skills(values: dict) -> bool:
    return bool(values.get("skills_required") or values.get("skills_nice"))


def _details(values: dict, description: str) -> dict[str, bool]:
    """The details that people look for, and whether the job states each."""
    stated = {name: values[name] for name in STATED_BY_NAME if values.get(name)}
    title = values.get("title") or ""
    stated.setdefault("level", read_level(title).level)
    if stated.get("visa", Visa.UNKNOWN) == Visa.UNKNOWN:
        stated["visa"] = read_visa(description).value
    types = values.get("employment_types") or read_types_of_text(title, description).value
    mask = EmploymentType.mask(types)
    stated |= {
        "workplaces": Workplace.mask(set(_values_in_rows(values, "workplace"))),
        "states_pay": any(_values_in_rows(values, "salary_currency")),
    }
    long_enough = f"A description of at least {MIN_DESCRIPTION_LENGTH} characters"
    details = {
        long_enough: len(description) >= MIN_DESCRIPTION_LENGTH,
        "Required and nice-to-have skills": _names_skills(values),
        "Location": any(_values_in_rows(values, "place")),
        "Application link or email": bool(values.get("apply_url") or values.get("apply_email")),
    }
    return details | stated_details(Listing(employment_types=mask, **stated))

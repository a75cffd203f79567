"""The answers of the API. Null: nobody says."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from jobboard.listings import choices
from jobboard.listings.choices import EmploymentType, Level, Workplace

from . import examples
from .pay_schemas import Pay, Percentiles, SurveyFigure


def example(answer: dict[str, Any]) -> ConfigDict:
    return {"json_schema_extra": {"examples": [answer]}}


class Problem(Schema):
    detail: str = Field(examples=["Page not found."])


class Refused(Problem):
    errors: dict[str, list[str]] = Field(
        description="Parameter → what is wrong with it.",
        examples=[{"posted": ["Enter a number from 1 to 365."]}],
    )


class Named(Schema):
    slug: str
    name: str


class Link(Named):
    url: str


class Credit(Schema):
    source: str
    source_url: str
    licence: str


class Source(Schema):
    """Where figures come from, and what its licence asks for."""

    layer: str
    slug: str
    name: str
    version: str
    licence: str
    credit: str
    url: str


# --- Jobs -----------------------------------------------------------------------------------------


class Employer(Link):
    verified: bool


class Place(Schema):
    text: str = Field(description="As the employer wrote it.")
    city: str | None
    region: str | None
    country: str | None
    workplace: Workplace | None = Field(description="How you work at this location.")
    hybrid_days: int | None = Field(description="Days a week on-site, for hybrid work.")
    timezone: str | None = Field(description="Null if unknown or if there are several.")


class Eligibility(Schema):
    state: choices.Eligibility
    countries: list[str]
    text: str


class Salary(Schema):
    """Base pay before tax for the job's own locations, as the employer stated it. If the job does
    not say what its pay includes, it counts as base pay.
    """

    min: float | None
    max: float | None
    currency: str
    period: choices.Period


class PayStatement(Schema):
    """One amount or range that the job states."""

    text: str = Field(description="The statement in words.")
    kind: Literal["base", "on_target", "total"] | None = Field(description="What it includes.")
    gross: Literal["gross", "net"] | None = Field(description="Before or after tax.")
    min: float | None
    max: float | None
    currency: str
    period: choices.Period
    place: str | None = Field(description="The location it is for; null for all of them.")
    is_elsewhere: bool = Field(description="True if that is not a location of this job.")
    level: str | None = Field(description="The level it is for; null for all.")
    origin: choices.SalaryFrom = Field(
        description="Stated in our form, in the employer's feed, or extracted from the text."
    )
    quote: str = Field(description="The words it was read from, if any.")


class AskedSkill(Named):
    need: choices.Need


class Job(Schema):
    id: int
    title: str
    url: str
    company: Employer
    for_client: bool = Field(
        description="True if the company recruits for a client, which is not verified."
    )
    client_name: str | None = Field(description="The client, if the company names it.")
    role: Link | None
    relevance_family: choices.Family | None = Field(
        description="What a job without a role is about; null for jobs with one."
    )
    level: Level | None = Field(description="The level, or the lowest of a range.")
    level_max: Level | None = Field(description="The highest level of a range; null for one level.")
    employment_types: list[EmploymentType]
    workplace: Workplace | None = Field(
        description="Of the first location that states one. See places for each."
    )
    places: list[Place]
    eligibility: Eligibility
    salary: Salary | None
    pay: list[PayStatement]
    skills: list[AskedSkill]
    featured: bool
    posted_at: datetime
    published_at: datetime
    expires_at: datetime
    is_sample: bool = Field(description="True if the job is a made-up sample.")


class JobDetail(Job, Credit):
    model_config = example(examples.JOB_DETAIL)

    description_html: str
    visa: choices.Visa
    closes_on: date | None


class JobOver(Problem):
    id: int
    url: str


class Option(Schema):
    value: str
    label: str
    count: int


class Page(Schema):
    total: int
    page: int
    per_page: int
    ignored: list[str] = Field(description="Unknown parameters, which were ignored.")


class UnderstoodFilter(Schema):
    name: str = Field(description="Parameter of this search.")
    value: str
    label: str
    words: str = Field(description="The words of q that it was read from.")


class Jobs(Page, Credit):
    model_config = example(examples.JOBS)

    items: list[Job]
    facets: dict[str, list[Option]] | None = Field(description="Only with facets=1.")
    corrected: dict[str, str] = Field(
        description="Misspelled search words → the words used instead."
    )
    understood: list[UnderstoodFilter] = Field(description="Filters that were read from q.")


# --- Roles ----------------------------------------------------------------------------------------


class Evidence(Schema):
    """``asked_in`` of ``of`` open jobs that name skills name this one."""

    asked_in: int
    of: int
    jobs_url: str


class Item(Named, Evidence):
    importance: str
    note: str


class AlsoAsked(Named, Evidence):
    pass


class Market(Schema):
    open: int
    naming_skills: int
    remote: int
    levels: dict[str, int]
    url: str
    of_them_samples: int


class RoleLine(Link):
    family: str
    broader: str | None
    open_jobs: int
    of_them_samples: int


class Roles(Schema):
    total: int
    items: list[RoleLine]
    ignored: list[str]


class Point(Schema):
    kind: str
    label: str
    text: str
    url: str


class Near(Schema):
    slug: str
    shared: int
    of: int
    url: str


class WeeklyPay(Schema):
    """Midpoints of ranges per year in one currency. Null where ``n`` is below 10."""

    currency: str
    n: int
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p90: float | None


class Week(Schema):
    """What open jobs of the role added up to in one week, which begins on the day ``week``."""

    week: date
    counted_at: datetime
    open: int
    of_them_samples: int
    naming_skills: int
    skills: dict[str, int] = Field(description="Skill slug of that week → jobs that list it.")
    pay: list[WeeklyPay]


class RoleDetail(Link):
    family: str
    broader: str | None
    aliases: list[str]
    definition: str
    outlook: str
    reviewed_on: date | None
    counted_on: date
    points: list[Point]
    skills: list[Item]
    tools: list[Item]
    also_asked: list[AlsoAsked]
    jobs: Market
    pay: Pay
    pay_sources: list[Source]
    history: list[Week] = Field(description="The last 53 weeks at most, the oldest first.")
    nearest: list[Near]


class Compared(Link):
    jobs: Market
    pay: Pay


class Shared(Named):
    a: Item
    b: Item


class Parts(Schema):
    shared: list[Shared]
    only_a: list[Item]
    only_b: list[Item]


class Shares(Schema):
    """Jaccard: what both have ÷ what either has, from 0 to 1."""

    skills: float
    tools: float


class JobBetween(Schema):
    id: int
    title: str
    url: str


class Move(Schema):
    start: str = Field(alias="from")
    to: str
    to_add: list[Item]
    jobs_between: list[JobBetween]
    jobs_between_count: int


class ComparisonDetail(Schema):
    url: str
    roles: list[Compared]
    skills: Parts
    tools: Parts
    overlap: Shares
    moves: list[Move]
    pay_sources: list[Source]
    counted_on: date


# --- Companies, skills, pay -----------------------------------------------------------------------


class CompanyLine(Employer):
    website: str
    country: str | None
    size: str | None
    open_jobs: int
    is_sample: bool


class Companies(Page):
    model_config = example(examples.COMPANIES)

    items: list[CompanyLine]


class SkillLine(Named):
    kind: str
    jobs_url: str


class Skills(Page):
    model_config = example(examples.SKILLS)

    items: list[SkillLine]


class Instead(SurveyFigure):
    role: str


class SalaryDetail(Percentiles):
    """One figure. What it was narrowed by is repeated; null: not narrowed."""

    model_config = example(examples.SALARY)

    role: str
    url: str
    title: str | None
    level: str | None
    country: str | None
    year: int | None
    remote: int | None
    as_of: date | None
    left_out: int | None
    of_them_samples: int | None = Field(
        description="Posted figures only: how many of the jobs are samples."
    )
    at_least: list[str]
    withheld: list[str]
    instead: Instead | None = Field(
        description="If there are too few responses, the closest figure that has enough."
    )
    sources: list[Source]

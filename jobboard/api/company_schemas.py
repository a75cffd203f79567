"""Schemas of what programs of companies send and get: the fields of a job, as the read API names
them, and those that only its company knows.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from jobboard.listings import choices
from jobboard.listings.choices import EmploymentType, Level, Outcome, Workplace
from jobboard.recruiting.forms.fields import MAX_SKILLS
from jobboard.recruiting.forms.from_text import MAX_TEXT_LENGTH
from jobboard.recruiting.forms.job_rows import PAY, PLACES

from . import examples
from .forms import MAX_ID_LENGTH
from .schemas import Job, Page, example

# The form says what fits; here is only refused what no database or form should have to look at.
WITHOUT_NUL = r"^[^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=1_000, pattern=WITHOUT_NUL)]
LongText = Annotated[str, StringConstraints(max_length=2 * MAX_TEXT_LENGTH, pattern=WITHOUT_NUL)]
Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
State = Literal[
    "draft",
    "in_review",
    "returned",
    "rejected",
    "live",
    "part_of_another",
    "expired",
    "closed",
    "hidden",
    "irrelevant",
]


class PlaceIn(Schema):
    text: Text = Field(description="As job seekers will see it.")
    city: Text | None = Field(None, description="Leave out to use the city in text.")
    country: Text | None = Field(None, description="Two-letter code of where the work is done.")
    workplace: Workplace | None = None
    hybrid_days: int | None = Field(None, description="Days a week on-site, from 1 to 5.")


class EligibilityIn(Schema):
    state: choices.Eligibility
    countries: list[Text] = Field([], max_length=250, description="Two-letter codes.")


class SalaryIn(Schema):
    min: Amount | None = None
    max: Amount | None = None
    currency: Text
    period: choices.Period


class PayIn(SalaryIn):
    kind: Literal["base", "on_target", "total"] | None = None
    gross: Literal["gross", "net"] | None = None
    place: Text | None = Field(None, description="The text of the location it is for.")
    level: Text | None = Field(None, description="The level it is for.")


class RoleRef(Schema):
    slug: Text


class SkillIn(Schema):
    slug: Text | None = None
    name: Text | None = Field(None, description="Any name we know, instead of the slug.")
    need: choices.Need = choices.Need.REQUIRED


class JobIn(Schema):
    """What a job says. Fields that a GET returns and that are not listed here are ignored."""

    title: Text | None = Field(None, description="Without location, pay or company name.")
    description: LongText | None = Field(None, description="Markdown or plain text.")
    description_html: LongText | None = Field(
        None, description="HTML instead of description. Headings, lists and links are kept."
    )
    role: RoleRef | Text | None = Field(
        None, description="The slug of a role. Leave out to detect it from the title."
    )
    level: Level | None = Field(None, description="Leave out to detect it from the title.")
    level_max: Level | None = Field(None, description="The highest level of a range.")
    for_client: bool | None = Field(None, description="Whether you recruit for a client.")
    client_name: Text | None = Field(None, description="The client, if you name it.")
    employment_types: list[EmploymentType] | None = Field(
        None, description="Leave out to detect them from the description."
    )
    places: list[PlaceIn] | None = Field(
        None, max_length=PLACES.max_rows, description="The locations of the job."
    )
    eligibility: EligibilityIn | None = Field(
        None, description="Where people can work from, for remote jobs."
    )
    salary: SalaryIn | None = Field(None, description="A single base pay range, instead of pay.")
    pay: list[PayIn] | None = Field(
        None, max_length=PAY.max_rows, description="Everything the job states about pay."
    )
    pay_note: Text | None = Field(
        None, description="About pay, for example a bonus. Required if no pay is stated."
    )
    skills: list[SkillIn] | None = Field(
        None,
        max_length=2 * MAX_SKILLS,
        description="Leave out to detect them from the description.",
    )
    visa: choices.Visa | None = Field(None, description="Whether you sponsor a visa.")
    apply_url: Text | None = Field(None, description="Either apply_url or apply_email.")
    apply_email: Text | None = Field(None, description="Where people can apply by email.")
    closes_on: date | None = Field(
        None, description="The closing date, within 180 days, as YYYY-MM-DD."
    )


class NewJobIn(JobIn):
    model_config = example(examples.JOB_SENT)

    external_id: Annotated[
        str,
        StringConstraints(min_length=1, max_length=MAX_ID_LENGTH, pattern=r"^[\x21-\x7e]+$"),
    ] = Field(
        description=("Your own ID of the job, without spaces. The same ID again updates the job.")
    )


class ChangedJobIn(JobIn):
    version: int | None = Field(
        None, description="The version you read. If the job has changed since, you get a 409."
    )


class CompanyJob(Job):
    """A job as its company sees it, in whatever state."""

    model_config = example(examples.COMPANY_JOB)

    external_id: str | None
    state: State
    reason: str = Field(description="Why the job was returned or rejected.")
    change: Literal["in_review", "returned"] | None = Field(
        description="What becomes of a change of a live job that we look at before it is public."
    )
    version: int
    description: str = Field(description="Markdown, or the HTML that a feed brought.")
    description_html: str
    pay_note: str
    apply_url: str
    apply_email: str
    visa: choices.Visa
    closes_on: date | None
    outcome: Outcome | None = Field(description="How a closed job ended.")
    submitted_at: datetime | None
    published_at: datetime | None  # type: ignore[assignment]  # null until it is public
    expires_at: datetime | None  # type: ignore[assignment]


class SavedJob(CompanyJob):
    model_config = example(examples.COMPANY_JOB | {"ignored": []})

    ignored: list[str] = Field(description="Unknown fields, which were ignored.")


class CompanyJobs(Page):
    model_config = example(examples.COMPANY_JOBS)

    items: list[CompanyJob]

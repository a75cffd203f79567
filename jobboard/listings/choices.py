"""The closed sets of values that a job is described with, and a place as an employer wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations

from django.db import models

from jobboard.common.text.words import format_amount_range, short_amount


class Level(models.TextChoices):
    ENTRY = "entry", "Entry-level / Junior"
    MID = "mid", "Mid-level / Intermediate"
    SENIOR = "senior", "Senior-level / Expert"
    EXECUTIVE = "executive", "Executive-level / Director"

    @property
    def short(self) -> str:
        """The first name of the level: “Senior-level”."""
        return self.label.partition(" / ")[0]

    @classmethod
    def between(cls, lowest: str, highest: str = "") -> list["Level"]:
        """List the levels from ``lowest`` to ``highest``; ``lowest`` alone without ``highest``, and
        none without either.
        """
        if not lowest:
            return []
        order = list(cls)
        first = order.index(cls(lowest))
        last = order.index(cls(highest or lowest))
        return order[first : last + 1]

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """List each level alone, and each range of levels, as lowest and highest."""
        return [(level, "") for level in cls.values] + list(combinations(cls.values, 2))

    @classmethod
    def may_be_range(cls, lowest: str, highest: str) -> bool:
        """Whether ``highest`` is blank, for one level, or above ``lowest``."""
        return not highest or len(cls.between(lowest, highest)) > 1


class Relevance(models.TextChoices):
    """Whether a job is AI, machine learning or data work, whatever its role."""

    YES = "yes", "Yes"
    NO = "no", "No"
    DOUBTFUL = "doubtful", "Doubtful"


class Family(models.TextChoices):
    """What relevant jobs without a role profile are about."""

    ENGINEERING = "engineering", "AI and ML engineering"
    RESEARCH = "research", "Research"
    PLATFORM = "platform", "Data and ML platforms"
    ANALYSIS = "analysis", "Data science and analysis"
    BI = "bi", "Business intelligence"
    ARCHITECTURE = "architecture", "Architecture"
    DEPLOYMENT = "deployment", "Deployment at customers"
    MANAGEMENT = "management", "Management"
    PRODUCT = "product", "Product"
    CONSULTING = "consulting", "Consulting"
    GOVERNANCE = "governance", "Data and AI governance"
    ANNOTATION = "annotation", "Data annotation"


class Workplace(models.TextChoices):
    """How one works at a place; those of all places are stored together as a bit mask too."""

    ON_SITE = "on_site", "On-site"
    HYBRID = "hybrid", "Hybrid"
    REMOTE = "remote", "Remote"

    @property
    def bit(self) -> int:
        return 1 << list(Workplace).index(self)

    @classmethod
    def mask(cls, values: Iterable[str]) -> int:
        """Combine ``values`` into one number; '' (not stated) adds nothing."""
        return sum({cls(value).bit for value in values if value})

    @classmethod
    def of_mask(cls, mask: int) -> list["Workplace"]:
        return [value for value in cls if mask & value.bit]

    @classmethod
    def masks_with(cls, values: Iterable[str]) -> list[int]:
        """The masks that hold any of ``values``; '' stands for the one without any."""
        selected = set(values)
        masks = []
        if "" in selected:
            masks.append(0)
        for mask in range(1, 1 << len(cls)):
            if not selected.isdisjoint(cls.of_mask(mask)):
                masks.append(mask)
        return masks


class EmploymentType(models.TextChoices):
    """schema.org's values in lower case; stored together as a bit mask, in this order."""

    FULL_TIME = "full_time", "Full-time"
    PART_TIME = "part_time", "Part-time"
    CONTRACTOR = "contractor", "Contractor"
    TEMPORARY = "temporary", "Temporary"
    INTERN = "intern", "Internship"
    VOLUNTEER = "volunteer", "Volunteer"
    PER_DIEM = "per_diem", "Per diem"
    OTHER = "other", "Other"

    @property
    def bit(self) -> int:
        return 1 << list(EmploymentType).index(self)

    @classmethod
    def mask(cls, names) -> int:
        return sum({cls(name).bit for name in names})

    @classmethod
    def of_mask(cls, mask: int) -> list["EmploymentType"]:
        return list(_types_of_mask(mask))


@cache
def _types_of_mask(mask: int) -> tuple[EmploymentType, ...]:
    return tuple(kind for kind in EmploymentType if mask & kind.bit)


@dataclass(frozen=True)
class PlaceText:
    """A place as the employer wrote it, and what is known of it.

    ``country`` is alpha-2 or ''; ``admin1`` is the state, province or region of the city, or the
    place itself where no city is named. ``workplace`` and ``hybrid_days`` (on-site a week) hold for
    this place alone.
    """

    text: str
    city: str = ""
    country: str = ""
    workplace: str = ""
    admin1: str = ""
    hybrid_days: int | None = None


class Eligibility(models.TextChoices):
    UNSTATED = "unstated", "Not stated"
    ANYWHERE = "anywhere", "Anywhere in the world"
    LISTED = "listed", "These countries"


class OpenFrom(models.TextChoices):
    """Whether a job can be done from a country."""

    YES = "yes", "Yes"
    UNCLEAR = "unclear", "Unclear"
    NO = "no", "No"


class Period(models.TextChoices):
    YEAR = "year", "a year"
    MONTH = "month", "a month"
    WEEK = "week", "a week"
    DAY = "day", "a day"
    HOUR = "hour", "an hour"


class PayKind(models.TextChoices):
    """What an amount of pay is made of. One that is not stated counts as base pay and says so."""

    UNSTATED = "", "Pay"
    BASE = "base", "Base pay"
    ON_TARGET = "on_target", "On-target earnings"
    TOTAL = "total", "Total compensation"


class PayGross(models.TextChoices):
    """Whether an amount is before or after tax."""

    UNSTATED = "", "Not stated"
    GROSS = "gross", "Before tax"
    NET = "net", "After tax"


WIDE = Decimal(3)
"""A range whose maximum is more than so many times its minimum is said to be wide."""


@dataclass(frozen=True)
class PayStatement:
    """One amount or range of pay as the employer states it, in ``currency`` per ``period``.

    One end may be open. ``place`` and ``level`` are the words for what it is stated for, '' for
    all; ``is_elsewhere`` where that is none of the job's own places. ``origin`` is a value of
    SalaryFrom; ``quote`` holds the words it was read from.
    """

    lowest: Decimal | None
    highest: Decimal | None
    currency: str
    period: str
    kind: str = ""
    gross: str = ""
    place: str = ""
    level: str = ""
    is_elsewhere: bool = False
    origin: str = ""
    quote: str = ""

    @property
    def unit(self) -> tuple[str, str]:
        return self.currency, self.period

    @property
    def amounts(self) -> str:
        return format_amount_range(self.lowest, self.highest, dash="–")

    @property
    def short_amounts(self) -> str:
        return format_amount_range(self.lowest, self.highest, short_amount)

    @property
    def period_words(self) -> str:
        return Period(self.period).label

    @property
    def is_wide(self) -> bool:
        if self.lowest is None or self.highest is None:
            return False
        return self.highest > self.lowest * WIDE

    @property
    def what(self) -> str:
        """“base pay, before tax”; what is not stated is left out."""
        return ", ".join(filter(None, [self.kind_label, self.gross_label]))

    @property
    def kind_label(self) -> str:
        """The label of its kind; '' if it is not stated."""
        if not self.kind:
            return ""
        return PayKind(self.kind).label.lower()

    @property
    def gross_label(self) -> str:
        """“before tax” or “after tax”; '' if it is not stated."""
        if not self.gross:
            return ""
        return PayGross(self.gross).label.lower()

    @property
    def remarks(self) -> str:
        """“base pay, before tax, for Lisbon, Senior”; what is not stated is left out."""
        place = ""
        if self.place:
            place = f"for {self.place}"
        if self.is_elsewhere:
            place += ", which is not a location of this job"
        return ", ".join(filter(None, [self.what, place, self.level]))

    def __str__(self) -> str:
        return f"{self.currency} {self.amounts} {self.period_words}"


class Visa(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not stated"


class Need(models.TextChoices):
    REQUIRED = "required", "Required"
    NICE = "nice", "Nice to have"
    MENTIONED = "mentioned", "Mentioned"


class Outcome(models.TextChoices):
    FILLED_HERE = "filled_here", "Filled through this site"
    FILLED_ELSEWHERE = "filled_elsewhere", "Filled elsewhere"
    WITHDRAWN = "withdrawn", "Withdrawn"
    UNLISTED = "unlisted", "No longer listed by the employer"

    @classmethod
    def employer_choices(cls) -> list[tuple[str, str]]:
        """List the outcomes that people can choose; feeds alone can tell that a job is not listed
        any more.
        """
        return [choice for choice in cls.choices if choice[0] != cls.UNLISTED]


class RoleFrom(models.TextChoices):
    EMPLOYER = "employer", "Chosen by the employer"
    FEED = "feed", "Stated by the employer's feed"
    MATCHED = "matched", "Matched from title"
    EDITOR = "editor", "Chosen by an editor"


class SameAsFrom(models.TextChoices):
    MATCHED = "matched", "Matched by title and text"
    EDITOR = "editor", "Chosen by an editor"


class SalaryFrom(models.TextChoices):
    FORM = "form", "Stated by the employer"
    FEED = "feed", "From the employer's feed"
    TEXT = "text", "Extracted from the text"

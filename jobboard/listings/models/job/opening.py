from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from jobboard.common.text.words import format_amount_range, plural
from jobboard.listings import choices
from jobboard.listings.choices import EmploymentType, Level, Workplace
from roles.models import Role

PLACES_SHOWN = 3
PLACES_LENGTH = 70  # characters: two lines of a card


def this_second() -> datetime:
    return timezone.now().replace(microsecond=0)


class Opening(models.Model):
    """The work a listing offers, and the words for it on pages and cards."""

    Relevance = choices.Relevance
    Family = choices.Family
    RoleFrom = choices.RoleFrom
    Eligibility = choices.Eligibility
    Period = choices.Period
    SalaryFrom = choices.SalaryFrom
    Visa = choices.Visa

    _prefetched_objects_cache: dict[str, Any]  # Django's own

    title = models.CharField(max_length=140)
    language = models.CharField(max_length=5, default="en")
    description_source = models.TextField("description", help_text="Markdown, or a feed's HTML.")
    description_html = models.TextField(editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="listings")
    role_from = models.CharField(max_length=8, choices=RoleFrom, default=RoleFrom.EMPLOYER)
    # The database knows their defaults too, for the release before writes rows without them.
    relevance = models.CharField(
        max_length=8, choices=Relevance, default=Relevance.YES, db_default=Relevance.YES
    )
    relevance_why = models.CharField(max_length=200, blank=True, default="", db_default="")
    family = models.CharField(
        max_length=12,
        blank=True,
        default="",
        db_default="",
        choices=Family,
        help_text="Of AI and data work without a role.",
    )
    level = models.CharField(max_length=10, blank=True, choices=Level)
    level_max = models.CharField(
        "highest level",
        max_length=10,
        blank=True,
        default="",
        db_default="",
        choices=Level,
        help_text="Where it is a range.",
    )
    employment_types = models.PositiveSmallIntegerField(default=0)
    # Of all its places, to filter and count by; ``workplace`` and ``hybrid_days`` are the first
    # place's that states them, for what reads them still.
    workplaces = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    hybrid_days = models.PositiveSmallIntegerField("days on-site per week", null=True, blank=True)
    eligibility = models.CharField(max_length=8, choices=Eligibility, default=Eligibility.UNSTATED)
    eligibility_text = models.CharField(max_length=200, blank=True)
    utc_note = models.CharField("working hours", max_length=80, blank=True)

    # Derived from its statements of pay: base pay of its own places. See listings/pay/base.py.
    salary_min = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Before tax, in salary_currency, per salary_period.",
    )
    salary_max = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    salary_currency = models.CharField(max_length=3, blank=True)
    salary_period = models.CharField(max_length=5, blank=True, choices=Period)
    salary_from = models.CharField(max_length=4, choices=SalaryFrom, default=SalaryFrom.FORM)
    pay_note = models.CharField(max_length=200, blank=True)
    pay_year_min_usd = models.BigIntegerField(null=True, editable=False)
    pay_year_max_usd = models.BigIntegerField(null=True, editable=False)
    states_pay = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Whether it states any pay for its own locations, comparable or not.",
    )
    pay_rate_on = models.DateField(null=True, editable=False)

    apply_url = models.URLField(max_length=500, blank=True)
    apply_email = models.EmailField(blank=True)
    visa = models.CharField(max_length=7, choices=Visa, default=Visa.UNKNOWN)
    # An agency posts it for somebody else, of whom nothing is verified.
    for_client = models.BooleanField("for a client", default=False, db_default=False)
    client_name = models.CharField(max_length=120, blank=True, default="", db_default="")

    place_line = models.CharField(
        max_length=400, editable=False, help_text="Locations as written, for job cards."
    )
    skill_line = models.CharField(
        max_length=300, editable=False, help_text="The first required skills, for job cards."
    )

    class Meta:
        abstract = True

    @property
    def place_summary(self) -> str:
        """The places as written; of many, the first PLACES_SHOWN, or those that fit into
        PLACES_LENGTH, and how many more there are.
        """
        places = self.place_line.split(" · ")
        first = places
        if len(places) > PLACES_SHOWN + 1:
            first = places[:PLACES_SHOWN]
        while len(first) > 1 and len(" · ".join(first)) > PLACES_LENGTH:
            first = first[:-1]
        if len(first) == len(places):
            return self.place_line
        if places[-1].endswith("…"):
            # The line was cut, so that there are more than it holds.
            return f"{' · '.join(first)} and more"
        return f"{' · '.join(first)} and {len(places) - len(first)} more"

    @property
    def public_role(self) -> Role | None:
        """The role, if there is a page of it to link to."""
        if self.role and self.role.status == Role.Status.PUBLISHED:
            return self.role
        return None

    @property
    def levels(self) -> list[Level]:
        """The levels from the lowest to the highest; none if no level is stated."""
        return Level.between(self.level, self.level_max)

    @property
    def client_line(self) -> str:
        """“for a client, Acme”; '' where the company itself hires."""
        if not self.for_client:
            return ""
        if self.client_name:
            return f"for a client, {self.client_name}"
        return "for a client"

    @property
    def level_line(self) -> str:
        """“Mid-level / Intermediate”, “Mid-level to senior-level”, '' where none is stated."""
        if not self.level_max:
            return self.get_level_display()
        return f"{Level(self.level).short} to {Level(self.level_max).short.lower()}"

    @property
    def types(self) -> list[EmploymentType]:
        return EmploymentType.of_mask(self.employment_types)

    @property
    def has_pay(self) -> bool:
        return bool(self.salary_currency)

    @property
    def workplace_types(self) -> list[Workplace]:
        """Workplace types of all its places."""
        return Workplace.of_mask(self.workplaces)

    @property
    def workplace_line(self) -> str:
        """“On-site, hybrid or remote”, with the days of a job that is only hybrid; '' for none."""
        labels = [value.label.lower() for value in self.workplace_types]
        if not labels:
            return ""
        line = capfirst(labels[-1])
        if len(labels) > 1:
            line = capfirst(f"{', '.join(labels[:-1])} or {labels[-1]}")
        if self.hybrid_days is None or self.workplace_types != [Workplace.HYBRID]:
            return line
        return f"{line}, {plural(self.hybrid_days, 'day')} on-site"

    @property
    def workplace_unsaid(self) -> str:
        """The ``workplace_line`` for a card; '' if its places as written say so themselves."""
        is_said = self.workplace_line.lower() in self.place_summary.lower()
        if is_said:
            return ""
        return self.workplace_line

    @property
    def has_remote(self) -> bool:
        return bool(self.workplaces & Workplace.REMOTE.bit)

    @property
    def pay_text(self) -> str:
        """“USD 100,000 - 130,000 a year”; '' where no pay is stated."""
        if not self.has_pay:
            return ""
        amounts = format_amount_range(self.salary_min, self.salary_max)
        return f"{self.salary_currency} {amounts} {self.get_salary_period_display()}"

    @cached_property
    def apply_host(self) -> str:
        return self.apply_url.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0]

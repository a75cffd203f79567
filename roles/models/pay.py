from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from roles.pay.formulas import MIN_FOR_PERCENTILES, RATE_MAX_AGE, Spread


class SalarySource(models.Model):
    """The origin of figures: a survey file or an official statistic."""

    class Layer(models.TextChoices):
        SURVEY = "survey", "Survey"
        OFFICIAL = "official", "Official statistic"

    slug = models.SlugField(max_length=60, unique=True)
    layer = models.CharField(max_length=8, choices=Layer)
    name = models.CharField(max_length=120)
    licence = models.CharField(max_length=80)
    credit = models.TextField()
    url = models.URLField()
    version = models.CharField(max_length=40)
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="Hash of the uncompressed file. Blank while its rows are being replaced.",
    )
    rows = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text="Blank for the starter data."
    )

    def __str__(self) -> str:
        return self.name

    @property
    def is_settled(self) -> bool:
        """Whether rows were imported, and neither is an import under way nor was one
        interrupted.
        """
        return self.imported_at is not None and self.sha256 != ""


class SalaryTitle(models.Model):
    """A job title exactly as a survey writes it, and the role it counts for."""

    class MappedBy(models.TextChoices):
        NOBODY = "", "Not mapped"
        AUTO = "auto", "A name or alias of the role"
        EDITOR = "editor", "An editor"

    source = models.ForeignKey(SalarySource, models.CASCADE, related_name="titles", db_index=False)
    title = models.CharField(max_length=120)
    role = models.ForeignKey(
        "Role", models.SET_NULL, null=True, blank=True, related_name="salary_titles"
    )
    mapped_by = models.CharField(
        max_length=6, choices=MappedBy, blank=True, default=MappedBy.NOBODY
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "title",
                name="salary_title_unique",
                violation_error_message="This source already has this title.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SalaryObservation(models.Model):
    """One answer of a survey. Lines of its file repeat without being the same answer: the n-th of
    them is kept apart.

    Pay is gross, per year: ``amount`` in ``currency``, ``usd`` as the source converted it.
    ``country`` is the employer's. Employment and company size keep the source's codes.
    """

    source = models.ForeignKey(
        SalarySource, models.CASCADE, related_name="observations", db_index=False
    )
    title = models.ForeignKey(SalaryTitle, models.CASCADE, related_name="observations")
    line_hash = models.BigIntegerField()
    occurrence = models.PositiveIntegerField(
        help_text="Which occurrence of this identical line it is, starting at 1."
    )
    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10)
    employment = models.CharField(max_length=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    usd = models.PositiveIntegerField()
    residence = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    remote = models.SmallIntegerField()
    company_size = models.CharField(max_length=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source", "line_hash", "occurrence", name="salary_observation_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}, {self.amount} {self.currency}"


class SalaryFigureQuerySet(models.QuerySet["SalaryFigure"]):
    ANY_CELL = {"level": "", "country": "", "year": 0, "remote": -1}

    def survey(self) -> Self:
        """Figures of roles, not of single titles."""
        return self.filter(layer=SalarySource.Layer.SURVEY, title_key="").exclude(role_key="")

    def overall(self) -> Self:
        """One figure a role: every level, country, year and way of working together."""
        return self.filter(**self.ANY_CELL)

    def by_level(self) -> Self:
        """One figure a role and level, and one of all levels: countries, years and ways of working
        together.
        """
        any_but_level = dict(self.ANY_CELL)
        del any_but_level["level"]
        return self.filter(**any_but_level)


class SalaryFigure(models.Model):
    """Percentiles of one cell of a source, computed once. '' , 0 and -1 stand for "any", because
    NULLs are not unique.

    Either of a role (its slug) or of one exact title, or of all titles when both keys are empty. An
    imported survey has every cell that counts a row, so one that is missing counts none; of what we
    ship, with at most two dimensions. Amounts are gross, per year, in ``currency``. Fewer than
    MIN_FOR_PERCENTILES rows: the count, and no percentile.
    """

    BEING_COMPUTED = ""  # the layer of what no page reads yet

    layer = models.CharField(max_length=8, choices=SalarySource.Layer)
    source_key = models.CharField(max_length=60)
    role_key = models.CharField(max_length=80, blank=True, default="")
    title_key = models.CharField(max_length=120, blank=True, default="")
    level = models.CharField(max_length=10, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    year = models.PositiveSmallIntegerField(default=0)
    remote = models.SmallIntegerField(default=-1)
    currency = models.CharField(max_length=3, default="USD")
    as_of = models.DateField()
    n = models.PositiveIntegerField()
    n_distinct = models.PositiveIntegerField()
    p10 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p25 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p50 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p75 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p90 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    top_country = models.CharField(max_length=2)
    top_share = models.DecimalField(max_digits=5, decimal_places=4)

    objects = SalaryFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role_key",
                "title_key",
                "level",
                "country",
                "year",
                "remote",
                "layer",
                "source_key",
                "currency",
                name="salary_figure_cell_unique",
            ),
            models.CheckConstraint(
                name="salary_figure_held_back_when_few",
                condition=Q(n__gte=MIN_FOR_PERCENTILES)
                | Q(p10=None, p25=None, p50=None, p75=None, p90=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_key or self.title_key} {self.level} {self.country} {self.year or ''}"

    @cached_property
    def spread(self) -> Spread:
        return Spread(self.n, self.p10, self.p25, self.p50, self.p75, self.p90, self.currency)


class OfficialWageQuerySet(models.QuerySet["OfficialWage"]):
    def newest(self) -> Self:
        """The newest year of each occupation."""
        newest = (
            OfficialWage.objects.filter(soc=models.OuterRef("soc"))
            .order_by("-year")
            .values("year")[:1]
        )
        return self.filter(year=models.Subquery(newest))


class OfficialWage(models.Model):
    """Annual wages of an occupation as its statistics office published them, in USD. No counts of
    answers exist.
    """

    soc = models.CharField(max_length=7)
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=40, default="U.S.")
    employment = models.PositiveIntegerField(null=True)
    p10 = models.PositiveIntegerField(null=True)
    p25 = models.PositiveIntegerField(null=True)
    p50 = models.PositiveIntegerField(null=True)
    p75 = models.PositiveIntegerField(null=True)
    p90 = models.PositiveIntegerField(null=True)
    top_coded = models.CharField(
        max_length=40, blank=True, help_text="Percentiles published as “at least”."
    )
    withheld = models.CharField(
        max_length=40, blank=True, help_text="Percentiles that were not published."
    )

    objects = OfficialWageQuerySet.as_manager()
    few = False

    class Meta:
        constraints = [models.UniqueConstraint("soc", "year", "area", name="official_wage_unique")]

    def __str__(self) -> str:
        return f"{self.title}, {self.area} {self.year}"


class RoleOccupation(models.Model):
    """The official occupation that is nearest to a role."""

    class Match(models.TextChoices):
        EXACT = "exact", "Exact"
        NEAREST = "nearest", "Nearest"

    role = models.ForeignKey("Role", models.CASCADE, related_name="occupations")
    soc = models.CharField("occupation code", max_length=7)
    match = models.CharField(max_length=7, choices=Match)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role",
                "soc",
                name="role_occupation_unique",
                violation_error_message="This occupation is listed twice.",
            )
        ]

    def __str__(self) -> str:
        return self.soc


class FxRateQuerySet(models.QuerySet["FxRate"]):
    def newest(self, currency: str) -> "FxRate | None":
        """Return the newest rate; None if there is none, or only one too old to compare by."""
        return self.fresh().filter(currency=currency).order_by("-date").first()

    def fresh(self) -> Self:
        """Return rates not older than RATE_MAX_AGE. A dollar is always worth a dollar."""
        since = timezone.now().date() - RATE_MAX_AGE
        return self.filter(Q(currency="USD") | Q(date__gte=since))

    def current(self) -> Self:
        """The newest of each currency."""
        newest = (
            FxRate.objects.filter(currency=models.OuterRef("currency"))
            .order_by("-date")
            .values("date")[:1]
        )
        return self.filter(date=models.Subquery(newest))


class FxRate(models.Model):
    """The mean value of one unit of a currency in USD over the time up to ``date``."""

    date = models.DateField()
    currency = models.CharField(max_length=3)
    usd_per_unit = models.DecimalField(max_digits=18, decimal_places=10)
    source = models.CharField(max_length=80)

    objects = FxRateQuerySet.as_manager()

    class Meta:
        verbose_name = "exchange rate"
        constraints = [models.UniqueConstraint("date", "currency", name="fx_rate_unique")]

    def __str__(self) -> str:
        return f"{self.currency} {self.date}"

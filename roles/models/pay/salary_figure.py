from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from roles.pay.formulas import MIN_FOR_PERCENTILES, Spread

from .salary_source import SalarySource


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

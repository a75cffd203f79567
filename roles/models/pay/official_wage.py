from typing import Self

from django.db import models


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

from django.db import models

from .salary_source import SalarySource
from .salary_title import SalaryTitle


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

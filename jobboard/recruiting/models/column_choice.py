from django.db import models
from django.utils import timezone

from jobboard.feeds.tables.days import DAY_FIRST, MONTH_FIRST
from jobboard.listings.models import Company


class ColumnChoice(models.Model):
    """The columns somebody chose for a company's file, for the next file with the same headers."""

    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Blank for files in which each job names its company.",
    )
    headers = models.CharField(max_length=32, help_text="A digest of them.")
    fields = models.JSONField(help_text="Of each header, its column of ours.")
    for_all = models.JSONField(default=dict, help_text="Values that hold for all rows.")
    day_order = models.CharField(
        max_length=3,
        blank=True,
        default="",
        db_default="",
        choices=[(DAY_FIRST, "Day first"), (MONTH_FIRST, "Month first")],
        help_text="Of dates that may be two days.",
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "headers"], name="one_choice_of_columns"),
            models.UniqueConstraint(
                fields=["headers"],
                condition=models.Q(company=None),
                name="one_choice_of_columns_of_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company or 'many companies'}, {self.changed_at:%Y-%m-%d}"

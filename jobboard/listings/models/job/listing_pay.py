from dataclasses import fields

from django.db import models
from django.db.models import F, Q

from jobboard.listings.choices import (
    PayGross,
    PayKind,
    PayStatement,
    Period,
    SalaryFrom,
)

from .listing import Listing

STATEMENT_FIELDS = [field.name for field in fields(PayStatement)]


class ListingPay(models.Model):
    """One amount or range of pay as the employer states it: see ``PayStatement``."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="pay")
    kind = models.CharField(max_length=9, blank=True, choices=PayKind)
    gross = models.CharField("before or after tax", max_length=5, blank=True, choices=PayGross)
    lowest = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    period = models.CharField(max_length=5, choices=Period)
    place = models.CharField(
        max_length=120, blank=True, help_text="The location it is for. Blank: all of them."
    )
    is_elsewhere = models.BooleanField(
        "for another location", default=False, help_text="For none of the job's own locations."
    )
    level = models.CharField(max_length=40, blank=True, help_text="Blank: all levels.")
    origin = models.CharField(max_length=4, choices=SalaryFrom)
    quote = models.CharField(max_length=300, blank=True, help_text="The words it was read from.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "pay statement"
        constraints = [
            models.CheckConstraint(
                name="listing_pay_lowest_not_above_highest",
                condition=Q(lowest__isnull=True)
                | Q(highest__isnull=True)
                | Q(lowest__lte=F("highest")),
                violation_error_message="Minimum pay is more than maximum pay.",
            ),
            models.CheckConstraint(
                name="listing_pay_states_an_amount",
                condition=Q(lowest__isnull=False) | Q(highest__isnull=False),
                violation_error_message="Enter minimum or maximum pay.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.statement)

    @property
    def statement(self) -> PayStatement:
        return PayStatement(**{name: getattr(self, name) for name in STATEMENT_FIELDS})

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.pay.formulas import RATE_MAX_AGE


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

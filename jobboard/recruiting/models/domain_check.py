from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Company


class DomainCheck(models.Model):
    """Somebody asked to have a company's domain looked at for what proves that they act for it."""

    class How(models.TextChoices):
        DNS = "dns", "a DNS record"
        SITE = "site", "a line on the website"

    company = models.ForeignKey(Company, models.CASCADE, related_name="domain_checks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    how = models.CharField(max_length=4, choices=How)
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", "how", name="checked_once_a_way")]

    def __str__(self) -> str:
        return f"{self.company} by {self.get_how_display()}"

    @property
    def is_running(self) -> bool:
        return self.finished_at is None

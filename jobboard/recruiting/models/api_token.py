from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models import Company


class ApiToken(models.Model):
    """Lets programs of a company post its jobs, with the power of the owner who made it and only
    while they are one. Of the token itself there is only the hash.
    """

    class Scope(models.TextChoices):
        READ = "read", "Read jobs"
        WRITE = "write", "Read, post, edit and close jobs"

    company = models.ForeignKey(Company, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=5, choices=Scope)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    ends_with = models.CharField(max_length=4, help_text="Its last characters, to know it by.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ends_with})"

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "Revoked"
        if self.expires_at > timezone.now():
            return "Active"
        return "Expired"

    @property
    def is_active(self) -> bool:
        return self.state == "Active"

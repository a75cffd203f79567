from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models.post_draft import PostDraft

from .company import Company


class JoinRequest(models.Model):
    """Somebody says that they act for a company that is here already; an owner or an admin decides.

    ``draft`` is the job they came with: it is posted when they are let in.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    draft = models.ForeignKey(PostDraft, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("company", "user", name="asks_once")]

    def __str__(self) -> str:
        return f"{self.user} to {self.company}"

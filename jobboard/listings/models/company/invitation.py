from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from .company import Company
from .membership import Membership


class Invitation(models.Model):
    """An address asked to act for a company. Who opens the mailed link and signs in with it may."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    part = models.CharField(max_length=6, choices=Membership.Part, default=Membership.Part.EDITOR)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint("company", "email", name="invited_once"),
            models.CheckConstraint(
                name="invited_in_lower_case", condition=Q(email=Lower(F("email")))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"

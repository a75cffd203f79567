from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobboard.listings.employers.querysets import (
    CompanyClaimQuerySet,
)

from .company import Company


class CompanyClaim(models.Model):
    """A claim about who a company is, until it is decided and as a record after that. The public
    sees what was decided before.

    A claim of the domain by somebody who is not a member disputes who the company is: see
    ``listings.employers.identity``.
    """

    class Field(models.TextChoices):
        NAME = "name", "Name"
        WEBSITE = "website", "Website"
        DOMAIN = "domain", "Domain"
        LOGO = "logo", "Logo"
        ABOUT = "about", "Description"

    class Outcome(models.TextChoices):
        OPEN = "", "In review"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Declined"
        REPLACED = "replaced", "Replaced by a newer one"
        DROPPED = "dropped", "Badge dropped, members to be told"
        TOLD = "told", "Badge dropped"
        PROVEN = "proven", "Proven"

    company = models.ForeignKey(Company, models.CASCADE, related_name="claims")
    field = models.CharField(max_length=7, choices=Field)
    value = models.TextField(blank=True)
    picture = models.BinaryField(null=True, help_text="Of a logo: WebP that we encoded.")
    width = models.PositiveSmallIntegerField(default=0, db_default=0)
    height = models.PositiveSmallIntegerField(default=0, db_default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    replaced = models.JSONField(
        null=True, editable=False, help_text="What approving it replaced, for undo."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CompanyClaimQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "company",
                "field",
                "by",
                condition=Q(outcome=""),
                name="claims_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} of {self.company}: {self.value or 'a new logo'}"

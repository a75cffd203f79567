from django.conf import settings
from django.db import models

from jobboard.listings.employers.querysets import (
    MembershipQuerySet,
)

from .company import Company


class Membership(models.Model):
    """A user who acts for a company."""

    class Part(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")

    class Proof(models.TextChoices):
        """The ways in which somebody proves that they act for the company."""

        NONE = "", "Nothing yet"
        DOMAIN = "domain", "The company’s domain"
        ADMIN = "admin", "An editor’s word"

    part = models.CharField(max_length=6, choices=Part, default=Part.EDITOR)
    proof = models.CharField(
        max_length=6, choices=Proof, blank=True, db_default="", default=Proof.NONE
    )
    proven_at = models.DateTimeField(null=True, blank=True)

    class JobEmails(models.TextChoices):
        """About which jobs of the company they get emails."""

        ALL = "all", "All jobs that you can edit"
        OWN = "own", "Jobs that you posted"

    job_emails = models.CharField(
        max_length=3, choices=JobEmails, default=JobEmails.ALL, db_default=JobEmails.ALL
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "company",
                name="membership_unique",
                violation_error_message="This person is already a member.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.company}"

from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from jobboard.listings.models.company import Company


class FeedTrial(models.Model):
    """A trial of what following an address would bring: read in the background for who asked, an
    admin or a member of ``company``, and kept for a day.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Read"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    pasted = models.TextField()
    company_name = models.CharField(max_length=120, blank=True)
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Whose member asked. Blank for an admin.",
    )
    proof = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="What shows that the board is the company’s own.",
    )
    doubt = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Why an admin has to say yes first.",
    )
    state = models.CharField(max_length=7, choices=State, default=State.READING)
    jobs_read = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=500, blank=True)
    outcome = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    problem = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.pasted[:100]}, {self.created_at:%Y-%m-%d %H:%M}"

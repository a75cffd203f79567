from django.conf import settings
from django.db import models
from django.utils import timezone

from jobboard.listings.models.company import Company

from .feed import Feed


class FeedRequest(models.Model):
    """A board that a member wants to connect to their company, and that nothing shows to be the
    company's own. Nothing is fetched until an admin says yes.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="feed_requests")
    kind = models.CharField(max_length=20, choices=Feed.Kind)
    address = models.CharField(max_length=500)
    board = models.CharField(max_length=200, help_text="Its name, as its system has it.")
    doubt = models.CharField(max_length=300, help_text="Why an admin has to say yes.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["at"]
        verbose_name = "request to connect a board"
        verbose_name_plural = "requests to connect a board"
        constraints = [
            models.UniqueConstraint("company", "kind", "address", name="board_requested_once")
        ]

    def __str__(self) -> str:
        return f"{self.board} for {self.company}"

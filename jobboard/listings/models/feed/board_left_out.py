from django.conf import settings
from django.db import models
from django.utils import timezone

from .feed import Feed


class BoardLeftOut(models.Model):
    """A board whose employer asked not to be listed here: nobody can follow it until an admin takes
    this back.
    """

    kind = models.CharField(max_length=20, help_text="A kind of feed.")
    board = models.CharField(
        max_length=500, help_text="The employer’s id there in lower case, else the address."
    )
    name = models.CharField(max_length=120, help_text="Of the employer, as it was then.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "boards left out"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "board"], name="board_left_out_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {Feed.Kind(self.kind).label}"

from django.db import models

from .listing import Listing


class ReadValue(models.Model):
    """A value that was read from the title or text of a job, with the words it was read from."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="read_values")
    name = models.CharField(max_length=40, help_text="Of what it is a value.")
    value = models.CharField(max_length=120)
    quote = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

from django.db import models


class ContentVersion(models.Model):
    """The version of everything that public pages show: the row with the ID 0. Triggers write it,
    and nothing else does: see ``kept.triggers``.
    """

    id = models.BigIntegerField(
        primary_key=True,
        help_text="0, or on PostgreSQL the number of a transaction that goes on.",
    )
    value = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.pk}: {self.value}"

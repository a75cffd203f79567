from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from jobboard.common.text.words import fold


class FoldedNameModel(models.Model):
    folded = models.CharField(
        "name", max_length=120, unique=True, help_text="Stored in lowercase without accents."
    )

    class Meta:
        abstract = True
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.folded

    def clean(self) -> None:
        self.folded = fold(self.folded)

    def check_is_free(self, others: models.QuerySet[Any]) -> None:
        """Raises ValidationError where one of ``others`` has this very name: texts that name it
        would be read as both.
        """
        other = others.filter(name__iexact=self.folded).first()
        if other:
            kind = other._meta.verbose_name
            raise ValidationError({"folded": f"{other} is a {kind} of its own."})

    def save(self, *args, **kwargs) -> None:
        self.folded = fold(self.folded)
        super().save(*args, **kwargs)

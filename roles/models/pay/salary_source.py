from django.db import models


class SalarySource(models.Model):
    """The origin of figures: a survey file or an official statistic."""

    class Layer(models.TextChoices):
        SURVEY = "survey", "Survey"
        OFFICIAL = "official", "Official statistic"

    slug = models.SlugField(max_length=60, unique=True)
    layer = models.CharField(max_length=8, choices=Layer)
    name = models.CharField(max_length=120)
    licence = models.CharField(max_length=80)
    credit = models.TextField()
    url = models.URLField()
    version = models.CharField(max_length=40)
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="Hash of the uncompressed file. Blank while its rows are being replaced.",
    )
    rows = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text="Blank for the starter data."
    )

    def __str__(self) -> str:
        return self.name

    @property
    def is_settled(self) -> bool:
        """Whether rows were imported, and neither is an import under way nor was one
        interrupted.
        """
        return self.imported_at is not None and self.sha256 != ""

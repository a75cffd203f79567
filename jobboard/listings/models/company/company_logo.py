from django.db import models
from django.urls import reverse

from .company import Company

LOGO_SHOWN = (128, 64)  # px


class CompanyLogo(models.Model):
    """A picture we encoded ourselves from what was uploaded."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="logo")
    webp = models.BinaryField()
    hash = models.CharField(max_length=16)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"Logo of {self.company}"

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height on pages, in px: at most LOGO_SHOWN, in its own proportions."""
        scale = min(1, LOGO_SHOWN[0] / self.width, LOGO_SHOWN[1] / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def get_absolute_url(self) -> str:
        return reverse("browse:company_logo", args=[self.company.slug, self.hash])

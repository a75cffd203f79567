from django.db import models


class OldSlug(models.Model):
    """A slug that something had before; its old address redirects to the new one."""

    class Kind(models.TextChoices):
        ROLE = "role"
        COMPANY = "company"
        ARTICLE = "article"
        SKILL = "skill"

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=120)
    target = models.PositiveBigIntegerField()

    class Meta:
        db_table = "roles_oldslug"  # where it was first, so that a site keeps its redirects
        constraints = [models.UniqueConstraint("kind", "slug", name="old_slug_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"

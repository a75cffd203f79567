"""What models of several apps share: slugs that redirect, and names compared in one form."""

from typing import Self

from django.db import models

from .words import fold


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


class SluggedModel(models.Model):
    """Remembers the slug it was loaded with, so that a change leaves a redirect behind."""

    old_slug_kind: OldSlug.Kind
    slug: models.SlugField

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values) -> Self:  # type: ignore[override]  # as in Django 5.2
        instance = super().from_db(db, field_names, values)
        instance._loaded_slug = instance.__dict__.get("slug")
        return instance

    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        loaded, self._loaded_slug = getattr(self, "_loaded_slug", None), self.slug
        if loaded and loaded != self.slug:
            OldSlug.objects.update_or_create(
                kind=self.old_slug_kind, slug=loaded, defaults={"target": self.pk}
            )

    @classmethod
    def at_old_slug(cls, slug) -> Self | None:
        """The object that was once found at ``slug``, or None."""
        old = OldSlug.objects.filter(kind=cls.old_slug_kind, slug=slug).first()
        if old is None:
            return None
        return cls._default_manager.filter(pk=old.target).first()


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

    def save(self, *args, **kwargs) -> None:
        self.folded = fold(self.folded)
        super().save(*args, **kwargs)

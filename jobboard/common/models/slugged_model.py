from typing import Self

from django.db import models

from .old_slug import OldSlug


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
        loaded = getattr(self, "_loaded_slug", None)
        self._loaded_slug = self.slug
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

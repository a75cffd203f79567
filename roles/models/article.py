from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from jobboard.common.models import OldSlug, SluggedModel

from .completeness import (
    CompleteQuerySet,
    Lack,
    NotCompleteError,
    empty_texts,
    placeholders,
    short_texts,
)
from .reading_time import read_minutes
from .role import Role


class ArticleQuerySet(CompleteQuerySet["Article"]):
    WATCHED = {"published_on", "title", "summary", "body"}

    def published(self, today=None) -> Self:
        return self.filter(published_on__lte=today or timezone.now().date())

    def guides(self) -> Self:
        return self.filter(kind=Article.Kind.GUIDE)

    def pages(self) -> Self:
        return self.filter(kind=Article.Kind.PAGE)

    def about_roles(self, *roles: Role) -> Self:
        """Articles about at least one of the roles, those about most of them first, then the
        newest.
        """
        shared = self.filter(roles__in=roles).annotate(shared=models.Count("roles"))
        return shared.order_by("-shared", "-published_on", "title")

    def with_public_roles(self) -> Self:
        """Add ``public_roles`` to each article: what a reader may see of its roles."""
        return self.prefetch_related(
            models.Prefetch("roles", Role.objects.published(), to_attr="public_roles")
        )


class Article(SluggedModel):
    """A text of the editors: a guide for readers, or a page of the house such as "Privacy" at its
    fixed address.
    """

    class Kind(models.TextChoices):
        GUIDE = "guide", "Guide"
        PAGE = "page", "Site page"

    TEXTS = ["title", "summary", "body"]  # without which none is published
    # Characters of a guide: a sentence, and a few paragraphs.
    MIN_LENGTHS = {"summary": 40, "body": 300}
    PAGE_SLUGS = ["about", "privacy", "terms", "accessibility", "contact"]

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.GUIDE)
    title = models.CharField(max_length=120)
    summary = models.TextField(help_text="What the reader will learn, in one or two sentences.")
    body = models.TextField(help_text="Markdown. Start headings at ##.")
    author_name = models.CharField(max_length=80, blank=True)
    published_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    roles = models.ManyToManyField(Role, blank=True, related_name="articles")

    old_slug_kind = OldSlug.Kind.ARTICLE
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "title"]
        constraints = [
            models.CheckConstraint(
                name="article_published_has_its_texts",
                condition=models.Q(published_on=None)
                | ~(models.Q(title="") | models.Q(summary="") | models.Q(body="")),
                violation_error_message="Enter a title, a summary and a body before you publish.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.PAGE:
            return f"/{self.slug}/"
        return reverse("roles:article", args=[self.slug])

    def clean(self) -> None:
        before = Article.objects.filter(pk=self.pk).first()
        if (
            before
            and before.kind == self.Kind.PAGE
            and (before.kind, before.slug) != (self.kind, self.slug)
        ):
            raise ValidationError(
                f"“{before.title}” is a site page, so you cannot change its kind "
                f"or its slug “{before.slug}” because every page links to it. "
                "To unpublish it, clear its publication date."
            )
        if self.kind == self.Kind.PAGE and self.slug not in self.PAGE_SLUGS:
            raise ValidationError(
                {"slug": f"A site page must use one of these slugs: {', '.join(self.PAGE_SLUGS)}."}
            )
        if self.slug == "feed":
            raise ValidationError({"slug": "This slug is reserved for the guides feed."})
        self.check_publishable()

    def save(self, *args, **kwargs) -> None:
        """Raises NotCompleteError where it has a date of publishing, and lacks something."""
        self.check_publishable()
        super().save(*args, **kwargs)

    @property
    def lacks(self) -> list[Lack]:
        lacks = empty_texts(self, self.TEXTS)
        if self.kind == self.Kind.GUIDE:
            lacks += short_texts(self, self.MIN_LENGTHS)
        return lacks + placeholders(self, self.TEXTS)

    def check_publishable(self) -> None:
        if self.published_on and self.lacks:
            raise NotCompleteError("this article", self.lacks)

    @property
    def is_published(self) -> bool:
        return self.published_on is not None and self.published_on <= timezone.now().date()

    @property
    def read_minutes(self) -> int:
        return read_minutes(self.summary, self.body)

    def note_change(self, *former_roles: Role) -> None:
        """Tell the profiles that name this article; call it after its text or its roles changed."""
        concerned = [role.pk for role in (*self.roles.all(), *former_roles)]
        Role.objects.filter(pk__in=concerned).mark_changed()

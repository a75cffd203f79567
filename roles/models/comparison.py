from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from .completeness import CompleteQuerySet, Lack, NotCompleteError, empty_texts, placeholders
from .role import Role


class ComparisonQuerySet(CompleteQuerySet["Comparison"]):
    WATCHED = {"published_on", "introduction", "tips", "conclusion"}

    def published(self, today: date | None = None) -> Self:
        return self.filter(
            published_on__lte=today or timezone.now().date(),
            role_1__status=Role.Status.PUBLISHED,
            role_2__status=Role.Status.PUBLISHED,
        )


class Comparison(models.Model):
    """An editor's words on a pair of roles. The pair has no order: the page puts the slugs in
    string order.
    """

    role_1 = models.ForeignKey(Role, models.CASCADE, related_name="comparisons_as_first")
    role_2 = models.ForeignKey(Role, models.CASCADE, related_name="comparisons_as_second")
    introduction = models.TextField(
        help_text="Markdown. Do not refer to left or right, because readers can swap the roles."
    )
    tips = models.TextField(
        blank=True,
        help_text="Markdown. A numbered list of tips for people interested in either role.",
    )
    conclusion = models.TextField(blank=True, help_text="Markdown.")
    published_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)

    TEXTS = ["introduction", "tips", "conclusion"]  # without which none is published

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role_1",
                "role_2",
                name="comparison_pair_unique",
                violation_error_message="This comparison already exists.",
            ),
            models.CheckConstraint(
                name="comparison_first_id_below_second",
                condition=Q(role_1__lt=F("role_2")),
                violation_error_message="Choose two different roles.",
            ),
            models.CheckConstraint(
                name="comparison_published_has_an_introduction",
                condition=Q(published_on=None) | ~Q(introduction=""),
                violation_error_message="Enter an introduction before you publish it.",
            ),
        ]

    def __str__(self) -> str:
        return " vs ".join(role.name for role in self.roles)

    def clean(self) -> None:
        self._order_roles()
        self.check_publishable()

    def save(self, *args, **kwargs) -> None:
        """Raises NotCompleteError where it has a date of publishing, and lacks something."""
        self._order_roles()
        self.check_publishable()
        super().save(*args, **kwargs)

    @property
    def lacks(self) -> list[Lack]:
        return [*empty_texts(self, self.TEXTS), *placeholders(self, self.TEXTS)]

    def check_publishable(self) -> None:
        if self.published_on and self.lacks:
            raise NotCompleteError("this comparison", self.lacks)

    def _order_roles(self) -> None:
        if self.role_1_id and self.role_2_id and self.role_1_id > self.role_2_id:
            self.role_1, self.role_2 = self.role_2, self.role_1

    @property
    def roles(self) -> list[Role]:
        """Both roles in the order of the page: by slug."""
        return sorted((self.role_1, self.role_2), key=lambda role: role.slug)

    def get_absolute_url(self) -> str:
        return comparison_url(*self.roles)


def pair_slug(role_a: Role, role_b: Role) -> str:
    """Return one slug for each pair, whichever way round it is asked for."""
    return "-vs-".join(sorted((role_a.slug, role_b.slug)))


def comparison_url(role_a: Role, role_b: Role) -> str:
    return reverse("insights:comparison", args=[pair_slug(role_a, role_b)])

from datetime import datetime
from functools import lru_cache
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from jobboard.common.models import OldSlug, SluggedModel
from jobboard.common.text.words import fold
from roles.models.completeness import (
    CompleteQuerySet,
    Lack,
    Need,
    NotCompleteError,
    find_lacks,
    placeholders,
    placeholders_in_rows,
)
from roles.models.pay import OfficialWage, RoleOccupation, SalaryFigure
from roles.models.reading_time import read_minutes
from roles.models.skill import Skill

from .profile import Profile
from .role_point import RolePoint
from .role_skill import RoleSkill

# The parts of a complete profile, in the order of its page. Points and skills go by their kind.
NEEDS = {
    "definition": Need("definition", 1, "definition", in_rows=False),
    "responsibility": Need("responsibilities", 5, "points"),
    "skill": Need("skills", 8, "role_skills"),
    "tool": Need("tools", 6, "role_skills"),
    "education": Need("education points", 2, "points"),
    "industry": Need("industries", 3, "points"),
    "outlook": Need("outlook", 1, "outlook", in_rows=False),
    "tip": Need("tips", 3, "points"),
    "source": Need("sources", 2, "points"),
}


class RoleQuerySet(CompleteQuerySet["Role"]):
    WATCHED = {"status"}

    def looked_at(self) -> Self:
        return self.exclude(status=Role.Status.PUBLISHED)

    def published(self) -> Self:
        return self.filter(status=Role.Status.PUBLISHED)

    def mark_changed(self) -> int:
        """Note that something changed which their profiles show, in the transaction of the
        change.
        """
        return self.update(changed_at=timezone.now())

    def ids_by_name(self) -> dict[str, int]:
        """Names and aliases, folded, with the id of their role; what one role is called is no
        other's alias.
        """
        names: dict[str, int] = {}
        aliases: dict[str, int] = {}
        for pk, name, alias in self.values_list("pk", "name", "aliases__folded"):
            names[fold(name)] = pk
            if alias:
                aliases[alias] = pk
        return aliases | names


class Role(SluggedModel):
    """A kind of work, such as "AI Architect". Its profile is made of points and skills."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        max_length=80,
        unique=True,
        help_text="Must not contain -vs-, start with vs- or end with -vs.",
    )
    family = models.CharField(
        max_length=60, help_text="Groups roles in lists, such as “Data platforms”."
    )
    broader = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="narrower",
        help_text="Its pay figures are shown if this role has too few responses.",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    definition = models.TextField(help_text="Plain text. Lists show only the first sentence.")
    outlook = models.TextField(blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(
        auto_now=True, help_text="Updated when any part of the profile changes."
    )
    skills = models.ManyToManyField(Skill, through="RoleSkill", related_name="roles")

    old_slug_kind = OldSlug.Kind.ROLE
    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="role_name_unique",
                violation_error_message="A role with this name already exists.",
            ),
            models.CheckConstraint(
                name="role_slug_leaves_pairs_readable",
                condition=~(
                    Q(slug__contains="-vs-") | Q(slug__startswith="vs-") | Q(slug__endswith="-vs")
                ),
                violation_error_message=(
                    "A role slug must not contain “-vs-”, start with “vs-” or end with “-vs”."
                ),
            ),
            models.CheckConstraint(
                name="role_not_its_own_broader_role",
                condition=Q(broader__isnull=True) | ~Q(broader=F("id")),
                violation_error_message="A role cannot be its own broader role.",
            ),
            models.CheckConstraint(
                name="role_published_has_a_definition",
                condition=~Q(status="published") | ~Q(definition=""),
                violation_error_message="Enter a definition before you publish the role.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    TEXTS = ["definition", "outlook"]  # without which none is published
    # Set by a form that holds the parts too, and checks them as they were typed.
    parts_come_with_it = False

    def clean(self) -> None:
        if not self.parts_come_with_it:
            self._check_publishing()

    def save(self, *args, **kwargs) -> None:
        """Raises NotCompleteError where that would publish a profile that lacks something."""
        self._check_publishing()
        loaded = getattr(self, "_loaded_slug", None)
        super().save(*args, **kwargs)
        if loaded and loaded != self.slug:
            SalaryFigure.objects.filter(role_key=self.slug).delete()  # of a role that is gone
            SalaryFigure.objects.filter(role_key=loaded).update(role_key=self.slug)

    def _check_publishing(self) -> None:
        if self.status != self.Status.PUBLISHED:
            return
        was_public = self.pk is not None and Role.objects.published().filter(pk=self.pk).exists()
        if not was_public:
            self.check_complete()

    def check_publishable(self) -> None:
        """Raises NotCompleteError where it is public and lacks something."""
        if self.status == self.Status.PUBLISHED:
            self.check_complete()

    def check_complete(self) -> None:
        """Raises NotCompleteError if its stored parts lack something."""
        counts = self._text_counts()
        if self.pk:
            points = self.points.order_by().values_list("kind")
            items = self.role_skills.order_by().values_list("skill__kind")
            counts |= dict(points.annotate(models.Count("pk")))
            counts |= dict(items.annotate(models.Count("pk")))
        lacks = [*find_lacks(NEEDS, counts), *placeholders(self, self.TEXTS)]
        if self.pk:
            texts = [*self.points.values_list("text", flat=True)]
            texts += self.role_skills.values_list("note", flat=True)
            lacks += placeholders_in_rows(texts)
        if lacks:
            raise NotCompleteError(self, lacks)

    def _text_counts(self) -> dict[str, int]:
        return {name: int(bool(getattr(self, name).strip())) for name in self.TEXTS}

    def get_absolute_url(self) -> str:
        return reverse("insights:role", args=[self.slug])

    @property
    def public_broader(self) -> "Role | None":
        if self.broader and self.broader.status == self.Status.PUBLISHED:
            return self.broader
        return None

    @property
    def definition_line(self) -> str:
        """The first sentence of the definition."""
        first, dot, _ = self.definition.partition(". ")
        if dot:
            return f"{first}."
        return first

    @cached_property
    def profile(self) -> "Profile":
        return read_profile(self.pk, self.changed_at)

    @cached_property
    def lacks(self) -> list[Lack]:
        """The parts that its profile, as it was read, lacks."""
        profile = self.profile
        counts = self._text_counts() | {"skill": len(profile.skills), "tool": len(profile.tools)}
        for kind in RolePoint.Kind.values:
            counts[kind] = len(getattr(profile, kind))
        return [
            *find_lacks(NEEDS, counts),
            *placeholders(self, self.TEXTS),
            *profile.placeholders,
        ]

    @property
    def missing_for_completeness(self) -> list[str]:
        """The missing parts in words; empty for a complete profile."""
        return [lack.words for lack in self.lacks]

    @property
    def is_complete(self) -> bool:
        return not self.lacks

    @property
    def read_minutes(self) -> int:
        """Minutes to read the profile at 220 words a minute, at least 1."""
        return read_minutes(self.definition, self.outlook, *self.profile.texts)


@lru_cache(maxsize=512)
def read_profile(role_id: int, changed_at: datetime) -> Profile:
    """The profile as of ``changed_at``, kept in memory: whatever changes a part moves the role's
    ``changed_at`` too.
    """
    points: dict[str, list[RolePoint]] = {kind: [] for kind in RolePoint.Kind.values}
    for point in RolePoint.objects.filter(role=role_id):
        points[point.kind].append(point)
    items: dict[str, list[RoleSkill]] = {kind: [] for kind in Skill.Kind.values}
    for item in RoleSkill.objects.filter(role=role_id).select_related("skill"):
        items[item.skill.kind].append(item)
    occupations = list(RoleOccupation.objects.filter(role=role_id))
    wages = OfficialWage.objects.newest().filter(
        soc__in=[occupation.soc for occupation in occupations]
    )
    return Profile(
        **points,
        skills=items[Skill.Kind.SKILL],
        tools=items[Skill.Kind.TOOL],
        occupations=occupations,
        wages={wage.soc: wage for wage in wages},
        articles=list(Role(pk=role_id).articles.guides().exclude(published_on=None)),
    )

"""Reference data that is true without any employer: roles, skills, comparisons, and what the work pays."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from roles.pay import LEAST_FOR_PERCENTILES, Spread


def fold(text: str) -> str:
    """The form in which names are compared: case and accents folded, runs of blanks made one."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


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
        constraints = [models.UniqueConstraint("kind", "slug", name="old_slug_unique")]

    def __str__(self):
        return f"{self.kind} {self.slug}"


class SluggedModel(models.Model):
    """Remembers the slug it was loaded with, so that a change leaves a redirect behind."""

    old_slug_kind: OldSlug.Kind

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        instance = super().from_db(db, field_names, values)
        instance._loaded_slug = instance.__dict__.get("slug")
        return instance

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        loaded, self._loaded_slug = getattr(self, "_loaded_slug", None), self.slug
        if loaded and loaded != self.slug:
            OldSlug.objects.update_or_create(kind=self.old_slug_kind, slug=loaded, defaults={"target": self.pk})

    @classmethod
    def at_old_slug(cls, slug):
        """The object that was once found at ``slug``, or None."""
        old = OldSlug.objects.filter(kind=cls.old_slug_kind, slug=slug).first()
        return old and cls.objects.filter(pk=old.target).first()


class SkillQuerySet(models.QuerySet):
    def current(self):
        """Those that were not merged into another one."""
        return self.filter(merged_into=None)


class Skill(SluggedModel):
    """Something a person can know (skill) or work with (tool). Slugs by hand where slugify fails: cpp, csharp."""

    class Kind(models.TextChoices):
        SKILL = "skill", "Skill"
        TOOL = "tool", "Tool"

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=5, choices=Kind)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")

    old_slug_kind = OldSlug.Kind.SKILL
    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="skill_name_unique",
                violation_error_message="A skill with this name already exists.",
            )
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.roles.all().touch()  # their profiles show its name


class FoldedNameModel(models.Model):
    folded = models.CharField("name", max_length=120, unique=True, help_text="Stored in lowercase without accents.")

    class Meta:
        abstract = True
        ordering = ["folded"]

    def __str__(self):
        return self.folded

    def clean(self):
        self.folded = fold(self.folded)

    def save(self, *args, **kwargs):
        self.folded = fold(self.folded)
        super().save(*args, **kwargs)


class SkillAlias(FoldedNameModel):
    """Another name of a skill, as job texts write it: k8s is Kubernetes."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "skill aliases"


class RoleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Role.Status.PUBLISHED)

    def touch(self):
        """Note that something changed which their profiles show, in the transaction of the change."""
        return self.update(changed_at=timezone.now())

    def ids_by_name(self) -> dict[str, int]:
        """Names and aliases, folded, with the id of their role; what one role is called is no other's alias."""
        rows = list(self.values_list("pk", "name", "aliases__folded"))
        aliases = {alias: pk for pk, _, alias in rows if alias}
        return aliases | {fold(name): pk for pk, name, _ in rows}


class Role(SluggedModel):
    """A kind of work, such as "AI Architect". Its profile is made of points and skills."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        max_length=80, unique=True, help_text="Must not contain -vs-, start with vs- or end with -vs."
    )
    family = models.CharField(max_length=60, help_text="Groups roles in lists, such as “Data platforms”.")
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
    changed_at = models.DateTimeField(auto_now=True, help_text="Updated when any part of the profile changes.")
    skills = models.ManyToManyField(Skill, through="RoleSkill", related_name="roles")

    old_slug_kind = OldSlug.Kind.ROLE
    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="role_name_unique", violation_error_message="A role with this name already exists."
            ),
            models.CheckConstraint(
                name="role_slug_leaves_pairs_readable",
                condition=~(Q(slug__contains="-vs-") | Q(slug__startswith="vs-") | Q(slug__endswith="-vs")),
                violation_error_message="A role slug must not contain “-vs-”, start with “vs-” or end with “-vs”.",
            ),
            models.CheckConstraint(
                name="role_not_its_own_broader_role",
                condition=Q(broader__isnull=True) | ~Q(broader=F("id")),
                violation_error_message="A role cannot be its own broader role.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        loaded = getattr(self, "_loaded_slug", None)
        super().save(*args, **kwargs)
        if loaded and loaded != self.slug:
            SalaryFigure.objects.filter(role_key=self.slug).delete()  # of a role that is gone
            SalaryFigure.objects.filter(role_key=loaded).update(role_key=self.slug)

    def get_absolute_url(self):
        return reverse("roles:detail", args=[self.slug])

    @property
    def public_broader(self) -> "Role | None":
        return self.broader if self.broader and self.broader.status == self.Status.PUBLISHED else None

    @property
    def definition_line(self) -> str:
        """The first sentence of the definition."""
        first, dot, _ = self.definition.partition(". ")
        return first + ("." if dot else "")

    @cached_property
    def profile(self) -> "Profile":
        return read_profile(self.pk, self.changed_at)

    @cached_property
    def missing_for_completeness(self) -> list[str]:
        """What a profile still lacks, in words; empty for a complete one."""
        profile = self.profile
        counts = {
            "definition": (int(bool(self.definition)), 1),
            "responsibilities": (len(profile.responsibility), 5),
            "skills": (len(profile.skills), 8),
            "tools": (len(profile.tools), 6),
            "education points": (len(profile.education), 2),
            "industries": (len(profile.industry), 3),
            "outlook": (int(bool(self.outlook)), 1),
            "tips": (len(profile.tip), 3),
            "sources": (len(profile.source), 2),
        }
        return [f"{name} ({have} of {need})" for name, (have, need) in counts.items() if have < need]

    @property
    def is_complete(self) -> bool:
        return not self.missing_for_completeness

    @property
    def read_minutes(self) -> int:
        """Minutes to read the profile at 220 words a minute, at least 1."""
        return read_minutes(self.definition, self.outlook, *self.profile.texts)


class RoleAlias(FoldedNameModel):
    """Another title of a role, matched in job titles and survey titles."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "role aliases"


class RoleSkill(models.Model):
    """A skill or tool in a role's profile."""

    class Importance(models.TextChoices):
        CORE = "core", "Core"
        USEFUL = "useful", "Useful"

    role = models.ForeignKey(Role, models.CASCADE, related_name="role_skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="role_skills")
    importance = models.CharField(max_length=6, choices=Importance, default=Importance.CORE)
    note = models.TextField(blank=True, help_text="Why the role needs this skill, or what it is used for.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "role", "skill", name="role_names_a_skill_once", violation_error_message="This skill is listed twice."
            )
        ]

    def __str__(self):
        return f"{self.role}: {self.skill}"


class RolePoint(models.Model):
    """One labelled statement of a profile."""

    class Kind(models.TextChoices):
        RESPONSIBILITY = "responsibility", "Responsibility"
        EDUCATION = "education", "Education"
        CERTIFICATION = "certification", "Certification"
        INDUSTRY = "industry", "Industry"
        TIP = "tip", "Tip"
        SOURCE = "source", "Source"

    role = models.ForeignKey(Role, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=14, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=120)
    text = models.TextField()
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self):
        return self.label


@dataclass(frozen=True)
class Profile:
    """The parts of a role's profile, each in its order."""

    responsibility: list[RolePoint]
    education: list[RolePoint]
    certification: list[RolePoint]
    industry: list[RolePoint]
    tip: list[RolePoint]
    source: list[RolePoint]
    skills: list[RoleSkill]
    tools: list[RoleSkill]
    occupations: list["RoleOccupation"]
    wages: dict[str, "OfficialWage"]  # the newest of each occupation that has any
    articles: list["Article"]

    @property
    def guides(self) -> list["Article"]:
        """Guides about the role that are published by now, newest first."""
        return [article for article in self.articles if article.is_published]

    @property
    def points(self) -> list[RolePoint]:
        """All of them, kind by kind."""
        return [point for kind in RolePoint.Kind.values for point in getattr(self, kind)]

    @property
    def texts(self) -> list[str]:
        points = [*self.responsibility, *self.education, *self.certification, *self.industry, *self.tip]
        return [point.text for point in points] + [item.note for item in (*self.skills, *self.tools)]

    @cached_property
    def skill_ids(self) -> set[int]:
        """Skills and tools alike."""
        return {item.skill_id for item in (*self.skills, *self.tools)}


@lru_cache(maxsize=512)
def read_profile(role_id: int, changed_at: datetime) -> Profile:
    """The profile as of ``changed_at``, kept in memory: whatever changes a part moves the role's ``changed_at`` too."""
    points = {kind: [] for kind in RolePoint.Kind.values}
    for point in RolePoint.objects.filter(role=role_id):
        points[point.kind].append(point)
    items = list(RoleSkill.objects.filter(role=role_id).select_related("skill"))
    occupations = list(RoleOccupation.objects.filter(role=role_id))
    wages = OfficialWage.objects.newest().filter(soc__in=[occupation.soc for occupation in occupations])
    return Profile(
        **points,
        skills=[item for item in items if item.skill.kind == Skill.Kind.SKILL],
        tools=[item for item in items if item.skill.kind == Skill.Kind.TOOL],
        occupations=occupations,
        wages={wage.soc: wage for wage in wages},
        articles=list(Article.objects.guides().filter(roles=role_id).exclude(published_on=None)),
    )


def read_minutes(*texts: str) -> int:
    """Minutes to read the texts at 220 words a minute, at least 1."""
    return max(1, round(sum(len(text.split()) for text in texts) / 220))


class ComparisonQuerySet(models.QuerySet):
    def published(self):
        return self.filter(
            published_on__lte=Now(), role_1__status=Role.Status.PUBLISHED, role_2__status=Role.Status.PUBLISHED
        )


class Comparison(models.Model):
    """An editor's words on a pair of roles. The pair has no order: the page puts the slugs in string order."""

    role_1 = models.ForeignKey(Role, models.CASCADE, related_name="comparisons_as_first")
    role_2 = models.ForeignKey(Role, models.CASCADE, related_name="comparisons_as_second")
    introduction = models.TextField(
        help_text="Markdown. Do not refer to left or right, because readers can swap the roles."
    )
    tips = models.TextField(
        blank=True, help_text="Markdown. A numbered list of tips for people interested in either role."
    )
    conclusion = models.TextField(blank=True, help_text="Markdown.")
    published_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)

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
        ]

    def __str__(self):
        return " vs ".join(role.name for role in self.roles)

    def clean(self):
        self._order_roles()

    def save(self, *args, **kwargs):
        self._order_roles()
        super().save(*args, **kwargs)

    def _order_roles(self):
        if self.role_1_id and self.role_2_id and self.role_1_id > self.role_2_id:
            self.role_1, self.role_2 = self.role_2, self.role_1

    @property
    def roles(self) -> list[Role]:
        """Both roles in the order of the page: by slug."""
        return sorted((self.role_1, self.role_2), key=lambda role: role.slug)

    def get_absolute_url(self):
        return comparison_url(*self.roles)


def pair_slug(role_a: Role, role_b: Role) -> str:
    """One for each pair, whichever way round it is asked for."""
    return "-vs-".join(sorted((role_a.slug, role_b.slug)))


def comparison_url(role_a: Role, role_b: Role) -> str:
    return reverse("pages:comparison", args=[pair_slug(role_a, role_b)])


class RoleVersion(models.Model):
    """What a role's profile or a comparison said at a moment, as a snapshot in the starter's format."""

    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="versions")
    comparison = models.ForeignKey(Comparison, models.CASCADE, null=True, related_name="versions")
    snapshot = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="role_version_of_a_role_or_a_comparison",
                condition=Q(role__isnull=True, comparison__isnull=False)
                | Q(role__isnull=False, comparison__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.role or self.comparison}, {self.at:%d %b %Y %H:%M} UTC"


class ArticleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_on__lte=Now())

    def guides(self):
        return self.filter(kind=Article.Kind.GUIDE)

    def pages(self):
        return self.filter(kind=Article.Kind.PAGE)

    def about_roles(self, *roles: Role):
        """Those about at least one of the roles, those about most of them first, then the newest."""
        shared = self.filter(roles__in=roles).annotate(shared=models.Count("roles"))
        return shared.order_by("-shared", "-published_on", "title")

    def with_public_roles(self):
        """Each with ``public_roles``: what a reader may see of its roles."""
        return self.prefetch_related(models.Prefetch("roles", Role.objects.published(), to_attr="public_roles"))


class Article(SluggedModel):
    """A text of the editors: a guide for readers, or a page of the house such as "Privacy" at its fixed address."""

    class Kind(models.TextChoices):
        GUIDE = "guide", "Guide"
        PAGE = "page", "Site page"

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

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.kind == self.Kind.PAGE:
            return f"/{self.slug}/"
        return reverse("roles:article", args=[self.slug])

    def clean(self):
        before = Article.objects.filter(pk=self.pk).first()
        if before and before.kind == self.Kind.PAGE and (before.kind, before.slug) != (self.kind, self.slug):
            raise ValidationError(
                f"“{before.title}” is a site page, so you cannot change its kind or its slug “{before.slug}” "
                "because every page links to it. To unpublish it, clear its publication date."
            )
        if self.kind == self.Kind.PAGE and self.slug not in self.PAGE_SLUGS:
            raise ValidationError({"slug": f"A site page must use one of these slugs: {', '.join(self.PAGE_SLUGS)}."})
        if self.slug == "feed":
            raise ValidationError({"slug": "This slug is reserved for the guides feed."})

    @property
    def is_published(self) -> bool:
        return self.published_on is not None and self.published_on <= timezone.now().date()

    @property
    def read_minutes(self) -> int:
        return read_minutes(self.summary, self.body)

    def note_change(self, *former_roles: Role):
        """Tell the profiles that name this article; call it after its text or its roles changed."""
        concerned = [role.pk for role in (*self.roles.all(), *former_roles)]
        Role.objects.filter(pk__in=concerned).touch()


class StarterItem(models.Model):
    """What we shipped under ``key``: a thing that was edited or deleted since is never touched again."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("kind", "key", name="starter_item_unique")]

    def __str__(self):
        return f"{self.kind} {self.key}"


class SalarySource(models.Model):
    """Where figures come from: a survey file or an official statistic."""

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
        max_length=64, blank=True, help_text="Hash of the uncompressed file. Blank while its rows are being replaced."
    )
    rows = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True, blank=True, help_text="Blank for the starter data.")

    def __str__(self):
        return self.name

    @property
    def is_settled(self) -> bool:
        """Whether rows were imported, and neither is an import under way nor was one interrupted."""
        return self.imported_at is not None and self.sha256 != ""


class SalaryTitle(models.Model):
    """A job title exactly as a survey writes it, and the role it counts for."""

    class MappedBy(models.TextChoices):
        NOBODY = "", "Not mapped"
        AUTO = "auto", "A name or alias of the role"
        EDITOR = "editor", "An editor"

    source = models.ForeignKey(SalarySource, models.CASCADE, related_name="titles", db_index=False)
    title = models.CharField(max_length=120)
    role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="salary_titles")
    mapped_by = models.CharField(max_length=6, choices=MappedBy, blank=True, default=MappedBy.NOBODY)

    class Meta:
        constraints = [models.UniqueConstraint("source", "title", name="salary_title_unique")]

    def __str__(self):
        return self.title


class SalaryObservation(models.Model):
    """One answer of a survey. Lines of its file repeat without being the same answer: the n-th of them is kept apart.

    Pay is gross, per year: ``amount`` in ``currency``, ``usd`` as the source converted it. ``country`` is the
    employer's. Employment and company size keep the source's codes.
    """

    source = models.ForeignKey(SalarySource, models.CASCADE, related_name="observations", db_index=False)
    title = models.ForeignKey(SalaryTitle, models.CASCADE, related_name="observations")
    line_hash = models.BigIntegerField()
    occurrence = models.PositiveIntegerField(help_text="Which occurrence of this identical line it is, starting at 1.")
    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10)
    employment = models.CharField(max_length=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    usd = models.PositiveIntegerField()
    residence = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    remote = models.SmallIntegerField()
    company_size = models.CharField(max_length=1)

    class Meta:
        constraints = [
            models.UniqueConstraint("source", "line_hash", "occurrence", name="salary_observation_unique"),
        ]

    def __str__(self):
        return f"{self.title} {self.year}, {self.amount} {self.currency}"


class SalaryFigureQuerySet(models.QuerySet):
    ANY = {"level": "", "country": "", "year": 0, "remote": -1}

    def survey(self):
        """Figures of roles, not of single titles."""
        return self.filter(layer=SalarySource.Layer.SURVEY, title_key="").exclude(role_key="")

    def overall(self):
        """One figure a role: every level, country, year and way of working together."""
        return self.filter(**self.ANY)


class SalaryFigure(models.Model):
    """Percentiles of one cell of a source, computed once. '' , 0 and -1 stand for "any", because NULLs are not unique.

    Either of a role (its slug) or of one exact title, or of all titles when both keys are empty. An imported survey has
    every cell that counts a row, so one that is missing counts none; of what we ship, with at most two dimensions.
    Amounts are gross, per year, in ``currency``. Fewer than LEAST_FOR_PERCENTILES rows: the count, and no percentile.
    """

    BEING_COMPUTED = ""  # the layer of what no page reads yet

    layer = models.CharField(max_length=8, choices=SalarySource.Layer)
    source_key = models.CharField(max_length=60)
    role_key = models.CharField(max_length=80, blank=True, default="")
    title_key = models.CharField(max_length=120, blank=True, default="")
    level = models.CharField(max_length=10, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    year = models.PositiveSmallIntegerField(default=0)
    remote = models.SmallIntegerField(default=-1)
    currency = models.CharField(max_length=3, default="USD")
    as_of = models.DateField()
    n = models.PositiveIntegerField()
    n_distinct = models.PositiveIntegerField()
    p10 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p25 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p50 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p75 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    p90 = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    top_country = models.CharField(max_length=2)
    top_share = models.DecimalField(max_digits=5, decimal_places=4)

    objects = SalaryFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "role_key", "title_key", "level", "country", "year", "remote", "layer", "source_key", "currency",
                name="salary_figure_cell_unique",
            ),
            models.CheckConstraint(
                name="salary_figure_held_back_when_few",
                condition=Q(n__gte=LEAST_FOR_PERCENTILES)
                | Q(p10=None, p25=None, p50=None, p75=None, p90=None),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.role_key or self.title_key} {self.level} {self.country} {self.year or ''}"

    @cached_property
    def spread(self) -> Spread:
        return Spread(self.n, self.p10, self.p25, self.p50, self.p75, self.p90, self.currency)


class OfficialWageQuerySet(models.QuerySet):
    def newest(self):
        """The newest year of each occupation."""
        newest = OfficialWage.objects.filter(soc=models.OuterRef("soc")).order_by("-year").values("year")[:1]
        return self.filter(year=models.Subquery(newest))


class OfficialWage(models.Model):
    """Annual wages of an occupation as its statistics office published them, in USD. No counts of answers exist."""

    soc = models.CharField(max_length=7)
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=40, default="U.S.")
    employment = models.PositiveIntegerField(null=True)
    p10 = models.PositiveIntegerField(null=True)
    p25 = models.PositiveIntegerField(null=True)
    p50 = models.PositiveIntegerField(null=True)
    p75 = models.PositiveIntegerField(null=True)
    p90 = models.PositiveIntegerField(null=True)
    top_coded = models.CharField(max_length=40, blank=True, help_text="Percentiles published as “at least”.")
    withheld = models.CharField(max_length=40, blank=True, help_text="Percentiles that were not published.")

    objects = OfficialWageQuerySet.as_manager()
    few = False

    class Meta:
        constraints = [models.UniqueConstraint("soc", "year", "area", name="official_wage_unique")]

    def __str__(self):
        return f"{self.title}, {self.area} {self.year}"


class RoleOccupation(models.Model):
    """Which official occupation stands nearest to a role."""

    class Match(models.TextChoices):
        EXACT = "exact", "Exact"
        NEAREST = "nearest", "Nearest"

    role = models.ForeignKey(Role, models.CASCADE, related_name="occupations")
    soc = models.CharField("occupation code", max_length=7)
    match = models.CharField(max_length=7, choices=Match)

    class Meta:
        constraints = [models.UniqueConstraint("role", "soc", name="role_occupation_unique")]

    def __str__(self):
        return self.soc


class FxRateQuerySet(models.QuerySet):
    def newest(self, currency: str) -> "FxRate | None":
        return self.filter(currency=currency).order_by("-date").first()

    def current(self):
        """The newest of each currency."""
        newest = FxRate.objects.filter(currency=models.OuterRef("currency")).order_by("-date").values("date")[:1]
        return self.filter(date=models.Subquery(newest))


class FxRate(models.Model):
    """What one unit of a currency was worth in USD on average over the time up to ``date``."""

    date = models.DateField()
    currency = models.CharField(max_length=3)
    usd_per_unit = models.DecimalField(max_digits=18, decimal_places=10)
    source = models.CharField(max_length=80)

    objects = FxRateQuerySet.as_manager()

    class Meta:
        verbose_name = "exchange rate"
        constraints = [models.UniqueConstraint("date", "currency", name="fx_rate_unique")]

    def __str__(self):
        return f"{self.currency} {self.date}"

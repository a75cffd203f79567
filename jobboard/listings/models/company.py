import re
from operator import attrgetter
from zlib import crc32

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from jobboard.common.models import OldSlug, SluggedModel
from jobboard.listings.employers.querysets import (
    CompanyClaimQuerySet,
    CompanyQuerySet,
    MembershipQuerySet,
)
from jobboard.listings.employers.standing import Standing, get_standing

from .draft import PostDraft

LOGO_SHOWN = (128, 64)  # px
TINTS = 6

COMPANY_SIZES = ["1-10", "11-50", "51-200", "201-1000", "1001-5000", "5000+"]


class Company(SluggedModel):
    """Somebody who employs people."""

    class VerifiedBy(models.TextChoices):
        EMAIL = "email", "email to its domain"
        DNS = "dns", "a DNS record of its domain"
        SITE = "site", "a line on its website"
        ADMIN = "admin", "our editors"

    feed_addresses: list[str] | None  # only where with_feed_addresses() put them
    proven_users: list[int] | None  # only where with_proven_users() put them

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    website = models.URLField(blank=True)
    domain = models.CharField(max_length=253, blank=True)
    country = models.CharField(max_length=2, blank=True)
    size = models.CharField(
        max_length=10, blank=True, choices=[(size, f"{size} people") for size in COMPANY_SIZES]
    )
    about = models.TextField(blank=True)
    verified_by = models.CharField(max_length=5, blank=True, choices=VerifiedBy)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_domain = models.CharField(
        max_length=253,
        blank=True,
        db_default="",
        default="",
        help_text="What was proven, and what the badge names. An editor’s word may be of none.",
    )
    website_looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    careers_seen_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When its own website was seen to link to the board that its jobs come from.",
    )
    suspended_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(
        "sample",
        default=False,
        help_text="A made-up company. Labelled as a sample wherever it appears.",
    )
    # Then it has no jobs, no members and no page; its old address leads to the other one.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged"
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="companies"
    )

    old_slug_kind = OldSlug.Kind.COMPANY
    # Only where with_live_count() and LiveJobs.hiring_companies() put it.
    live_count: int

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"
        # For finding a company by what people type.
        indexes = [models.Index(Lower("name"), name="company_name_lower")]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        searched = ("name", "verified_by", "suspended_at", "is_demo")
        before = Company.objects.filter(pk=self.pk).values_list(*searched).first()
        super().save(*args, **kwargs)
        if before and before != attrgetter(*searched)(self):
            self.listings.mark_changed()

    def _free_slug(self) -> str:
        base = slugify(self.name)[:100] or "company"
        used = set(Company.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        slug = base
        number = 1
        while slug in used:
            number += 1
            slug = f"{base}-{number}"
        return slug

    def get_absolute_url(self) -> str:
        return reverse("browse:company", args=[self.slug])

    @property
    def initials(self) -> str:
        """The initials of its first two words, for where a logo would be: “AD” of Acme Data."""
        words = re.findall(r"\w+", self.name)
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def tint(self) -> int:
        """Which of TINTS its initials stand on; the same on every page."""
        return 1 + crc32(self.slug.encode()) % TINTS

    @property
    def logo_or_none(self) -> "CompanyLogo | None":
        """For templates, which list all attributes of a company before they miss ``logo``."""
        return getattr(self, "logo", None)

    @property
    def standing(self) -> Standing:
        return get_standing(self)

    @property
    def has_page(self) -> bool:
        """Whether one of its jobs is or was public."""
        return self.listings.filter(published_at__isnull=False, hidden_at=None).exists()

    @property
    def is_known_to_public(self) -> bool:
        """Whether somebody may know it by its name: also by a job that is hidden by now."""
        return self.listings.filter(published_at__isnull=False).exists()


class Membership(models.Model):
    """A user who acts for a company."""

    class Part(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")

    class Proof(models.TextChoices):
        """What shows that they act for the company."""

        NONE = "", "Nothing yet"
        DOMAIN = "domain", "The company’s domain"
        ADMIN = "admin", "An editor’s word"

    part = models.CharField(max_length=6, choices=Part, default=Part.EDITOR)
    proof = models.CharField(
        max_length=6, choices=Proof, blank=True, db_default="", default=Proof.NONE
    )
    proven_at = models.DateTimeField(null=True, blank=True)

    class JobEmails(models.TextChoices):
        """About which jobs of the company they get emails."""

        ALL = "all", "All jobs that you can edit"
        OWN = "own", "Jobs that you posted"

    job_emails = models.CharField(
        max_length=3, choices=JobEmails, default=JobEmails.ALL, db_default=JobEmails.ALL
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user",
                "company",
                name="membership_unique",
                violation_error_message="This person is already a member.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.company}"


class FormerMember(models.Model):
    """Somebody whom others removed: an address that they confirmed long ago no longer lets them in
    at once.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="former_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", name="removed_once")]

    def __str__(self) -> str:
        return f"{self.user} of {self.company}"


class CompanyClaim(models.Model):
    """What somebody says of who a company is, until it is decided and as a record after that. The
    public sees what was decided before.

    A claim of the domain by somebody who is not a member disputes who the company is: see
    ``listings.employers.identity``.
    """

    class Field(models.TextChoices):
        NAME = "name", "Name"
        WEBSITE = "website", "Website"
        DOMAIN = "domain", "Domain"
        LOGO = "logo", "Logo"
        ABOUT = "about", "Description"

    class Outcome(models.TextChoices):
        OPEN = "", "In review"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Declined"
        REPLACED = "replaced", "Replaced by a newer one"
        DROPPED = "dropped", "Badge dropped, members to be told"
        TOLD = "told", "Badge dropped"
        PROVEN = "proven", "Proven"

    company = models.ForeignKey(Company, models.CASCADE, related_name="claims")
    field = models.CharField(max_length=7, choices=Field)
    value = models.TextField(blank=True)
    picture = models.BinaryField(null=True, help_text="Of a logo: WebP that we encoded.")
    width = models.PositiveSmallIntegerField(default=0, db_default=0)
    height = models.PositiveSmallIntegerField(default=0, db_default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    replaced = models.JSONField(
        null=True, editable=False, help_text="What approving it replaced, for undo."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CompanyClaimQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "company",
                "field",
                "by",
                condition=Q(outcome=""),
                name="claims_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} of {self.company}: {self.value or 'a new logo'}"


class CompanyMerge(models.Model):
    """A company that was merged into another, and what was moved, so that it can be undone."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Company, models.CASCADE, related_name="+")
    moved = models.JSONField(help_text="IDs of what was moved, and the members that were in both.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "company", condition=Q(undone_at=None), name="merged_into_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} into {self.into}"


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


class Invitation(models.Model):
    """An address asked to act for a company. Who opens the mailed link and signs in with it may."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    part = models.CharField(max_length=6, choices=Membership.Part, default=Membership.Part.EDITOR)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint("company", "email", name="invited_once"),
            models.CheckConstraint(
                name="invited_in_lower_case", condition=Q(email=Lower(F("email")))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"


class JoinRequest(models.Model):
    """Somebody says that they act for a company that is here already; an owner or an admin decides.

    ``draft`` is the job they came with: it is posted when they are let in.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    draft = models.ForeignKey(PostDraft, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("company", "user", name="asks_once")]

    def __str__(self) -> str:
        return f"{self.user} to {self.company}"

import re
from operator import attrgetter
from typing import TYPE_CHECKING
from zlib import crc32

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify

from jobboard.common.models import OldSlug, SluggedModel
from jobboard.listings.employers.querysets import (
    CompanyQuerySet,
)
from jobboard.listings.employers.standing import Standing, get_standing

if TYPE_CHECKING:
    from .company_logo import CompanyLogo

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
        """The one of TINTS that its initials stand on; the same on every page."""
        return 1 + crc32(self.slug.encode()) % TINTS

    @property
    def logo_or_none(self) -> "CompanyLogo | None":
        """The logo, or None, for templates, which list all attributes of a company before they miss
        ``logo``.
        """
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

"""The market: companies, what they offer, and what happened to each offer."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify

from jobboard.common.urls import check_public_url
from roles.models import FoldedNameModel, FxRate, OldSlug, Role, Skill, SluggedModel, fold
from roles.pay import annual_pay

from .querysets import CONFIRM_AFTER, ENDS_SOON, CompanyQuerySet, ListingQuerySet

PLACES_SHOWN = 3
LOGO_SHOWN = (128, 64)  # px
MOST_YEARLY_USD = 2**32 - 2  # what is above is a typing error; a key to sort by has 32 bits for it
COMPANY_SIZES = ["1-10", "11-50", "51-200", "201-1000", "1001-5000", "5000+"]


def this_second() -> datetime:
    return timezone.now().replace(microsecond=0)


class Company(SluggedModel):
    """Somebody who employs people."""

    class VerifiedBy(models.TextChoices):
        EMAIL = "email", "email to its domain"
        ADMIN = "admin", "our editors"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    website = models.URLField(blank=True)
    domain = models.CharField(max_length=253, blank=True)
    country = models.CharField(max_length=2, blank=True)
    size = models.CharField(max_length=10, blank=True, choices=[(size, f"{size} people") for size in COMPANY_SIZES])
    about = models.TextField(blank=True)
    verified_by = models.CharField(max_length=5, blank=True, choices=VerifiedBy)
    verified_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(
        "sample", default=False, help_text="A made-up company. Labelled as a sample wherever it appears."
    )
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="companies")

    old_slug_kind = OldSlug.Kind.COMPANY
    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"
        indexes = [models.Index(Lower("name"), name="company_name_lower")]  # searched for in what people type

    def __str__(self):
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = self._free_slug()
        searched = ("name", "verified_by", "suspended_at")
        before = Company.objects.filter(pk=self.pk).values_list(*searched).first()
        super().save(*args, **kwargs)
        if before and before != tuple(getattr(self, name) for name in searched):
            self.listings.touch()

    def _free_slug(self):
        base = slugify(self.name)[:100] or "company"
        taken = set(Company.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
        return next(slug for slug in candidates if slug not in taken)

    def get_absolute_url(self):
        return reverse("listings:company", args=[self.slug])

    @property
    def now_part_of(self) -> "Company":
        """Itself, or what it was merged into."""
        return self.merged_into.now_part_of if self.merged_into else self


class Membership(models.Model):
    """A user who acts for a company."""

    class Part(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    part = models.CharField(max_length=6, choices=Part, default=Part.EDITOR)

    class Meta:
        constraints = [models.UniqueConstraint("user", "company", name="membership_unique")]

    def __str__(self):
        return f"{self.user} at {self.company}"


class CompanyLogo(models.Model):
    """A picture we encoded ourselves from what was uploaded."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="logo")
    webp = models.BinaryField()
    hash = models.CharField(max_length=16)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self):
        return f"Logo of {self.company}"

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height on pages, in px: at most LOGO_SHOWN, in its own proportions."""
        scale = min(1, LOGO_SHOWN[0] / self.width, LOGO_SHOWN[1] / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def get_absolute_url(self):
        return reverse("listings:company_logo", args=[self.company.slug, self.hash])


class Invitation(models.Model):
    """A company asks an address to act for it. Whoever opens the mailed link and signs in with the address may."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    part = models.CharField(max_length=6, choices=Membership.Part, default=Membership.Part.EDITOR)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint("company", "email", name="invited_once"),
            models.CheckConstraint(name="invited_in_lower_case", condition=Q(email=Lower(F("email")))),
        ]

    def __str__(self):
        return f"{self.email} to {self.company}"


class PostDraft(models.Model):
    """A first post before its mail is confirmed: no user, company or listing exists yet.

    ``token`` of its link is kept as a hash, and becomes the listing's ``submission``. ``data`` is what the form sent.
    Kept for DRAFTS_ARE_KEPT after its last change.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    data = models.JSONField()
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    listing = models.ForeignKey("Listing", models.CASCADE, null=True, blank=True, related_name="+")

    def __str__(self):
        return f"Draft of {self.updated_at:%Y-%m-%d %H:%M}"


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

    def __str__(self):
        return f"{self.user} to {self.company}"


class Feed(models.Model):
    """A source of listings that another system keeps: a company's own, or a board's with those of many companies."""

    class Kind(models.TextChoices):
        ADZUNA = "adzuna", "Adzuna"
        ASHBY = "ashby", "Ashby"
        CSV = "csv", "CSV file"
        GREENHOUSE = "greenhouse", "Greenhouse"
        JOBPOSTING = "jobposting", "Page with JobPosting markup"
        LEVER = "lever", "Lever"
        REMOTIVE = "remotive", "Remotive"
        USAJOBS = "usajobs", "USAJOBS"
        WORKDAY = "workday", "Workday"

    class Publishes(models.TextChoices):
        DIRECTLY = "directly", "Immediately"
        THROUGH_REVIEW = "review", "After review"

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="feeds",
        null=True,
        blank=True,
        help_text="Leave blank for a job board, where each job names its company.",
    )
    kind = models.CharField(max_length=12, choices=Kind)
    address = models.CharField(
        max_length=500,
        blank=True,
        validators=[check_public_url],
        help_text="Fetched regularly. Leave blank if jobs are only imported with the import_listings command.",
    )
    api_key = models.CharField(
        max_length=200, blank=True, help_text="Required for USAJOBS. For Adzuna, put the keys in the address."
    )
    publishes = models.CharField(
        max_length=10,
        choices=Publishes,
        default=Publishes.THROUGH_REVIEW,
        help_text="Immediately: jobs whose title matches a role go live right away. Others wait for review.",
    )
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_count = models.PositiveIntegerField("jobs in the last fetch", default=0)
    failures = models.PositiveSmallIntegerField("consecutive failures", default=0)
    problem = models.CharField(max_length=400, blank=True, help_text="What an admin needs to look at.")
    next_fetch_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    read_with = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Version of the parsers and names that read the feed."
    )

    class Meta:
        constraints = [models.UniqueConstraint("company", "kind", name="feed_of_a_company_unique")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.company or 'board'}"

    def clean(self):
        if self.company is None and self.kind in (self.Kind.ASHBY, self.Kind.LEVER, self.Kind.WORKDAY):
            raise ValidationError(
                {"company": f"{self.get_kind_display()} does not include company names. Choose a company."}
            )

    @property
    def credit(self) -> str:
        """The board that asks to be named and linked beside its jobs, '' for a company's own feed."""
        return self.get_kind_display() if self.kind in (self.Kind.ADZUNA, self.Kind.REMOTIVE) else ""


class FeedRun(models.Model):
    """What one answer of a feed brought, or why it brought nothing."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    failure = models.CharField(max_length=400, blank=True)
    created = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    notes = models.TextField(blank=True, help_text="Skipped and rejected items, one per line.")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.feed}, {self.at:%Y-%m-%d %H:%M}"


class Place(models.Model):
    """A city, region or country: from the gazetteer, or as a recruiter named it."""

    class Kind(models.TextChoices):
        CITY = "city"
        REGION = "region"
        COUNTRY = "country"

    geoname_id = models.PositiveIntegerField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, db_index=True, editable=False)
    admin1 = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, db_index=True)
    timezone = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=7, choices=Kind)

    class Meta:
        constraints = [models.UniqueConstraint("kind", "folded", "admin1", "country", name="place_unique")]

    def __str__(self):
        return f"{self.name}, {self.country}"

    @transaction.atomic
    def save(self, *args, **kwargs):
        self.folded = fold(self.name)
        searched = ("folded", "kind", "country")
        before = Place.objects.filter(pk=self.pk).values_list(*searched).first()
        super().save(*args, **kwargs)
        if before and before != tuple(getattr(self, name) for name in searched):
            Listing.objects.filter(places__place=self).touch()


class PlaceAlias(FoldedNameModel):
    """What employers write for a place that the gazetteer does not know: “NYC Office”."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "place aliases"


def last_day_before(moment: datetime | None) -> date | None:
    """The last whole day (UTC) before ``moment``: the day people are told where the moment is a midnight."""
    return moment and (moment - timedelta(microseconds=1)).date()


class Level(models.TextChoices):
    ENTRY = "entry", "Entry-level / Junior"
    MID = "mid", "Mid-level / Intermediate"
    SENIOR = "senior", "Senior-level / Expert"
    EXECUTIVE = "executive", "Executive-level / Director"


class Workplace(models.TextChoices):
    ON_SITE = "on_site", "On-site"
    HYBRID = "hybrid", "Hybrid"
    REMOTE = "remote", "Remote"


class EmploymentType(models.TextChoices):
    """schema.org's values in lower case; stored together as a bit mask, in this order."""

    FULL_TIME = "full_time", "Full-time"
    PART_TIME = "part_time", "Part-time"
    CONTRACTOR = "contractor", "Contractor"
    TEMPORARY = "temporary", "Temporary"
    INTERN = "intern", "Internship"
    VOLUNTEER = "volunteer", "Volunteer"
    PER_DIEM = "per_diem", "Per diem"
    OTHER = "other", "Other"

    @property
    def bit(self) -> int:
        return 1 << list(EmploymentType).index(self)

    @classmethod
    def mask(cls, names) -> int:
        return sum({cls(name).bit for name in names})

    @classmethod
    def of_mask(cls, mask: int) -> list["EmploymentType"]:
        return [kind for kind in cls if mask & kind.bit]


class Listing(models.Model):
    """One opening, offered by one company, for one role."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        RETURNED = "returned", "Returned"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        FILLED_HERE = "filled_here", "Filled through this site"
        FILLED_ELSEWHERE = "filled_elsewhere", "Filled elsewhere"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNLISTED = "unlisted", "No longer listed by the employer"

        @classmethod
        def said_by_employers(cls) -> list[tuple[str, str]]:
            """What a person can choose; that a feed no longer lists a job is only seen."""
            return [choice for choice in cls.choices if choice[0] != cls.UNLISTED]

    class RoleFrom(models.TextChoices):
        EMPLOYER = "employer", "Chosen by the employer"
        FEED = "feed", "Stated by the employer's feed"
        MATCHED = "matched", "Matched from title"
        EDITOR = "editor", "Chosen by an editor"

    class Eligibility(models.TextChoices):
        UNSTATED = "unstated", "Not stated"
        ANYWHERE = "anywhere", "Anywhere in the world"
        LISTED = "listed", "These countries"

    class Period(models.TextChoices):
        YEAR = "year", "a year"
        MONTH = "month", "a month"
        WEEK = "week", "a week"
        DAY = "day", "a day"
        HOUR = "hour", "an hour"

    class SameAsFrom(models.TextChoices):
        MATCHED = "matched", "Matched by title and text"
        EDITOR = "editor", "Chosen by an editor"

    class SalaryFrom(models.TextChoices):
        FORM = "form", "Stated by the employer"
        FEED = "feed", "From the employer's feed"
        TEXT = "text", "Extracted from the text"

    class Visa(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNKNOWN = "unknown", "Not stated"

    company = models.ForeignKey(Company, models.PROTECT, related_name="listings")
    feed = models.ForeignKey(Feed, models.PROTECT, null=True, blank=True, related_name="listings")
    external_id = models.CharField(max_length=120, blank=True)
    item_hash = models.CharField(
        max_length=32, default="", editable=False, help_text="Hash of the feed item and of how it is read."
    )
    read_hash = models.CharField(
        max_length=32, default="", editable=False, help_text="Hash of what was read from the item."
    )
    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    title = models.CharField(max_length=140)
    language = models.CharField(max_length=5, default="en")
    description_source = models.TextField("description", help_text="Markdown, or a feed's HTML.")
    description_html = models.TextField(editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="listings")
    role_from = models.CharField(max_length=8, choices=RoleFrom, default=RoleFrom.EMPLOYER)
    level = models.CharField(max_length=10, blank=True, choices=Level)
    employment_types = models.PositiveSmallIntegerField(default=0)
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    hybrid_days = models.PositiveSmallIntegerField("days on-site per week", null=True, blank=True)
    eligibility = models.CharField(max_length=8, choices=Eligibility, default=Eligibility.UNSTATED)
    eligibility_text = models.CharField(max_length=200, blank=True)
    utc_note = models.CharField("working hours", max_length=80, blank=True)

    salary_min = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Before tax, in salary_currency, per salary_period.",
    )
    salary_max = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    salary_currency = models.CharField(max_length=3, blank=True)
    salary_period = models.CharField(max_length=5, blank=True, choices=Period)
    salary_from = models.CharField(max_length=4, choices=SalaryFrom, default=SalaryFrom.FORM)
    pay_note = models.CharField(max_length=200, blank=True)
    pay_year_min_usd = models.BigIntegerField(null=True, editable=False)
    pay_year_max_usd = models.BigIntegerField(null=True, editable=False)
    pay_rate_on = models.DateField(null=True, editable=False)

    apply_url = models.URLField(max_length=500, blank=True)
    apply_email = models.EmailField(blank=True)
    visa = models.CharField(max_length=7, choices=Visa, default=Visa.UNKNOWN)

    place_line = models.CharField(max_length=400, editable=False, help_text="Locations as written, for job cards.")
    skill_line = models.CharField(max_length=300, editable=False, help_text="The first required skills, for job cards.")

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    outcome = models.CharField(max_length=16, blank=True, choices=Outcome)
    reason = models.TextField(blank=True, help_text="Why the job was returned or rejected. Shown to the recruiter.")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=200, blank=True)
    featured_until = models.DateTimeField(null=True, blank=True)

    posted_at = models.DateTimeField(default=this_second, help_text="The employer's date.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(
        null=True, editable=False, help_text="When we last emailed to ask whether the job is open."
    )
    closes_on = models.DateField(null=True, blank=True, help_text="The employer's closing date, if any.")
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_index=True, editable=False)
    reposted_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reposts")
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        limit_choices_to={"same_as": None},
        help_text=(
            "The company's first job with the same title and text in another location. The jobs are linked, not merged."
        ),
    )
    same_as_from = models.CharField(max_length=7, choices=SameAsFrom, default=SameAsFrom.MATCHED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-id"]
        # fmt: off
        indexes = [
            # Holds what is counted of live jobs, by role too, so that their rows, which are long, are not read for it.
            models.Index(
                fields=[
                    "status",
                    "hidden_at",
                    "role",
                    "-posted_at",
                    "-id",
                    "expires_at",
                    "featured_until",
                    "company",
                    "workplace",
                    "level",
                    "salary_min",
                    "salary_max",
                    "salary_currency",
                    "salary_period",
                ],
                name="listing_live",
            ),
            models.Index(fields=["-posted_at", "-id"], name="listing_newest"),
            models.Index(fields=["feed", "first_seen_at"], name="listing_new_of_feed"),
        ]
        # fmt: on
        constraints = [
            models.UniqueConstraint("feed", "external_id", name="listing_once_a_feed", condition=Q(feed__isnull=False)),
            models.CheckConstraint(
                name="listing_salary_min_not_above_max",
                condition=Q(salary_min__isnull=True) | Q(salary_max__isnull=True) | Q(salary_min__lte=F("salary_max")),
                violation_error_message="Minimum pay is more than maximum pay.",
            ),
            models.CheckConstraint(
                name="listing_currency_and_period_iff_pay",
                condition=Q(salary_min__isnull=True, salary_max__isnull=True, salary_currency="", salary_period="")
                | (~Q(salary_currency="") & ~Q(salary_period="") & Q(salary_min__isnull=False))
                | (~Q(salary_currency="") & ~Q(salary_period="") & Q(salary_max__isnull=False)),
                violation_error_message="Enter an amount, a currency and a period, or leave all three blank.",
            ),
            models.CheckConstraint(
                name="listing_one_way_to_apply",
                condition=(~Q(apply_url="") & Q(apply_email="")) | (Q(apply_url="") & ~Q(apply_email="")),
                violation_error_message="Enter either an application link or an email address.",
            ),
            models.CheckConstraint(
                name="listing_published_has_dates",
                condition=~Q(status="published") | Q(published_at__isnull=False, expires_at__isnull=False),
                violation_error_message="A published job must have a publication date and an expiry date.",
            ),
            models.CheckConstraint(
                name="listing_closed_has_outcome",
                condition=(Q(status="closed") & ~Q(outcome="")) | (~Q(status="closed") & Q(outcome="")),
                violation_error_message="A closed job must have an outcome, and other jobs must not.",
            ),
            models.CheckConstraint(
                name="listing_not_the_same_as_itself",
                condition=Q(same_as__isnull=True) | ~Q(same_as=F("id")),
                violation_error_message="A job cannot be a copy of itself.",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.changed_at = timezone.now()
        if "update_fields" in kwargs:
            kwargs["update_fields"] = {*kwargs["update_fields"], "changed_at"}
        super().save(*args, **kwargs)

    @property
    def slug(self) -> str:
        return slugify(self.title)[:80].strip("-") or "job"

    def get_absolute_url(self):
        return reverse("listings:detail", args=[self.pk, self.slug])

    @property
    def is_hidden(self) -> bool:
        """By moderation, alone or with its company."""
        return self.hidden_at is not None or self.company.suspended_at is not None

    @property
    def was_edited_by_hand(self) -> bool:
        """Whether somebody changed it since its feed last said something new."""
        return bool(self.feed_id) and not self.read_hash

    @property
    def is_live(self) -> bool:
        """The same rule as ListingQuerySet.live(), for a listing that is already loaded."""
        return self.status == self.Status.PUBLISHED and not self.is_hidden and self.expires_at > timezone.now()

    @property
    def is_over(self) -> bool:
        """Closed or expired, and not hidden: the public may read that it is over."""
        if self.published_at is None or self.is_hidden:  # a feed's job may end before it was ever public
            return False
        expired = self.status == self.Status.PUBLISHED and self.expires_at <= timezone.now()
        return expired or self.status == self.Status.CLOSED

    @property
    def place_summary(self) -> str:
        """Its places as written; of many, the first PLACES_SHOWN and how many more there are."""
        *places, last = self.place_line.split(" · ")
        if len(places) <= PLACES_SHOWN:
            return self.place_line
        more = "more" if last.endswith("…") else f"{len(places) + 1 - PLACES_SHOWN} more"
        return f"{' · '.join(places[:PLACES_SHOWN])} and {more}"

    @property
    def last_day(self) -> date | None:
        """The last whole day (UTC) it is live."""
        return last_day_before(self.expires_at)

    @property
    def is_featured(self) -> bool:
        return self.featured_until is not None and self.featured_until > timezone.now()

    @property
    def public_role(self) -> Role | None:
        """Its role, if there is a page of it to link to."""
        return self.role if self.role and self.role.status == Role.Status.PUBLISHED else None

    @property
    def types(self) -> list[EmploymentType]:
        return EmploymentType.of_mask(self.employment_types)

    @property
    def has_pay(self) -> bool:
        return bool(self.salary_currency)

    @property
    def state(self) -> str:
        """Status in the word that people see; expired is derived from the clock."""
        if self.is_hidden:
            return "Hidden"
        if self.status == self.Status.PUBLISHED:
            return "Live" if self.is_live else "Expired"
        return self.get_status_display()

    @property
    def state_class(self) -> str:
        """The state's class in the stylesheet: its shape and colour."""
        if self.is_live:
            return "live"
        return {"draft": "draft", "in_review": "review", "returned": "returned", "rejected": "returned"}.get(
            self.status, "closed"
        )

    @property
    def known_open_at(self) -> datetime | None:
        """When its employer last said that it is open: by having it published, or by confirming it."""
        return self.confirmed_at or self.published_at

    @property
    def is_due_for_answer(self) -> bool:
        """The same rule as ListingQuerySet.due_for_answer(), for a listing that is already loaded."""
        if not self.is_live or (self.feed_id and not self.created_by_id):
            return False
        silent, left = timezone.now() - self.known_open_at, self.expires_at - timezone.now()
        return silent >= CONFIRM_AFTER or (silent >= ENDS_SOON and left <= ENDS_SOON)

    @property
    def can_be_discarded(self) -> bool:
        """Whether it was never public, so that nothing is lost to others when it goes."""
        return self.published_at is None and self.feed_id is None and self.status != self.Status.CLOSED

    @property
    def can_be_submitted(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def is_editable(self) -> bool:
        return self.can_be_submitted or self.status == self.Status.IN_REVIEW or self.is_live

    @cached_property
    def apply_host(self) -> str:
        return self.apply_url.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0]

    @property
    def applies_elsewhere(self) -> bool:
        """Whether the host applications go to is unlike the company's own."""
        host, domain = f".{self.apply_host}", self.company.domain
        return bool(self.apply_url and domain) and not host.endswith(f".{domain}")

    def set_yearly_pay(self, newest_rate=FxRate.objects.newest):
        """Fill the yearly amounts in USD that sorting and filtering use, at the newest rate for the currency."""
        rate = newest_rate(self.salary_currency) if self.has_pay else None

        def in_usd(amount):
            if rate is None or amount is None:
                return None
            return min(int(annual_pay(amount, self.salary_period) * rate.usd_per_unit), MOST_YEARLY_USD)

        self.pay_year_min_usd, self.pay_year_max_usd = in_usd(self.salary_min), in_usd(self.salary_max)
        self.pay_rate_on = rate and rate.date


class ListingPlace(models.Model):
    """A place of work as the employer wrote it, and which place that is."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=120)
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self):
        return self.text


class ListingCountry(models.Model):
    """A country the work can be done from: of its places, or named as eligible."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint("listing", "country", name="listing_country_unique")]
        verbose_name_plural = "listing countries"

    def __str__(self):
        return self.country


class ListingSkill(models.Model):
    """A skill that a listing names."""

    class Need(models.TextChoices):
        REQUIRED = "required", "Required"
        NICE = "nice", "Nice to have"
        MENTIONED = "mentioned", "Mentioned"

    class Origin(models.TextChoices):
        STATED = "stated", "Stated by the employer"
        EXTRACTED = "extracted", "Found in the text"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="listing_skills")
    need = models.CharField(max_length=9, choices=Need)
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.STATED)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "listing",
                "skill",
                name="listing_names_a_skill_once",
                violation_error_message="This skill is listed twice.",
            )
        ]

    def __str__(self):
        return str(self.skill)


class ListingEvent(models.Model):
    """Something that happened to a listing. Written in the transaction of the change, never altered."""

    class Kind(models.TextChoices):
        FIRST_SEEN = "first_seen", "First seen"
        SUBMITTED = "submitted", "Submitted for review"
        PUBLISHED = "published", "Published"
        CONFIRMED = "confirmed", "Confirmed open"
        EDITED = "edited", "Edited"
        PAY_CHANGED = "pay_changed", "Pay changed"
        PLACE_CHANGED = "place_changed", "Location changed"
        DATES_CHANGED = "dates_changed", "Closing date changed"
        APPLY_CHANGED = "apply_changed", "Application method changed"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"
        REPOSTED = "reposted", "Reposted"
        HIDDEN = "hidden", "Hidden"
        SHOWN = "shown", "Unhidden"
        RETURNED = "returned", "Returned"
        REJECTED = "rejected", "Rejected"
        FEATURED = "featured", "Featured"

    class Actor(models.TextChoices):
        EMPLOYER = "employer", "the employer"
        ADMIN = "admin", "an editor"
        FEED = "feed", "the employer's feed"
        SYSTEM = "system", "the site"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=13, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    field = models.CharField(max_length=40, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    actor = models.CharField(max_length=8, choices=Actor)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class ListingDay(models.Model):
    """What a listing brought on one day (UTC). No personal data."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    apply_clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("listing", "day", name="listing_day_unique")]

    def __str__(self):
        return f"{self.listing_id} {self.day}"

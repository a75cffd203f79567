import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from jobboard.listings import choices
from jobboard.listings.choices import OpenFrom, PayStatement, Workplace
from jobboard.listings.employers.standing import Standing, get_standing
from jobboard.listings.last_day import end_of_last_day, last_day_before
from jobboard.listings.models.company import Company
from jobboard.listings.models.feed import Feed
from jobboard.listings.pay.base import NO_PAY, base_pay, of_rows, other_pay
from jobboard.listings.querysets import CONFIRM_AFTER, ENDS_SOON, ListingQuerySet

from .listing_constraints import LISTING_CONSTRAINTS
from .opening import Opening, this_second

if TYPE_CHECKING:
    from .listing_change import ListingChange


class Listing(Opening):
    """One opening, offered by one company: where it stands, besides what it says."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        RETURNED = "returned", "Returned"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Rejected"
        CLOSED = "closed", "Closed"
        IRRELEVANT = "irrelevant", "Off topic"

    Outcome = choices.Outcome
    SameAsFrom = choices.SameAsFrom

    # Only where queries, stats or asked put them.
    place_rows: list[dict[str, Any]] | None
    required_rows: list[dict[str, Any]] | None
    country_codes: list[str] | None
    source_rows: list[dict[str, Any]] | None
    same_ids: list[int] | None
    read_rows: list[dict[str, Any]] | None
    survey_rows: list[dict[str, Any]] | None
    guides: list[str] | None
    is_same: bool
    recent: list[Any]
    recent_views: int
    recent_clicks: int
    asked: dict[str, int]
    asked_in_words: list[str]
    marks: list[Any]

    company = models.ForeignKey(Company, models.PROTECT, related_name="listings")
    feed = models.ForeignKey(Feed, models.PROTECT, null=True, blank=True, related_name="listings")
    external_id = models.CharField(max_length=120, blank=True)
    item_hash = models.CharField(
        max_length=32,
        default="",
        editable=False,
        help_text="Hash of the feed item and of how it is read.",
    )
    read_hash = models.CharField(
        max_length=32, default="", editable=False, help_text="Hash of what was read from the item."
    )
    submission = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    outcome = models.CharField(max_length=16, blank=True, choices=Outcome)
    reason = models.TextField(
        blank=True, help_text="Why the job was returned or rejected. Shown to the recruiter."
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=200, blank=True)
    featured_until = models.DateTimeField(null=True, blank=True)

    posted_at = models.DateTimeField(default=this_second, help_text="The employer's date.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmation_requested_at = models.DateTimeField(
        null=True,
        editable=False,
        db_column="asked_at",
        help_text="When we last emailed to ask whether the job is open.",
    )
    last_zone = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="The time zone of its locations in which the closing date ends last.",
    )
    # Read from its text, which decides about remote work before what was chosen in the form.
    said_countries = models.CharField(
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="From which one can work remotely, with a blank before and after each.",
    )
    said_otherwise = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        editable=False,
        choices=OpenFrom,
        help_text="Whether one can from all other countries. Blank where the text doesn’t say.",
    )
    said_as_of = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False, help_text="The version of the reader."
    )
    closes_on = models.DateField(
        null=True, blank=True, help_text="The employer's closing date, if any."
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_index=True, editable=False)
    reposted_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reposts"
    )
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        limit_choices_to={"same_as": None},
        help_text=(
            "The company's first job with the same title and text in another location. "
            "The jobs are linked, not merged."
        ),
    )
    folded_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="folded",
        verbose_name="part of",
        help_text=(
            "The same job in another location or from another source. It has no page of its own: "
            "its address leads to that job."
        ),
    )
    # Of same_as and of folded_into, or of neither.
    same_as_from = models.CharField(max_length=7, choices=SameAsFrom, default=SameAsFrom.MATCHED)
    widened_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When a further location was last added by a copy of the job.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-id"]
        indexes = [
            # Holds what is counted of live jobs, by role too, so that their rows, which are long,
            # are not read for it.
            models.Index(
                fields=[
                    "status",
                    "hidden_at",
                    "folded_into",
                    "role",
                    "-posted_at",
                    "-id",
                    "expires_at",
                    "featured_until",
                    "company",
                    "workplaces",
                    "level",
                    "level_max",
                    "salary_min",
                    "salary_max",
                    "salary_currency",
                    "salary_period",
                ],
                name="listing_live",
            ),
            models.Index(fields=["-posted_at", "-id"], name="listing_newest"),
            models.Index(fields=["feed", "first_seen_at"], name="listing_new_of_feed"),
            # Who says the same is asked at each edit, and of each job that is decided about.
            models.Index(fields=["content_hash"], name="listing_same_text"),
            # When the next one ends, or ceases to be featured.
            models.Index(fields=["expires_at"], name="listing_ends"),
            models.Index(
                fields=["featured_until"],
                name="listing_featured_until",
                condition=models.Q(featured_until__isnull=False),
            ),
        ]
        constraints = LISTING_CONSTRAINTS

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.changed_at = timezone.now()
        if "update_fields" in kwargs:
            kwargs["update_fields"] = {*kwargs["update_fields"], "changed_at"}
        super().save(*args, **kwargs)

    @property
    def slug(self) -> str:
        return slugify(self.title)[:80].strip("-") or "job"

    @property
    def standing(self) -> Standing:
        """The standing of the employer, as the job's page says it."""
        is_from_feed = self.feed_id is not None and self.created_by_id is None
        return get_standing(self.company, is_from_feed=is_from_feed)

    def get_absolute_url(self) -> str:
        return reverse("browse:detail", args=[self.pk, self.slug])

    @property
    def is_hidden(self) -> bool:
        """Whether moderation hid the job, alone or with its company."""
        return self.hidden_at is not None or self.company.suspended_at is not None

    @property
    def was_edited_by_hand(self) -> bool:
        """Whether somebody changed it since its feed last said something new."""
        return bool(self.feed_id) and not self.read_hash

    @property
    def is_public(self) -> bool:
        """Whether the public may see its page: open, or over."""
        return self.is_live or self.is_over

    @property
    def is_live(self) -> bool:
        """Applies the rule of ListingQuerySet.live() to a loaded listing."""
        return self.folded_into_id is None and self.is_open

    @property
    def is_open(self) -> bool:
        """Live, or it would be if it were not part of another job."""
        if self.status != self.Status.PUBLISHED or self.is_hidden or self.expires_at is None:
            return False
        return self.expires_at > timezone.now()

    @property
    def is_over(self) -> bool:
        """Whether it is closed or expired, and not hidden: the public may read that it is over."""
        # A feed's job may end before it was ever public.
        if self.published_at is None or self.is_hidden:
            return False
        if self.status != self.Status.PUBLISHED or self.expires_at is None:
            return self.status == self.Status.CLOSED
        return self.expires_at <= timezone.now()

    @property
    def last_day(self) -> date | None:
        """The employer's last day, or the last whole day (UTC) it is live, if that is before."""
        last = last_day_before(self.expires_at)
        if last is None or self.closes_on is None:
            return last
        if end_of_last_day(self.closes_on, self.last_zone) == self.expires_at:
            return self.closes_on
        return last

    @property
    def is_featured(self) -> bool:
        return self.featured_until is not None and self.featured_until > timezone.now()

    @property
    def statements(self) -> list[PayStatement]:
        """All it states of pay, in its order. Of a job that a release before this one wrote, what
        its columns say.
        """
        stated = [row.statement for row in self.pay.all()]
        columns = (self.salary_min, self.salary_max, self.salary_currency, self.salary_period)
        base = base_pay(stated) or NO_PAY
        if columns == (base.lowest, base.highest, *base.unit):
            return stated
        if not self.has_pay:
            return []
        return [PayStatement(*columns, origin=self.salary_from)]

    @property
    def other_pay(self) -> PayStatement | None:
        """The pay it states if it states no base pay: from for_cards(), or with ``pay`` loaded."""
        if self.has_pay or not self.states_pay:
            return None
        rows = getattr(self, "other_pay_rows", None)
        if rows is None:
            return other_pay(self.statements)
        return other_pay(of_rows(rows))

    @property
    def pay_line(self) -> str:
        """“EUR 100,000 - 130,000 a year”, “EUR 90,000 a year, on-target earnings”, '' for none."""
        other = self.other_pay
        if other:
            return f"{other}, {other.what}"
        return self.pay_text

    @property
    def is_remote_only(self) -> bool:
        """Whether all its places are remote. One that does not say how one works there is not."""
        stated = [row.workplace for row in self.places.all()]
        if not stated:
            return self.workplaces == Workplace.REMOTE.bit
        return all(workplace == Workplace.REMOTE for workplace in stated)

    @property
    def state(self) -> str:
        """Status in the word that people see; expired is derived from the clock."""
        if self.is_hidden:
            return "Hidden"
        if self.status != self.Status.PUBLISHED:
            return self.get_status_display()
        if self.folded_into_id and self.is_open:
            return "Part of another job"
        if self.is_live:
            return "Live"
        return "Expired"

    @property
    def state_class(self) -> str:
        """The state's class in the stylesheet: its shape and colour."""
        if self.is_open:
            return "live"
        return {
            "draft": "draft",
            "in_review": "review",
            "returned": "returned",
            "rejected": "returned",
        }.get(self.status, "closed")

    @property
    def known_open_at(self) -> datetime | None:
        """When the employer last said that the job is open, by publishing or confirming it."""
        return self.confirmed_at or self.published_at

    @property
    def is_due_for_answer(self) -> bool:
        """Applies the rule of ListingQuerySet.due_for_answer() to a loaded listing."""
        if not self.is_open or (self.feed_id and not self.created_by_id):
            return False
        if self.known_open_at is None or self.expires_at is None:
            return False
        silent_for = timezone.now() - self.known_open_at
        ends_in = self.expires_at - timezone.now()
        return silent_for >= CONFIRM_AFTER or (silent_for >= ENDS_SOON and ends_in <= ENDS_SOON)

    @property
    def can_be_discarded(self) -> bool:
        """Whether it was never public, so that nothing is lost to others when it goes."""
        return (
            self.published_at is None and self.feed_id is None and self.status != self.Status.CLOSED
        )

    @property
    def can_be_submitted(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def is_editable(self) -> bool:
        return self.can_be_submitted or self.status == self.Status.IN_REVIEW or self.is_open

    @property
    def waiting_change(self) -> "ListingChange | None":
        """The change that an editor is to decide about."""
        change = self._change
        if change and change.awaits_editor:
            return change
        return None

    @property
    def returned_change(self) -> "ListingChange | None":
        """The change that its recruiter is to change."""
        change = self._change
        if change and not change.awaits_editor:
            return change
        return None

    @property
    def _change(self) -> "ListingChange | None":
        if self.status != self.Status.PUBLISHED:
            return None
        return getattr(self, "change", None)

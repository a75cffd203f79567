from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from jobboard.common.addresses import check_public_url

from .company import Company


class Feed(models.Model):
    """A source of listings kept by another system: a company's own, or a board's for many."""

    class Kind(models.TextChoices):
        ADZUNA = "adzuna", "Adzuna"
        ARBEITNOW = "arbeitnow", "Arbeitnow"
        ASHBY = "ashby", "Ashby"
        BAMBOOHR = "bamboohr", "BambooHR"
        BREEZY = "breezy", "Breezy"
        CSV = "csv", "CSV file"
        GREENHOUSE = "greenhouse", "Greenhouse"
        HIMALAYAS = "himalayas", "Himalayas"
        HIMALAYAS_RSS = "himalayas_rss", "Himalayas (RSS)"
        JOBICY = "jobicy", "Jobicy"
        JOBPOSTING = "jobposting", "Page with JobPosting markup"
        LEVER = "lever", "Lever"
        OJCP = "ojcp", "OJCP file"
        OJOBPUB = "ojobpub", "oJobPub file"
        PERSONIO = "personio", "Personio"
        PINPOINT = "pinpoint", "Pinpoint"
        RECRUITEE = "recruitee", "Recruitee"
        REMOTEOK = "remoteok", "Remote OK"
        REMOTIVE = "remotive", "Remotive"
        RIPPLING = "rippling", "Rippling"
        RSS = "rss", "RSS or Atom feed"
        SMARTRECRUITERS = "smartrecruiters", "SmartRecruiters"
        SUCCESSFACTORS = "successfactors", "SAP SuccessFactors"
        TEAMTAILOR = "teamtailor", "Teamtailor"
        USAJOBS = "usajobs", "USAJOBS"
        WEWORKREMOTELY = "weworkremotely", "We Work Remotely"
        WORKABLE = "workable", "Workable"
        WORKDAY = "workday", "Workday"
        XML = "xml", "XML file of jobs"

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
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField(
        max_length=500,
        blank=True,
        validators=[check_public_url],  # type: ignore[list-item]  # returns the URL, too
        help_text=(
            "Fetched regularly. "
            "Leave blank if jobs are only imported with the import_listings command."
        ),
    )
    api_key = models.CharField(
        max_length=200,
        blank=True,
        help_text="Required for USAJOBS. For Adzuna, put the keys in the address.",
    )
    publishes = models.CharField(
        max_length=10,
        choices=Publishes,
        default=Publishes.THROUGH_REVIEW,
        help_text=(
            "Immediately: AI and data jobs go live right away. Doubtful ones wait for review."
        ),
    )
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_count = models.PositiveIntegerField("jobs in the last fetch", default=0)
    failures = models.PositiveSmallIntegerField("consecutive failures", default=0)
    problem = models.CharField(
        max_length=400, blank=True, help_text="What an admin needs to look at."
    )
    next_fetch_at = models.DateTimeField(null=True, blank=True)
    times_gone = models.PositiveSmallIntegerField(
        "times gone in a row",
        default=0,
        db_default=0,  # the release before writes rows without it
        editable=False,
        help_text="How many of the last answers in a row said that nothing is there any more.",
    )
    ended_at = models.DateTimeField(
        "stopped at", null=True, blank=True, editable=False, help_text="It is not fetched since."
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="stopped by",
        help_text="The member of its company who disconnected it.",
    )
    keeps_jobs = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Whether its jobs stayed open when it was stopped.",
    )
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="The member of its company who connected it.",
    )
    proof = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What shows that the board is the company’s own.",
    )
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    read_with = models.CharField(
        max_length=32,
        blank=True,
        editable=False,
        help_text="Version of the parsers and names that read the feed.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "address"],
                name="feed_of_a_company_once",
                violation_error_message="This company already has a feed with this address.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.company or 'board'}"

    def clean(self) -> None:
        if self.company is None and self.kind in NAMELESS:
            raise ValidationError(
                {
                    "company": (
                        f"{self.get_kind_display()} does not include company names. "
                        "Choose a company."
                    )
                }
            )


# Their answers do not say whose jobs they are, or not always.
NAMELESS = (
    Feed.Kind.ASHBY,
    Feed.Kind.BAMBOOHR,
    Feed.Kind.LEVER,
    Feed.Kind.PERSONIO,
    Feed.Kind.PINPOINT,
    Feed.Kind.RIPPLING,
    Feed.Kind.SUCCESSFACTORS,
    Feed.Kind.WORKDAY,
)


class BoardLeftOut(models.Model):
    """A board whose employer asked not to be listed here: nobody can follow it until an admin takes
    this back.
    """

    kind = models.CharField(max_length=20, help_text="A kind of feed.")
    board = models.CharField(
        max_length=500, help_text="The employer’s id there in lower case, else the address."
    )
    name = models.CharField(max_length=120, help_text="Of the employer, as it was then.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "boards left out"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "board"], name="board_left_out_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {Feed.Kind(self.kind).label}"


class FeedTrial(models.Model):
    """What following an address would bring: read in the background for who asked, an admin or a
    member of ``company``, and kept for a day.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Read"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    pasted = models.TextField()
    company_name = models.CharField(max_length=120, blank=True)
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Whose member asked. Blank for an admin.",
    )
    proof = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="What shows that the board is the company’s own.",
    )
    doubt = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Why an admin has to say yes first.",
    )
    state = models.CharField(max_length=7, choices=State, default=State.READING)
    jobs_read = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=500, blank=True)
    outcome = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    problem = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.pasted[:100]}, {self.created_at:%Y-%m-%d %H:%M}"


class FeedRequest(models.Model):
    """A board that a member wants to connect to their company, and that nothing shows to be the
    company's own. Nothing is fetched until an admin says yes.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="feed_requests")
    kind = models.CharField(max_length=20, choices=Feed.Kind)
    address = models.CharField(max_length=500)
    board = models.CharField(max_length=200, help_text="Its name, as its system has it.")
    doubt = models.CharField(max_length=300, help_text="Why an admin has to say yes.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["at"]
        verbose_name = "request to connect a board"
        verbose_name_plural = "requests to connect a board"
        constraints = [
            models.UniqueConstraint("company", "kind", "address", name="board_requested_once")
        ]

    def __str__(self) -> str:
        return f"{self.board} for {self.company}"


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
    faults = models.PositiveIntegerField(
        "fields left out",
        default=0,
        db_default=0,
        help_text="They could not be read; their jobs came in.",
    )
    notes = models.TextField(
        blank=True, help_text="Skipped and rejected items and fields left out, one per line."
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.feed}, {self.at:%Y-%m-%d %H:%M}"

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from jobboard.common.addresses import check_public_url
from jobboard.listings.models.company import Company


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
    last_success_at = models.DateTimeField(null=True, blank=True, db_column="last_ok_at")
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
    parser_version = models.CharField(
        max_length=32,
        blank=True,
        editable=False,
        db_column="read_with",
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

from dataclasses import fields

from django.db import models
from django.db.models import F, Q

from jobboard.common.text.words import plural
from jobboard.listings import choices
from jobboard.listings.choices import (
    PayGross,
    PayKind,
    PayStatement,
    Period,
    SalaryFrom,
    Workplace,
)
from roles.models import Skill

from .listing import Listing
from .place import Place

STATEMENT_FIELDS = [field.name for field in fields(PayStatement)]


class ListingPlace(models.Model):
    """A place of work as the employer wrote it, and which place that is."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=120)
    region = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="The state, province or region it is in.",
    )
    workplace = models.CharField(max_length=8, blank=True, choices=Workplace)
    hybrid_days = models.PositiveSmallIntegerField("days on-site per week", null=True, blank=True)
    timezone = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="Blank where there are several, or none is known.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    from_copy = models.ForeignKey(
        Listing,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The copy of the job that states it. Blank: the job itself.",
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def workplace_line(self) -> str:
        """“Hybrid, 2 days a week on-site”; '' where it is not stated."""
        if self.hybrid_days is None:
            return self.get_workplace_display()
        return f"{self.get_workplace_display()}, {plural(self.hybrid_days, 'day')} a week on-site"


class ListingPay(models.Model):
    """One amount or range of pay as the employer states it: see ``PayStatement``."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="pay")
    kind = models.CharField(max_length=9, blank=True, choices=PayKind)
    gross = models.CharField("before or after tax", max_length=5, blank=True, choices=PayGross)
    lowest = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    period = models.CharField(max_length=5, choices=Period)
    place = models.CharField(
        max_length=120, blank=True, help_text="The location it is for. Blank: all of them."
    )
    is_elsewhere = models.BooleanField(
        "for another location", default=False, help_text="For none of the job's own locations."
    )
    level = models.CharField(max_length=40, blank=True, help_text="Blank: all levels.")
    origin = models.CharField(max_length=4, choices=SalaryFrom)
    quote = models.CharField(max_length=300, blank=True, help_text="The words it was read from.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "pay statement"
        constraints = [
            models.CheckConstraint(
                name="listing_pay_lowest_not_above_highest",
                condition=Q(lowest__isnull=True)
                | Q(highest__isnull=True)
                | Q(lowest__lte=F("highest")),
                violation_error_message="Minimum pay is more than maximum pay.",
            ),
            models.CheckConstraint(
                name="listing_pay_states_an_amount",
                condition=Q(lowest__isnull=False) | Q(highest__isnull=False),
                violation_error_message="Enter minimum or maximum pay.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.statement)

    @property
    def statement(self) -> PayStatement:
        return PayStatement(**{name: getattr(self, name) for name in STATEMENT_FIELDS})


class ListingCountry(models.Model):
    """A country that is named as one from which remote work may be done; see ``eligibility``. Where
    the work is done is said by ``ListingPlace`` alone.
    """

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2)
    is_of_copy = models.BooleanField(
        default=False, db_default=False, help_text="Only copies of the job name it."
    )

    class Meta:
        constraints = [models.UniqueConstraint("listing", "country", name="listing_country_unique")]
        verbose_name_plural = "listing countries"

    def __str__(self) -> str:
        return self.country


class ListingSkill(models.Model):
    """A skill that a listing names."""

    Need = choices.Need

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

    def __str__(self) -> str:
        return str(self.skill)


class ReadValue(models.Model):
    """A value that was read from the title or text of a job, with the words it was read from."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="read_values")
    name = models.CharField(max_length=40, help_text="Of what it is a value.")
    value = models.CharField(max_length=120)
    quote = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

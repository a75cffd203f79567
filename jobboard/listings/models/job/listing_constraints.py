"""Constraints by which the database rejects invalid listings."""

from django.db import models
from django.db.models import F, Q

LISTING_CONSTRAINTS: list[models.BaseConstraint] = [
    models.UniqueConstraint(
        "feed",
        "external_id",
        name="listing_once_a_feed",
        condition=Q(feed__isnull=False),
        violation_error_message="This feed already has a job with this ID.",
    ),
    models.CheckConstraint(
        name="listing_salary_min_not_above_max",
        condition=Q(salary_min__isnull=True)
        | Q(salary_max__isnull=True)
        | Q(salary_min__lte=F("salary_max")),
        violation_error_message="Minimum pay is more than maximum pay.",
    ),
    models.CheckConstraint(
        name="listing_currency_and_period_iff_pay",
        condition=Q(
            salary_min__isnull=True,
            salary_max__isnull=True,
            salary_currency="",
            salary_period="",
        )
        | (~Q(salary_currency="") & ~Q(salary_period="") & Q(salary_min__isnull=False))
        | (~Q(salary_currency="") & ~Q(salary_period="") & Q(salary_max__isnull=False)),
        violation_error_message=(
            "Enter an amount, a currency and a period, or leave all three blank."
        ),
    ),
    models.CheckConstraint(
        name="listing_one_way_to_apply",
        condition=(~Q(apply_url="") & Q(apply_email="")) | (Q(apply_url="") & ~Q(apply_email="")),
        violation_error_message="Enter either an application link or an email address.",
    ),
    models.CheckConstraint(
        name="listing_published_has_dates",
        condition=~Q(status="published") | Q(published_at__isnull=False, expires_at__isnull=False),
        violation_error_message=(
            "A published job must have a publication date and an expiry date."
        ),
    ),
    models.CheckConstraint(
        name="listing_closed_has_outcome",
        condition=(Q(status="closed") & ~Q(outcome="")) | (~Q(status="closed") & Q(outcome="")),
        violation_error_message=("A closed job must have an outcome, and other jobs must not."),
    ),
    models.CheckConstraint(
        name="listing_highest_level_has_a_lowest",
        condition=Q(level_max="") | (~Q(level="") & ~Q(level_max=F("level"))),
        violation_error_message="Enter the lowest level too, or only one level.",
    ),
    models.CheckConstraint(
        name="listing_not_the_same_as_itself",
        condition=Q(same_as__isnull=True) | ~Q(same_as=F("id")),
        violation_error_message="A job cannot be a copy of itself.",
    ),
    models.CheckConstraint(
        name="listing_not_part_of_itself",
        condition=Q(folded_into__isnull=True) | ~Q(folded_into=F("id")),
        violation_error_message="A job cannot be part of itself.",
    ),
]

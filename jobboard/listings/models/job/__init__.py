"""A job, the rows that belong to it, and what happened to it."""

from .approved_content import ApprovedContent
from .job_notice import JobNotice
from .listing import Listing
from .listing_change import ListingChange, Origin
from .listing_country import ListingCountry
from .listing_daily_stats import ListingDailyStats
from .listing_event import PART, ListingEvent, keep_name_of_editor
from .listing_pay import STATEMENT_FIELDS, ListingPay
from .listing_place import ListingPlace
from .listing_skill import ListingSkill
from .opening import this_second
from .read_value import ReadValue
from .risk_score import RiskScore

__all__ = [
    "PART",
    "STATEMENT_FIELDS",
    "ApprovedContent",
    "JobNotice",
    "Listing",
    "ListingChange",
    "ListingCountry",
    "ListingDailyStats",
    "ListingEvent",
    "ListingPay",
    "ListingPlace",
    "ListingSkill",
    "Origin",
    "ReadValue",
    "RiskScore",
    "keep_name_of_editor",
    "this_second",
]

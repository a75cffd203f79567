"""The market: companies, what they offer, and what happened to each offer."""

from .change import ApprovedContent, ListingChange, Origin
from .company import (
    COMPANY_SIZES,
    Company,
    CompanyClaim,
    CompanyLogo,
    Invitation,
    JoinRequest,
    Membership,
)
from .draft import PostDraft
from .event import ListingDay, ListingEvent
from .feed import BoardLeftOut, Feed, FeedRun, FeedTrial
from .listing import Listing, last_day_before, this_second
from .parts import ListingCountry, ListingPay, ListingPlace, ListingSkill, ReadValue
from .place import Place, PlaceAlias
from .score import RiskScore

__all__ = [
    "COMPANY_SIZES",
    "ApprovedContent",
    "BoardLeftOut",
    "Company",
    "CompanyClaim",
    "CompanyLogo",
    "Feed",
    "FeedRun",
    "FeedTrial",
    "Invitation",
    "JoinRequest",
    "Listing",
    "ListingChange",
    "ListingCountry",
    "ListingDay",
    "ListingEvent",
    "ListingPay",
    "ListingPlace",
    "ListingSkill",
    "Membership",
    "Origin",
    "Place",
    "PlaceAlias",
    "PostDraft",
    "ReadValue",
    "RiskScore",
    "last_day_before",
    "this_second",
]

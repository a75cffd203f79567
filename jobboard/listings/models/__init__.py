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
from .feed import BoardLeftOut, Feed, FeedRequest, FeedRun, FeedTrial
from .listing import Listing, last_day_before, this_second
from .parts import ListingCountry, ListingPay, ListingPlace, ListingSkill, ReadValue
from .place import Place, PlaceAlias

__all__ = [
    "COMPANY_SIZES",
    "ApprovedContent",
    "BoardLeftOut",
    "Company",
    "CompanyClaim",
    "CompanyLogo",
    "Feed",
    "FeedRequest",
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
    "last_day_before",
    "this_second",
]

"""The market: companies, what they offer, and what happened to each offer."""

from .company import (
    COMPANY_SIZES,
    Company,
    CompanyClaim,
    CompanyLogo,
    CompanyMerge,
    FormerMember,
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

__all__ = [
    "COMPANY_SIZES",
    "BoardLeftOut",
    "Company",
    "CompanyClaim",
    "CompanyLogo",
    "CompanyMerge",
    "Feed",
    "FeedRun",
    "FeedTrial",
    "FormerMember",
    "Invitation",
    "JoinRequest",
    "Listing",
    "ListingCountry",
    "ListingDay",
    "ListingEvent",
    "ListingPay",
    "ListingPlace",
    "ListingSkill",
    "Membership",
    "Place",
    "PlaceAlias",
    "PostDraft",
    "ReadValue",
    "last_day_before",
    "this_second",
]

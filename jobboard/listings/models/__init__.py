"""The market: companies, what they offer, and what happened to each offer."""

from .change import ApprovedContent, ListingChange, Origin
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
from .feed import BoardLeftOut, Feed, FeedRequest, FeedRun, FeedTrial
from .listing import Listing, this_second
from .notice import JobNotice
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
    "CompanyMerge",
    "Feed",
    "FeedRequest",
    "FeedRun",
    "FeedTrial",
    "FormerMember",
    "Invitation",
    "JobNotice",
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
    "this_second",
]

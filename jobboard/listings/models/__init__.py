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
from .feed import BoardLeftOut, Feed, FeedRequest, FeedRun, FeedTrial
from .job import (
    ApprovedContent,
    JobNotice,
    Listing,
    ListingChange,
    ListingCountry,
    ListingDailyStats,
    ListingEvent,
    ListingPay,
    ListingPlace,
    ListingSkill,
    Origin,
    ReadValue,
    RiskScore,
    this_second,
)
from .place import Place
from .place_alias import PlaceAlias
from .post_draft import PostDraft

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
    "ListingDailyStats",
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

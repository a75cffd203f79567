"""The market: companies, what they offer, and what happened to each offer."""

from .company import COMPANY_SIZES, Company, CompanyLogo, Invitation, JoinRequest, Membership
from .draft import PostDraft
from .event import ListingDay, ListingEvent
from .feed import BoardLeftOut, Feed, FeedRun, FeedTrial
from .listing import Listing, last_day_before, this_second
from .parts import ListingCountry, ListingPay, ListingPlace, ListingSkill, ReadValue
from .place import Place, PlaceAlias
from .score import RiskScore

__all__ = [
    "COMPANY_SIZES",
    "BoardLeftOut",
    "Company",
    "CompanyLogo",
    "Feed",
    "FeedRun",
    "FeedTrial",
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
    "RiskScore",
    "last_day_before",
    "this_second",
]

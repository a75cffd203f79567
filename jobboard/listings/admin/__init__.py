"""Each module registers its models."""

from .companies import CompanyAdmin
from .jobs import ListingAdmin
from .listing_events import ListingEventAdmin

__all__ = ["CompanyAdmin", "ListingAdmin", "ListingEventAdmin"]

"""Each module registers its models."""

from .companies import CompanyAdmin
from .events import ListingEventAdmin
from .jobs import ListingAdmin

__all__ = ["CompanyAdmin", "ListingAdmin", "ListingEventAdmin"]

"""Finding listings: criteria in, ids with exact counts out. Callers import from here, whatever answers underneath."""

from .criteria import Criteria
from .orm import count, search
from .results import Facet, Found, Option

__all__ = ["Criteria", "Facet", "Found", "Option", "count", "search"]

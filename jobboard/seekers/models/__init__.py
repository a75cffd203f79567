"""The data that people who look for work leave here."""

from .alert import MAX_QUERY_LENGTH, Alert
from .alert_run import AlertRun
from .alerted_listing import AlertedListing
from .report import Report
from .saved_listing import SavedListing

__all__ = ["MAX_QUERY_LENGTH", "Alert", "AlertRun", "AlertedListing", "Report", "SavedListing"]

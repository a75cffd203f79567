"""Background workers, scheduled tasks, and the version of the content."""

from .content_version import ContentVersion
from .scheduled_task import ScheduledTask
from .worker import LEASE, Worker

__all__ = ["LEASE", "ContentVersion", "ScheduledTask", "Worker"]

"""Has a class for each kind of thing that waits for staff: who may act on it, which rows wait, how
urgent and how old each is, and how it is shown. ``KINDS`` lists them; to add a kind, add a class
here.
"""

from jobboard.accounts.models import User

from .base import AlreadyAnsweredError, Button, Entry, Kind
from .companies import BoardRequests, CompanyClaims, JoinRequests
from .failures import FailedEmails, FailedTasks, FailingFeeds
from .jobs import DoubtfulJobs, EditedJobs, HeldChanges, NewJobs, ReportedJobs

__all__ = ["KINDS", "AlreadyAnsweredError", "Button", "Entry", "Kind", "kinds_for"]

KINDS: list[Kind] = [
    ReportedJobs(),
    HeldChanges(),
    NewJobs(),
    EditedJobs(),
    DoubtfulJobs(),
    CompanyClaims(),
    JoinRequests(),
    BoardRequests(),
    FailingFeeds(),
    FailedEmails(),
    FailedTasks(),
]


def kinds_for(user: User) -> list[Kind]:
    return [kind for kind in KINDS if kind.is_for(user)]

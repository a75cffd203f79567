"""Rights of staff, asked when they decide about jobs and companies."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction

from jobboard.accounts.models import User
from jobboard.accounts.staff import ask_again

from .employers.companies import lock_company
from .lifecycle import lock_jobs
from .models import Company

MODERATE = "listings.change_listing"
CHANGE_COMPANIES = "listings.change_company"
ADD_FEEDS = "listings.add_feed"
CHANGE_FEEDS = "listings.change_feed"


@contextmanager
def with_right(
    user: User, permission: str, *, jobs: Collection[int] = (), company: Company | None = None
) -> Iterator[None]:
    """A transaction in which ``user`` decides about these, which are locked. Raises
    PermissionDenied if they lost the ``permission`` while they waited.
    """
    with transaction.atomic():
        if company:
            lock_company(company.pk)
        lock_jobs(jobs)
        ask_again(user, permission)
        yield

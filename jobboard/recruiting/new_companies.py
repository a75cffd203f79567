"""Limits how many companies somebody who has proven to act for none adds in a day."""

from django.http import HttpRequest

from jobboard.accounts.models import User
from jobboard.common.web.limits import DAY, RateLimitError, check_rate_limit
from jobboard.listings import lifecycle
from jobboard.listings.lifecycle import TooManyCompaniesError
from jobboard.listings.models import Membership

# By one person, and by all such people in one network, which may be an office.
MAX_PER_DAY = 5
MAX_PER_NETWORK = 20


def check_new_company(request: HttpRequest, by: User) -> None:
    """Before a company is stored, for ``request`` of ``by``; counts it. Raises
    TooManyCompaniesError.
    """
    lifecycle.check_new_company(by)
    if Membership.objects.proven().filter(user=by).exists():
        return
    try:
        check_rate_limit(
            request, "new company", max_count=MAX_PER_DAY, seconds=DAY, who=f"user {by.pk}"
        )
    except RateLimitError:
        raise TooManyCompaniesError(
            f"You have added {MAX_PER_DAY} companies today, which is the maximum. "
            "Verify one of them to add more, or try again tomorrow."
        ) from None
    try:
        check_rate_limit(request, "new company", max_count=MAX_PER_NETWORK, seconds=DAY)
    except RateLimitError:
        raise TooManyCompaniesError(
            "Too many companies were added from your network today. Try again tomorrow, or "
            "contact us."
        ) from None

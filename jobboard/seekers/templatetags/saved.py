from django import template
from django.contrib.auth.models import AnonymousUser

from jobboard.accounts.models import User
from jobboard.seekers.saved import saved_ids

register = template.Library()


@register.simple_tag
def saved_jobs(user: User | AnonymousUser) -> set[int]:
    """Ids of the jobs kept with the account; none of a visitor without one."""
    if user.is_authenticated:
        return saved_ids(user)
    return set()

from django import template

from jobboard.seekers.saved import kept_by

register = template.Library()


@register.simple_tag
def saved_jobs(user) -> set[int]:
    """Ids of the jobs kept with the account; none of a visitor without one."""
    if user.is_authenticated:
        return kept_by(user)
    return set()

from django import template

from jobboard.accounts.models import User
from jobboard.moderation import inbox

register = template.Library()


@register.simple_tag
def waiting_for(user: User) -> list[inbox.Count]:
    """Return what waits that ``user`` may act on, as in the inbox."""
    return inbox.counts_for(user)

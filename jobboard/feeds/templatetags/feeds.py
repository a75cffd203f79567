from django import template

from jobboard.feeds.adapters.registry import terms_of
from jobboard.feeds.adapters.source import Terms

register = template.Library()


@register.filter
def terms(kind: str | None) -> Terms:
    """What a kind of feed asks of the pages of its jobs; nothing for '', a job of no feed."""
    return terms_of(kind or "")

from django import template

from jobboard.feeds.adapters.registry import terms_of
from jobboard.feeds.adapters.source import Terms

register = template.Library()


@register.filter
def terms(kind: str | None) -> Terms:
    """The terms of a kind of feed for the pages of its jobs; none for '', a job of no feed."""
    return terms_of(kind or "")

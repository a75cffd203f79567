from django import template
from django.db.models import Q

from jobboard.listings import identity
from jobboard.listings.models import Listing
from jobboard.seekers.reports import reported_jobs

register = template.Library()


@register.simple_tag
def waiting_for_decision() -> int:
    """How many jobs wait for review or were reported."""
    reported = list(reported_jobs())
    visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
    return visible.filter(Q(status=Listing.Status.IN_REVIEW) | Q(pk__in=reported)).count()


@register.simple_tag
def companies_to_review() -> int:
    """How many changes of companies, and disputes about them, wait for an editor."""
    return identity.waiting().count()

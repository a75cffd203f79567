from django import template
from django.db.models import Q

from jobboard.listings.models import Listing
from jobboard.seekers.models import Report

register = template.Library()


@register.simple_tag
def waiting_for_decision() -> int:
    """How many jobs wait for review or were reported."""
    reported = Report.objects.filter(handled_at=None).values("listing")
    visible = Listing.objects.filter(hidden_at=None, company__suspended_at=None)
    return visible.filter(Q(status=Listing.Status.IN_REVIEW) | Q(pk__in=reported)).count()

from django import template

from jobboard.listings.models import Listing

register = template.Library()


@register.simple_tag
def waiting_for_review():
    return Listing.objects.awaiting_review().count()

"""Searches that are pages of their own: one role, or one role in one country."""

from datetime import datetime

from django.db.models import Count, Max, Value
from django.urls import reverse
from django.utils.http import urlencode

from jobboard.listings.choices import Workplace
from jobboard.listings.models import Listing
from jobboard.listings.querysets import of_workplaces
from roles.models import Role

LANDING_FROM = 5  # jobs; a landing page with fewer is not offered to search engines


def landing_url(role_slug: str, country: str = "") -> str:
    """The search for a role in a country (alpha-2), or remote: one with a name, which search
    engines may list.
    """
    where = {"country": country} if country else {"workplace": "remote"}
    return f"{reverse('browse:list')}?{urlencode({'role': role_slug} | where)}"


def landings() -> dict[str, datetime]:
    """The address of each landing page with LANDING_FROM jobs or more → when one of these changed
    last.
    """
    live = Listing.objects.live().filter(role__in=Role.objects.published()).order_by()
    by_country = live.filter(places__place__isnull=False).values_list(
        "role__slug", "places__place__country"
    )
    remote = live.filter(of_workplaces([Workplace.REMOTE])).values_list("role__slug", Value(""))
    found: dict[str, datetime] = {}
    for named in (by_country, remote):
        counted = named.annotate(n=Count("pk", distinct=True), last=Max("changed_at")).filter(
            n__gte=LANDING_FROM
        )
        found |= {landing_url(slug, country): last for slug, country, _, last in counted}
    return found

"""Searches that are pages of their own: one role, or one role in one country."""

from datetime import datetime

from django.db.models import Count, Max, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jobboard.listings.choices import Workplace
from jobboard.listings.models import Listing
from jobboard.listings.querysets import of_workplaces
from jobboard.search.find import with_fallback
from jobboard.search.index.landing_counts import LandingCount, landing_counts
from roles.models import Role

MIN_LANDING_JOBS = 5  # a landing page with fewer is thin: it is not offered to search engines


def landing_url(role_slug: str, country: str = "") -> str:
    """The search for a role in a country (alpha-2), or remote: one with a name, which search
    engines may list.
    """
    return f"{reverse('browse:list')}?{_query(role_slug, country)}"


def _query(role_slug: str, country: str) -> str:
    if country:
        return urlencode({"role": role_slug, "country": country})
    return urlencode({"role": role_slug, "workplace": "remote"})


def landings() -> dict[str, datetime]:
    """The address of each landing page that is not thin → when one of its jobs changed last."""
    slugs = dict(Role.objects.published().values_list("pk", "slug"))
    counts = with_fallback(lambda index: list(landing_counts(index, timezone.now())), _by_database)
    path = reverse("browse:list")
    changes = {}
    for count in counts:
        if count.jobs >= MIN_LANDING_JOBS and count.role in slugs:
            query = _query(slugs[count.role], count.country)
            changes[f"{path}?{query}"] = count.changed_at
    return changes


def _by_database() -> list[LandingCount]:
    live = Listing.objects.live().filter(role__isnull=False).order_by()
    by_country = live.filter(places__place__isnull=False)
    remote = live.filter(of_workplaces([Workplace.REMOTE]))
    groups = [
        by_country.values_list("role", "places__place__country"),
        remote.values_list("role", Value("")),
    ]
    counts = []
    for rows in groups:
        counted = rows.annotate(n=Count("pk", distinct=True), last=Max("changed_at"))
        counts += [LandingCount(*row) for row in counted]
    return counts

"""Filters of the lists of companies and jobs."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet

from jobboard.common.web.long_lists import Since
from jobboard.listings import models

# Of the event by which a migration notes a job whose locations it could not mend for certain.
LOCATIONS_TO_CHECK = "locations to check"


class Posted(Since):
    title = "posted"
    parameter_name = "posted"
    field = "posted_at"


class Happened(Since):
    title = "when"
    parameter_name = "when"
    field = "at"


class CompanyState(admin.SimpleListFilter):
    """Companies that somebody has to look after."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("suspended", "Suspended"), ("ownerless", "Without an owner")]

    def queryset(self, request, queryset) -> QuerySet:
        if self.value() == "suspended":
            return queryset.exclude(suspended_at=None)
        if self.value() == "ownerless":
            return queryset.filter(~models.Membership.objects.has_owner("pk"))
        return queryset


class Visibility(admin.SimpleListFilter):
    """Filters by what moderation did to a job, or to its company."""

    title = "visibility"
    parameter_name = "visibility"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [
            ("live", "Live"),
            ("featured", "Featured"),
            ("hidden", "Hidden"),
            ("suspended", "Company suspended"),
            ("ownerless", "Company without an owner"),
        ]

    def queryset(self, request, queryset) -> QuerySet:
        match self.value():
            case "live":
                return queryset.live()
            case "featured":
                return queryset.featured()
            case "hidden":
                return queryset.exclude(hidden_at=None)
            case "suspended":
                return queryset.exclude(company__suspended_at=None)
            case "ownerless":
                return queryset.filter(~models.Membership.objects.has_owner("company"))
        return queryset


class LocationsToCheck(admin.SimpleListFilter):
    """Jobs that a migration noted, until somebody acts on them."""

    title = "locations"
    parameter_name = "locations"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("check", "To check")]

    def queryset(self, request, queryset) -> QuerySet:
        if self.value() != "check":
            return queryset
        events = models.ListingEvent.objects
        people = [models.ListingEvent.Actor.EMPLOYER, models.ListingEvent.Actor.ADMIN]
        later = events.filter(listing=OuterRef("listing"), at__gt=OuterRef("at"), actor__in=people)
        noted = events.filter(listing=OuterRef("pk"), field=LOCATIONS_TO_CHECK)
        return queryset.filter(Exists(noted.exclude(Exists(later))))

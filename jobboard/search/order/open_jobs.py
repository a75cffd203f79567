"""Tells from where jobs are open, by the database: what ``index.place_terms`` says of a place.

The filter ``from``, the groups of a list and the marks on its cards all ask here, or the index.
"""

from collections.abc import Iterable

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace

from .fit import IS_OPEN, NOT_OPEN, UNCLEAR

OF_OWNER = ("eligibility", "said_countries", "said_otherwise")


def with_owner(places: QuerySet[ListingPlace]) -> QuerySet[ListingPlace]:
    """The places with what whoever stated the place, the job or its copy, says of remote work."""
    stated = {name: Coalesce(f"from_copy__{name}", f"listing__{name}") for name in OF_OWNER}
    return places.alias(owner=Coalesce("from_copy", "listing"), **stated)


def open_to(countries: Iterable[str]) -> Q:
    """A place, with its owner, where people of one of the countries may work: any work there, and
    remote work that is open to them. The text decides about that. Where it does not, remote work is
    open to the country of its place, unless other countries were chosen.
    """
    countries = list(countries)
    is_remote = Q(workplace=Workplace.REMOTE)
    is_listed = Q(eligibility="listed")
    is_there = Q(place__country__in=countries)
    own = ListingCountry.objects.filter(is_of_copy=False, listing=OuterRef("owner"))
    is_named = Q(Exists(own.filter(country__in=countries)))
    by_choice = Q(eligibility="anywhere") | is_listed & is_named | is_there & ~is_listed
    by_text = Q(said_otherwise=OpenFrom.YES)
    for country in countries:
        by_text |= Q(said_countries__contains=f" {country} ")
    return ~is_remote & is_there | is_remote & (by_text | Q(said_otherwise="") & by_choice)


def open_from(country: str, ids: list[int] | None = None) -> Q:
    """Jobs with such a place; of the ``ids`` alone, if they are given."""
    if not country:
        return Q(pk__in=[])
    places = with_owner(ListingPlace.objects.order_by()).filter(open_to([country]))
    if ids is not None:
        places = places.filter(listing__in=ids)
    # Not correlated, so that a statement finds these places once and not for each listing.
    return Q(pk__in=places.values("listing"))


def place_step(country: str, ids: list[int] | None = None) -> Combinable:
    """The state of a job, one of the ``ids`` if they are given: IS_OPEN from the country, UNCLEAR
    or NOT_OPEN.
    """
    if not country:
        return Value(NOT_OPEN)
    is_remote = Q(workplace=Workplace.REMOTE)
    is_silent = Q(said_otherwise="")
    names_no_country = Q(place=None) | Q(place__country="")
    leaves_open = is_silent & ~Q(eligibility__in=["anywhere", "listed"])
    unclear_remote = is_remote & (Q(said_otherwise=OpenFrom.UNCLEAR) | leaves_open)
    of_job = ListingPlace.objects.filter(listing=OuterRef("pk"))
    is_unclear = Exists(with_owner(of_job).filter(unclear_remote | ~is_remote & names_no_country))
    return Case(
        When(open_from(country, ids), then=Value(IS_OPEN)),
        When(is_unclear | ~Exists(of_job), then=Value(UNCLEAR)),
        default=Value(NOT_OPEN),
        output_field=IntegerField(),
    )


def open_states(ids: list[int], country: str) -> dict[int, int]:
    """The state of each job by its id."""
    listings = Listing.objects.filter(pk__in=ids).order_by()
    with_step = listings.annotate(place_step=place_step(country, ids))
    return dict(with_step.values_list("pk", "place_step"))

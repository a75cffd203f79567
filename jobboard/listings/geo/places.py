from django.db import IntegrityError, transaction

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import country_name, fold
from jobboard.listings.models import Place

from .gazetteer import City, find_city, time_zones


def place_for(city: str, country: str, admin1: str = "") -> Place | None:
    """The city in the country (alpha-2), else the state, else the country; created if new.

    None without a country: a bare city name may stand for several.
    """
    if not country:
        return None
    if known := city and find_city(city, country, admin1):
        return _city(known)
    if city:
        kind = Place.Kind.CITY
    elif admin1:
        kind = Place.Kind.REGION
    else:
        kind = Place.Kind.COUNTRY
    name = clean_text(city or admin1)[:120] or country_name(country)
    named = {"kind": kind, "folded": fold(name), "country": country}
    there = Place.objects.filter(**named).order_by("id").first()
    return there or _made(
        Place(kind=kind, name=name, country=country, admin1=admin1 if city else ""), **named
    )


def _made(place: Place, **named) -> Place | None:
    """``place``, saved; or the one ``named`` so that somebody else made at the same moment."""
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        return Place.objects.filter(**named).order_by("id").first()
    return place


def _city(city: City) -> Place | None:
    """Its row; one that was made from a typed name before the gazetteer knew it is completed."""
    there = Place.objects.filter(geoname_id=city.geoname_id).first()
    if there and there.admin1 != city.admin1:
        # The gazetteer has learned the regions of its country since.
        there.admin1 = city.admin1
        there = _made(there, geoname_id=city.geoname_id)
    if there is None:
        typed = Place.objects.filter(
            kind=Place.Kind.CITY, geoname_id=None, folded=fold(city.name), country=city.country
        )
        there = typed.filter(admin1__in=["", city.admin1]).order_by("id").first() or Place(
            kind=Place.Kind.CITY
        )
        there.geoname_id, there.timezone = city.geoname_id, city.timezone
        there.name, there.admin1, there.country = city.name, city.admin1, city.country
        there = _made(there, geoname_id=city.geoname_id)
    return there


def only_time_zone(place: Place | None) -> str:
    """Its time zone; '' where it has several, or none that we know."""
    zones = time_zones_of(place)
    if len(zones) == 1:
        return next(iter(zones))
    return ""


def time_zones_of(place: Place | None) -> frozenset[str]:
    if place is None:
        return frozenset()
    if place.timezone:
        return frozenset({place.timezone})
    return time_zones(place.country, admin1_of(place))


def city_of(place: Place | None) -> str:
    if place and place.kind == Place.Kind.CITY:
        return place.name
    return ""


def admin1_of(place: Place | None) -> str:
    if place is None:
        return ""
    if place.kind == Place.Kind.REGION:
        return place.name
    return place.admin1

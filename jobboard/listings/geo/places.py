from typing import Any

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
    if city:
        match = find_city(city, country, admin1)
        if match:
            return _place_of_city(match)
    place = Place(kind=Place.Kind.COUNTRY, country=country)
    if city:
        place.kind = Place.Kind.CITY
        place.admin1 = admin1
    elif admin1:
        place.kind = Place.Kind.REGION
    place.name = clean_text(city or admin1)[:120] or country_name(country)
    key = {"kind": place.kind, "folded": fold(place.name), "country": country}
    existing = Place.objects.filter(**key).order_by("id").first()
    return existing or _save(place, **key)


def _save(place: Place, **key: Any) -> Place | None:
    """Save ``place``; returns it, or the place with this key that somebody else made at the same
    moment.
    """
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        return Place.objects.filter(**key).order_by("id").first()
    return place


def _place_of_city(city: City) -> Place | None:
    """Return the row of a city; one made from a typed name before the gazetteer knew it is
    completed.
    """
    place = Place.objects.filter(geoname_id=city.geoname_id).first()
    if place and place.admin1 != city.admin1:
        # The gazetteer has learned the regions of its country since.
        place.admin1 = city.admin1
        place = _save(place, geoname_id=city.geoname_id)
    if place is not None:
        return place
    typed = Place.objects.filter(
        kind=Place.Kind.CITY, geoname_id=None, folded=fold(city.name), country=city.country
    )
    place = typed.filter(admin1__in=["", city.admin1]).order_by("id").first()
    place = place or Place(kind=Place.Kind.CITY)
    place.geoname_id = city.geoname_id
    place.timezone = city.timezone
    place.name = city.name
    place.admin1 = city.admin1
    place.country = city.country
    return _save(place, geoname_id=city.geoname_id)


def only_time_zone(place: Place | None) -> str:
    """Return the time zone of a place; '' if it has several, or none that we know."""
    zones = get_time_zones(place)
    if len(zones) == 1:
        return next(iter(zones))
    return ""


def get_time_zones(place: Place | None) -> frozenset[str]:
    if place is None:
        return frozenset()
    if place.timezone:
        return frozenset({place.timezone})
    return time_zones(place.country, get_admin1(place))


def get_city(place: Place | None) -> str:
    if place and place.kind == Place.Kind.CITY:
        return place.name
    return ""


def get_country(place: Place | None) -> str:
    if place:
        return place.country
    return ""


def get_admin1(place: Place | None) -> str:
    if place is None:
        return ""
    if place.kind == Place.Kind.REGION:
        return place.name
    return place.admin1

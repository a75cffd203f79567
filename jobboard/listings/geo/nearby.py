"""Finds the cities around one. Data: GeoNames, CC BY 4.0."""

import csv
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import chain
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from .gazetteer import City, cities_called, gazetteer

TABLE = Path(__file__).with_name("coordinates.csv")
"""From south to north, in hundredths of a degree: about a kilometre."""
EARTH_RADIUS_KM = 6371.0
KM_PER_DEGREE = 111.2  # of latitude


MAX_TOWNS = 500
"""Around one city, the largest."""


class Town(NamedTuple):
    geoname_id: int
    country: str


class Spot(NamedTuple):
    latitude: float
    longitude: float
    geoname_id: int


@lru_cache(maxsize=1)
def _spots() -> list[Spot]:
    spots = []
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            latitude = float(row["latitude"])
            longitude = float(row["longitude"])
            spots.append(Spot(latitude, longitude, int(row["geoname_id"])))
    return spots


@lru_cache(maxsize=1)
def _by_id() -> dict[int, Spot]:
    return {spot.geoname_id: spot for spot in _spots()}


@lru_cache(maxsize=1)
def _cities() -> dict[int, City]:
    return {city.geoname_id: city for city in chain.from_iterable(gazetteer().cities.values())}


def read_tables() -> None:
    """Before anybody waits for it: it takes half a second, once in a process."""
    _by_id()
    _cities()


@lru_cache(maxsize=500)
def towns_within(name: str, kilometres: int) -> frozenset[Town]:
    """Return towns around the largest city of this name, itself included; none if the city is
    unknown.
    """
    cities = cities_called(name)
    if not cities:
        return frozenset()
    near = [_cities()[spot.geoname_id] for spot in _around(cities[0], kilometres)]
    largest = sorted(near, key=attrgetter("population"), reverse=True)[:MAX_TOWNS]
    return frozenset(Town(city.geoname_id, city.country) for city in largest)


def _around(city: City, kilometres: int) -> list[Spot]:
    center = _by_id()[city.geoname_id]
    degrees = kilometres / KM_PER_DEGREE
    spots = _spots()
    south = bisect_left(spots, (center.latitude - degrees,))
    north = bisect_right(spots, (center.latitude + degrees, 360.0))
    return [spot for spot in spots[south:north] if distance_km(center, spot) <= kilometres]


def distance_km(start: Spot, end: Spot) -> float:
    """Along a great circle, by the haversine formula."""
    start_latitude = radians(start.latitude)
    end_latitude = radians(end.latitude)
    half_height = (end_latitude - start_latitude) / 2
    half_width = radians(end.longitude - start.longitude) / 2
    parallels = cos(start_latitude) * cos(end_latitude)
    chord = sin(half_height) ** 2 + parallels * sin(half_width) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))

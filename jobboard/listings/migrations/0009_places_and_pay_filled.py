"""What is stored of places and pay, in the rows of places and pay. Nothing is lost: the columns
stay as they are.
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from jobboard.listings.geo.gazetteer import time_zones
from jobboard.listings.last_day import end_of_last_day, latest_of

BITS = {"on_site": 1, "hybrid": 2, "remote": 4}
AT_ONCE = 1000


def fill(apps, schema_editor):
    repair_places(apps)
    list_doubtful_places(apps)
    fill_places(apps)
    fill_workplaces(apps)
    fill_last_zones(apps)
    move_ends(apps)
    fill_pay(apps)
    keep_what_editors_published(apps)


def keep_what_editors_published(apps):
    """It stays public, whatever is read of it from now on."""
    events = apps.get_model("listings", "ListingEvent").objects
    published = events.filter(kind="published", actor="admin").values_list("listing", flat=True)
    listings = apps.get_model("listings", "Listing").objects
    for batch in in_batches(sorted(set(published))):
        by_editors = listings.filter(pk__in=batch, relevance_why="").exclude(feed=None)
        by_editors.update(relevance_why="An editor published it.")


def repair_places(apps):
    """The form kept every place after the first, also those that it had just read from the first:
    a second row of the same place goes if its workplace is the same or not stated.
    """
    places = apps.get_model("listings", "ListingPlace").objects
    rows = places.filter(listing__feed=None).order_by("listing", "position", "id")
    first = {}
    twice = {}
    for pk, listing, place, text, workplace in rows.values_list(
        "pk", "listing", "place", "text", "workplace"
    ).iterator(AT_ONCE):
        key = listing, place or text.casefold()
        if key not in first:
            first[key] = workplace
        elif workplace in ("", first[key]):
            twice[pk] = listing
    for batch in in_batches(list(twice)):
        places.filter(pk__in=batch).delete()
    listings = apps.get_model("listings", "Listing").objects
    for batch in in_batches(sorted(set(twice.values()))):
        for listing in listings.filter(pk__in=batch).prefetch_related("places"):
            texts = [row.text for row in sorted(listing.places.all(), key=order)]
            listings.filter(pk=listing.pk).update(place_line=line(texts))


def in_batches(values):
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


def order(row):
    return row.position, row.pk


def line(texts):
    text = " · ".join(texts)
    return text if len(text) <= 400 else text[:399] + "…"


def list_doubtful_places(apps):
    """Of a job whose location was changed in the form, further places may be left from before. The
    admin lists these jobs by this event.
    """
    events = apps.get_model("listings", "ListingEvent").objects
    places = apps.get_model("listings", "ListingPlace").objects
    changed = events.filter(kind="place_changed", listing__feed=None)
    several = places.filter(listing=OuterRef("listing"), position__gt=0)
    doubtful = changed.filter(Exists(several)).order_by().values_list("listing", flat=True)
    now = timezone.now()
    events.bulk_create(
        [
            events.model(
                listing_id=listing,
                kind="edited",
                at=now,
                field="locations to check",
                new="Some may be left from before an edit.",
                actor="system",
            )
            for listing in doubtful.distinct()
        ],
        batch_size=AT_ONCE,
    )


def fill_places(apps):
    places = apps.get_model("listings", "ListingPlace").objects
    of_place = apps.get_model("listings", "Place").objects.filter(pk=OuterRef("place"))
    of_listing = apps.get_model("listings", "Listing").objects.filter(pk=OuterRef("listing"))
    places.exclude(place=None).update(
        region=Subquery(of_place.values("admin1")), timezone=Subquery(of_place.values("timezone"))
    )
    places.filter(place__kind="region").update(region=Subquery(of_place.values("name")))
    fill_workplaces_of_places(apps)
    places.filter(workplace="hybrid").update(
        hybrid_days=Subquery(of_listing.values("hybrid_days"))
    )


def fill_workplaces_of_places(apps):
    """Where no place of a job states how one works there, what the job states holds for all."""
    places = apps.get_model("listings", "ListingPlace").objects
    stated = places.exclude(workplace="").values("listing")
    listings = apps.get_model("listings", "Listing").objects.exclude(pk__in=stated)
    for workplace in BITS:
        pks = list(listings.filter(workplace=workplace).values_list("pk", flat=True))
        for batch in in_batches(pks):
            places.filter(listing__in=batch).update(workplace=workplace)


def fill_workplaces(apps):
    """Those of its places; of one without places, its own."""
    listings = apps.get_model("listings", "Listing").objects
    places = apps.get_model("listings", "ListingPlace").objects
    of_listing = places.filter(listing=OuterRef("pk"))
    for workplace, bit in BITS.items():
        has = Q(Exists(of_listing.filter(workplace=workplace))) | (
            Q(workplace=workplace) & ~Exists(of_listing)
        )
        listings.filter(has).update(workplaces=F("workplaces") + bit)


def fill_last_zones(apps):
    """The zone in which a day ends last, of the zones of its places."""
    places = apps.get_model("listings", "ListingPlace").objects.exclude(place=None)
    listings = apps.get_model("listings", "Listing").objects
    rows = places.order_by("listing").values_list(
        "listing", "place__timezone", "place__country", "region"
    )
    by_zones = defaultdict(list)
    for listing, group in groupby(rows.iterator(AT_ONCE), itemgetter(0)):
        zones = set()
        for _, zone, country, region in group:
            zones |= {zone} if zone else time_zones(country, region)
        by_zones[latest_of(zones)].append(listing)
    for zone, pks in by_zones.items():
        for batch in in_batches(pks):
            listings.filter(pk__in=batch).update(last_zone=zone)


def move_ends(apps):
    """What ended with its closing date ended at midnight UTC; it ends where the work is."""
    listings = apps.get_model("listings", "Listing").objects.filter(status="published")
    closing = listings.exclude(closes_on=None).order_by()
    now = timezone.now()
    for day, zone in set(closing.values_list("closes_on", "last_zone")):
        midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
        closing.filter(closes_on=day, last_zone=zone, expires_at=midnight).update(
            expires_at=end_of_last_day(day, zone), changed_at=now
        )


def fill_pay(apps):
    """The range that was stored is a statement for all places, of a kind that was not stated. The
    form asked for pay before tax.
    """
    listings = apps.get_model("listings", "Listing").objects.exclude(salary_currency="")
    pay = apps.get_model("listings", "ListingPay")
    rows = listings.order_by("pk").values_list(
        "pk", "salary_min", "salary_max", "salary_currency", "salary_period", "salary_from"
    )
    pay.objects.bulk_create(
        (
            pay(
                listing_id=listing,
                lowest=lowest,
                highest=highest,
                currency=currency,
                period=period,
                origin=origin,
                gross="gross" if origin == "form" else "",
            )
            for listing, lowest, highest, currency, period, origin in rows.iterator(AT_ONCE)
        ),
        batch_size=AT_ONCE,
    )
    listings.update(states_pay=True)


class Migration(migrations.Migration):
    dependencies = [("listings", "0008_a_job_as_it_is")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

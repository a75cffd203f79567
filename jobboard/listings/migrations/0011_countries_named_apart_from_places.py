"""The countries of a job's places stood among those from which its remote work may be done. What is
certainly not named as such goes; where that is not certain, nothing changes.
"""

import re
from collections import defaultdict

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

from jobboard.common.text.words import country_code

AT_ONCE = 1000
BETWEEN = re.compile(r"[;,/()·–—]|\s-\s|\b(?:remote|in|from|and|or|only)\b", re.IGNORECASE)


def repair(apps, schema_editor):
    changed = {*clear_unlisted(apps), *clear_listed(apps)}
    changed |= gather_of_copies(apps)
    touch(apps, sorted(changed))


def in_batches(values):
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


def touch(apps, pks):
    """So that whatever follows changes, such as the search index, reads them again."""
    for batch in in_batches(pks):
        listings = apps.get_model("listings", "Listing").objects.filter(pk__in=batch)
        listings.update(changed_at=timezone.now())


def clear_unlisted(apps):
    """A job that names no countries has those of its places, which its places say."""
    countries = apps.get_model("listings", "ListingCountry").objects
    rows = countries.filter(is_of_copy=False).exclude(listing__eligibility="listed")
    changed = sorted(set(rows.order_by().values_list("listing", flat=True)))
    for batch in in_batches(changed):
        countries.filter(listing__in=batch, is_of_copy=False).delete()
    return changed


def clear_listed(apps):
    """A job that names countries does so in words. Where all of them are understood, only what they
    and its remote places name stays.
    """
    places = apps.get_model("listings", "ListingPlace").objects
    countries = apps.get_model("listings", "ListingCountry").objects
    listings = apps.get_model("listings", "Listing").objects.filter(eligibility="listed")
    changed = []
    for batch in in_batches(list(listings.order_by("pk").values_list("pk", flat=True))):
        remote = places.filter(listing__in=batch, from_copy=None, workplace="remote")
        of_places = grouped(remote.exclude(place=None), "place__country")
        rows = countries.filter(listing__in=batch, is_of_copy=False)
        stored = grouped(rows, "country")
        for pk, text in listings.filter(pk__in=batch).values_list("pk", "eligibility_text"):
            named = named_in(text)
            extra = stored[pk] - (named | of_places[pk]) if named else set()
            if extra:
                rows.filter(listing=pk, country__in=extra).delete()
                changed.append(pk)
    return changed


def grouped(rows, column):
    found = defaultdict(set)
    for pk, value in rows.order_by().values_list("listing", column):
        found[pk].add(value)
    return found


def named_in(text):
    """The countries, if all that the text says is countries."""
    parts = [part.strip(" .") for part in BETWEEN.split(text)]
    codes = {country_code(part) for part in parts if part}
    return codes if all(codes) else set()


def gather_of_copies(apps):
    """What the open copies of a job name, and it does not."""
    countries = apps.get_model("listings", "ListingCountry").objects
    before = grouped(countries.filter(is_of_copy=True), "country")
    is_open = Q(
        listing__status="published",
        listing__hidden_at=None,
        listing__company__suspended_at=None,
        listing__expires_at__gt=timezone.now(),
    )
    of_copies = countries.filter(is_open, is_of_copy=False).exclude(listing__folded_into=None)
    after = defaultdict(set)
    for job, code in of_copies.order_by().values_list("listing__folded_into", "country"):
        after[job].add(code)
    jobs = sorted(before.keys() | after.keys())
    for batch in in_batches(jobs):
        countries.filter(listing__in=batch, is_of_copy=True).delete()
        own = grouped(countries.filter(listing__in=batch), "country")
        countries.bulk_create(
            countries.model(listing_id=job, country=code, is_of_copy=True)
            for job in batch
            for code in sorted(after[job] - own[job])
        )
    return set(jobs)


class Migration(migrations.Migration):
    dependencies = [("listings", "0010_one_opening_many_places")]

    operations = [migrations.RunPython(repair, migrations.RunPython.noop)]

"""What the text of a job decides about remote work from a country, kept in its row: lists, filters
and the search index ask for it of many jobs at a time, and reading a text takes milliseconds.
"""

from itertools import chain

from django.db import transaction
from django.utils import timezone

from jobboard.common.locks import one_of_many
from jobboard.common.text.html import plain_text
from jobboard.listings.choices import OpenFrom, Workplace
from jobboard.listings.models import Listing
from jobboard.listings.querysets import of_workplaces

from .parsing.texts.whereabouts import (
    READER,
    Whereabouts,
    chosen_anywhere,
    decision,
    read_whereabouts,
)

SAID = ("said_countries", "said_otherwise", "said_as_of")
READ_AT_ONCE = 100


def said_by(listing: Listing) -> tuple[Whereabouts, ...]:
    """What its text says of from where one works, then what was chosen as “anywhere”."""
    said = read_whereabouts(plain_text(listing.description_html))
    if listing.eligibility != Listing.Eligibility.ANYWHERE:
        return said
    return (*said, chosen_anywhere(listing.eligibility_text))


def fill_said(listing: Listing) -> None:
    """Set, and do not save, what its text says. Of a job that is nowhere remote it decides nothing,
    so it is not read.
    """
    said = said_by(listing) if listing.has_remote else ()
    named = set(chain.from_iterable(one.countries for one in said))
    found = [(country, decision(said, country)) for country in sorted(named)]
    is_open = [country for country, one in found if one and one.word == OpenFrom.YES]
    others = decision(said, "")
    if others and others.word == OpenFrom.YES and others.by.is_chosen:
        others = None  # the row says so itself
    listing.said_countries = f" {' '.join(is_open)} " if is_open else ""
    listing.said_otherwise = others.word if others else ""
    listing.said_as_of = READER


def read_texts_anew() -> bool:
    """Of jobs that an older version of the reader read, or none; True if some are left."""
    old = Listing.objects.exclude(said_as_of=READER).filter(of_workplaces([Workplace.REMOTE]))
    batch = list(old.order_by("pk")[:READ_AT_ONCE])
    now = timezone.now()
    for listing in batch:
        fill_said(listing)
    with one_of_many(), transaction.atomic():
        for listing in batch:
            is_as_read = Listing.objects.filter(pk=listing.pk, changed_at=listing.changed_at)
            is_as_read.update(changed_at=now, **{name: getattr(listing, name) for name in SAID})
        Listing.objects.filter(folded__in=batch).touch()
    return len(batch) == READ_AT_ONCE

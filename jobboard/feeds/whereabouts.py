"""Stores with each job from which countries its text allows remote work. Lists, filters and the
search index need it for many jobs at a time, and reading a text takes milliseconds.
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

READ_AT_ONCE = 100


def said_by(listing: Listing) -> tuple[Whereabouts, ...]:
    """The statements of the text on where one can work from, then “anywhere” if that was chosen."""
    whereabouts = read_whereabouts(plain_text(listing.description_html))
    if listing.eligibility != Listing.Eligibility.ANYWHERE:
        return whereabouts
    return (*whereabouts, chosen_anywhere(listing.eligibility_text))


def fill_said(listing: Listing) -> None:
    """Set, but do not save, what the text decides. For a job without remote work it decides
    nothing, so it is not read.
    """
    listing.said_countries = ""
    listing.said_otherwise = ""
    listing.said_as_of = READER
    if not listing.has_remote:
        return
    whereabouts = said_by(listing)
    countries = set(chain.from_iterable(statement.countries for statement in whereabouts))
    open_countries = []
    for country in sorted(countries):
        decided = decision(whereabouts, country)
        if decided and decided.word == OpenFrom.YES:
            open_countries.append(country)
    if open_countries:
        listing.said_countries = f" {' '.join(open_countries)} "
    elsewhere = decision(whereabouts, "")
    if elsewhere is None:
        return
    is_in_row = elsewhere.word == OpenFrom.YES and elsewhere.by.is_chosen
    if not is_in_row:
        listing.said_otherwise = elsewhere.word


def read_texts_anew() -> bool:
    """Read a batch of the texts that the current version of the reader has not read. Returns
    whether there may be more.
    """
    old = Listing.objects.exclude(said_as_of=READER).filter(of_workplaces([Workplace.REMOTE]))
    batch = list(old.order_by("pk")[:READ_AT_ONCE])
    now = timezone.now()
    for listing in batch:
        fill_said(listing)
    with one_of_many(), transaction.atomic():
        for listing in batch:
            # A job that changed meanwhile was read by what changed it.
            unchanged = Listing.objects.filter(pk=listing.pk, changed_at=listing.changed_at)
            unchanged.update(
                changed_at=now,
                said_countries=listing.said_countries,
                said_otherwise=listing.said_otherwise,
                said_as_of=listing.said_as_of,
            )
        Listing.objects.filter(folded__in=batch).mark_changed()
    return len(batch) == READ_AT_ONCE

"""Jobs as lists show them, read by queries that are put into SQL once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    BigAutoField,
    Case,
    DateTimeField,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from jobboard.common.storage.prepared import prepared

from .models import Listing

MAX_BESIDE = 24


@prepared(ids=BigAutoField(), now=DateTimeField())
def _cards(ids, now) -> QuerySet[Listing]:
    return Listing.objects.live(now).for_cards().filter(pk__in=ids).order_by()


@prepared(ids=BigAutoField(), now=DateTimeField())
def _cards_with_required(ids, now) -> QuerySet[Listing]:
    live = Listing.objects.live(now).for_cards().with_required()
    return live.filter(pk__in=ids).order_by()


@prepared(ids=BigAutoField(), same=BigAutoField(), now=DateTimeField())
def _beside(ids, same, now) -> QuerySet[Listing]:
    is_same = Case(When(pk__in=same, then=Value(True)), default=Value(False))
    cards: QuerySet[Any] = Listing.objects.live(now).for_cards().filter(pk__in=ids)
    return cards.annotate(is_same=is_same).order_by("-is_same", "-posted_at", "-id")[:MAX_BESIDE]


def live_cards(ids: Iterable[int], *, with_required: bool = False) -> list[Listing]:
    """The live ones of the jobs with these ids, in their order, with what a card shows."""
    ids = list(ids)
    if not ids:
        return []
    read = _cards
    if with_required:
        read = _cards_with_required
    by_id = {card.pk: card for card in read(ids=ids, now=timezone.now())}
    return [by_id[pk] for pk in ids if pk in by_id]


def cards_beside(listing: Listing, others: Sequence[int]) -> list[Listing]:
    """Load cards of the same job in other places (``is_same``) first, then of ``others``, by their
    ids. ``listing`` comes from with_location_data(): asked for here, SQLite would walk all live
    jobs.
    """
    same = {listing.same_as_id or listing.pk, *(listing.same_ids or ())} - {listing.pk}
    ids = {*same, *others} - {listing.pk}
    if not ids:
        return []
    return _beside(ids=sorted(ids), same=sorted(same) or [0], now=timezone.now())

"""Derives fields from a job's places: its own, and those that its copies add.

A copy is the same job in another location or from another source. Its row stays, says what its
source says, and is part of the job (``folded_into``), whose page shows the places of all.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from jobboard.common.text.words import fold
from jobboard.listings.choices import PlaceText, Workplace
from jobboard.listings.models import Listing, ListingCountry, ListingPlace
from jobboard.listings.querysets import ListingQuerySet

LINE_SEPARATOR = " · "
LINE_LENGTH = 400
DERIVED = ("workplaces", "workplace", "hybrid_days", "place_line")


def fill_from_places(listing: Listing, places: Sequence[PlaceText | ListingPlace]) -> None:
    """Set, and do not save, the fields that are derived from the places: for cards and filters."""
    workplaces = [place.workplace for place in places]
    listing.workplaces = Workplace.mask(workplaces)
    listing.workplace = next(filter(None, workplaces), "")
    listing.hybrid_days = next(filter(None, (place.hybrid_days for place in places)), None)
    texts = dict.fromkeys(place.text for place in places)
    listing.place_line = join_within_limit(texts, LINE_SEPARATOR, LINE_LENGTH)


def join_within_limit(parts: Iterable[str], separator: str, limit: int) -> str:
    joined = separator.join(parts)
    if len(joined) <= limit:
        return joined
    return joined[: limit - 1] + "…"


def gather_places(job: Listing) -> None:
    """Give ``job`` the places and countries of its open copies beside its own, and save what
    follows from them. In a transaction.
    """
    places = ListingPlace.objects.filter(listing=job)
    before = {fold(place.text) for place in places}
    places.exclude(from_copy=None).delete()
    ListingCountry.objects.filter(listing=job, is_of_copy=True).delete()
    copies = Listing.objects.filter(folded_into=job).open()
    own = list(places.all())
    added = _get_places(job, copies, own)
    for position, place in enumerate(added, start=len(own)):
        place.listing = job
        place.position = position
    ListingPlace.objects.bulk_create(added)
    _add_countries(job, copies)
    fill_from_places(job, [*own, *added])
    new = [place for place in added if fold(place.text) not in before]
    job.widened_at = _widened_at(job, copies, new)
    job.save(update_fields=[*DERIVED, "widened_at"])


def _widened_at(job: Listing, copies: ListingQuerySet, new: list[ListingPlace]) -> datetime | None:
    """Return when the job last got a new place. For alerts, a place is as new as the copy that
    brings it, however late it was joined.
    """
    widened_by = [place.from_copy_id for place in new if place.from_copy_id]
    moments = copies.filter(pk__in=widened_by).values_list("published_at", flat=True)
    return max(filter(None, [job.widened_at, *moments]), default=None)


def _get_places(
    job: Listing, copies: ListingQuerySet, own: list[ListingPlace]
) -> list[ListingPlace]:
    """Return each place of the copies that is not among ``own``, once, by the copies' age. The same
    text is another place where one works otherwise, or where its copy says something else of who
    may work remotely.
    """
    eligible = _who_may_work_remotely(
        Listing.objects.filter(Q(pk=job.pk) | Q(pk__in=copies.values("pk")))
    )
    rows = ListingPlace.objects.filter(listing__in=copies, from_copy=None)
    ordered = rows.order_by("listing__first_seen_at", "listing_id", "position", "id")
    seen = {_identity(place, eligible) for place in own}
    added = []
    for place in ordered:
        identity = _identity(place, eligible)
        if identity in seen:
            continue
        seen.add(identity)
        place.from_copy_id = place.listing_id
        place.pk = None  # saved as a row of the job
        added.append(place)
    return added


def _identity(place: ListingPlace, eligible: Mapping[int, Hashable]) -> tuple[Hashable, ...]:
    who = None
    if place.workplace == Workplace.REMOTE:
        who = eligible[place.listing_id]
    return fold(place.text), place.workplace, who


def _who_may_work_remotely(listings: ListingQuerySet) -> dict[int, Hashable]:
    """Return what each listing says of who may work remotely, in the form and in its text."""
    countries = defaultdict(set)
    rows = ListingCountry.objects.filter(listing__in=listings, is_of_copy=False)
    for pk, code in rows.values_list("listing", "country"):
        countries[pk].add(code)
    columns = ["eligibility", "eligibility_text", "said_countries", "said_otherwise"]
    eligible: dict[int, Hashable] = {}
    for pk, *values in listings.order_by().values_list("pk", *columns):
        eligible[pk] = (*values, frozenset(countries[pk]))
    return eligible


def _add_countries(job: Listing, copies: ListingQuerySet) -> None:
    """Add countries that copies with a list name. Rows of an older release also name those of
    places, where a copy has no list.
    """
    own = set(job.countries.values_list("country", flat=True))
    listed = copies.filter(eligibility=Listing.Eligibility.LISTED)
    rows = ListingCountry.objects.filter(listing__in=listed, is_of_copy=False)
    of_copies = set(rows.values_list("country", flat=True))
    ListingCountry.objects.bulk_create(
        ListingCountry(listing=job, country=code, is_of_copy=True)
        for code in sorted(of_copies - own)
    )

"""What feeds say that nothing was read from, most frequent first, and the aliases that teach it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from jobboard.common.locks import one_of_many
from jobboard.common.text.words import fold
from jobboard.listings.geo.places import place_for
from jobboard.listings.last_day import is_past
from jobboard.listings.lifecycle import EDITOR_DECIDED, settle_listing
from jobboard.listings.models import Listing, ListingPlace, Place, PlaceAlias
from jobboard.listings.querysets import ListingQuerySet
from jobboard.listings.why_not_live import kept_back_by
from roles.models import Role, RoleAlias

from .parsing.places.reader import read_places
from .parsing.titles.reader import TitleReader
from .parsing.titles.relevance import NAMES_ROLE, is_general

MOST_SHOWN = 100
TAUGHT_AT_ONCE = 200  # in one transaction, in which nobody else can write


def _open_of_feeds() -> ListingQuerySet:
    return Listing.objects.filter(feed__isnull=False).not_over().order_by()


def titles() -> list[tuple[str, int]]:
    """Titles that name no role, of jobs that may be AI or data work."""
    unnamed = _open_of_feeds().filter(role=None).exclude(relevance=Listing.Relevance.NO)
    counted = unnamed.values_list("title").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "title")[:MOST_SHOWN])


def places() -> list[tuple[str, int]]:
    """Places nothing is known of. “Remote” is not one: it says how, and leaves out where."""
    unknown = ListingPlace.objects.filter(place=None, workplace="", listing__in=_open_of_feeds())
    counted = unknown.order_by().values_list("text").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "text")[:MOST_SHOWN])


def pay() -> list[tuple[str, int]]:
    """What a field for pay says without stating pay."""
    unstated = _open_of_feeds().filter(salary_currency="").exclude(pay_note="")
    return list(
        unstated.values_list("pay_note")
        .annotate(n=Count("pk"))
        .order_by("-n", "pay_note")[:MOST_SHOWN]
    )


def teach_role(title: str, role: Role) -> tuple[RoleAlias, int]:
    """``title`` is another name of ``role``; returns that, and how many listings without a role got
    it by that. Those that only waited for somebody to say what they are go live. Teaching the same
    again goes on where it was interrupted.
    """
    alias, _ = RoleAlias.objects.update_or_create(folded=fold(title), defaults={"role": role})
    # All names, because a longer one of another role comes first.
    reader = TitleReader(Role.objects.ids_by_name())
    without = Listing.objects.filter(role=None, role_from=Listing.RoleFrom.MATCHED)
    titles_without = without.order_by().values_list("pk", "title")
    named = [pk for pk, text in titles_without if reader.role(text) == role.pk]
    taught = 0
    for start in range(0, len(named), TAUGHT_AT_ONCE):
        with one_of_many():
            some = without.filter(pk__in=named[start : start + TAUGHT_AT_ONCE])
            taught += some.update(role=role, family="", changed_at=timezone.now())
    if not is_general(role.name):
        _let_in(named, role)
    return alias, taught


def _let_in(pks: list[int], role: Role) -> None:
    """A job of ``role`` is our work, and what waited for no more than that is decided as its feed
    decides; what an editor or a recruiter decides is left to them.
    """
    now = timezone.now()
    of_role = Listing.objects.filter(pk__in=pks, role=role, role_from=Listing.RoleFrom.MATCHED)
    unsure = of_role.exclude(relevance_why=EDITOR_DECIDED)
    waiting = unsure.filter(
        status__in=(Listing.Status.IN_REVIEW, Listing.Status.IRRELEVANT),
        feed__isnull=False,
        created_by=None,
        published_at=None,
    ).exclude(read_hash="")
    again = list(waiting.exclude(relevance=Listing.Relevance.YES).values_list("pk", flat=True))
    unsure.update(
        relevance=Listing.Relevance.YES, relevance_why=NAMES_ROLE.format(role.name), changed_at=now
    )
    for listing in Listing.objects.filter(pk__in=again).select_related("feed__company", "company"):
        with one_of_many():
            settle_listing(listing=listing, may_go_live=_may_go_live(listing, now), now=now)


def _may_go_live(listing: Listing, now: datetime) -> bool:
    if listing.feed is None:
        return False
    return not kept_back_by(
        listing.feed,
        listing.company,
        relevance=listing.relevance,
        has_text=bool(listing.description_html),
        is_past=is_past(listing.closes_on, listing.last_zone, now),
    )


def teach_place(text: str, means: str) -> tuple[PlaceAlias, int]:
    """``text`` stands for the place that ``means`` names; returns that, and how many listings got
    it by that. Teaching the same again goes on where it was interrupted.

    Raises ValueError when ``means`` is not one place that is known.
    """
    known = [place for place in read_places(means) if place.country]
    place = None
    if len(known) == 1:
        place = place_for(known[0].city, known[0].country, known[0].admin1)
    if place is None:
        raise ValueError(
            f"“{means}” does not match a single location. "
            "Write it like “Austin, TX, United States”."
        )
    alias, _ = PlaceAlias.objects.update_or_create(folded=fold(text), defaults={"place": place})
    unknown = ListingPlace.objects.filter(place=None).order_by()
    rows = [row for row in unknown if fold(row.text) == fold(text)]
    for start in range(0, len(rows), TAUGHT_AT_ONCE):
        with one_of_many():
            _set_place(rows[start : start + TAUGHT_AT_ONCE], place)
    return alias, len({row.listing_id for row in rows})


@transaction.atomic
def _set_place(rows: list[ListingPlace], place: Place) -> None:
    ListingPlace.objects.filter(pk__in=[row.pk for row in rows]).update(place=place)
    Listing.objects.filter(pk__in={row.listing_id for row in rows}).touch()

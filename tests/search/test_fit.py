"""The order of a list for who reads it: the index and the database against a plain sort of rows."""

from collections import defaultdict
from dataclasses import replace

import pytest
from django.utils import timezone

from benchmarks.generated import generate
from jobboard.listings.models import Listing, ListingPlace, ListingSkill
from jobboard.listings.querysets import is_within_reach
from jobboard.search import database
from jobboard.search.find import Criteria, search
from jobboard.search.index import reading
from jobboard.search.order.fit import (
    DIFFERS,
    FIT,
    IS_OPEN,
    MATCHES,
    NOT_OPEN,
    OPEN,
    UNCLEAR,
    WHOLE,
    Fit,
    rank,
)
from roles.models import Role
from tests.you.open_by_rows import NO, YES, open_word
from tests.you.open_by_rows import UNCLEAR as UNSURE

pytestmark = pytest.mark.django_db

JOBS = 150
WANTED = {
    "all": Criteria(),
    "remote": Criteria(workplace=("remote",)),
    "level": Criteria(level=("senior",)),
}


@pytest.fixture
def jobs(starter, analyze):
    generate(JOBS, now=timezone.now())
    analyze()
    # Some that leave open from where, and some without any location.
    ids = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    Listing.objects.filter(pk__in=ids[::5]).update(eligibility="unstated")
    ListingPlace.objects.filter(listing__in=ids[::11]).delete()
    Listing.objects.filter(pk__in=ids[::11]).update(workplaces=0)


@pytest.fixture
def fits(jobs) -> list[Fit]:
    analyst = Role.objects.get(slug="data-analyst").profile.skill_ids
    engineer = Role.objects.get(slug="machine-learning-engineer").profile.skill_ids
    return [
        Fit(frozenset(analyst), "mid", "PT"),
        Fit(frozenset(engineer), "senior", "US"),
        Fit(frozenset(analyst)),
        Fit(level="entry", country="DE"),
    ]


def place_of(listing: Listing, country: str) -> int:
    return {YES: IS_OPEN, UNSURE: UNCLEAR, NO: NOT_OPEN}[open_word(listing, country)]


def expected(criteria: Criteria, fit: Fit, order: str) -> list[int]:
    required = defaultdict(set)
    for row in ListingSkill.objects.filter(need="required"):
        required[row.listing_id].add(row.skill_id)
    keys = {}
    for listing in database.matching(criteria, timezone.now()):
        asked = required[listing.pk]
        share = WHOLE // (len(asked) if len(asked) >= 3 else 4) * len(asked & fit.skills)
        level = 1 if not listing.level or not fit.level else 2 * (fit.level in listing.levels)
        place = place_of(listing, fit.country) if fit.country else NOT_OPEN
        first = (place,) if order == OPEN else (share, level, place)
        keys[listing.pk] = (*first, int(listing.posted_at.timestamp()), listing.pk)
    return sorted(keys, key=keys.get, reverse=True)


@pytest.mark.slow
@pytest.mark.parametrize("order", [FIT, OPEN])
@pytest.mark.parametrize("by", [pytest.param("index", marks=pytest.mark.sqlite_alone), "database"])
def test_each_page_is_in_the_order_of_a_plain_sort(by, order, fits, request):
    if by == "index":
        request.getfixturevalue("index")
    for fit in fits if order == FIT else [one for one in fits if one.country]:
        for criteria in WANTED.values():
            asked = replace(criteria, sort=order, fit=fit)
            wanted = expected(criteria, fit, order)
            pages = [
                search(asked, offset=start, limit=40, with_facets=False)
                for start in range(0, len(wanted), 40)
            ]

            assert [pk for page in pages for pk in page.ids] == wanted
            assert {page.total for page in pages} <= {len(wanted)}


def test_whatever_is_within_reach_comes_before_all_else():
    shares: dict[bool, list[int]] = {True: [], False: []}
    for required in range(100):
        for covered in range(required + 1):
            is_within = is_within_reach(covered, required)
            shares[is_within].append(rank(covered, required, DIFFERS, NOT_OPEN))

    assert min(shares[True]) > max(shares[False]) + rank(0, 0, MATCHES, IS_OPEN)


@pytest.mark.slow
def test_groups_are_counted_over_all_pages(fits, index):
    fit = fits[0]
    found = search(Criteria(sort=OPEN, fit=fit), limit=5)
    places = [place_of(listing, "PT") for listing in Listing.objects.live()]

    assert found.groups == {place: places.count(place) for place in (IS_OPEN, UNCLEAR, NOT_OPEN)}
    assert min(found.groups.values()) > 0


@pytest.mark.slow
def test_what_is_kept_of_a_search_does_not_say_whom_it_was_sorted_for(fits, index):
    search(Criteria(sort=FIT, fit=fits[0]))

    kept = reading.snapshot().facets.cached.by_criteria  # as it was asked, not made newer first
    assert kept
    assert all(criteria.fit is None for criteria, _ in kept)

"""Jobs within reach and the one skill that brings most more: exact, whoever answers."""

from collections import Counter, defaultdict

import pytest
from django.utils import timezone

from benchmarks.generated import generate
from jobboard.listings.models import Listing, ListingSkill
from jobboard.search.live.jobs import JobsWanted
from jobboard.search.live.reach import reach
from roles.models import Role
from tests.you.open_by_rows import YES, open_word

pytestmark = pytest.mark.django_db

JOBS, HOME = 150, "US"


@pytest.fixture
def jobs(starter, analyze):
    generate(JOBS, now=timezone.now())
    analyze()


def required_skills(wanted: JobsWanted) -> dict[int, set[int]]:
    found = defaultdict(set)
    live = set(wanted.listings().values_list("pk", flat=True))
    for listing, skill in ListingSkill.objects.filter(need="required").values_list(
        "listing", "skill"
    ):
        if listing in live:
            found[listing].add(skill)
    return found


def is_within(required: set[int], known: set[int]) -> bool:
    """As the methodology says: at least 3 required skills, at least 60% of them known."""
    return len(required) >= 3 and len(required & known) * 100 >= len(required) * 60


def expected(wanted: JobsWanted, known: set[int], country: str = "") -> tuple[set[int], Counter]:
    """By trying each skill on each job; what it brings is counted of jobs open from ``country``,
    if there is one.
    """
    required = required_skills(wanted)
    there = {pk for pk, skills in required.items() if is_within(skills, known)}
    counted = open_among(set(required), country)
    more: Counter = Counter()
    for skill in set().union(*required.values()) - known:
        now = {pk for pk, skills in required.items() if is_within(skills, known | {skill})}
        if (now - there) & counted:
            more[skill] = len((now - there) & counted)
    return there, more


def open_among(ids: set[int], country: str) -> set[int]:
    """Of the jobs with these ``ids``; all of them without a ``country``."""
    if not country:
        return ids
    jobs = Listing.objects.filter(pk__in=ids)
    return {job.pk for job in jobs if open_word(job, country) == YES}


def asked() -> list[tuple[JobsWanted, set[int]]]:
    analyst = set(Role.objects.get(slug="data-analyst").profile.skill_ids)
    engineer = set(Role.objects.get(slug="ai-engineer").profile.skill_ids)
    ml = Role.objects.get(slug="machine-learning-engineer")
    return [
        (JobsWanted(), analyst),
        (JobsWanted(), set(sorted(engineer)[:1])),
        (JobsWanted(level="mid"), analyst | engineer),
        (JobsWanted(roles=(ml.pk,)), engineer),
        (JobsWanted(roles=(ml.pk,), level="senior"), engineer),
    ]


def check_all() -> None:
    for wanted, known in asked():
        for country in ("", HOME):
            check(wanted, known, country)


def check(wanted: JobsWanted, known: set[int], country: str) -> None:
    there, more = expected(wanted, known, country)
    found = reach(frozenset(known), wanted, 5, country)

    shown = open_among(there, country)
    assert found.total == len(there)
    assert found.open_total == (len(shown) if country else 0)
    assert dict(found.next_open if country else found.next_skills) == dict(more)
    assert dict(found.next_skills) == dict(expected(wanted, known)[1])
    newest = Listing.objects.filter(pk__in=shown).order_by("-posted_at", "-id")
    assert found.ids == list(newest.values_list("pk", flat=True)[:5])


@pytest.mark.slow
def test_the_database_counts_as_trying_each_skill_does(jobs):
    anywhere, from_home = (expected(*asked()[0], country)[1] for country in ("", HOME))
    assert from_home
    assert from_home != anywhere

    check_all()


def test_the_index_counts_the_same(jobs, index):
    check_all()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_the_index_counts_the_same_while_it_is_behind(jobs, index):
    reach(frozenset(asked()[0][1]), JobsWanted(), 5)
    ids = list(Listing.objects.live().order_by("pk").values_list("pk", flat=True))

    over = Listing.objects.filter(pk__in=ids[::4])
    over.update(expires_at=timezone.now(), changed_at=timezone.now())
    ListingSkill.objects.filter(listing__in=ids[1::4], need="required").first().delete()
    Listing.objects.filter(pk__in=ids[1::4]).mark_changed()

    check_all()


@pytest.mark.sqlite_alone
@pytest.mark.slow
def test_who_knows_nothing_has_nothing_within_reach(jobs, index):
    found = reach(frozenset(), JobsWanted(), 5)

    assert (found.total, found.ids, found.best) == (0, [], [])


@pytest.mark.slow
def test_jobs_that_end_by_the_clock_are_no_longer_within_reach(jobs, index, clock):
    check_all()
    ends = Listing.objects.live().order_by("expires_at").values_list("expires_at", flat=True)

    clock.move_to(ends[len(ends) // 2])

    check_all()

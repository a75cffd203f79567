"""What pages ask of live jobs: the index says exactly what the database says, however far behind
it is.
"""

from dataclasses import asdict, astuple
from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, InterfaceError, connections, transaction
from django.http import QueryDict
from django.utils import timezone

from benchmarks.generated import generate
from jobboard.api.forms import FigureForm
from jobboard.api.salaries import salary_data
from jobboard.listings.models import Company, Listing, ListingSkill
from jobboard.search.index import reading, tally, tallying, writing
from jobboard.search.index.documents import id_in
from jobboard.search.live import current as kept
from jobboard.search.live import jobs as jobs_module
from jobboard.search.live.current import count_at_start, current
from jobboard.search.live.jobs import JobsWanted, LiveJobs
from jobboard.search.models import LoggedChange
from roles.models import Role
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class PanicException(BaseException):  # as the index's own language calls it
    pass


JOBS = 80
SHOWN = 5
FIGURES = ["", "level=senior", "country=US", "remote=100", "level=mid&country=DE&remote=50"]


def told() -> dict:
    """Every answer, as plain values."""
    jobs, live = LiveJobs(), Listing.objects.live()
    roles = list(Role.objects.order_by("pk"))
    facts = jobs.facts_of_roles(roles, with_skills=True)
    shown = {
        "all": jobs.newest_cards(SHOWN),
        "featured": jobs.newest_cards(SHOWN, JobsWanted(is_featured=True)),
        "in USD": jobs.newest_cards(SHOWN, JobsWanted(range_in="USD")),
        "pair": jobs.among_newest(live, SHOWN, _kinds_of_a_pair(roles)).featured_first(
            roles[:2], roles[2:4]
        ),
    }
    for role in roles[:3]:
        shown[role.slug] = jobs.newest_cards(SHOWN, JobsWanted(roles=(role.pk,)))
    for company in Company.objects.order_by("-pk")[:2]:
        shown[company.slug] = jobs.newest_cards(SHOWN, JobsWanted(company=company.pk))
    known = frozenset(ListingSkill.objects.values_list("skill", flat=True).distinct()[::2])
    busiest = Listing.objects.live().exclude(role=None).order_by("pk")[0].role
    return {
        "figures": [_figure(busiest, query) for query in FIGURES],
        "counts": asdict(jobs.counts()),
        "facts": {pk: _plain(one) for pk, one in facts.items()},
        "shown": {name: [job.pk for job in rows[:SHOWN]] for name, rows in shown.items()},
        "companies": [(one.pk, one.live_count) for one in jobs.hiring_companies()[:1000]],
        "named": [(one.pk, one.live_count) for one in jobs.hiring_companies("1")[:1000]],
        "counts of companies": {
            one.pk: jobs.count_jobs(one) for one in Company.objects.order_by("-pk")[:2]
        },
        "hired by": {
            one.slug: sorted(map(astuple, jobs.roles_hired(one)))
            for one in Company.objects.order_by("-pk")[:2]
        },
        "ids": (jobs.id_ranges(), jobs.hiring_ids()),
        "changes": jobs.changes_of_companies(jobs.hiring_ids()),
        "within reach": jobs.within_reach({role.pk: known for role in roles}),
    }


def _figure(role, query) -> dict:
    form = FigureForm(QueryDict(f"source=posted&{query}"))
    assert form.is_valid(), form.errors
    return salary_data(role, form)


def _kinds_of_a_pair(roles):
    pair, near = tuple(r.pk for r in roles[:2]), tuple(r.pk for r in roles[2:4])
    return [
        JobsWanted(roles=pair, is_featured=True),
        JobsWanted(roles=pair),
        JobsWanted(roles=near),
        JobsWanted(),
    ]


def _plain(facts) -> dict:
    plain = asdict(facts)
    for name in ("midpoints", "widths"):
        plain[name] = {currency: sorted(values) for currency, values in plain[name].items()}
    plain["skill_counts"], plain["levels"] = dict(facts.skill_counts), dict(facts.levels)
    return plain | {
        "posted": facts.posted,
        "by_currency": facts.by_currency,
        "usual_width": facts.usual_width,
        "without_range": facts.without_range,
    }


def by_database(settings) -> dict:
    folder, settings.SEARCH_FOLDER = settings.SEARCH_FOLDER, None
    answers = told()
    settings.SEARCH_FOLDER = folder
    return answers


@pytest.fixture
def market(starter, index, clock, analyze, monkeypatch):
    """Generated jobs and the index of them."""
    for module in (jobs_module, tally, tallying):
        monkeypatch.setattr(module, "IDS_IN_RANGE", 7)
    generate(JOBS, now=timezone.now() - timedelta(days=3))
    analyze()
    writing.update()


def first_live() -> Listing:
    return Listing.objects.live().exclude(role=None).exclude(salary_min=None).order_by("pk")[0]


def hide():
    Listing.objects.filter(pk=first_live().pk).update(
        hidden_at=timezone.now(), changed_at=timezone.now()
    )


def pay_otherwise():
    listing = first_live()
    listing.salary_currency, listing.salary_period = "USD", "year"
    listing.salary_min, listing.salary_max = 100_000, 120_001
    listing.save()


def state_other_pay():
    """Pay that is in no filtered column, such as one of several currencies."""
    listing = Listing.objects.live().filter(states_pay=False).order_by("pk")[0]
    listing.states_pay = True
    listing.save()


def move_to_another_role():
    listing = first_live()
    listing.role = Role.objects.exclude(pk=listing.role_id).order_by("pk").first()
    listing.save()


def name_other_skills():
    listing = first_live()
    listing.skills.all().delete()
    for number in range(4):
        ListingSkill.objects.create(
            listing=listing,
            skill=SkillFactory(name=f"Odd skill {number}"),
            need="required" if number else "nice",
        )
    listing.save()


def suspend_a_company():
    company = first_live().company
    company.suspended_at = timezone.now()
    company.save()


def rename_a_company():
    company = first_live().company
    company.name = "A1 first of all"
    company.save()


def make_a_sample():
    company = first_live().company
    company.is_demo = not company.is_demo
    company.save()


def delete_one():
    first_live().delete()


def add_some():
    role = RoleFactory()
    for _ in range(2):
        ListingFactory(live=True, featured=True, role=role, company=CompanyFactory())


CHANGES = [
    hide,
    pay_otherwise,
    state_other_pay,
    move_to_another_role,
    name_other_skills,
    suspend_a_company,
    rename_a_company,
    make_a_sample,
    delete_one,
    add_some,
]


@pytest.mark.slow
def test_answers_are_those_of_the_database_while_the_index_is_behind(market, settings):
    for change in CHANGES:
        change()

    current()  # the index answers
    assert told() == by_database(settings)


@pytest.mark.slow
@pytest.mark.parametrize("follows", [False, True], ids=["behind", "up to date"])
def test_answers_are_those_of_the_database_after_each_kind_of_change(market, settings, follows):
    for change in CHANGES:
        change()
        if follows:
            writing.update()

        current()
        assert told() == by_database(settings), change.__name__


@pytest.mark.slow
def test_jobs_that_end_by_the_clock_leave_every_answer(market, settings, clock):
    before = told()
    ends = Listing.objects.live().order_by("expires_at").values_list("expires_at", flat=True)

    for at in [ends[3], ends[40]]:
        clock.move_to(at)

        assert told() == by_database(settings)
        assert told()["counts"] != before["counts"]


@pytest.mark.slow
def test_what_ends_between_two_questions_is_not_told_of(market, settings, clock):
    add_some()
    told()
    Listing.objects.filter(featured_until__gt=timezone.now()).update(
        featured_until=timezone.now() + timedelta(seconds=1), changed_at=timezone.now()
    )
    told()
    clock.shift(timedelta(seconds=1))

    assert told() == by_database(settings)


@pytest.mark.slow
def test_what_was_rolled_back_is_forgotten(market, settings):
    listing = first_live()
    with transaction.atomic():
        listing.level = "entry"
        listing.save()
        told()
        transaction.set_rollback(True)
    listing.level = "executive"
    listing.save()

    assert told() == by_database(settings)


@pytest.mark.slow
@pytest.mark.sqlite_alone  # on PostgreSQL all changes of a test's transaction count as unseen
def test_much_that_changed_is_counted_anew_from_the_newest_state(market, settings, monkeypatch):
    monkeypatch.setattr(kept, "MAX_CORRECTIONS", 5)
    first = current().counted
    for listing in Listing.objects.live().order_by("pk")[:10]:
        listing.level = "entry"
        listing.save()

    assert current().counted is first  # nothing newer is there
    assert told() == by_database(settings)
    writing.update()
    assert current().counted is not first
    assert not current().changed
    assert told() == by_database(settings)


@pytest.mark.sqlite_alone
def test_a_process_counts_before_anybody_asks(index, monkeypatch):
    monkeypatch.setattr(kept, "_current", None)
    ListingFactory(live=True)
    writing.update()

    count_at_start()

    assert kept._current.tally.total == 1


@pytest.mark.sqlite_alone
def test_a_process_starts_without_an_index(index, monkeypatch):
    monkeypatch.setattr(kept, "_current", None)
    reading.discard()

    count_at_start()

    assert kept._current is None


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("problem", [ValueError, OSError, PanicException, InterfaceError])
def test_a_process_starts_whatever_becomes_of_the_count(index, monkeypatch, problem):
    def fail(*args) -> None:
        raise problem("broken")

    monkeypatch.setattr(kept, "_current", None)
    monkeypatch.setattr(kept, "tally_documents", fail)

    count_at_start()

    assert kept._current is None


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(("vendor", "closed"), [("sqlite", 0), ("postgresql", 1)])
def test_who_only_counts_keeps_no_connection_to_postgresql(monkeypatch, vendor, closed):
    calls = []
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "vendor", vendor)
    monkeypatch.setattr(connections, "close_all", lambda: calls.append("closed"))

    count_at_start()

    assert len(calls) == closed


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["too far behind", "log begun anew", "no index"])
def test_the_database_answers_where_the_index_cannot(market, settings, monkeypatch, fault):
    told()
    hide()
    if fault == "too far behind":
        monkeypatch.setattr(kept, "MAX_CORRECTIONS", 0)
        monkeypatch.setattr(kept, "MAX_CHANGES_BEHIND", 0)
    if fault == "log begun anew":
        LoggedChange.objects.all().delete()
    if fault == "no index":
        reading.discard()

    with pytest.raises(reading.IndexMissingError):
        current()
    assert told() == by_database(settings)


@pytest.mark.slow
@pytest.mark.sqlite_alone
def test_a_page_asks_once_what_changed(market, django_assert_num_queries):
    role = Role.objects.order_by("pk")[0]
    LiveJobs().counts()
    jobs = LiveJobs()

    with django_assert_num_queries(1):
        jobs.counts()
        jobs.facts_of_role(role)
        jobs.within_reach({role.pk: frozenset([1, 2])})
        jobs.among_newest(Listing.objects.live(), SHOWN)


@pytest.mark.slow
def test_what_was_committed_since_is_put_right(committed_index, settings):
    role, company = RoleFactory(), CompanyFactory()
    skills = SkillFactory.create_batch(4)
    jobs = ListingFactory.create_batch(
        12, live=True, role=role, company=company, required=skills, featured=True
    )
    writing.update()
    assert not current().changed

    jobs[0].hidden_at = timezone.now()
    jobs[0].save()
    jobs[1].role = RoleFactory()
    jobs[1].save()

    assert current().changed == (jobs[0].pk, jobs[1].pk)
    assert LiveJobs().facts_of_role(role).total == 10
    assert told() == by_database(settings)


KINDS = [
    JobsWanted(level="senior"),
    JobsWanted(workplace="remote"),
    JobsWanted(country="US", level="mid"),
    JobsWanted(range_in="USD"),
    JobsWanted(is_featured=True),
]


@pytest.mark.slow
@pytest.mark.sqlite_alone  # on PostgreSQL all changes of a test's transaction count as unseen
def test_a_kind_is_the_same_for_the_index_as_for_the_database(market):
    state = current()
    for kind in KINDS:
        query = state.unchanged(timezone.now(), *kind.conditions(state.index, timezone.now()))
        hits = state.index.searcher.search(query, JOBS + 1, order_by_field="newest").hits

        ids = {id_in(key) for key, _ in hits}
        assert ids == set(kind.listings().values_list("pk", flat=True)), kind


def test_facts_of_some_are_of_that_role_alone():
    role, other = RoleFactory(), RoleFactory()
    ListingFactory(live=True, role=role, level="senior")
    ListingFactory(live=True, role=role, level="mid")
    ListingFactory(live=True, role=other, level="senior")

    assert LiveJobs().facts_of_some(role, JobsWanted(roles=(other.pk,), level="senior")).total == 1

"""Each facet, walked over every place that has it: one that a place misses is named.

A new facet gets the value of one job in FIRST, and that of another in SECOND.
"""

from collections.abc import Mapping

import pytest
from django.utils import timezone

from jobboard.listings.choices import PlaceText
from jobboard.listings.content import ListingContent, write_content
from jobboard.search import database, find
from jobboard.search.facets.counted import Counts, build_facets
from jobboard.search.facets.table import BY_NAME, FACETS
from jobboard.search.find import Criteria
from jobboard.seekers.alerts import canonical, get_search
from tests.factories import CompanyFactory, ListingFactory, RoleFactory, SkillFactory, in_days
from tests.reading import tight
from tests.search.brute_force import counts_of, jobs_live_at, meets
from tests.search.test_equality import choices

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_alone]

FIRST_ID = 1
FIRST = {
    "workplace": "remote",
    "level": "senior",
    "role": "data-engineer",
    "country": "DE",
    "type": "full_time",
    "skill": "python",
    "company": "acme",
}
SECOND = {
    "workplace": "on_site",
    "level": "mid",
    "role": "ai-architect",
    "country": "US",
    "type": "intern",
    "skill": "sql",
    "company": "globex",
}
# With one skill chosen, another counts the jobs that ask for both.
ALSO_ASKED = {"skill": "&skills=any"}


def live_job(values: Mapping[str, str], **fields) -> None:
    content = ListingContent(
        title="Job",
        description="Work.",
        apply_url="https://careers.company.example/jobs/1",
        role=RoleFactory(slug=values["role"], name=values["role"].title()),
        level=values["level"],
        employment_types=(values["type"],),
        places=(PlaceText("", country=values["country"], workplace=values["workplace"]),),
        skills=((SkillFactory(slug=values["skill"], name=values["skill"].title()), "required"),),
    )
    company = CompanyFactory(slug=values["company"], name=values["company"].title())
    write_content(ListingFactory(live=True, company=company, **fields), content)


@pytest.fixture
def two_jobs(index) -> None:
    """They differ in every facet. The second is featured, so that no job is both the first and
    featured.
    """
    live_job(FIRST, pk=FIRST_ID)
    live_job(SECOND, featured_until=in_days(7))


# --- The places -----------------------------------------------------------------------------------


def query_of(name: str) -> str:
    return f"{name}={FIRST[name]}{ALSO_ASKED.get(name, '')}"


def is_found_and_counted(implementation, name: str) -> bool:
    criteria = get_search(query_of(name)).criteria
    answer = implementation.search(criteria, timezone.now())
    return answer.ids == [FIRST_ID] and counts_both(name, answer.counts, criteria)


def counts_both(name: str, counts: Counts, criteria: Criteria) -> bool:
    """Whatever is chosen of it."""
    facet = build_facets(counts, criteria)[name]
    return facet.get_count(FIRST[name]) == facet.get_count(SECOND[name]) == 1


def by_index(client, name: str) -> bool:
    return is_found_and_counted(find.snapshot(), name)


def by_database(client, name: str) -> bool:
    return is_found_and_counted(database, name)


def by_judge(client, name: str) -> bool:
    """That of the other two."""
    jobs, criteria = jobs_live_at(timezone.now()), get_search(query_of(name)).criteria
    found = [job.pk for job in jobs if meets(job, criteria)]
    return found == [FIRST_ID] and counts_both(name, counts_of(jobs, criteria), criteria)


def in_chips(client, name: str) -> bool:
    return [chip.url for chip in get_search(f"{name}={FIRST[name]}").chips] == ["."]


def in_panel(client, name: str) -> bool:
    page = tight(client.get(f"/jobs/?{name}={FIRST[name]}").content.decode())
    return f'name="{name}" value="{FIRST[name]}" checked>' in page


def in_suggestions(client, name: str) -> bool:
    """Of a name that people type, its beginning; of countries the page has all the names."""
    if not BY_NAME[name].has_search or BY_NAME[name].rows is None:
        return True
    found = client.get("/jobs/suggestions/", {"kind": name, "q": FIRST[name][:3]}).json()
    return bool(found["suggestions"])


def in_what_comes_near(client, name: str) -> bool:
    near = get_search(f"{name}={FIRST[name]}&featured=1").run().near
    return "?featured=1" in [group.url for group, _ in near]


def in_alerts(client, name: str) -> bool:
    search = get_search(query_of(name))
    return get_search(canonical(search)).criteria == search.criteria != Criteria()


def in_api(client, name: str) -> bool:
    answer = client.get(f"/api/v1/listings?facets=1&{query_of(name)}").json()
    counts = {option["value"]: option["count"] for option in answer["facets"][name]}
    found = [item["id"] for item in answer["items"]]
    return found == [FIRST_ID] and counts.get(FIRST[name]) == counts.get(SECOND[name]) == 1


def in_drawn_searches(client, name: str) -> bool:
    """Those that say whether the index is the database's equal."""
    return name in choices()


PLACES = {
    "index": by_index,
    "database": by_database,
    "judge": by_judge,
    "chips": in_chips,
    "panel": in_panel,
    "suggestions": in_suggestions,
    "what comes near": in_what_comes_near,
    "alerts": in_alerts,
    "API": in_api,
    "drawn searches": in_drawn_searches,
}


def test_each_facet_has_two_values_here():
    assert set(FIRST) == set(SECOND) == set(BY_NAME)


@pytest.mark.parametrize("place", PLACES)
def test_no_place_misses_a_facet(client, two_jobs, place):
    has_it = PLACES[place]

    assert [facet.name for facet in FACETS if not has_it(client, facet.name)] == []

"""No page costs more the more jobs there are: at 20,000 at most half as much again as at 1,000.

In CPU time of this process, of which the least of several is taken, because other work on the
machine only ever adds to it. Each page is made anew.
"""

import gc
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from benchmarks.addresses import addresses
from benchmarks.copied import multiply
from benchmarks.generated import generate
from jobboard.common.storage.statistics import analyze
from jobboard.listings.models import Company, Listing
from jobboard.search.index import reading, writing
from jobboard.search.live import current, reach
from tests import shipped_rows
from tests.factories import UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.sqlite_alone]

LITTLE, TIMES = 1_000, 20
MAX_RATIO = 1.5
TRIES = 4
ROUNDS = 5  # at most, of what seems to grow: the machine may have been busy all through one
ADDRESSES = 3  # of each kind
A_MOMENT = 1.0  # millisecond by which a cheap page may differ: it is far from any bar

SAID = "role=data-analyst&country=PT&level=mid&currency=EUR&skill=sql.python.excel.docker.pandas"
# With the next skill, and in their own orders.
YOURS = [
    "/",
    "/roles/machine-learning-engineer/",
    "/compare/data-engineer-vs-machine-learning-engineer/",
    "/jobs/?sort=fit",
    "/jobs/?sort=open",
]
OF_STAFF = [
    "/admin/",
    "/admin/inbox/",
    "/admin/listings/listing/",
    "/admin/listings/company/",
    "/admin/listings/listing/?q=senior+engineer",
    "/admin/roles/role/",
    "/admin/roles/skill/",
]

# Kinds of pages that may grow, each with the reason. It is taken off here when that is gone.
LONGER = "it holds more addresses the more there are, up to five hundred"
GROW = {"suggestions": "it looks at each job that has a word that begins so"}
GROW |= dict.fromkeys(["sitemap of companies", "sitemap of searches"], LONGER)
GROW |= dict.fromkeys(
    ["/admin/inbox/", "/admin/listings/company/"], "few jobs do not fill its page"
)


def reads_each_job(path: str) -> HttpResponse:
    """The control: a page as some of them were."""
    return HttpResponse(str(sum(len(title) for (title,) in Listing.objects.values_list("title"))))


Request = Callable[[], HttpResponse]


def cheapest(requests: list[Request]) -> float:
    """Milliseconds."""
    assert requests[0]().status_code in (
        200,
        404,
    )  # reads what is kept from one request to the next
    costs = []
    for request in islice(cycle(requests), TRIES):
        forget_answers()
        gc.disable()
        start = time.process_time()
        request()
        costs.append((time.process_time() - start) * 1_000)
        gc.enable()
    return min(costs)


def forget_answers() -> None:
    """Of earlier pages. What a state adds up to, and who is asked for which skills, is read once in
    many requests, and is no page's cost.
    """
    cache.clear()
    reading.snapshot().facets.cached.by_criteria.clear()
    skill_sets = current.current().counted.cache.get(reach.SKILL_SETS)
    current._current = None
    current.current().counted.cache.set(reach.SKILL_SETS, skill_sets, 0)


def requests_of(paths: dict[str, list[str]]) -> dict[str, list[Request]]:
    client, visitor, staff = Client(), Client(), Client()
    visitor.cookies["you"] = SAID
    staff.force_login(UserFactory(staff=True))
    found = {kind: [partial(client.get, path) for path in some] for kind, some in paths.items()}
    found |= {f"{page} for a visitor": [partial(visitor.get, page)] for page in YOURS}
    found |= {page: [partial(staff.get, page)] for page in OF_STAFF}
    return found | {"control": [partial(reads_each_job, "/")]}


def costs_of(requests: dict[str, list[Request]]) -> dict[str, float]:
    return {kind: cheapest(some) for kind, some in requests.items()}


@pytest.fixture(scope="module")
def costs(kept_rows, django_db_blocker, tmp_path_factory):
    """What each kind of page costs beside few jobs, and beside many."""
    # Pages that are kept are not made.
    middleware = [name for name in settings.MIDDLEWARE if ".kept." not in name]
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(SEARCH_FOLDER=tmp_path_factory.mktemp("search"), MIDDLEWARE=middleware),
    ):
        shipped_rows.fill(shipped_rows.CONTENT)
        generate(LITTLE, now=timezone.now())
        Company.objects.update(is_demo=False)
        analyze()
        writing.rebuild()
        requests = requests_of(addresses(ADDRESSES))
        few = costs_of(requests)
        multiply(TIMES)
        analyze()
        writing.rebuild()
        many = costs_of(requests)
        for _ in range(ROUNDS):
            doubtful = growing(few, many).keys() - GROW.keys() - {"control"}
            again = costs_of({kind: requests[kind] for kind in doubtful})
            many |= {kind: min(many[kind], cost) for kind, cost in again.items()}
        transaction.set_rollback(True)
    return few, many


def growing(few: dict[str, float], many: dict[str, float]) -> dict[str, str]:
    return {
        kind: f"{cost:.1f} ms beside {LITTLE:,} jobs, {many[kind]:.1f} beside {LITTLE * TIMES:,}"
        for kind, cost in few.items()
        if many[kind] > MAX_RATIO * cost + A_MOMENT
    }


def test_no_page_costs_more_the_more_jobs_there_are(costs):
    found = {kind: said for kind, said in growing(*costs).items() if kind not in {*GROW, "control"}}

    assert not found, "\n".join(f"{kind}: {said}" for kind, said in found.items())


def test_control_a_page_that_reads_each_job_is_found(costs):
    assert "control" in growing(*costs)


def test_what_may_grow_is_a_kind_of_page(costs):
    assert set(GROW) <= set(costs[0])

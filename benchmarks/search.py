"""What a search costs, as ratios to the database search.

    python benchmarks/search.py [JOBS] [FOLDER]

Times are CPU time of this process, which does all the work on SQLite; only changes are by the
clock. Everything is made in a throw-away folder, or in FOLDER, where a second run finds it again.
Every run asks the same.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 60
ROUNDS_OF_THE_DATABASE = 3  # it takes seconds
MAX_JOBS_FOR_THE_DATABASE = 200_000  # of more jobs each answer takes minutes
FILTERS = [
    "",
    "level=senior",
    "workplace=remote",
    "country=US",
    "workplace=remote&level=senior&level=mid",
    "from=DE",
    "salary_from=100000",
    "role=data-engineer",
    "skill=python",
    "type=full_time&country=US&country=DE",
    "role=data-engineer&workplace=remote&salary_from=80000",
    "skill=python&skill=sql&level=senior",
    "visa=yes",
    "verified=1&sort=salary",
    "company={company}",
    "sort=closing&workplace=hybrid",
]
WORDS = [
    "q=engineer",
    "q=python",
    "q=machine+learning",
    "q=data+engineer&workplace=remote",
    "q=C%2B%2B&level=senior",
    "q=%22machine+learning%22+-intern",
    "q=k8s&country=US",
    "q=analyst&salary_from=90000",
    "q=senior+data+scientist&from=DE",
    "q=sql+spark&sort=newest",
]
LINES = [
    "q=I+am+looking+for+a+senior+data+engineer+job+in+Berlin+paying+over+80k+euros",
    "q=entry+level+remote+europe",
    "q=data+scientist+without+SQL",
    "q=PyTorch+or+TensorFlow+engineer+in+California",
    "q=%E6%9D%B1%E4%BA%AC+%E3%83%87%E3%83%BC%E3%82%BF%E3%82%A8%E3%83%B3%E3%82%B8%E3%83%8B%E3%82%A2",
]
PREFIXES = ["py", "ma", "da", "sen", "data e", "engineer", "s", "kub", "an", "c+"]


def timed(ask: Callable, questions: Iterable, clock=time.process_time) -> list[float]:
    """Milliseconds of each, sorted."""
    times = []
    for question in questions:
        start = clock()
        ask(question)
        times.append((clock() - start) * 1000)
    return sorted(times)


def line(name: str, times: list[float], beside: list[float] | None = None) -> float:
    if not times:
        return 0.0
    median, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
    ratio = (
        f"  {beside[len(beside) // 2] / median:8,.0f} x faster than the database" if beside else ""
    )
    print(f"{name:46}{median:9.2f}{slow:9.2f}{ratio}", flush=True)
    return median


def prepare(count: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from benchmarks.generated import generate
    from jobboard.common.storage.statistics import analyze
    from jobboard.listings.models import Listing
    from jobboard.search.index import reading, writing

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Listing.objects.exists():
        call_command("load_starter", verbosity=0, stdout=StringIO())
        generate(count, now=timezone.now())
    analyze()
    start = time.perf_counter()
    writing.update()
    print(reading.report())
    print(f"made ready in {time.perf_counter() - start:.0f} s, {megabytes():.0f} MB at most\n")


def searches() -> None:
    from django.http import QueryDict
    from django.utils import timezone

    from jobboard.listings.models import Company, Listing
    from jobboard.search import database as search_database
    from jobboard.search.criteria import Criteria
    from jobboard.search.index import reading
    from jobboard.search.results.page import ListingSearch
    from jobboard.search.understanding.from_words import read_where, read_words

    now, index = timezone.now(), reading.snapshot()
    company = (
        Company.objects.filter(listings__in=Listing.objects.live().order_by("pk")[:1]).get().slug
    )
    filters = [
        ListingSearch(QueryDict(query.format(company=company))).criteria for query in FILTERS
    ]
    words = [ListingSearch(QueryDict(query)).criteria for query in WORDS]
    for criteria in words:
        criteria.pieces  # noqa: B018 the database is asked once for names of skills and roles

    def uncached(criteria, **page):
        index.facets.cached.by_criteria.clear()
        return index.search(criteria, now, **page)

    def by_database(criteria):
        return search_database.search(criteria, now)

    rounds = ROUNDS_OF_THE_DATABASE if index.searcher.num_docs < MAX_JOBS_FOR_THE_DATABASE else 0
    database = timed(by_database, islice(cycle(filters), rounds))
    database_words = timed(by_database, islice(cycle(words), rounds))
    print(f"{'CPU of one search':46}{'median':>9}{'p95':>9}  ms")
    line("filters, database", database)
    line("filters, all facets counted", timed(uncached, islice(cycle(filters), ROUNDS)), database)
    for criteria in filters:
        index.search(criteria, now)
    line(
        "filters, asked before",
        timed(lambda c: index.search(c, now), islice(cycle(filters), ROUNDS)),
        database,
    )
    line(
        "page 400",
        timed(lambda c: uncached(c, offset=9_975), islice(cycle(filters), ROUNDS)),
        database,
    )
    line("words, database", database_words)
    line("words, all facets counted", timed(uncached, islice(cycle(words), ROUNDS)), database_words)
    lines = [parse_qs(query)["q"][0] for query in [*WORDS, *LINES]]
    timed(read_words, (Criteria(words=one) for one in lines))  # the first makes the statement
    line("a line understood", timed(read_words, (Criteria(words=one) for one in lines * 5)))
    places = ["Berlin", "Texas", "remote from Portugal", "München", "Europe"]
    line("a place understood", timed(lambda where: read_where(Criteria(), where), places * 20))
    terms = [term for term, _ in index.searcher.terms_with_prefix("text", "m", None, 4_000)][
        500::50
    ]
    fresh = [ListingSearch(QueryDict(f"q={term}")).criteria for term in terms]
    for criteria in fresh:
        criteria.pieces  # noqa: B018
    line("a word for the first time, all facets", timed(uncached, fresh), database_words)
    line(
        "suggestions",
        timed(lambda typed: index.suggest(typed, now), islice(cycle(PREFIXES), ROUNDS)),
    )
    listings = list(Listing.objects.live().filter(role__isnull=False).order_by("pk")[:ROUNDS])
    line("similar jobs", timed(lambda listing: index.similar(listing, now, limit=4), listings))


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    import django

    django.setup()
    print(f"{count:,} generated jobs")
    prepare(count)
    searches()
    print(f"\nmemory of the process {megabytes():.0f} MB at most, mapped index included")

    from benchmarks.index_writer import CHANGES, measure

    print("\nIndex writer, a process of its own")
    measure(CHANGES)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        data = sys.argv[2] if len(sys.argv) > 2 else folder
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "jobboard.settings",
            "DATA_DIR": data,
            "SECRET_KEY": "benchmark",
        }
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

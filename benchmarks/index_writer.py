"""How soon searches find a change, and what the index writer costs; on Linux.

    python -m benchmarks.index_writer [CHANGES]

It works on the site of DATA_DIR and DATABASE_URL, which should hold made-up jobs only (see
generate_listings) and must not be running: their titles are changed. Times are by the clock, from
the moment before a job is saved until a search of this process finds it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
django.setup()

from django.conf import settings  # noqa: E402  Django is set up before models are imported

from jobboard.listings.models import Listing  # noqa: E402
from jobboard.search import change_log  # noqa: E402
from jobboard.search.find import Criteria, search  # noqa: E402
from jobboard.search.index.reading import IndexMissingError, reached, snapshot  # noqa: E402

CHANGES = 20
IDLE_SECONDS = 30
MANY = 2_000  # jobs of one bulk change
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Writer(subprocess.Popen):
    def __init__(self) -> None:
        super().__init__(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "search_index", "follow"]
        )

    def cpu_ms(self) -> float:
        """Used so far, by all of its threads."""
        spent = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / TICKS_PER_SECOND * 1000

    def memory(self) -> str:
        sizes = {}
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, kilobytes = line.split()[:2]
            sizes[name] = int(kilobytes) / 1000
        private = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
        return f"{private:.0f} MB private, {sizes['Rss:']:.0f} MB with what is shared"


def wait_until(is_so: Callable[[], object]) -> None:
    while not is_so():
        time.sleep(0.005)


def is_built() -> bool:
    try:
        snapshot()
    except IndexMissingError:
        return False
    return reached(change_log.current_position())


def change_one(listing: Listing, word: str) -> float:
    """Milliseconds until it is found."""
    start = time.perf_counter()
    listing.title = f"{listing.title[:100]} {word}"
    listing.save(update_fields=["title"])
    wait_until(lambda: search(Criteria(words=word), with_facets=False).ids == [listing.pk])
    return (time.perf_counter() - start) * 1000


def change_many() -> float:
    """Milliseconds until all are found."""
    start = time.perf_counter()
    ids = Listing.objects.live().order_by("pk").values_list("pk", flat=True)[:MANY]
    Listing.objects.filter(pk__in=list(ids)).mark_changed()
    position = change_log.current_position()
    wait_until(lambda: reached(position))
    return (time.perf_counter() - start) * 1000


def measure(changes: int) -> None:
    with Writer() as writer:
        try:
            _measure(writer, changes)
        finally:
            writer.terminate()


def _measure(writer: Writer, changes: int) -> None:
    start = time.perf_counter()
    wait_until(is_built)
    time.sleep(5)  # it compares the index with the database
    print(f"ready after {time.perf_counter() - start:.0f} s; {writer.memory()}")

    before = writer.cpu_ms()
    time.sleep(IDLE_SECONDS)
    share = (writer.cpu_ms() - before) / IDLE_SECONDS / 10
    print(f"idle: {share:.2f}% of a core; {writer.memory()}")

    before = writer.cpu_ms()
    run = int(time.time())
    listings = Listing.objects.live().order_by("-pk")[:changes]
    times = sorted(change_one(it, f"zq{run}x{number}") for number, it in enumerate(listings))
    cpu = (writer.cpu_ms() - before) / changes
    print(
        f"{changes} changes, found after (ms): median {times[changes // 2]:.0f}, "
        f"fastest {times[0]:.0f}, slowest {times[-1]:.0f}; {cpu:.0f} ms CPU each; {writer.memory()}"
    )

    before = writer.cpu_ms()
    took = change_many()
    cpu = (writer.cpu_ms() - before) / MANY
    print(
        f"{MANY:,} at once: all found after {took:.0f} ms; {cpu:.1f} ms CPU each; {writer.memory()}"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES)

"""What visitors cost the web server on SQLite: as they ask, each job once, and after its start.

    python benchmarks/visits.py [JOBS] [FOLDER]

CPU is counted as in pages.py, beside a bare view of the same run. FOLDER keeps the site, so that a
second run goes on; pages.py --folder has made one as FOLDER/SQLite-JOBS.
"""

import json
import random
import sys
import tempfile
import time
from itertools import chain, zip_longest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pages import ADDRESSES, Meter, Site

SECONDS = 60
SECONDS_BETWEEN_CHANGES = 10
JOB_PAGES = 5_000
BARE_PATHS = ["/healthz/live"] * ADDRESSES
KINDS_SEEN_COLD = [
    "list, first page",
    "list, words",
    "job",
    "home",
    "role",
    "comparison",
    "salary",
    "suggestions",
]
JOB_ADDRESSES = """
import json, sys
from benchmarks.addresses import addresses
print(json.dumps(addresses(int(sys.argv[1]))["job"]))
"""


def show_visits(site: Site) -> None:
    """Addresses of all kinds, those that come first most often (Zipf), while something public
    changes now and then.
    """
    kinds = [kind for kind in site.addresses if kind != "nothing there"]
    in_turn = chain.from_iterable(zip_longest(*(site.addresses[kind] for kind in kinds)))
    paths = [path for path in in_turn if path][:ADDRESSES]
    weights = [1 / rank for rank in range(1, len(paths) + 1)]
    chance = random.Random(2026)  # noqa: S311 no secret
    costs: list[float] = []
    with site.running() as server:
        meter = Meter(site, server)
        bare = meter.cost(BARE_PATHS)
        ends_at = time.monotonic() + SECONDS
        while time.monotonic() < ends_at:
            site.change()
            meter.connect()
            changes_at = time.monotonic() + SECONDS_BETWEEN_CHANGES
            while time.monotonic() < changes_at:
                costs.append(meter.cost(chance.choices(paths, weights, k=20)))
    mean = sum(costs) / len(costs)
    print(f"as visitors ask: {len(costs) * 20:,} requests, {mean:.1f} ms, {mean / bare:.1f} x bare")


def show_job_pages(site: Site) -> None:
    """Each asked for once."""
    paths = json.loads(site.python(JOB_ADDRESSES, str(JOB_PAGES)).splitlines()[-1])
    with site.running() as server:
        meter = Meter(site, server)
        bare = meter.cost(BARE_PATHS)
        meter.cost(paths[:5])
        mean = meter.cost(paths[5:])
    print(f"{len(paths):,} job pages once each: {mean:.1f} ms, {mean / bare:.1f} x bare")


def show_first_requests(site: Site) -> None:
    """A process of its own for each kind: its first request, and a later one that is made anew."""
    for kind in KINDS_SEEN_COLD:
        paths = site.addresses[kind]
        with site.running() as server:
            meter = Meter(site, server)
            first = meter.cost(paths[:1])
            if paths[1:6]:
                later = meter.cost(paths[1:6])
            else:
                site.change()
                meter.connect()
                meter.cost(["/jobs/?index", "/healthz/live"])  # an index that is new is opened once
                later = meter.cost(paths[:1])
        print(f"{kind}: first {first:.0f} ms, later {later:.0f} ms, {first / later:.1f} times")


def main(jobs: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    site = Site(folder, jobs)
    show_visits(site)
    show_job_pages(site)
    show_first_requests(site)


if __name__ == "__main__":
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as throw_away:
        main(jobs, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(throw_away))

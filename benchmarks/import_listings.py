"""How long a large import takes, as a ratio to writing the same rows bare.

    python benchmarks/import_listings.py [JOBS]

Runs in a throw-away folder on SQLite, or on the empty database of DATABASE_URL.
Every run makes the same jobs.
"""

import csv
import os
import random
import resource
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
CITIES = [
    "Berlin, Germany",
    "Lisbon, Portugal",
    "Austin, TX",
    "Toronto, ON, Canada",
    "Remote (US)",
    "London",
    "Bengaluru",
]
SUBJECTS = [
    "ranking",
    "pricing",
    "search",
    "fraud",
    "forecasting",
    "speech",
    "vision",
    "routing",
    "billing",
    "maps",
]
VERBS = ["build", "run", "measure", "explain", "improve", "test", "document", "plan"]


def jobs(count: int):
    """Rows of our CSV: one title of four names a role; texts have 2 to 4 KB and some six skills, a
    third state pay.
    """
    from roles.models import Role, Skill

    choose = random.Random(20261122)  # noqa: S311 the same jobs in every run
    roles = list(Role.objects.published().order_by("pk").values_list("name", flat=True))
    skills = list(Skill.objects.order_by("pk").values_list("name", flat=True))
    for number in range(count):
        named = choose.random() < 0.25
        level = choose.choice(["", "Senior ", "Junior "])
        title = level + (choose.choice(roles) if named else "Specialist")
        lines = [
            f"You {choose.choice(VERBS)} the {choose.choice(SUBJECTS)} service "
            f"{'with ' + choose.choice(skills) if line % 5 == 0 else 'week after week'} "
            f"and {choose.choice(VERBS)} what people of {choose.choice(SUBJECTS)} need, "
            f"week {choose.randrange(52)}."
            for line in range(choose.randrange(20, 40))
        ]
        lowest = choose.randrange(40, 160) * 1000
        if number % 3 == 0:
            lines.append(
                f"The salary range for this position is ${lowest:,} - ${lowest + 30_000:,} a year."
            )
        yield {
            "id": f"job-{number}",
            "title": f"{title}, {choose.choice(SUBJECTS)} {number}",
            "company": f"Company {int(choose.paretovariate(0.6)) % 5000}",
            "description": "\n\n".join(lines),
            "places": choose.choice(CITIES),
            "apply_url": f"https://jobs.example.com/{number}",
            "posted_on": "2026-11-01",
        }


def write(path: Path, count: int, changed_every: int = 0) -> None:
    with path.open("w", newline="") as file:
        for number, row in enumerate(jobs(count)):
            if number == 0:
                writer = csv.DictWriter(file, row)
                writer.writeheader()
            if changed_every and number % changed_every == 0:
                row["title"] += " (new team)"
            writer.writerow(row)


def run(path: Path, feed) -> tuple[float, str]:
    from jobboard.feeds.adapters.registry import ADAPTERS
    from jobboard.feeds.importing.importer import import_items

    start = time.perf_counter()
    with path.open("rb") as file:
        report = import_items(feed=feed, items=ADAPTERS["csv"].parse(file))
    return time.perf_counter() - start, str(report)


def bare_seconds(count: int) -> float:
    """Write ``count`` copies of the stored rows alone: no reading, places, skills or events."""
    from django.db import transaction

    from jobboard.listings.models import Listing

    listings = list(Listing.objects.all()[:count])
    start = time.perf_counter()
    with transaction.atomic():
        for listing in listings:
            listing.pk, listing.submission, listing.external_id = (
                None,
                uuid4(),
                f"copy-{listing.external_id}",
            )
        Listing.objects.bulk_create(listings, batch_size=500)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_starter", verbosity=0, stdout=StringIO())
    from jobboard.listings.models import Feed

    feed = Feed.objects.create(kind=Feed.Kind.CSV, publishes=Feed.Publishes.DIRECTLY)
    path = Path(os.environ["DATA_DIR"]) / "jobs.csv"
    write(path, count)
    before = megabytes()
    print(f"{count:,} jobs, {path.stat().st_size / 2**20:.0f} MB of CSV")
    first, said = run(path, feed)
    bare = bare_seconds(min(count, 5000)) / min(count, 5000)
    each = first / count
    print(
        f"first import   {first:7.1f} s, {each * 1000:.2f} ms a job, "
        f"{each / bare:.1f} x bare writes: {said}"
    )
    print(f"memory         {before:.0f} MB before, {megabytes():.0f} MB at most")
    again, said = run(path, feed)
    print(f"the same again {again:7.1f} s, {again / first:.2f} x the first import: {said}")
    write(path, count, changed_every=100)
    changed, said = run(path, feed)
    print(f"1 % changed    {changed:7.1f} s, {changed / first:.2f} x the first import: {said}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "jobboard.settings",
            "DATA_DIR": folder,
            "SECRET_KEY": "benchmark",
        }
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

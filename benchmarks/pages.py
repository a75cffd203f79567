"""What every kind of public page costs on the server as shipped: made anew, and asked for again.

    python benchmarks/pages.py [--sizes 1000,10000,100000] [--folder FOLDER] [--write]

For each size, on SQLite and on a PostgreSQL of its own (scripts/with_postgres.py), it fills a site
with made-up jobs, starts gunicorn with the command of ``manage.py serve`` on this machine alone,
and asks for some 300 addresses of each kind over one connection. The first time a page is made; the
second time it may have been kept; the third time the browser says that it has it. Of few addresses
each is asked for several times, with a change of public content between. CPU is what the kernel
counted for gunicorn's processes and PostgreSQL's (Linux). Each is divided by what a bare view of
the same server cost in the same run: that ratio holds on other machines.

FOLDER keeps the sites on SQLite, and what was measured, so that a second run goes on. ``--write``
puts the tables into docs/performance.md.
"""

import argparse
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZES = "1000,10000,100000"
ADDRESSES = 300
ROUNDS = 5  # of kinds with few addresses
MAX_SECONDS = 300
BARE = "bare view"
DOCS = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks/pages.py writes this -->", "<!-- until here -->"
NETWORKS = itertools.count()
NANO, MILLI = 1e9, 1e3
CHANGE = """
from jobboard.listings.models import Listing
job = Listing.objects.live().order_by("pk")[:1].get()
job.title += "."
job.save(update_fields=["title"])
Listing.objects.filter(pk=job.pk).mark_changed()
"""
PREPARE = """
import json, sys
from django.utils import timezone
from benchmarks.addresses import addresses
from benchmarks.generated import generate
from jobboard.common.storage.statistics import analyze
from jobboard.listings.models import Company, Listing
from jobboard.search.index import writing
from jobboard.site.running import web_server

missing = int(sys.argv[1]) - Listing.objects.filter(external_id__startswith="generated").count()
if missing > 0:
    generate(missing, now=timezone.now())
Company.objects.filter(slug__startswith="generated").update(is_demo=False)
analyze()
writing.update()
print(json.dumps({"addresses": addresses(int(sys.argv[2])), "server": web_server.command()}))
"""


# --- CPU ------------------------------------------------------------------------------------------


def children_of(pids: Iterable[int]) -> set[int]:
    """All processes below these, these included."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(status.parent.name)] = int(fields[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_of(pids: Iterable[int]) -> float:
    """Milliseconds, to the nanosecond; of processes that live."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0])
            except OSError:
                continue
    return total / NANO * MILLI


def memory(pids: Iterable[int]) -> tuple[float, float]:
    """Megabytes in memory, and of these its own, of the process that has most."""
    found = []
    for pid in pids:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        sizes = {name: int(size) for name, size, _ in (row.split() for row in rows)}
        own = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
        found.append((sizes["Rss:"] / 1024, own / 1024))
    return max(found)


def postgres_pids() -> list[int]:
    """Of the server that scripts/with_postgres.py started for this process."""
    if "DATABASE_URL" not in os.environ:
        return []
    relatives = children_of([os.getppid()]) - children_of([os.getpid()])
    return [pid for pid in relatives if Path(f"/proc/{pid}/comm").read_text() == "postgres\n"]


# --- The site -------------------------------------------------------------------------------------


class Site:
    def __init__(self, folder: Path, size: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "SECRET_KEY": "benchmark",
            "TRUSTED_PROXIES": "1",  # each request says that it is from another network
            "DJANGO_SETTINGS_MODULE": "jobboard.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.manage("migrate", "-v0")
        self.manage("createcachetable")
        self.manage("collectstatic", "--noinput", "-v0")
        self.manage("load_starter", "-v0")
        known = json.loads(self.python(PREPARE, str(size), str(ADDRESSES)).splitlines()[-1])
        self.addresses: dict[str, list[str]] = known["addresses"]
        self.server: list[str] = known["server"]

    def manage(self, *command: str) -> None:
        manage = [sys.executable, str(ROOT / "manage.py"), *command]
        subprocess.run(manage, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def python(self, code: str, *arguments: str) -> str:
        begun = f"import django\ndjango.setup()\n{code}"
        command = [sys.executable, "-c", begun, *arguments]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode()

    def change(self) -> None:
        """Something public, which the index has taken in afterwards."""
        self.python(CHANGE)
        self.manage("search_index", "update")

    @contextmanager
    def running(self):
        server = subprocess.Popen([sys.executable, *self.server], env=self.environment, cwd=ROOT)
        try:
            self._wait(server)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(MAX_SECONDS)

    def _wait(self, server: subprocess.Popen) -> None:
        give_up_at = time.monotonic() + MAX_SECONDS
        while time.monotonic() < give_up_at and server.poll() is None:
            try:
                self.ask(self.connect(), ["/healthz/ready"])
            except OSError:
                time.sleep(0.2)
            else:
                return
        sys.exit("The server did not start.")

    def connect(self) -> HTTPConnection:
        """It stays with one worker process."""
        return HTTPConnection("127.0.0.1", self.port, timeout=MAX_SECONDS)

    def ask(
        self, connection: HTTPConnection, paths: list[str], known: dict[str, str] | None = None
    ) -> dict[str, str]:
        """Path → its ETag. ``known`` are those of answers that the browser has."""
        tags = {}
        for path in paths:
            number = next(NETWORKS)
            network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            headers = {"Accept-Encoding": "gzip", "X-Forwarded-For": network}
            if known and known[path]:
                headers["If-None-Match"] = known[path]
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status not in (200, 304, 404):
                sys.exit(f"{path} answered {response.status}")
            tags[path] = response.headers.get("ETag", "")
        return tags


# --- Measuring ------------------------------------------------------------------------------------


class Meter:
    def __init__(self, site: Site, server: subprocess.Popen) -> None:
        self.site, self.server = site, server
        self.tags: dict[str, str] = {}
        self.postgres = postgres_pids()
        self.connect()

    def connect(self) -> None:
        """The server hangs up on who says nothing for two seconds."""
        self.connection = self.site.connect()

    def cost(self, paths: list[str], known: dict[str, str] | None = None) -> float:
        """Milliseconds of CPU of one request, on average. ``tags`` are those of the answers."""
        pids = children_of([self.server.pid, *self.postgres])
        before = cpu_of(pids)
        self.tags = self.site.ask(self.connection, paths, known)
        return (cpu_of(pids) - before) / len(paths)

    def costs(self, paths: list[str]) -> list[float]:
        """Of pages made anew, asked for again, and asked for by a browser that has them."""
        anew = self.cost(paths)
        again = self.cost(paths)
        return [anew, again, self.cost(paths, self.tags)]


def measure(folder: Path, size: int) -> dict[str, list[float]]:
    """Kind of page → its cost made anew, asked for again, and where the browser has it."""
    site = Site(folder, size)
    with site.running() as server:
        meter = Meter(site, server)
        meter.cost([paths[0] for paths in site.addresses.values()] * 3)  # what a start reads once
        found: dict[str, list[list[float]]] = {kind: [] for kind in site.addresses}
        bare = [meter.cost(["/healthz/live"] * ADDRESSES)]
        for number in range(ROUNDS):
            site.change()
            meter.connect()
            meter.cost(["/jobs/?new", "/jobs/?index"])  # which a process opens once
            for kind, paths in site.addresses.items():
                if number and len(paths) * number >= ADDRESSES:
                    continue
                found[kind].append(meter.costs(paths))
            bare.append(meter.cost(["/healthz/live"] * ADDRESSES))
        total, own = memory(children_of([server.pid]))
        print(f"{size:,} jobs: {total:.0f} MB a web process, {own:.0f} of its own", flush=True)
    return {BARE: [min(bare)] * 3} | {kind: least(rows) for kind, rows in found.items()}


def least(rows: list[list[float]]) -> list[float]:
    """Of each column: other work on the machine only ever adds."""
    return [min(column) for column in zip(*rows, strict=True)]


# --- Tables ---------------------------------------------------------------------------------------

Measured = dict[str, dict[str, list[float]]]  # by size


def table(measured: Measured) -> list[str]:
    sizes = sorted(measured, key=int)
    heads = [f"{int(size):,} jobs" for size in sizes]
    lines = [
        f"| CPU in ms | {' | '.join(heads)} | growth | again | 304 | x bare | again, x bare |",
        "|---" * (len(sizes) + 6) + "|",
    ]
    few, many = measured[sizes[0]], measured[sizes[-1]]
    bare = many[BARE][0]
    for kind, (anew, again, not_modified) in many.items():
        each = " | ".join(f"{measured[size][kind][0]:.1f}" for size in sizes)
        growth = f"{anew / few[kind][0]:.1f}"
        costs = f"{each} | {growth} | {again:.1f} | {not_modified:.1f}"
        lines.append(f"| {kind} | {costs} | {anew / bare:.0f} | {again / bare:.1f} |")
    return lines


def write(results: dict[str, Measured]) -> None:
    """Between the marks of docs/performance.md."""
    parts = [f"Measured on {date.today():%-d %B %Y}. “Again” is at the largest size.", ""]
    for name, measured in results.items():
        parts += [f"{name}:", "", *table(measured), ""]
    before, _, rest = DOCS.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text("\n".join([before + BEGIN, "", *parts, END]) + after)


# --- Running --------------------------------------------------------------------------------------


def measured_in(folder: Path, name: str, size: int, within: list[str]) -> dict[str, list[float]]:
    """In a process of its own, behind ``within``."""
    result = folder / f"{name}-{size}.json"
    site = folder / f"{name}-{size}"
    site.mkdir(parents=True, exist_ok=True)
    command = [*within, sys.executable, __file__, "--one", str(size), str(site), str(result)]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    subprocess.run(command, env=environment, check=True)
    return json.loads(result.read_text()) if result.exists() else {}


def main(sizes: list[int], folder: Path, databases: list[str], *, is_written: bool) -> None:
    postgres = [sys.executable, str(ROOT / "scripts" / "with_postgres.py")]
    results: dict[str, Measured] = {}
    for name, within in {"SQLite": [], "PostgreSQL": postgres}.items():
        if name not in databases:
            continue
        found = {str(size): measured_in(folder, name, size, within) for size in sizes}
        results[name] = {size: costs for size, costs in found.items() if costs}
        if results[name]:
            print("\n".join([f"\n{name}", *table(results[name])]), flush=True)
    if is_written:
        write({name: measured for name, measured in results.items() if measured})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _, _, wanted, data, result = sys.argv
        Path(result).write_text(json.dumps(measure(Path(data), int(wanted))))
        sys.exit()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--databases", default="SQLite,PostgreSQL")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as throw_away:
        main(
            [int(size) for size in asked.sizes.split(",")],
            asked.folder or Path(throw_away),
            asked.databases.split(","),
            is_written=asked.write,
        )

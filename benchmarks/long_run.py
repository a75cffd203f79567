"""Whether a web server and a worker stay as large as they are, and how many pages of all kinds
a core makes in a second.

    python -m benchmarks.long_run [REQUESTS] [JOBS]

It starts one web process, a worker and an index writer in a throw-away folder, with SQLite or the
database at DATABASE_URL, and asks for addresses of every kind of public page, one after the other,
from four clients. Every 20th request posts a job, which drops all kept pages. CPU time and memory
are as the kernel counts them (Linux).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import chain, cycle, islice
from pathlib import Path

from benchmarks.worker import ROOT, cpu_seconds, megabytes

PORT = 8377
CLIENTS = 4
REPORTS = 10
A_WRITE_EACH = 20
ADDRESSES = 300  # of each kind
COMPANIES, TOKENS = 10, 5  # each company may have 200 jobs in review
PREPARE = f"""
import json
from benchmarks.addresses import addresses
from jobboard.accounts.models import User
from jobboard.listings.models import Company, Membership
from jobboard.recruiting import api_tokens

tokens = []
for number in range({COMPANIES}):
    user = User.objects.create_user(f"person{{number}}@example.com", None)
    company = Company.objects.create(name=f"Works {{number}}", slug=f"works-{{number}}")
    Membership.objects.create(user=user, company=company, part="owner")
    for _ in range({TOKENS}):
        given = dict(company=company, name="Run", scope="write", days=1, by=user)
        tokens.append(api_tokens.make(**given)[1])
print(json.dumps({{"tokens": tokens, "pages": addresses({ADDRESSES})}}))
"""
Request = tuple[str, str, str, dict[str, str]]


def mixed(pages: dict[str, list[str]], tokens: list[str]) -> Iterator[Request]:
    """Without end: of each kind of page one after the other, and a job that is posted at times."""
    kinds = [cycle(paths) for paths in pages.values()]
    paths = chain.from_iterable(zip(*kinds, strict=True))
    token = cycle(tokens)
    for number, path in enumerate(paths, 1):
        if number % A_WRITE_EACH == 0:
            yield post_of(number, next(token))
        else:
            yield "GET", path, "", {}


def post_of(number: int, token: str) -> Request:
    job = {
        "external_id": f"run-{number}",
        "title": f"Data Engineer {number}",
        "description": "You build pipelines in Python. Full-time.",
        "places": [{"text": "Lisbon, Portugal", "workplace": "hybrid", "hybrid_days": 2}],
        "salary": {"min": 60000, "max": 75000, "currency": "EUR", "period": "year"},
        "apply_url": "https://works.example/jobs/42/apply",
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return "POST", "/api/v1/company/jobs", json.dumps(job), headers


def ask(numbered: tuple[int, Request]) -> int:
    """The status. Each from another network, so that no limit of requests stops them."""
    number, (method, path, body, headers) = numbered
    forwarded = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    connection = HTTPConnection("127.0.0.1", PORT, timeout=120)
    try:
        connection.request(method, path, body or None, headers | forwarded)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def manage(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode().splitlines()[-1]


def web_process(master: int) -> int:
    """Its only child, once it is there."""
    while not (found := Path(f"/proc/{master}/task/{master}/children").read_text().split()):
        time.sleep(0.2)
    return int(found[0])


def run(requests: int, jobs: int) -> None:
    manage("release")
    subprocess.run(
        [sys.executable, "-m", "benchmarks.generate_listings", str(jobs)], cwd=ROOT, check=True
    )
    prepared = json.loads(manage("shell", "--no-imports", "-c", PREPARE))
    commands = [["web"], ["worker"], ["search_index", "follow"]]
    programs = [
        subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT) for command in commands
    ]
    try:
        wait_until_ready()
        measure(programs, mixed(prepared["pages"], prepared["tokens"]), requests)
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait()


def wait_until_ready() -> None:
    while True:
        try:
            if ask((0, ("GET", "/healthz/ready", "", {}))) == 200:
                return
        except OSError:
            time.sleep(0.5)


def measure(programs: list, wanted: Iterator[Request], requests: int) -> None:
    web, worker = web_process(programs[0].pid), programs[1].pid
    statuses: Counter[int] = Counter()
    print(f"{'requests':>10}{'CPU ms each':>13}{'web MB, private':>17}{'worker MB, private':>20}")
    with ThreadPoolExecutor(CLIENTS) as clients:
        for part in range(REPORTS):
            before = cpu_seconds(web)
            size = requests // REPORTS
            numbered = zip(range(part * size, (part + 1) * size), wanted, strict=False)
            statuses.update(clients.map(ask, islice(numbered, size)))
            each = 1000 * (cpu_seconds(web) - before) / size
            print(
                f"{(part + 1) * size:>10,}{each:>13.1f}"
                f"{megabytes(web, 'Rss'):>9.0f},{megabytes(web, 'Private'):>7.0f}"
                f"{megabytes(worker, 'Rss'):>12.0f},{megabytes(worker, 'Private'):>7.0f}",
                flush=True,
            )
    total = cpu_seconds(web)
    print(f"Statuses: {dict(sorted(statuses.items()))}")
    print(f"{requests / total:.0f} requests for each second of a core of the web process")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "SECRET_KEY": "benchmark",
            "PORT": str(PORT),
            "WEB_CONCURRENCY": "1",
            "TRUSTED_PROXIES": "1",
        }
        run(*(given + [30_000, 10_000][len(given) :]))

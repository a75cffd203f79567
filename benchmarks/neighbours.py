"""How long somebody waits who reads, beside others who ask for what costs most.

    python benchmarks/neighbours.py [SECONDS] [REQUEST]

It starts a site of its own with the starter content, in a throw-away folder and on this machine
alone, and ends it. The site's database is in that folder, or at DATABASE_URL (to be had from
scripts/with_postgres.py). A reader opens the list of jobs, a job and a comparison, one after the
other. Beside them two, four and eight clients send the dearest requests that pass our bounds, each
from another network, as a botnet would, so that no limit of requests stops them. SECONDS is how
long each figure is measured (default 6); of the requests only those are measured that have REQUEST
in their name.

Others at work on the machine slow down everything, so read the ratios to the reader alone, compare
them with those beside clients who ask for nothing (the control), and repeat it.
"""

import csv
import io
import itertools
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from struct import pack
from urllib.parse import quote, urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = [2, 4, 8]
SECONDS = 6.0
MAX_SECONDS = 300  # until the site answers, and for one answer
THINKS = 0.05  # seconds between two pages of the reader
BAR = 1000  # milliseconds that the reader waits at most, for 95 of 100 pages
PEOPLE = 200  # so many that none reaches the limits of uploads
CONTROL = "nothing (control)"
FORM = "application/x-www-form-urlencoded"
MAX_TEXT_LENGTH = 20_000  # characters of a description
MAX_SEARCH_LENGTH = 200  # characters of its words
PREPARE = f"""
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from jobboard.accounts.models import User
from jobboard.listings.models import Company, Listing, Membership
from roles.models import Comparison

people = []
for number in range({PEOPLE}):
    user = User.objects.create_user(f"person{{number}}@example.com", None)
    company = Company.objects.create(name=f"Works {{number}}", slug=f"works-{{number}}")
    Membership.objects.create(user=user, company=company, part="owner")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    people.append([session.session_key, company.pk])
job = Listing.objects.live()[:1].get()
comparison = Comparison.objects.published()[:1].get()
pages = ["/jobs/", job.get_absolute_url(), comparison.get_absolute_url()]
print(json.dumps({{"people": people, "pages": pages, "job": job.pk}}))
"""


@dataclass(frozen=True)
class Answer:
    status: int  # 0 where the connection broke
    session: str


class Site:
    """A site that runs, and what a client knows of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.csrf = ""
        self.pages: list[str] = []
        self.people: list[tuple[str, int]] = []
        self.job = 0

    def send(
        self, method: str, path: str, body: bytes = b"", *, kind: str = FORM, session: str = ""
    ) -> Answer:
        cookies = f"csrf_{self.port}={self.csrf}"
        if session:
            cookies += f"; session_{self.port}={session}"
        headers = {
            "Accept-Encoding": "gzip",
            "Content-Type": kind,
            "Cookie": cookies,
            "X-Forwarded-For": new_network(),
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=MAX_SECONDS)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            return Answer(0, "")
        finally:
            connection.close()
        cookies = " ".join(response.headers.get_all("Set-Cookie", []))
        if found := re.search(rf"csrf_{self.port}=(\w+)", cookies):
            self.csrf = self.csrf or found[1]
        started = re.search(rf"session_{self.port}=(\w+)", cookies)
        return Answer(response.status, started[1] if started else "")

    def post(self, path: str, values: dict[str, object], session: str = "") -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **values}).encode()
        return self.send("POST", path, body, session=session)

    def upload(
        self, path: str, name: str, content: bytes, session: str, **values: object
    ) -> Answer:
        between = "-" * 20 + "neighbours"
        fields = {"csrfmiddlewaretoken": self.csrf, **values}
        body = "".join(
            f'--{between}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ).encode()
        body += f'--{between}\r\nContent-Disposition: form-data; name="{name}"; '.encode()
        body += b'filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n' + content
        body += f"\r\n--{between}--\r\n".encode()
        kind = f"multipart/form-data; boundary={between}"
        return self.send("POST", path, body, kind=kind, session=session)


NUMBERS = itertools.count()  # threads may ask at once for the next one, which no generator allows


def new_network() -> str:
    """An address in a network of its own, of those that nobody has."""
    number = next(NUMBERS)
    return f"2001:db8:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}::1"


# --- The site -------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_site(folder: str) -> Iterator[Site]:
    site = Site(free_port())
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": folder,
        "PORT": str(site.port),
        "TRUSTED_PROXIES": "1",  # the clients say from which network they come
    }
    if database := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = database
    manage = [sys.executable, str(ROOT / "manage.py")]
    with Path(folder, "log").open("w") as log:
        server = subprocess.Popen(
            [*manage, "serve"], env=environment, stdout=log, stderr=log, cwd=ROOT
        )
    try:
        if not is_ready(site, server):
            sys.exit(f"The site did not start.\n{Path(folder, 'log').read_text()}")
        prepared = subprocess.run(
            [*manage, "shell", "--no-imports", "-c", PREPARE],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        known = json.loads(prepared.stdout)
        site.people, site.pages, site.job = known["people"], known["pages"], known["job"]
        site.send("GET", "/post/")
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(MAX_SECONDS)


def is_ready(site: Site, server: subprocess.Popen) -> bool:
    give_up_at = time.monotonic() + MAX_SECONDS
    while server.poll() is None and time.monotonic() < give_up_at:
        if site.send("GET", "/healthz/ready").status == 200:
            return True
        time.sleep(0.5)
    return False


# --- What costs most ------------------------------------------------------------------------------


def text_of(signs: str, length: int = MAX_TEXT_LENGTH) -> str:
    return (signs * length)[:length]


MARKS = "a" + "\u0345" * (MAX_TEXT_LENGTH // 2) + "\u0334" * (MAX_TEXT_LENGTH // 2 - 1)
TEXTS = {
    "marks": MARKS,
    "brackets": text_of("![["),
    "stars": text_of("*a_"),
    "lines": text_of("Python\n"),
}


def job_form(text: str) -> dict[str, object]:
    return {
        "submission": uuid4(),
        "version": 1,
        "company_name": "Acme",
        "email": f"person{next(NUMBERS)}@acme.example",
        "title": "Senior Data Engineer",
        "place": "Munich, Germany",
        "pay_note": "By tariff.",
        "apply_url": "https://careers.acme.example/jobs/1",
        "description": text,
    }


def preview(site: Site, text: str) -> Answer:
    """The form of a first job, and the page that shows it."""
    sent = site.post("/post/", job_form(text))
    if sent.status != 302:
        return sent
    return site.send("GET", "/post/preview/", session=sent.session)


def search_address() -> str:
    """A search by as many words as one may hold, which nobody asked for yet."""
    number = next(NUMBERS)
    words = (
        f"pythn enginer datta {number} python sql spark machine learning engineer data scientist"
    )
    typed = " ".join([words] * 3)[:MAX_SEARCH_LENGTH]
    return f"q={quote(typed)}&salary_from={number}"


def csv_file() -> bytes:
    """As many jobs as a file may have, and as much text as fits."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "title", "description", "places", "apply_url", "pay_text"])
    for number in range(4_900):
        row = [number, f"Senior Data Engineer {number}", "Python, SQL and Spark. " * 14]
        writer.writerow([*row, "Munich, Germany", f"https://a.example/{number}", "50,000 EUR"])
    return text.getvalue().encode()[: 2 * 2**20]


def picture() -> bytes:
    """A PNG of 4 million pixels, just below 1 MB."""
    side = 2_000
    rows = Random(1).randbytes(side * 3)  # noqa: S311 (the same in each run)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\x00" + rows[n % 97 :] + rows[: n % 97] for n in range(side))
    head = pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def reading_requests(site: Site) -> dict[str, Callable[[], Answer]]:
    """What anybody may read that costs most: searches, files and the API, each asked for anew."""
    comparison = site.pages[2].strip("/")
    role = comparison.removeprefix("compare/").partition("-vs-")[0]
    addresses = {
        "a search by many words": lambda: f"/jobs/?{search_address()}",
        "jobs.csv": lambda: f"/jobs.csv?salary_from={next(NUMBERS)}",
        "jobs.json": lambda: f"/jobs.json?salary_from={next(NUMBERS)}",
        "the feed of a search": lambda: f"/jobs/feed/?{search_address()}",
        "salaries.csv": lambda: "/salaries.csv",
        "a comparison.csv": lambda: f"/{comparison}.csv",
        "a role.json": lambda: f"/roles/{role}.json",
        "API: 100 jobs, all counts": lambda: (
            f"/api/v1/listings?facets=1&per_page=100&salary_from={next(NUMBERS)}"
        ),
        "API: words, all counts": lambda: f"/api/v1/listings?facets=1&{search_address()}",
        "API: a comparison": lambda: f"/api/v1/comparisons/{comparison.removeprefix('compare/')}",
        "API: companies": lambda: "/api/v1/companies?per_page=100",
        "API: a salary": lambda: f"/api/v1/salaries/{role}",
    }
    return {
        name: lambda address=address: site.send("GET", address())
        for name, address in addresses.items()
    }


def requests(site: Site) -> dict[str, Callable[[], Answer]]:
    people = itertools.cycle(site.people)
    jobs, logo = csv_file(), picture()

    def send_jobs() -> Answer:
        session, company = next(people)
        return site.upload("/recruit/upload/", "file", jobs, session, company=company)

    def send_logo() -> Answer:
        session, company = next(people)
        return site.upload(f"/recruit/companies/{company}/logo/", "logo", logo, session)

    def post_everywhere() -> Answer:
        """Each field of a form as long as the form may be, none of which fits."""
        share = MARKS[:2_500]
        return site.post("/post/", dict.fromkeys(job_form(""), share))

    def sign_in() -> Answer:
        sent = {"login": f"person{next(NUMBERS)}@example.org", "password": "not the password"}
        return site.post("/accounts/login/", sent)

    named: dict[str, Callable[[], Answer]] = {
        CONTROL: lambda: site.send("GET", "/healthz/live"),
    }
    named |= {
        f"a first job full of {name}": lambda text=text: preview(site, text)
        for name, text in TEXTS.items()
    }
    return named | {
        "advice on such a text": lambda: site.post("/post/advice/", job_form(TEXTS["lines"])),
        "a form too long everywhere": post_everywhere,
        "a report full of marks": lambda: site.post(
            f"/report/{site.job}/", {"reason": "scam", "text": MARKS[:2_000]}
        ),
        **reading_requests(site),
        "a password": sign_in,
        "a file of 4,900 jobs": send_jobs,
        "a logo of 4 million pixels": send_logo,
    }


# --- Measuring ------------------------------------------------------------------------------------


def read_pages(site: Site, seconds: float) -> list[float]:
    """Milliseconds that each page took."""
    waits = []
    pages = itertools.cycle(site.pages)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        answer = site.send("GET", next(pages))
        waits.append((time.perf_counter() - start) * 1000)
        if answer.status != 200:
            waits[-1] = float("inf")
        time.sleep(THINKS)
    return waits


@contextmanager
def clients(count: int, request: Callable[[], Answer]) -> Iterator[Counter]:
    """So many who ask again as soon as they have their answer; counts the answers."""
    over, statuses = threading.Event(), Counter[int]()

    def ask() -> None:
        while not over.is_set():
            statuses[request().status] += 1

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


def measure(site: Site, name: str, request: Callable[[], Answer], seconds: float) -> list[float]:
    """Prints a line for each number of clients; the p95 beside each."""
    slowest = []
    alone = read_pages(site, seconds)
    request()  # what is made once
    for count in CLIENTS:
        with clients(count, request) as statuses:
            beside = read_pages(site, seconds)
        median, most = statistics.median(beside), p95(beside)
        ratio, most_ratio = median / statistics.median(alone), most / p95(alone)
        answers = " ".join(f"{status}:{times}" for status, times in sorted(statuses.items()))
        print(
            f"{name:28}{count:3}{statistics.median(alone):7.0f}{p95(alone):6.0f}"
            f"{median:8.0f}{most:7.0f}{ratio:7.1f}x{most_ratio:6.1f}x"
            f"{'  over the bar ' if most > BAR else '  '}{answers}",
            flush=True,
        )
        slowest.append(most)
    return slowest


def main(seconds: float, only: str) -> None:
    with tempfile.TemporaryDirectory() as folder, running_site(folder) as site:
        print(f"{'':31}{'alone, ms':>13}{'beside, ms':>15}{'ratio':>15}")
        print(f"{'beside':28}{'':3}{'p50':>7}{'p95':>6}{'p50':>8}{'p95':>7}{'p50':>8}{'p95':>7}")
        slowest = []
        for name, request in requests(site).items():
            if only in name or name == CONTROL:
                slowest += measure(site, name, request, seconds)
        print(f"\nslowest p95 {max(slowest):.0f} ms, load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "", ""]
    main(float(arguments[0] or SECONDS), arguments[1])

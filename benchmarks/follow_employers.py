"""From an empty site to public jobs: the minutes and clicks that following fifty employers takes,
and how politely they are asked.

    python benchmarks/follow_employers.py [SECONDS]

A server on this machine plays the boards of the directory, over TLS; no request leaves it. Some are
gone, slow, HTML, cut off in the middle or too large. Two workers fetch, as two machines would. It
ends when each board was asked, or after SECONDS. Everything is made in a throw-away folder.
"""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
FIND = "/admin/listings/feed/find-employers/"
WANTED = 200  # relevant jobs that are public
SLOW = 8  # seconds
TOO_LARGE = 21 * 2**20  # bytes
FAULTS = ["gone", "gone", "slow", "HTML", "half", "huge"]  # twice, of the first boards
TITLES = [
    "Machine Learning Engineer",
    "Senior Data Scientist",
    "Data Engineer",
    "Research Engineer, Large Language Models",
    "MLOps Engineer",
    "Applied AI Engineer",
    "Account Executive",
    "Office Manager",
    "Payroll Specialist",
    "Recruiter",
]
TEXT = (
    "<p>You train and run machine learning models in production with Python and PyTorch.</p>"
    "<ul><li>Five years of machine learning</li><li>SQL and data pipelines</li></ul>"
)
TEXT_OF_OTHERS = "<p>You look after our customers and partners, and report on what you sold.</p>"


# --- The boards -----------------------------------------------------------------------------------


class Boards(ThreadingHTTPServer):
    """Answers for every host; counts what is asked of each, and how much at once."""

    daemon_threads = True

    def __init__(self, certificate: str) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        self.faults: dict[str, str] = {}
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.at_once: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Board)

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        return self.tls.wrap_socket(plain, server_side=True), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who finds an answer too large hangs up."""

    @contextmanager
    def counted(self, host: str) -> Iterator[None]:
        with self.lock:
            self.asked[host].append(time.monotonic())
            self.at_once[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.at_once[host])
        try:
            yield
        finally:
            with self.lock:
                self.at_once[host] -= 1


class Board(BaseHTTPRequestHandler):
    server: Boards

    def do_GET(self) -> None:
        host = self.headers["Host"]
        with self.server.counted(host):
            self.answer(f"https://{host}{self.path}")

    def answer(self, address: str) -> None:
        fault = self.server.faults.get(address, "")
        data = jobs_at(address)
        if fault == "slow":
            time.sleep(SLOW)
        if fault == "HTML":
            data = b"<!doctype html><title>Careers</title><p>We moved.</p>"
        if fault == "huge":
            data = b" " * TOO_LARGE
        self.send_response(404 if fault == "gone" else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(data[: len(data) // 2] if fault == "half" else data)

    def log_message(self, format: str, *values: Any) -> None:
        pass


def jobs_at(address: str) -> bytes:
    parts = urlsplit(address)
    board = parts.path.strip("/").split("/")[-2 if "greenhouse" in parts.netloc else -1]
    rows = [row_of(parts.netloc, board, number) for number in range(len(TITLES))]
    return json.dumps(rows if "lever" in parts.netloc else {"jobs": rows}).encode()


def row_of(host: str, board: str, number: int) -> dict:
    title = TITLES[number]
    text = TEXT if number < 6 else TEXT_OF_OTHERS
    key, page = f"{board}-{number}", f"https://jobs.example.com/{board}/{number}"
    if "greenhouse" in host:
        return {
            "id": f"{abs(hash(key))}",
            "title": title,
            "absolute_url": page,
            "location": {"name": "Berlin, Germany"},
            "content": text,
        }
    if "lever" in host:
        return {
            "id": key,
            "text": title,
            "hostedUrl": page,
            "applyUrl": page,
            "description": text,
            "categories": {"location": "Berlin, Germany"},
        }
    return {
        "id": key,
        "title": title,
        "jobUrl": page,
        "applyUrl": page,
        "isListed": True,
        "location": "Berlin, Germany",
        "descriptionHtml": text,
    }


def certificate_in(folder: str) -> str:
    file = f"{folder}/boards.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=boards.example"
    subprocess.run(
        [*command.split(), "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True
    )
    Path(file).write_text(Path(file).read_text() + Path(f"{file}.crt").read_text())
    return file


def lead_to(server: Boards) -> None:
    """Every host is this server, whatever its certificate says."""
    from jobboard.feeds import download

    def trusting() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    download._resolve_public_address = lambda host: (socket.AF_INET, server.server_address)
    ssl.create_default_context = trusting  # type: ignore[assignment]


# --- The site -------------------------------------------------------------------------------------


def signed_in() -> Any:
    from django.conf import settings
    from django.test import Client

    from jobboard.accounts.models import User

    user = User.objects.create_superuser("admin@example.com", "only-for-a-benchmark")
    client = Client(headers={"host": urlsplit(settings.SITE_URL).netloc})
    client.force_login(user)
    return client


def faults_of(keys: list[str]) -> dict[str, str]:
    """By address: two of each fault of FAULTS, among the first of ``keys``."""
    from jobboard.feeds.boards.employers import employers
    from jobboard.feeds.following import board_in

    address_of = {":".join(board_in(one)): one.source.api for one in employers()}
    return {address_of[key]: fault for key, fault in zip(keys, FAULTS * 2, strict=False)}


def work(stop: threading.Event, name: str) -> None:
    from django.db import OperationalError

    from jobboard.feeds.fetching import enqueue_due_feeds
    from jobboard.site.worker import work_on_next

    while not stop.is_set():
        with suppress(OperationalError):
            if not work_on_next("slow", name):
                enqueue_due_feeds()
                stop.wait(0.5)


def main(folder: str, most_seconds: float) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from jobboard.listings.models import Feed, Listing

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_starter", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    server = Boards(certificate_in(folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lead_to(server)
    client = signed_in()

    start = time.monotonic()
    for click in ("/admin/listings/feed/", FIND):  # the list of feeds, then “Find employers”
        page = client.get(click)
    keys = re.findall('name="shown" value="([^"]+)"', page.content.decode())
    server.faults = faults_of(keys)
    clicked = time.monotonic()
    client.post(FIND, {"follow_shown": "1", "shown": keys})
    print(f"3 clicks; following {len(keys)} took {time.monotonic() - clicked:.2f} s.")

    stop = threading.Event()
    workers = [threading.Thread(target=work, args=[stop, f"worker-{n}"]) for n in (1, 2)]
    for worker in workers:
        worker.start()
    enough = 0.0
    while time.monotonic() - start < most_seconds:
        public = Listing.objects.live().filter(company__is_demo=False).count()
        if public >= WANTED and not enough:
            enough = time.monotonic() - start
            print(f"{WANTED} relevant jobs were public after {enough / 60:.1f} minutes.")
        if enough and not Feed.objects.filter(last_success_at=None, failing_since=None).exists():
            break
        time.sleep(0.5)
    stop.set()
    for worker in workers:
        worker.join()
    show(client, server, time.monotonic() - start)


def show(client: Any, server: Boards, seconds: float) -> None:
    from jobboard.listings.models import Feed, Listing

    print(f"All boards were asked after {seconds / 60:.1f} minutes.")
    jobs = Listing.objects.filter(company__is_demo=False)
    print(f"{jobs.live().count()} of {jobs.count()} jobs are public.")
    page = client.get(FIND).content.decode()
    states = re.findall('/admin/listings/feed/\\d+/change/">([^<]+)<', page)
    print("States shown:", dict(Counter(states)))
    for problem in sorted(set(Feed.objects.exclude(problem="").values_list("problem", flat=True))):
        print(f"  {problem}")
    print(f"{'host':28}{'requests':>9}{'most at once':>14}{'least gap, s':>14}")
    for host, moments in server.asked.items():
        gaps = [after - before for before, after in pairwise(moments)]
        most = server.most_at_once[host]
        print(f"{host:28}{len(moments):9}{most:14}{min(gaps, default=0):14.1f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "SECRET_KEY": "benchmark"}
        main(folder, float(sys.argv[1]) if len(sys.argv) > 1 else 900)

"""People who read and programs that post while something fails, each from an own address."""

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, cycle

from tests.real_site import RealSite
from tests.reliability import IS_WHOLE
from tests.waiting import MAX_SECONDS, wait_until

SITE = "jobs.example"
# Between two requests of a visitor: without it, whoever waits for something else waits longer.
A_MOMENT = 0 if IS_WHOLE else 0.05
NUMBERS = count()  # of jobs that are posted: a second post of one would only change it
HTTPS = ssl._create_unverified_context()  # noqa: S323

MAKE_TOKENS = """
import json
from jobboard.recruiting import api_tokens
from tests.factories import MembershipFactory

tokens = {}
for number in range(%d):
    owner = MembershipFactory(company__slug=f"w-{number}", user__email=f"w{number}@acme.example")
    give = dict(company=owner.company, name="Load", scope="write", days=30, by=owner.user)
    tokens[number] = [api_tokens.make(**give)[1] for _ in range(10)]
print(json.dumps(list(tokens.values())))
"""


def make_tokens(site: RealSite, companies: int) -> list[list[str]]:
    """Ten for each of so many new companies: a token may only post so often in a minute."""
    return json.loads(
        site.run("shell", "--no-imports", "-c", MAKE_TOKENS % companies).splitlines()[-1]
    )


@dataclass
class Answer:
    status: int
    """0 if there was none."""
    seconds: float
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Door:
    """Where the site is asked: nginx, or a web server itself."""

    port: int
    is_https: bool = True

    def ask(self, path: str, method="GET", body=None, headers=None, visitor=1) -> Answer:
        began = time.monotonic()
        headers = {"Host": SITE, **(headers or {})}
        if not self.is_https:  # as a proxy says it
            forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": f"127.0.0.{visitor}"}
            headers |= forwarded
        options = {"timeout": MAX_SECONDS, "source_address": (f"127.0.0.{visitor}", 0)}
        if self.is_https:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, context=HTTPS, **options
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, **options)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read()
            return Answer(
                response.status, time.monotonic() - began, text, dict(response.getheaders())
            )
        except (OSError, http.client.HTTPException):
            return Answer(0, time.monotonic() - began)
        finally:
            connection.close()


class Visitor(threading.Thread):
    """Asks again and again until it is told to stop; ``failures`` are (when, status)."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self.ask, self.is_done = ask, False
        self.answered, self.failures, self.slowest = 0, [], 0.0

    def run(self) -> None:
        while not self.is_done:
            answer = self.ask()
            self.slowest = max(self.slowest, answer.seconds)
            if answer.status == 429:  # asks more often than one may
                time.sleep(0.2)
            elif answer.status and answer.status < 400:
                self.answered += 1
                time.sleep(A_MOMENT)
            else:
                self.failures.append((time.monotonic(), answer.status))
                time.sleep(0.02)


class Reader(Visitor):
    def __init__(
        self, door: Door, visitor: int, paths=("/jobs/", "/", "/roles/", "/api/v1/listings")
    ):
        pages = cycle(paths)
        super().__init__(lambda: door.ask(next(pages), visitor=visitor))


class Writer(Visitor):
    """Posts jobs of a company. ``acknowledged`` are the IDs of those that were taken."""

    def __init__(self, door: Door, visitor: int, tokens: list[str]) -> None:
        super().__init__(self.post)
        self.door, self.visitor, self.tokens = door, visitor, cycle(tokens)
        self.acknowledged: list[str] = []

    def post(self) -> Answer:
        name = f"{self.visitor}-{next(NUMBERS)}"
        job = {
            "external_id": name,
            "title": f"Data Engineer {name}",
            "description": "You build pipelines in Python. Full-time.",
            "places": [{"text": "Lisbon, Portugal", "workplace": "hybrid", "hybrid_days": 2}],
            "salary": {"min": 60000, "max": 75000, "currency": "EUR", "period": "year"},
            "apply_url": "https://acme.example/jobs/42/apply",
        }
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {next(self.tokens)}",
        }
        answer = self.door.ask(
            "/api/v1/company/jobs", "POST", json.dumps(job), headers, self.visitor
        )
        if answer.status == 201:
            self.acknowledged.append(name)
        return answer


class Load:
    """Visitors who are there as long as the block lasts."""

    def __init__(self, *visitors: Visitor) -> None:
        self.visitors = visitors

    def __enter__(self) -> "Load":
        for visitor in self.visitors:
            visitor.start()
        self.wait_for_more()
        return self

    def __exit__(self, *_) -> None:
        for visitor in self.visitors:
            visitor.is_done = True
        for visitor in self.visitors:
            visitor.join(MAX_SECONDS)

    def wait_for_more(self, answers: int = 3) -> None:
        """Until each was answered so many times more. No failure of ours is a refusal."""
        wanted = {visitor: visitor.answered + answers for visitor in self.visitors}

        def were_answered() -> bool:
            assert not {status for _, status in self.failures if 400 <= status < 500}
            return all(visitor.answered >= number for visitor, number in wanted.items())

        wait_until(were_answered, every=0.02)

    @property
    def answered(self) -> int:
        return sum(visitor.answered for visitor in self.visitors)

    @property
    def failures(self) -> list[tuple[float, int]]:
        return sorted(failure for visitor in self.visitors for failure in visitor.failures)

    @property
    def acknowledged(self) -> set[str]:
        writers = [visitor for visitor in self.visitors if isinstance(visitor, Writer)]
        return {name for writer in writers for name in writer.acknowledged}


def lost(acknowledged: set[str], run_sql: Callable[[str], list[tuple]]) -> set[str]:
    """Acknowledged jobs that are not there, and those of which a half is there."""
    posted = run_sql(POSTED_JOBS)
    halves = {name for name, is_whole in posted if not is_whole}
    return (acknowledged - {name for name, _ in posted}) | halves


# Each job that writers posted, and whether all that belongs to one is there.
POSTED_JOBS = """
SELECT external_id, status = 'in_review' AND EXISTS (
    SELECT 1 FROM listings_listingplace place WHERE place.listing_id = listings_listing.id
) AND EXISTS (
    SELECT 1 FROM listings_listingevent event
    WHERE event.listing_id = listings_listing.id AND event.kind = 'submitted'
)
FROM listings_listing WHERE title = 'Data Engineer ' || external_id
"""

"""Another process that works on the database under test, as a web process or an index writer of the
site does.

Tests start one as a ``Worker``; the functions below it are what such a process does.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.listings import lifecycle
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Listing, Membership
from jobboard.search.find import Criteria, search
from jobboard.search.index import output, reading, writing
from jobboard.search.words import Piece, Word
from tests.waiting import MAX_SECONDS


class Worker(subprocess.Popen):
    """Does ``what``, a function of this module, on a machine whose index is in ``data_dir``; else
    with the index under test.
    """

    def __init__(self, what: str, environment, data_dir: Path | None = None):
        code = f"from tests.search import search_worker; search_worker.{what}()"
        data = {
            "DATA_DIR": str(data_dir or settings.SEARCH_FOLDER.parent),
            "DJANGO_SETTINGS_MODULE": "jobboard.settings",
        }
        super().__init__(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=settings.BASE_DIR,
            env={**environment, **data},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __exit__(self, *raised):
        self.kill()
        super().__exit__(*raised)

    def read(self) -> str:
        line = self.stdout.readline().strip()
        assert line, f"The worker ended ({self.wait()})."
        return line

    def read_until(self, line: str, times: int = 1) -> None:
        for _ in range(times):
            while self.read() != line:
                pass

    def ask(self, what: str) -> str:
        print(what, file=self.stdin, flush=True)
        return self.read()


def say(line: object) -> None:
    print(line, flush=True)


def found(words: str = "") -> list[int]:
    """The ids a search gives, in their order."""
    return sorted(search(Criteria(words=words), limit=1000).ids)


def publish(title: str) -> Listing:
    """By the one person who acts for a company."""
    person, company = User.objects.get(), Membership.objects.get().company
    draft = lifecycle.create_draft(
        company=company, content=content(title), submission=uuid4(), by=person
    )
    lifecycle.submit_listing(listing=draft, by=person)
    return lifecycle.publish_listing(listing=draft, by=person)


def content(title: str) -> ListingContent:
    return ListingContent(
        title=title, description="Work with data.", apply_url="https://careers.company.example/1"
    )


# --- What a process does --------------------------------------------------------------------------


def serve() -> None:
    """Publish the title of each line of the input, or, for an empty one, say which ids are
    found.
    """
    signal.alarm(MAX_SECONDS)
    for line in sys.stdin:
        title = line.strip()
        say(publish(title).pk if title else found())


def write() -> None:
    """Write the index. Says "waits" when there is another writer, and "commits" before a change is
    committed.
    """
    signal.alarm(MAX_SECONDS)
    make_position = output.position_document

    def make_and_say(position):
        say("commits")
        return make_position(position)

    output.position_document = make_and_say
    writing.logger.info = lambda message: say("waits")
    writing.follow()


def fork() -> None:
    """Open the index, fork, and let the child say how many listings it holds for each line of the
    input.
    """
    signal.alarm(MAX_SECONDS)
    say(reading.snapshot().listing_count)
    if os.fork() == 0:
        signal.alarm(MAX_SECONDS)
        for _ in iter(sys.stdin.readline, ""):
            say(reading.snapshot().listing_count)
        os._exit(0)
    os.wait()


def go_deep() -> None:
    """Ask the index for more than there can be, in both of its ways to sort."""
    far = 10**15
    by_relevance = Criteria(words="work", sort="relevance")
    # Otherwise they are read from the database.
    vars(by_relevance)["pieces"] = [Piece((Word("work", ("work",)),))]
    for criteria in (Criteria(), by_relevance):
        say(reading.snapshot().search(criteria, timezone.now(), offset=far, limit=far).total)

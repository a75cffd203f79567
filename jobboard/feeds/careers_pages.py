"""Whether an employer's own website links to the board that its jobs come from."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urljoin

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_tasks import task

from jobboard.common.hosts.domains import host_of, is_under, registrable, why_worthless
from jobboard.common.tasks import SLOW
from jobboard.common.text.words import fold
from jobboard.listings.models import Company, Feed

from .boards.employers import employers
from .detection.pages import LOOKS_LIKE_JOBS, read, sources_in
from .download import FetchError, fetch
from .following import Board, followed_board

MAX_PAGES = 3  # the first page of the website, and what it links to about jobs
MAX_PAGE_BYTES = 2 * 2**20  # bytes
SECONDS = 15  # for each page
LOOKED_AT_ANEW_AFTER = timedelta(days=30)
AT_ONCE = 20  # companies of one turn


def enqueue_checks() -> bool:
    """Look at some websites that were not looked at lately; True where others are due."""
    feeds = Feed.objects.filter(company=OuterRef("pk"), ended_at=None)
    long_ago = timezone.now() - LOOKED_AT_ANEW_AFTER
    due = Company.objects.public().filter(Exists(feeds), is_demo=False).exclude(website="")
    due = due.filter(Q(website_looked_at=None) | Q(website_looked_at__lt=long_ago))
    pks = list(due.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    for pk in pks[:AT_ONCE]:
        Company.objects.filter(pk=pk).update(website_looked_at=timezone.now())
        look_for_board.enqueue(company_id=pk)
    return len(pks) > AT_ONCE


@task(queue_name=SLOW)
def look_for_board(company_id: int) -> None:
    """Note when the website was seen to link to a board of the company; not where it is no longer.
    A site that did not answer says nothing.
    """
    company = Company.objects.public().filter(pk=company_id).first()
    if company is None or not _is_its_own_website(company):
        return
    feeds = Feed.objects.filter(company=company, ended_at=None)
    boards = {
        followed_board(kind, address) for kind, address in feeds.values_list("kind", "address")
    }
    try:
        is_linked = any(board in boards for board in boards_linked_from(company.website))
    except FetchError:
        return
    seen_at = timezone.now() if is_linked else None
    Company.objects.filter(pk=company.pk, website=company.website).update(careers_seen_at=seen_at)


def _is_its_own_website(company: Company) -> bool:
    """Not what somebody who has proven nothing typed: their page could link to anybody's board."""
    domain = registrable(company.domain)
    if not domain or why_worthless(company.domain):
        return False
    if company.verified_by:
        return True
    listed = (one for one in employers() if fold(one.name) == fold(company.name))
    return any(registrable(host_of(one.website)) == domain for one in listed)


def boards_linked_from(website: str) -> Iterator[Board]:
    """Of its first page, and of pages about jobs that it links to. Raises FetchError where the
    first does not answer.
    """
    first = _page_at(website)
    html = read(first)
    yield from _boards_in(first, website)
    domain = registrable(host_of(website))
    links = (_joined(website, link) for link in html.links if LOOKS_LIKE_JOBS.search(link))
    own = (link for link in links if is_under(host_of(link), domain))
    for link in list(dict.fromkeys(own))[: MAX_PAGES - 1]:
        try:
            text = _page_at(link)
        except FetchError:
            continue
        yield from _boards_in(text, link)


def _joined(website: str, link: str) -> str:
    """'' for what is no address."""
    try:
        return urljoin(website, link)
    except ValueError:
        return ""


def _page_at(address: str) -> str:
    answer = fetch(address, largest=MAX_PAGE_BYTES, seconds=SECONDS)
    return answer.data.decode("utf-8", "replace")


def _boards_in(html: str, address: str) -> Iterator[Board]:
    for source in sources_in(read(html), address):
        if source.board:
            yield source.kind, source.board.lower()

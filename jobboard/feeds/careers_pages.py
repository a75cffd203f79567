"""Checks whether an employer's own website links to the board that its jobs come from."""

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
from .detection.pages import LOOKS_LIKE_JOBS, find_sources, read
from .download import FetchError, fetch
from .following import Board, followed_board

MAX_PAGES = 3  # the first page of the website, and what it links to about jobs
MAX_PAGE_BYTES = 2 * 2**20  # bytes
TIMEOUT_SECONDS = 15  # for each page
CHECK_INTERVAL = timedelta(days=30)
AT_ONCE = 20  # companies in one run


def enqueue_checks() -> bool:
    """Check some websites that were not checked lately. Returns whether more are due."""
    feeds = Feed.objects.filter(company=OuterRef("pk"), ended_at=None)
    long_ago = timezone.now() - CHECK_INTERVAL
    due = Company.objects.public().filter(Exists(feeds), is_demo=False).exclude(website="")
    due = due.filter(Q(website_looked_at=None) | Q(website_looked_at__lt=long_ago))
    pks = list(due.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    for pk in pks[:AT_ONCE]:
        Company.objects.filter(pk=pk).update(website_looked_at=timezone.now())
        look_for_board.enqueue(company_id=pk)
    return len(pks) > AT_ONCE


@task(queue_name=SLOW)
def look_for_board(company_id: int) -> None:
    """Note that the website links to a board of the company, or no longer does. A site that does
    not answer changes nothing.
    """
    company = Company.objects.public().filter(pk=company_id).first()
    if company is None or not _is_its_own_website(company):
        return
    feeds = Feed.objects.filter(company=company, ended_at=None)
    boards = {followed_board(feed.kind, feed.address) for feed in feeds}
    seen_at = None
    try:
        # Stops at the first match: each page is a request.
        if any(board in boards for board in boards_linked_from(company.website)):
            seen_at = timezone.now()
    except FetchError:
        return
    Company.objects.filter(pk=company.pk, website=company.website).update(careers_seen_at=seen_at)


def _is_its_own_website(company: Company) -> bool:
    """An address that somebody typed without a proof does not count: their page could link to
    anybody's board.
    """
    domain = registrable(company.domain)
    if not domain or why_worthless(company.domain):
        return False
    if company.verified_by:
        return True
    for employer in employers():
        is_same_name = fold(employer.name) == fold(company.name)
        if is_same_name and registrable(host_of(employer.website)) == domain:
            return True
    return False


def boards_linked_from(website: str) -> Iterator[Board]:
    """Boards that its first page links to, then those of its own pages about jobs. Raises
    FetchError if the first page does not answer.
    """
    first_page = _fetch_page(website)
    yield from _boards_in(first_page, website)
    for link in _links_to_jobs(first_page, website)[: MAX_PAGES - 1]:
        try:
            page = _fetch_page(link)
        except FetchError:
            continue
        yield from _boards_in(page, link)


def _links_to_jobs(page: str, website: str) -> list[str]:
    """Links to pages of the same domain, each once."""
    domain = registrable(host_of(website))
    links: dict[str, None] = {}
    for link in read(page).links:
        if not LOOKS_LIKE_JOBS.search(link):
            continue
        address = _join_url(website, link)
        if is_under(host_of(address), domain):
            links[address] = None
    return list(links)


def _join_url(website: str, link: str) -> str:
    """'' if ``link`` is not an address."""
    try:
        return urljoin(website, link)
    except ValueError:
        return ""


def _fetch_page(address: str) -> str:
    answer = fetch(address, max_bytes=MAX_PAGE_BYTES, seconds=TIMEOUT_SECONDS)
    return answer.data.decode("utf-8", "replace")


def _boards_in(html: str, address: str) -> Iterator[Board]:
    for source in find_sources(read(html), address):
        if source.board:
            yield source.kind, source.board.lower()

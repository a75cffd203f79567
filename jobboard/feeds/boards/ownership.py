"""Finds out whether a board belongs to a company, by the domain that the company has proven.

Anybody can paste the address of anybody's board, and a website can link to one. So what the board
itself states and what we know about it count too. If nothing shows whose it is, an admin decides.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from jobboard.common.hosts.domains import exact_host, host_of, is_under, registrable
from jobboard.common.text.words import fold
from jobboard.feeds.adapters.base import FeedItem
from jobboard.feeds.detection.addresses import detect_address, domains_of_vendors
from jobboard.feeds.detection.pages import IS_HTML
from jobboard.feeds.detection.sources import DetectedSource, NotASourceError
from jobboard.feeds.following import board_in, followed_board
from jobboard.feeds.pasted import sources_on_page
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.models import Company, Feed
from jobboard.listings.trust.boards import is_board_of

from .employers import employers

# Paths of websites on which we look for a link, besides the page that was pasted.
CAREERS_PAGES = ("", "careers", "jobs")
MIN_NAME_LENGTH = 3  # shorter names are alike by chance


@dataclass(frozen=True)
class Ownership:
    """``proof`` says why the board is the company's. If it is '', ``doubt`` says what an admin has
    to check.
    """

    proof: str = ""
    doubt: str = ""


@dataclass
class Statements:
    """Counts the companies and hosts that the jobs of a board state, to tell whose they are."""

    companies: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)

    def note(self, item: FeedItem) -> None:
        if item.company:
            self.companies[item.company] += 1
        self.hosts[exact_host(item.apply_url)] += 1

    @property
    def company(self) -> str:
        """The name that most of them have; '' if they have none."""
        for name, _ in self.companies.most_common(1):
            return name
        return ""

    def are_mostly_at(self, domain: str) -> bool:
        """Whether most of their pages are on the domain."""
        on_domain = 0
        for host, count in self.hosts.items():
            if is_under(host, domain):
                on_domain += count
        return on_domain * 2 > self.hosts.total()


def find_ownership(
    source: DetectedSource, company: Company, *, pasted: str, statements: Statements
) -> Ownership:
    """Fetches pages of the company's website if it has to. ``company`` is verified."""
    domain = company.domain
    if not domain:
        return Ownership(doubt=f"{company} has no website, so nothing shows whose board this is.")
    if doubt := _claim_of_another(source, company) or _could_be_taken_for(company, statements):
        return Ownership(doubt=doubt)
    if proof := _proof_by_address(source, domain, statements):
        return Ownership(proof=proof)
    name = statements.company
    if _names_another(name, company):
        return Ownership(doubt=f"The board says that it belongs to {name[:100]}.")
    if proof := _proof_by_link_or_name(source, domain, pasted, name):
        return Ownership(proof=proof)
    return Ownership(
        doubt=f"We found no link to it on {domain}, and its name does not agree with that domain."
    )


def _could_be_taken_for(company: Company, statements: Statements) -> str:
    """The existing employer that the company looks like, as a sentence; '' if there is none.
    Whoever registers acme-careers.com owns that domain, and their page may link to the board of
    Acme. A company that our editors verified has been checked for this.
    """
    if company.verified_by == Company.VerifiedBy.ADMIN:
        return ""
    lookalikes = Lookalikes()
    for name in (company.name, statements.company, shown_name_of_domain(company.domain)):
        for likeness in lookalikes.of(name, company):
            return likeness.words
    return ""


def shown_name_of_domain(domain: str) -> str:
    """The registered part, in the letters that people see."""
    name = registrable(domain).partition(".")[0]
    try:
        return name.encode().decode("idna")
    except UnicodeError:
        return name


def _proof_by_address(source: DetectedSource, domain: str, statements: Statements) -> str:
    if is_under(exact_host(source.api), domain):
        return f"It is on {domain}."
    if statements.are_mostly_at(domain):
        return f"Its jobs have their pages on {domain}."
    return ""


def _proof_by_link_or_name(source: DetectedSource, domain: str, pasted: str, name: str) -> str:
    if _is_linked(source, domain, pasted):
        return f"A page on {domain} links to it."
    if not names_of_domain(domain).isdisjoint({plain(name), board_name(source)}):
        return f"Its name agrees with {domain}."
    return ""


def plain(name: str) -> str:
    """Lower-case letters and digits only, for comparisons."""
    return re.sub(r"[\W_]", "", fold(name))


def names_of_domain(domain: str) -> set[str]:
    """Names that a board of the domain may have: acme.ai gives acme and acmeai."""
    name, _, suffix = registrable(domain).partition(".")
    names = {plain(name), plain(name + suffix.rpartition(".")[2])}
    return {name for name in names if len(name) >= MIN_NAME_LENGTH}


def board_name(source: DetectedSource) -> str:
    """The employer's name in the address of a board; '' if it only has a host of their own.
    “eu:acme”, “acme.recruitee.com” and “acme.wd5.myworkdayjobs.com/acme/Jobs” all give acme.
    """
    board = source.board.rpartition(":")[2]
    host, slash, path = board.partition("/")
    if slash:
        return plain(path.partition("/")[0])
    if "." not in host:
        return plain(host)
    is_of_vendor = any(is_under(host, domain) for domain in domains_of_vendors())
    if is_of_vendor:
        return plain(host.partition(".")[0])
    return ""


def _names_another(stated: str, company: Company) -> bool:
    """Whether a board states a name that is neither the company's nor like its domain."""
    return bool(plain(stated)) and not is_board_of(stated, name=company.name, domain=company.domain)


def _claim_of_another(source: DetectedSource, company: Company) -> str:
    """A sentence that says who else the board belongs to as far as we know; '' if nobody."""
    board = followed_board(source.kind, source.api)
    feeds = Feed.objects.filter(kind=source.kind, ended_at=None).exclude(company=company)
    for feed in feeds.exclude(address="").select_related("company"):
        if followed_board(feed.kind, feed.address) == board:
            return f"We already import this board for {feed.company or 'a job board'}."
    for employer in employers():
        website = host_of(employer.website)
        if board_in(employer) == board and website and not _is_same_site(website, company.domain):
            return (
                f"Our directory of employers lists it as the board of {employer.name} ({website})."
            )
    return ""


def _is_same_site(host: str, other: str) -> bool:
    host = host.removeprefix("www.")
    other = other.removeprefix("www.")
    return is_under(host, other) or is_under(other, host)


def _is_linked(source: DetectedSource, domain: str, pasted: str) -> bool:
    """Whether a page of the company's website leads to the board."""
    for address in _pages_to_check(domain, pasted):
        for linked in sources_on_page(address):
            if linked.kind == source.kind and linked.board.lower() == source.board.lower():
                return True
    return False


def _pages_to_check(domain: str, pasted: str) -> Iterator[str]:
    """Each once: the pasted one first, if it is on the domain."""
    addresses: Iterable[str] = [f"https://{domain}/{page}" for page in CAREERS_PAGES]
    if not IS_HTML.match(pasted):
        with suppress(NotASourceError):
            page = detect_address(pasted)
            if page.kind == "page" and is_under(exact_host(page.api), domain):
                addresses = [page.api, *addresses]
    yield from dict.fromkeys(addresses)

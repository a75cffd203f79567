"""Whether a board is a company's own, by the domain that the company has proven.

Anybody can paste the address of anybody's board, and a website can link to one. So what the board
itself says, and what is known of it here, counts too. Where nothing shows whose it is, an admin is
asked.
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
from jobboard.feeds.detection.sources import NotASourceError, Source
from jobboard.feeds.following import board_in, followed_board
from jobboard.feeds.pasted import sources_on_page
from jobboard.listings.employers.lookalikes import Lookalikes
from jobboard.listings.models import Company, Feed
from jobboard.listings.trust.boards import is_board_of

from .employers import employers

# Where websites show their jobs, beside the page that was pasted.
CAREERS_PAGES = ("", "careers", "jobs")
# Shorter names are alike by chance.
MIN_NAME_LENGTH = 3


@dataclass(frozen=True)
class Ownership:
    """``proof`` says what shows that the board is the company's. Where it is '', ``doubt`` says
    what an admin has to look at.
    """

    proof: str = ""
    doubt: str = ""


@dataclass
class Said:
    """What the jobs of a board say about whose they are."""

    companies: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)

    def note(self, item: FeedItem) -> None:
        if item.company:
            self.companies[item.company] += 1
        self.hosts[exact_host(item.apply_url)] += 1

    @property
    def company(self) -> str:
        """The name that most of them have; '' where they have none."""
        return next((name for name, _ in self.companies.most_common(1)), "")

    def mostly_at(self, domain: str) -> bool:
        """Whether most of their pages are on the domain."""
        on_domain = sum(count for host, count in self.hosts.items() if is_under(host, domain))
        return on_domain * 2 > self.hosts.total()


def ownership_of(source: Source, company: Company, *, pasted: str, said: Said) -> Ownership:
    """Asks the company's website for its pages, if it has to. ``company`` is verified."""
    domain = company.domain
    if not domain:
        return Ownership(doubt=f"{company} has no website, so nothing shows whose board this is.")
    if doubt := _claim_of_another(source, company) or _could_be_taken_for(company, said):
        return Ownership(doubt=doubt)
    if proof := _proof_of_address(source, domain, said):
        return Ownership(proof=proof)
    if _names_another(said.company, company):
        return Ownership(doubt=f"The board says that it belongs to {said.company[:100]}.")
    if proof := _proof_of_link_or_name(source, domain, pasted, said):
        return Ownership(proof=proof)
    return Ownership(
        doubt=f"We found no link to it on {domain}, and its name does not agree with that domain."
    )


def _could_be_taken_for(company: Company, said: Said) -> str:
    """Another employer that is known here, as a sentence; '' where nothing looks like one. Whoever
    registers acme-careers.com owns that domain, and their page may link to the board of Acme. Who a
    company is that our editors vouched for was asked before.
    """
    if company.verified_by == Company.VerifiedBy.ADMIN:
        return ""
    known = Lookalikes()
    for name in (company.name, said.company, shown_name_of_domain(company.domain)):
        for likeness in known.of(name, company):
            return likeness.words
    return ""


def shown_name_of_domain(domain: str) -> str:
    """The part that was registered, in the letters that people see."""
    own = registrable(domain).partition(".")[0]
    try:
        return own.encode().decode("idna")
    except UnicodeError:
        return own


def _proof_of_address(source: Source, domain: str, said: Said) -> str:
    if is_under(exact_host(source.api), domain):
        return f"It is on {domain}."
    if said.mostly_at(domain):
        return f"Its jobs have their pages on {domain}."
    return ""


def _proof_of_link_or_name(source: Source, domain: str, pasted: str, said: Said) -> str:
    if _is_linked(source, domain, pasted):
        return f"A page on {domain} links to it."
    agrees = name_of_domain(domain) & {plain(said.company), board_name(source)}
    if agrees:
        return f"Its name agrees with {domain}."
    return ""


def plain(name: str) -> str:
    """In small letters and digits alone, to be compared."""
    return re.sub(r"[\W_]", "", fold(name))


def name_of_domain(domain: str) -> set[str]:
    """What a board of the domain may be called: acme.ai gives acme and acmeai."""
    own, _, suffix = registrable(domain).partition(".")
    names = {plain(own), plain(own + suffix.rpartition(".")[2])}
    return {name for name in names if len(name) >= MIN_NAME_LENGTH}


def board_name(source: Source) -> str:
    """The employer's name in the address of a board; '' where a host of their own is all there is.
    Of “eu:acme” and “acme.recruitee.com” it is acme, as of “acme.wd5.myworkdayjobs.com/acme/Jobs”.
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


def _claim_of_another(source: Source, company: Company) -> str:
    """Who else the board is known to belong to here, as a sentence; '' if nobody."""
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


def _is_same_site(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return is_under(one, other) or is_under(other, one)


def _is_linked(source: Source, domain: str, pasted: str) -> bool:
    """Whether a page of the company's website leads to the board."""
    same = (source.kind, source.board.lower())
    for address in _pages_of(domain, pasted):
        found = sources_on_page(address)
        if same in {(one.kind, one.board.lower()) for one in found}:
            return True
    return False


def _pages_of(domain: str, pasted: str) -> Iterator[str]:
    """Each once: the pasted one first, if it is on the domain."""
    addresses: Iterable[str] = [f"https://{domain}/{page}" for page in CAREERS_PAGES]
    if not IS_HTML.match(pasted):
        with suppress(NotASourceError):
            given = detect_address(pasted)
            if given.kind == "page" and is_under(exact_host(given.api), domain):
                addresses = [given.api, *addresses]
    yield from dict.fromkeys(addresses)

"""Finds how the words of a job, and where it sends people, can cheat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from jobboard.common.hosts.domains import (
    exact_host,
    host_of_mailbox,
    is_public_mail,
    is_shared_hosting,
    is_under,
)
from jobboard.common.text.html import plain_text
from jobboard.listings.content import ListingContent
from jobboard.listings.models import Listing

from .boards import is_board_of
from .hosts import Board, find_board, kind_of_open_host
from .texts.contacts import names_a_contact, names_on_messengers, what_host_hides, what_links_hide
from .texts.warning_words import ASKING, WarningSentence, warnings_in


@dataclass(frozen=True)
class Risk:
    """A risk in words; ``weight`` is from 1 (usually harmless) to HEAVY (look closely)."""

    weight: int
    words: str


HEAVY = 3


def first_heavy(risks: Iterable[Risk]) -> str:
    """Return what the first heavy risk says; '' if there is none."""
    for risk in risks:
        if risk.weight >= HEAVY:
            return risk.words
    return ""


@dataclass(frozen=True)
class Employer:
    """The employer who posts; ``boards`` are those of its feeds on hiring systems, in small
    letters.
    """

    name: str
    domain: str
    is_proven: bool
    boards: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class JobTexts:
    """The texts of a job; ``others`` are its further ones. ``feed_address`` is that of its feed, if
    it has one.
    """

    title: str
    html: str
    others: tuple[str, ...]
    apply_url: str
    apply_email: str
    feed_address: str = ""

    @cached_property
    def text(self) -> str:
        """A line for each block: a line end within one is a blank to whoever reads it."""
        return "\n".join([self.title, plain_text(" ".join(self.html.split())), *self.others])

    @cached_property
    def warnings(self) -> list[WarningSentence]:
        return warnings_in(self.text)


def texts_from_listing(listing: Listing, *, with_feed: bool = True) -> JobTexts:
    address = ""
    if with_feed:
        address = get_feed_address(listing)
    return _job_texts(listing, [listing.place_line], [], address)


def texts_from_content(content: ListingContent, feed_address: str) -> JobTexts:
    """Build the texts of cleaned content."""
    places = [place.text for place in content.places]
    places += [place.city for place in content.places]
    pay: list[str] = []
    for statement in content.pay:
        pay += [statement.place, statement.level]
    return _job_texts(content, places, pay, feed_address)


def _job_texts(
    job: Listing | ListingContent, places: list[str], pay: list[str], feed_address: str
) -> JobTexts:
    notes = (job.pay_note, job.eligibility_text, job.utc_note, job.client_name)
    return JobTexts(
        title=job.title,
        html=job.description_html,
        others=(*places, *notes, *pay),
        apply_url=job.apply_url,
        apply_email=job.apply_email,
        feed_address=feed_address,
    )


def get_feed_address(listing: Listing) -> str:
    if listing.feed:
        return listing.feed.address
    return ""


def risks_of_words(texts: JobTexts) -> Iterator[Risk]:
    yield from risks_of_sentences(texts.warnings)
    yield from risks_of_contacts(texts)


def _is_heavy(warning: WarningSentence) -> bool:
    """Naming a messenger is, with somebody to write to there."""
    if warning.kind == "mention":
        return names_a_contact(warning.sentence)
    return warning.kind in ASKING


def risks_of_contacts(texts: JobTexts) -> Iterator[Risk]:
    """Find risks of links that hide where they lead, and of names on messengers."""
    for sentence in what_links_hide(texts.html):
        yield Risk(HEAVY, sentence)
    for name in names_on_messengers(texts.text):
        yield Risk(HEAVY, f"The text names somebody on a messenger: “{name}”.")


def risks_of_sentences(warnings: Iterable[WarningSentence]) -> Iterator[Risk]:
    """Find risks of sentences; the same words count once."""
    weights: dict[str, int] = {}
    spellings: dict[str, str] = {}
    for warning in warnings:
        phrase = warning.words.lower()
        weights.setdefault(phrase, 2)
        if _is_heavy(warning):
            weights[phrase] = HEAVY
        spellings.setdefault(phrase, warning.words)
    for phrase, weight in weights.items():
        yield Risk(weight, f"The text contains “{spellings[phrase]}”.")


def risks_of_applying(texts: JobTexts, employer: Employer) -> Iterator[Risk]:
    if texts.apply_email:
        yield from _by_email(texts.apply_email, employer)
        return
    host = exact_host(texts.apply_url)
    sentence = what_host_hides(host, "Applications go to")
    if sentence:
        yield Risk(HEAVY, sentence)
        return
    board = find_board(texts.apply_url)
    if board is None:
        yield from _on_a_host(host, employer, texts)
    elif not is_own_board(board, employer, texts.feed_address):
        yield from _on_a_board(board, employer)


def _by_email(email: str, employer: Employer) -> Iterator[Risk]:
    host = host_of_mailbox(email)
    weight = 2
    if employer.domain:
        weight = HEAVY  # as of a link to another host
    if is_public_mail(host):
        yield Risk(weight, f"Applications go to an address at {host}, which anyone can create.")
    elif employer.domain and not is_under(host, employer.domain):
        yield Risk(
            weight,
            f"Applications go to an address at {host}, "
            f"but the company’s domain is {employer.domain}.",
        )


def _on_a_host(host: str, employer: Employer, texts: JobTexts) -> Iterator[Risk]:
    """A host of no hiring system."""
    if kind_of_open_host(host) == "form":
        yield Risk(HEAVY, f"Applications go to a form at {host}, which anyone can create.")
    elif is_shared_hosting(host):
        yield Risk(HEAVY, f"Applications go to {host}, where anyone can have a page.")
    elif not employer.domain:
        yield Risk(
            1,
            f"Applications go to {host}, and the company has no website to compare it with.",
        )
    elif not is_under(host, employer.domain) and not _is_of_feed(host, texts):
        yield Risk(
            HEAVY, f"Applications go to {host}, but the company’s domain is {employer.domain}."
        )


def _is_of_feed(host: str, texts: JobTexts) -> bool:
    return bool(texts.feed_address) and host == exact_host(texts.feed_address)


def is_own_board(board: Board, employer: Employer, feed_address: str) -> bool:
    """The feed's own, one of the company's, or one called like the company."""
    source = find_board(feed_address)
    if source and source.system == board.system and get_key(source) == get_key(board):
        return True
    if not board.is_system or not board.board:
        return False
    if get_key(board) in employer.boards:
        return True
    return is_board_of(board.board, name=employer.name, domain=employer.domain)


def get_key(board: Board) -> tuple[str, str]:
    return board.system, board.board.lower()


def _on_a_board(board: Board, employer: Employer) -> Iterator[Risk]:
    if not board.is_system:
        yield Risk(2, f"Applications go to {board.system}, a job board.")
    elif not board.board:
        yield Risk(1, f"Applications go to {board.system}. The link does not say to whose board.")
    else:
        yield Risk(
            HEAVY,
            f"Applications go to the board “{board.board}” on {board.system}, "
            f"which is not called like {employer.name}.",
        )

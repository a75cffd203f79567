"""What a job says, as far as it can cheat: risks of its words and of where it sends people."""

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

from .boards import is_board_of
from .hosts import Board, board_of, kind_of_open_host
from .texts.contacts import names_a_contact, names_on_messengers, what_host_hides, what_links_hide
from .texts.warning_words import ASKING, WarningSentence, warnings_in


@dataclass(frozen=True)
class Risk:
    """``weight`` from 1 (usually harmless) to HEAVY (look closely)."""

    weight: int
    words: str


HEAVY = 3


@dataclass(frozen=True)
class Employer:
    """Who posts: ``boards`` are those of its feeds on hiring systems, in small letters."""

    name: str
    domain: str
    is_proven: bool
    boards: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Said:
    """``others`` are its further texts. ``feed_address`` is that of its feed, if it has one."""

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


def risks_of_words(said: Said) -> Iterator[Risk]:
    yield from risks_of_sentences(said.warnings)
    yield from risks_of_contacts(said)


def _is_heavy(warning: WarningSentence) -> bool:
    """Naming a messenger is, with somebody to write to there."""
    if warning.kind == "mention":
        return names_a_contact(warning.sentence)
    return warning.kind in ASKING


def risks_of_contacts(said: Said) -> Iterator[Risk]:
    """Of links that hide where they lead, and of names on messengers."""
    for sentence in what_links_hide(said.html):
        yield Risk(HEAVY, sentence)
    for named in names_on_messengers(said.text):
        yield Risk(HEAVY, f"The text names somebody on a messenger: “{named}”.")


def risks_of_sentences(warnings: Iterable[WarningSentence]) -> Iterator[Risk]:
    """The same words count once."""
    weights: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for warning in warnings:
        same = warning.words.lower()
        weights[same] = max(HEAVY if _is_heavy(warning) else 2, weights.get(same, 0))
        spelled.setdefault(same, warning.words)
    for same, weight in weights.items():
        yield Risk(weight, f"The text contains “{spelled[same]}”.")


def risks_of_applying(said: Said, employer: Employer) -> Iterator[Risk]:
    if said.apply_email:
        yield from _by_email(said.apply_email, employer)
        return
    host = exact_host(said.apply_url)
    if hidden := what_host_hides(host, "Applications go to"):
        yield Risk(HEAVY, hidden)
        return
    board = board_of(said.apply_url)
    if board is None:
        yield from _on_a_host(host, employer, said)
    elif not is_own_board(board, employer, said.feed_address):
        yield from _on_a_board(board, employer)


def _by_email(email: str, employer: Employer) -> Iterator[Risk]:
    host = host_of_mailbox(email)
    weight = HEAVY if employer.domain else 2  # as of a link to another host
    if is_public_mail(host):
        yield Risk(weight, f"Applications go to an address at {host}, which anyone can create.")
    elif employer.domain and not is_under(host, employer.domain):
        yield Risk(
            weight,
            f"Applications go to an address at {host}, "
            f"but the company’s domain is {employer.domain}.",
        )


def _on_a_host(host: str, employer: Employer, said: Said) -> Iterator[Risk]:
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
    elif not is_under(host, employer.domain) and not _is_of_feed(host, said):
        yield Risk(
            HEAVY, f"Applications go to {host}, but the company’s domain is {employer.domain}."
        )


def _is_of_feed(host: str, said: Said) -> bool:
    return bool(said.feed_address) and host == exact_host(said.feed_address)


def is_own_board(board: Board, employer: Employer, feed_address: str) -> bool:
    """The feed's own, one of the company's, or one called like the company."""
    source = board_of(feed_address)
    if source and source.system == board.system and key_of(source) == key_of(board):
        return True
    if not board.is_system or not board.board:
        return False
    if key_of(board) in employer.boards:
        return True
    return is_board_of(board.board, name=employer.name, domain=employer.domain)


def key_of(board: Board) -> tuple[str, str]:
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

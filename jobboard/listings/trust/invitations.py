"""Sentences that tell people to apply or to write elsewhere than the job’s own way to apply."""

import re
from collections.abc import Iterator

from jobboard.common.hosts.domains import is_under
from jobboard.common.text.html import plain_text
from jobboard.common.text.words import fold

from .hosts import find_board
from .text_risks import HEAVY, Employer, JobTexts, Risk, is_own_board
from .texts.contacts import contacts_in, links_in

# Beginnings of words, in the languages that we read.
_INVITES = re.compile(
    r"\b(?:apply\b|applications? (?:to|at|via|through)|send (?:us|me|your|an?)\b|submit\b|"
    r"cvs?\b|resumes?\b|contact\b|write (?:to|us|me)\b|reach (?:us|me|out)\b|register\b|"
    r"sign up\b|fill (?:in|out)\b|interview|dm\b|add (?:me|us)\b|"
    r"bewerb|bewirb|sende(?:n|t)?\b|schick|schreib|melde[nt]?\b|kontaktier|lebenslauf|registrier|"
    r"postul|candidat|envoy|ecri[rstv]|contact|inscri|"
    r"solicit|envi(?:e|ar|a|enos)\b|escrib|manda(?:r|nos)?\b|aplica\b|aplique\b|"
    r"inscrev|contat|escrev|mande\b|"
    r"sollicit|stuur\b|schrijf|aanmeld|invi(?:a|are|ate)\b|scriv|iscriv)"
)
_TEXTS = re.compile(r"\b(?:text|sms|message|dm|ping|chat)\b")
_ENDS = re.compile(r"[\n\r]+|(?<=[.!?;])\s+")
_LINK = re.compile(r'<a [^>]*href="(?:mailto:)?([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_NUMBER = re.compile(r"\+?\d+|(?:\w+ ){6,}\w+")


def risks_of_invitations(texts: JobTexts, employer: Employer) -> Iterator[Risk]:
    """A company without a domain has nothing to compare an address with; nor has it proven any."""
    if not employer.domain:
        return
    own_boards = _hosts_of_own_boards(texts, employer)
    for contact in _invited(texts.html):
        host = contact.rpartition("@")[2]
        # “Our recruiters write from @acme.example” has a part that looks like a handle.
        is_own_domain = f"@{employer.domain}".startswith(contact)
        is_own = host in own_boards or is_own_domain or is_under(host, employer.domain)
        if not is_own:
            yield Risk(HEAVY, f"The text tells people to apply or write elsewhere: {contact}.")


def _hosts_of_own_boards(texts: JobTexts, employer: Employer) -> set[str]:
    """Return hosts on which no link leads to the board of somebody else."""
    own_hosts: set[str] = set()
    other_hosts: set[str] = set()
    for link in links_in(texts.html):
        host = link.host.removeprefix("www.")
        board = find_board(link.address)
        if board is not None and is_own_board(board, employer, texts.feed_address):
            own_hosts.add(host)
        else:
            other_hosts.add(host)
    return own_hosts - other_hosts


def _invited(html: str) -> Iterator[str]:
    """The contacts in sentences that invite there. Who gives an email address invites."""
    text = plain_text(_LINK.sub(r"\2 \1 ", html))
    for sentence in _ENDS.split(text):
        folded = fold(sentence)
        for contact in sorted(contacts_in(sentence)):
            if _is_invited(contact, folded):
                yield contact


def _is_invited(contact: str, sentence: str) -> bool:
    if _NUMBER.fullmatch(contact):
        return bool(_TEXTS.search(sentence))
    is_email = "@" in contact.strip("@")
    return is_email or bool(_INVITES.search(sentence))

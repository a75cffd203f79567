"""Detects which source a pasted address leads to: common/hosts/hiring_systems.csv says it by host
and path, any_host.csv by path alone.

The tables are read from the top and the first row that fits counts. An API address is made of the
board's name, never of a pasted path, so what is pasted cannot lead anywhere else.
"""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from django.core.exceptions import ValidationError

from jobboard.common.addresses import check_public_url
from jobboard.common.hosts.domains import is_under
from jobboard.common.hosts.hiring_systems import ANY_LABELS, TLDS, HostRow, host_rows

from .sources import TOO_LONG, DetectedSource, NotASourceError, Row, System, systems, table

MAX_PASTED_LENGTH = 2_000
# Of a system's own hosts, and no employer's.
OF_THE_VENDOR = frozenset(row["label"] for row in table("own_hosts"))
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
AROUND = "<>\"'`“”„‘’«»‹›()[]{},;.!…" + INVISIBLE
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(//)?(?!\d)", re.IGNORECASE)

_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_END = "(?=/|$)"
_NOT_A_BOARD = rf"(?!(?:api|embed|wday|robots\.txt|sitemap\.xml|favicon\.ico){_END})"
_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_LANGUAGE = "[A-Za-z]{2}(?:[-_][A-Za-z]{2})?"
IN_HOSTS = {
    "id": _LABEL,
    "tenant": _LABEL,
    "tld": "|".join(TLDS),
    "region": "[a-z]{2,4}",
    "centre": r"wd\d{1,4}",
}
IN_PATHS = {
    "id": _NOT_A_BOARD + _ID,
    # What follows a language is a site, unless it is a page of a site with two letters.
    "site": rf"(?!(?:jobs?|details|login){_END}|{_LANGUAGE}$|[A-Za-z]{{2}}[-_][A-Za-z]{{2}}{_END})"
    + _NOT_A_BOARD
    + _ID,
    "name": _NOT_A_BOARD + r"(?:[A-Za-z0-9._~&'+,()-]|%[0-9A-Fa-f]{2}){1,200}",
    "version": r"v\d+",
    "language": _LANGUAGE,
    "locale": "[A-Za-z]{2}-[A-Za-z]{2}",
}
WHY_NO_FEED = {
    "board": "{name} has no feed that other sites may read. Paste the address of the employer’s "
    "own careers page, or upload the jobs as a file.",
    "system": "{name} has no public feed of jobs. If the careers page has a feed of its own, paste "
    "the address of the feed, or upload the jobs as a file.",
    "vendor": "This address belongs to {name}, not to an employer. Open the employer’s job board "
    "and paste its address.",
    "sign_in": "This is where people sign in to {name}. Paste the address of the employer’s career "
    "site, like https://acme.wd5.myworkdayjobs.com/Careers.",
    "branded": "This page of {name} has no feed. Paste the address of the employer’s own career "
    "site, like https://jobs.acme.example.",
    "keys": "{name} is read through its API, which requires keys. Paste an address like "
    "https://api.adzuna.com/v1/api/jobs/gb/search/1?app_id=ID&app_key=KEY&what=data.",
}


@dataclass(frozen=True)
class Rule:
    """Addresses that name a board of ``system``, or that cannot be used: ``sentence`` says why."""

    system: System | None
    host: re.Pattern[str]
    path: re.Pattern[str]
    parameter: str
    value: re.Pattern[str]
    sentence: str


def detect_address(pasted: str) -> DetectedSource:
    """The source of jobs that an address names. Looks at the address alone.

    A source of kind “page” may lead to others: its HTML says. Raises NotASourceError.
    """
    address = cleaned(pasted)
    parts = urlsplit(address)
    source = _by_rule(parts, rules_of_vendors())
    if source is None:
        _refuse_without_feed(parts.netloc)
        source = _by_rule(parts, rules_of_any_host())
    return source or systems()["page"].source({"address": address})


def board_at(address: str) -> DetectedSource | None:
    """The employer's board that an address on a page names; None where it is any other address."""
    if not any(domain in address.lower() for domain in domains_of_vendors()):
        return None
    try:
        source = _by_rule(urlsplit(cleaned(address)), rules_of_vendors())
    except NotASourceError:
        return None
    if source and source.board:
        return source
    return None


def cleaned(pasted: str) -> str:
    """The address on https, as it is asked for. Raises NotASourceError."""
    text = pasted.strip().strip(AROUND).strip()
    if not text:
        raise NotASourceError(
            "Enter the address of a careers page, like https://acme.example/jobs."
        )
    if len(text) > MAX_PASTED_LENGTH:
        raise NotASourceError(TOO_LONG)
    scheme = SCHEME.match(text)
    if text.startswith("//"):
        text = f"https:{text}"
    elif scheme is None or ("." in scheme[1] and not scheme[2]):
        text = f"https://{text}"
    elif scheme[1].lower() in ("http", "https"):
        text = "https" + text[len(scheme[1]) :]
    else:
        raise NotASourceError("Enter a web address, like https://acme.example/jobs.")
    try:
        address = check_public_url(text)
    except ValidationError as error:
        raise NotASourceError(error.messages[0]) from None
    return urlsplit(address)._replace(fragment="").geturl()


def _by_rule(parts: SplitResult, rules: tuple[Rule, ...]) -> DetectedSource | None:
    for rule in rules:
        found = _found(parts, rule)
        if found is None:
            continue
        if rule.system is None:
            raise NotASourceError(rule.sentence)
        return rule.system.source(found | {"address": parts.geturl()}, parts.query)
    return None


def _found(parts: SplitResult, rule: Rule) -> Row | None:
    """The values that the address names, if the rule is about it."""
    host = rule.host.fullmatch(parts.netloc)
    path = rule.path.match(_path(parts))
    values = parse_qs(parts.query).get(rule.parameter, [""])
    value = rule.value.fullmatch(values[0])
    if not (host and path and value) or OF_THE_VENDOR & set(host.groups()):
        return None
    found = host.groupdict() | path.groupdict() | value.groupdict()
    if "name" in found:
        found["name"] = quote(unquote(found["name"]), safe="&'+,()")
        if re.search(r"%(?:2F|5C|7F|[01][0-9A-F])|^\.", found["name"]):
            return None
    return found | {"host": parts.netloc}


def _path(parts: SplitResult) -> str:
    return re.sub("/{2,}", "/", f"/{parts.path}").rstrip("/")


def _refuse_without_feed(host: str) -> None:
    """Raises NotASourceError if ``host`` belongs to somebody whose jobs cannot be read."""
    for domain, sentence in domains_without_feed().items():
        if is_under(host, domain):
            raise NotASourceError(sentence)
    for domain, example in domains_of_vendors().items():
        if is_under(host, domain):
            raise NotASourceError(
                "No employer’s job board has this address. "
                f"Paste the address of the board, like {example}."
            )


# The tables


@cache
def rules_of_vendors() -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in host_rows() if row.feed or row.sentence)


@cache
def rules_of_any_host() -> tuple[Rule, ...]:
    return tuple(_rule_of_any_host(row) for row in table("any_host"))


@cache
def domains_of_vendors() -> dict[str, str]:
    """The domain of each system, and an address that is right there."""
    domains: dict[str, str] = {}
    for row in host_rows():
        for domain in row.domains if row.feed else []:
            domains.setdefault(domain, systems()[row.feed].example)
    return domains


@cache
def domains_without_feed() -> dict[str, str]:
    """The domain of each that nobody reads jobs from, and why."""
    domains: dict[str, str] = {}
    for row in host_rows():
        if row.no_feed:
            sentence = WHY_NO_FEED[row.no_feed].format(name=row.name)
            domains |= dict.fromkeys(row.domains, sentence)
    return domains


def _rule(row: HostRow) -> Rule:
    return Rule(
        systems().get(row.feed),
        _host_pattern(row.host, is_refused=not row.feed),
        _path_pattern(row.path),
        row.parameter,
        _pattern(row.value, IN_PATHS),
        row.sentence,
    )


def _rule_of_any_host(row: Row) -> Rule:
    path, _, query = row["path"].partition("?")
    parameter, _, value = query.partition("=")
    return Rule(
        systems().get(row["system"]),
        re.compile(".*"),
        _path_pattern(path),
        parameter,
        _pattern(value, IN_PATHS),
        row["sentence"],
    )


def _host_pattern(host: str, *, is_refused: bool) -> re.Pattern[str]:
    """A pattern for the host. A refused host refuses all hosts under it."""
    rest = host.removeprefix(ANY_LABELS)
    pattern = _pattern(rest, IN_HOSTS)
    is_any_under = is_refused or rest != host
    if is_any_under:
        return re.compile(rf"(?:.*\.)?{pattern.pattern}")
    return pattern


def _path_pattern(path: str) -> re.Pattern[str]:
    """What comes after it does not matter, unless it begins with stars: then it is the end. A slash
    alone is the whole path.
    """
    if path == "/":
        return re.compile("$")
    if path.startswith("**"):
        return re.compile(rf".*{re.escape(path[2:])}$", re.IGNORECASE)
    return re.compile(_pattern(path.rstrip("/"), IN_PATHS).pattern + _END, re.IGNORECASE)


def _pattern(text: str, names: dict[str, str]) -> re.Pattern[str]:
    """``text`` with names in braces for what it is to hold, and a star for any one segment."""
    pattern = re.escape(text).replace(r"\*", "[^/]+")
    for name, allowed in names.items():
        pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{allowed})")
    return re.compile(pattern)

"""The links, addresses and numbers in a text by which somebody is reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape

from jobboard.common.hosts.domains import exact_host, has_known_ending, is_under
from jobboard.common.text.html import plain_text
from jobboard.listings.trust.hosts import hosts_to_spell, is_disguised, is_number, kind_of_open_host

_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", re.IGNORECASE)
_NAMED_HOST = re.compile(
    r"(?<![@\w.-])(?:https?://)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})(?![\w@-])", re.IGNORECASE
)
# “http://185.12.33.4”, “[2001:db8::1]/apply”: no name at all. “10.0.0.0/8” is a network.
_NUMBERED_HOST = re.compile(
    r"(?:https?://)(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]{3,39}\]|0x[0-9a-f]{8}|\d{8,10})(?![\w.])"
    r"|(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?=(?::\d{1,5})?/(?!\d{1,2}(?!\w))\w)",
    re.IGNORECASE,
)
# “ai” and others are endings of domains, and of words that stand without a blank before them.
_FILES = frozenset(("js", "py", "md", "sh", "rs", "go", "ts", "cc", "sql", "csv", "pdf", "docx"))
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d(?:[\s().\-/]{0,2}\d){7,14}(?![\w])")
_END = r"(?=\s{0,3}(?:[.,;:!?)/\n]|$))"
_AT_A_SITE = r"\b(?:at|on|visit|website|site|page|form|unter|auf|sur|en)\s"
# “On the data org” is of a company, “acme careers org” of the web.
_OF_A_COMPANY = (
    r"(?:the|our|your|an?|this|that|its|their|data|product|engineering|analytics|reliability|"
    r"platform|research|sales|security|people|design|ai|ml|it|science|whole|entire|wider|larger)\b"
)
# “acme [at] mail [dot] com”: nobody writes so who wants to be found. “The "at" operator” is none.
_SPELLED = re.compile(
    r"\b[\w-]{1,40}\s{0,3}[(\[{]\s{0,3}(?:at|dot|punkt|point|punto|ponto)\s{0,3}[)\]}]"
    r"\s{0,3}[\w-]{1,40}|"
    r"\b[\w.-]{1,40}\s{0,3}[„“\"']\s{0,3}at\s{0,3}[”“\"']\s{0,3}[\w.-]{1,40}"
    r"\s{0,3}(?:\.|[„“\"']\s{0,3}(?:dot|punkt|point|punto|ponto)\s{0,3}[”“\"'])\s{0,3}[\w-]{1,40}|"
    r"\b(?!(?:an?|the|our|your|this)\b)[\w-]{1,40}\s{0,3}(?:"
    r"\s(?:dot|punkt|punto|ponto)(?=\s{1,3}(?:com|net|org|io|co|info|work|works"
    r"|jobs|careers|site|online|xyz|app|dev|link|click|top|shop)\b)|\s(?:dot|punkt)(?=\s{1,3}de\b))"
    r"\s{0,3}[\w-]{1,40}|"
    rf"{_AT_A_SITE}(?:(?!(?:an?|dot|site)\b)[a-z0-9-]{{1,30}}\s){{1,4}}(?:com|io){_END}|"
    rf"{_AT_A_SITE}(?:(?!{_OF_A_COMPANY})[a-z0-9-]{{1,30}}\s){{1,4}}org{_END}|"
    r"[\w.+-]{2,40}\s{1,3}(?:at|@)\s{1,3}(?:g\s?mail|googlemail|hotmail|outlook|yahoo|icloud|gmx|"
    r"proton|protonmail)\b",
    re.IGNORECASE,
)
# “four one five …”: a number that is to be found by people alone, in the languages that we read.
_DIGIT = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|"
    "null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|"
    "zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|"
    "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|"
    "um|dois|duas|três|quatro|sete|oito|nove|"
    "nul|een|twee|drie|vijf|zes|zeven|negen|"
    "due|tre|quattro|cinque|sei|sette|otto"
)
_PHONE_IN_WORDS = re.compile(
    rf"\b(?:{_DIGIT}|\d)(?:[\s,.\-/]{{1,3}}(?:{_DIGIT}|\d)){{6,19}}\b", re.IGNORECASE
)
# Signs that browsers and eyes take for those of an address.
_FORMS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "\N{IDEOGRAPHIC FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}\N{ONE DOT LEADER}"), "."
)
# “acme[.]example”, as those write it who want no link of it.
_DOT_IN_BRACKETS = re.compile(r"(?<=\w)\s?[\[({]\.[\])}]\s?(?=\w)")
_HANDLE = re.compile(r"(?<![\w@.])@[a-z]\w{3,31}", re.IGNORECASE)
# “Line: acmehr”, a name on a messenger after the messenger's. Some messengers are called like other
# things, so the name must look like one: in small letters, and nothing after it.
_ON_A_MESSENGER = re.compile(
    r"(?:^|[.!?:,;(/|&]\s{0,3}|(?i:\b(?:or|and|our|my|via|on|by|hr)\s))[ \t]{0,3}"
    r"((?i:line|whats ?app|telegram|tg|wechat|weixin|viber|skype|discord|signal|snapchat|"
    r"kakao(?:talk)?|zalo|imo|threema|qq|w/a|wapp)(?i: ?id)?"
    r"(?:\s{0,3}[:=→–-]{1,2}>?\s{0,3}@?|\s{1,3}(?=\+\d))"
    r"(?:\+?\d[\d ().-]{6,18}\d|[a-z0-9][a-z0-9_.:-]{2,30}[a-z0-9_]))(?=\.?\s{0,3}(?:$|[,;)|/&!]))",
    re.MULTILINE,
)
_HANDLE_ON_A_MESSENGER = re.compile(
    r"\b(?:line|whats ?app|telegram|tg|wechat|viber|skype|discord|signal|snapchat|kakao|zalo|imo)"
    r"\s{1,3}@\w{4,31}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Link:
    """A link in a text's HTML: what is read, and where it leads."""

    text: str
    address: str

    @property
    def host(self) -> str:
        return exact_host(self.address)


def links_in(html: str) -> list[Link]:
    return [Link(plain_text(text).strip(), unescape(href)) for href, text in _LINK.findall(html)]


def contacts_in(html: str) -> set[str]:
    """Hosts, email addresses, phone numbers and handles, each in one spelling."""
    contacts = {contact.removeprefix("www.") for contact in _all_contacts(html)}
    return contacts - {""}


def _all_contacts(html: str) -> Iterator[str]:
    for link in links_in(html):
        yield link.host or link.address.removeprefix("mailto:").lower()
    text = _read(html)
    yield from _hosts(text)
    for pattern in (_EMAIL, _HANDLE, _SPELLED):
        yield from map(str.lower, pattern.findall(text))
    for phone in phones_in(text):
        yield re.sub(r"[^\d+]", "", phone)
    for phone in _PHONE_IN_WORDS.findall(text):
        yield " ".join(phone.lower().split())


def _read(html: str) -> str:
    return _DOT_IN_BRACKETS.sub(".", plain_text(html).translate(_FORMS))


def phones_in(text: str) -> list[str]:
    return [number for number in _PHONE.findall(text) if _may_be_called(number)]


def _may_be_called(number: str) -> bool:
    """Whether digits may be a phone number: not “100 000 - 130 000”, nor years and dates."""
    digits = re.sub(r"\D", "", number)
    if number.startswith(("+", "00", "(", "0")):
        return True
    groups = re.findall(r"\d+", number)
    is_amounts = all(len(group) == 3 for group in groups[1:] if group) and "-" in number
    return len(digits) >= 10 and not is_amounts and "-" in number and len(groups) <= 4


def _hosts(text: str) -> Iterator[str]:
    yield from _hosts_apart(text)
    for match in _NUMBERED_HOST.finditer(text):
        yield match[1] or match[2]
    for host in _NAMED_HOST.findall(text):
        ending = host.rpartition(".")[2]
        is_next_sentence = ending.istitle() and not has_known_ending(host)
        if ending.lower() not in _FILES and not host[0].isdigit() and not is_next_sentence:
            yield host.lower()


def _hosts_apart(text: str) -> Iterator[str]:
    """Find messengers and shorteners with blanks or words in them: “t . me / acme”, “t dot me slash
    acme”.
    """
    for match in _apart().finditer(text):
        spelling = match["host"].lower()
        host = _spelled_hosts()[re.sub(r"[^a-z0-9-]|dot", "", spelling)]
        if spelling != host:
            yield host


@cache
def _apart() -> re.Pattern[str]:
    dot = r"\s{0,2}[(\[]?\s{0,2}(?:\.|dot)\s{0,2}[)\]]?\s{0,2}"
    hosts = "|".join(dot.join(host.split(".")) for host in _spelled_hosts().values())
    slash = r"\s{0,2}(?:/|slash)\s{0,2}\w"
    return re.compile(rf"(?<![\w.'’-])(?P<host>{hosts}){slash}", re.IGNORECASE)


@cache
def _spelled_hosts() -> dict[str, str]:
    return {host.replace(".", ""): host for host in hosts_to_spell()}


def what_links_hide(html: str) -> list[str]:
    """A sentence for each link whose words, host or spelling hides where it leads, and for each
    such host that the text names.
    """
    sentences = [_what_it_hides(link) for link in links_in(html)]
    sentences += [what_host_hides(host, "The text names") for host in _hosts(_read(html))]
    return list(filter(None, sentences))


def names_on_messengers(text: str) -> list[str]:
    plain = text.translate(_FORMS)
    names = [*_ON_A_MESSENGER.findall(plain), *_HANDLE_ON_A_MESSENGER.findall(plain)]
    return [" ".join(name.split()) for name in names]


def names_a_contact(sentence: str) -> bool:
    """Whether somebody can be reached by it: a handle or a phone number."""
    if phones_in(sentence):
        return True
    return bool(_HANDLE.search(sentence) or _PHONE_IN_WORDS.search(sentence))


def _what_it_hides(link: Link) -> str:
    text_host = next(iter(_hosts(link.text)), "").removeprefix("www.")
    host = link.host.removeprefix("www.")
    is_same = is_under(host, text_host) or is_under(text_host, host)
    if text_host and host and not is_same:
        return f"A link says {text_host} and leads to {host}."
    return what_host_hides(host, "A link leads to")


def what_host_hides(host: str, beginning: str) -> str:
    """Say what a host hides; '' if nothing."""
    if not host:
        return ""
    if is_number(host):
        return f"{beginning} {host}, a number in place of a name."
    if is_disguised(host):
        return f"{beginning} {host}, whose letters can look like those of another name."
    match kind_of_open_host(host):
        case "shortener":
            return f"{beginning} {host}, which forwards to another address."
        case "messenger":
            return f"{beginning} {host}, a messenger."
    return ""

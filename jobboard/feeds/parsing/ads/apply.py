"""Reads how to apply from a pasted ad: a link or an email address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobboard.feeds.parsing.phrases import PhraseFinder
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.quoted import Quoted, make_quote, only_value
from jobboard.feeds.parsing.texts.sections import SENTENCE_END

APPLY = "apply"
OTHER = "other address"
WORDS = PhraseFinder("ads/words.csv", APPLY, OTHER)
LINK = re.compile(r"\[(?P<words>[^\[\]]{1,200})\]\(<?(?P<target>[^\s()<>]{1,500})>?\)")
EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE)
URL = re.compile(r"(?:https://|www\.)[^\s<>()\[\]“”\"]{4,500}", re.IGNORECASE)
ADDRESS = re.compile(rf"{URL.pattern}|(?P<email>{EMAIL.pattern})", re.IGNORECASE)
A_PAGE = re.compile(r"[\w.-]/[\w?]")
AFTER_ADDRESS = ".,;:!?*_’'"


@dataclass(frozen=True)
class WaysToApply:
    """The address and the email to apply at; '' where the ad names none, or several."""

    url: Quoted[str]
    email: Quoted[str]


def read_ways_to_apply(text: str) -> WaysToApply:
    """``text`` is Markdown. An address counts where the words before it are about applying."""
    urls: dict[str, str] = {}
    emails: dict[str, str] = {}
    previous_line = ""
    for line in text.splitlines():
        for address, sentence in _find_addresses(line, previous_line):
            quotes = emails if EMAIL.fullmatch(address) else urls
            quotes.setdefault(address, make_quote(LINK.sub(r"\g<words>", sentence)))
        previous_line = line.strip() or previous_line
    if not urls and not emails:
        urls = _only_link(text)
    return WaysToApply(only_value(urls, ""), only_value(emails, ""))


def _only_link(text: str) -> dict[str, str]:
    """The only link that leads to more than a website, where it is all that a line says."""
    links = {match[0] for match in URL.finditer(text) if A_PAGE.search(match[0])}
    lines = {line.strip(" -*<>\t") for line in text.splitlines()}
    if len(links) != 1 or links.isdisjoint(lines):
        return {}
    (link,) = links
    return {link: link}


def _find_addresses(line: str, previous_line: str) -> Iterator[tuple[str, str]]:
    """Each address to apply at that ``line`` holds, with its sentence."""
    label, value = read_label(line)
    is_below = _is_about_applying(previous_line) and ADDRESS.match(line.strip(" -*"))
    for sentence in SENTENCE_END.split(line):
        for target in _find_linked(sentence):
            yield target, sentence
        plain = LINK.sub(lambda link: " " * len(link[0]), sentence)
        start = 0
        for address in ADDRESS.finditer(plain):
            is_labelled = label == APPLY and address[0] in value
            if is_labelled or is_below or _is_about_applying(plain[start : address.start()]):
                yield address[0].rstrip(AFTER_ADDRESS), sentence
            start = address.end()


def _find_linked(sentence: str) -> Iterator[str]:
    """The targets of links to apply."""
    for link in LINK.finditer(sentence):
        target = link["target"].removeprefix("mailto:").partition("?subject")[0]
        is_bare = link["words"] in target and _is_about_applying(sentence[: link.start()])
        if (is_bare or _is_about_applying(link["words"])) and ADDRESS.fullmatch(target):
            yield target


def _is_about_applying(text: str) -> bool:
    """Whether ``text`` is about applying and about nothing else: “If you need help with your
    application, write to”.
    """
    return WORDS.find_meanings(text) == {APPLY}

"""Finds what in a change somebody should look at before it is public."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from jobboard.common.hosts.domains import is_under
from jobboard.common.text.html import plain_text
from jobboard.common.text.unicode import get_scripts
from jobboard.listings.choices import Eligibility, PlaceText, Visa, Workplace
from jobboard.listings.content import ListingContent
from jobboard.listings.geo.gazetteer import cities_called

from .fees import risks_of_fees
from .hosts import find_board
from .invitations import risks_of_invitations
from .other_employers import EmployersByName, risks_of_other_employers
from .pay_changes import Rates, get_pay, risks_of_pay
from .text_risks import (
    HEAVY,
    Employer,
    JobTexts,
    Risk,
    get_key,
    is_own_board,
    risks_of_applying,
    risks_of_contacts,
    risks_of_sentences,
)
from .texts.contacts import contacts_in
from .texts.short_texts import new_words
from .texts.wording import is_same_wording, share_changed

MAX_SHARE_CHANGED = 0.3
MIN_LETTERS_OF_A_SCRIPT = 4  # letters
MONEY = re.compile(
    r"(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf|inr|pln))\s?\d[\d.,]{0,14}"
    r"|(?<![\d.,])\d[\d.,]{0,14}\s?(?:[$€£¥₹]|(?:usd|eur|euros?|gbp|chf|inr|pln|dollars?|pounds?|usdt|btc)\b)",
    re.IGNORECASE,
)
# “Forty euros”, “neuntausend Euro”: what is to be found by people alone.
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|"
    "forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|"
    r"\w{0,12}(?:zig|dreißig|zehn|hundert|tausend)|mille|cents?|cent|cien\w*|mil"
)
MONEY_IN_WORDS = re.compile(
    rf"\b(?:{_NUMBER_WORDS})[\s-]{{1,2}}(?:(?:{_NUMBER_WORDS}|and)[\s-]{{1,2}}){{0,5}}(?:euros?|dollars?|bucks|pounds?|rupees|francs?|usdt)\b",
    re.IGNORECASE,
)
MAX_NEW_WORDS_NAMED = 3  # new words of short texts, of which one is enough
# With a value that can lead nowhere.
TRACKING = re.compile(
    r"(?:utm_\w+|gh_src|lever-source|source|src|ref)=[\w .~+-]*", re.IGNORECASE | re.ASCII
)
ANCHOR = re.compile(r"[\w.-]*", re.ASCII)  # a part of the same page


def risks_of_change(
    before: ListingContent,
    after: ListingContent,
    texts_before: JobTexts,
    texts: JobTexts,
    employer: Employer,
    known_employers: EmployersByName,
    rates: Rates,
) -> list[Risk]:
    """Find what ``after`` risks that ``before``, which was approved, did not. The heaviest first.
    ``known_employers`` are those that they may speak for; ``rates`` those by which pay is compared.

    Closing dates, typing errors, skills, level, employment type and role are never a risk.
    """
    risks = [
        *_new_risks(texts_before, texts, employer, known_employers),
        *_title(before, after),
        *_client(before, after),
        *_text(texts_before, texts),
        *_short_texts(before, after, texts_before, texts),
        *_contacts(texts_before, texts, employer),
        *_money(before, texts_before, texts),
        *_pay(before, after, texts_before, texts, rates),
        *_where(before, after),
        *_visa(before, after),
        *_applying(texts_before, texts, employer),
    ]
    return sorted(dict.fromkeys(risks), key=lambda risk: -risk.weight)


def holds(risks: list[Risk], *, is_trusted: bool) -> bool:
    """Whether the change waits: of who is proven or trusted, only for a heavy risk."""
    min_weight = 2
    if is_trusted:
        min_weight = HEAVY
    return any(risk.weight >= min_weight for risk in risks)


def _new_risks(
    texts_before: JobTexts, texts: JobTexts, employer: Employer, known_employers: EmployersByName
) -> Iterator[Risk]:
    """Find new risks of the words and the way to apply. A sentence that was approved weighs
    nothing, word by word: “we never ask for a fee” without its “never” is another one.
    """
    approved = _by_sentence(texts_before)
    now = _by_sentence(texts)
    yield from risks_of_sentences(w for w in texts.warnings if w.same not in approved)
    before = set(_of_contacts_and_fees(texts_before, employer, known_employers))
    for risk in _of_contacts_and_fees(texts, employer, known_employers):
        if risk not in before:
            yield risk
    for warning in texts_before.warnings:
        if warning.kind == "denial" and warning.same not in now:
            yield Risk(2, f"It no longer says: {warning.sentence.strip()[:200]}")


def _by_sentence(texts: JobTexts) -> set[str]:
    return {warning.same for warning in texts.warnings}


def _of_contacts_and_fees(
    texts: JobTexts, employer: Employer, known_employers: EmployersByName
) -> Iterator[Risk]:
    yield from risks_of_contacts(texts)
    yield from risks_of_invitations(texts, employer)
    yield from risks_of_fees(texts)
    yield from risks_of_other_employers(texts, employer, known_employers)
    yield from risks_of_applying(texts, employer)


def _title(before: ListingContent, after: ListingContent) -> Iterator[Risk]:
    if not is_same_wording(before.title, after.title):
        yield Risk(2, f"The title was “{before.title}”.")


def _client(before: ListingContent, after: ListingContent) -> Iterator[Risk]:
    if after.client_name and not is_same_wording(before.client_name, after.client_name):
        yield Risk(2, f"Now posted for {after.client_name}, a client. We can’t verify that.")
    elif before.for_client and not after.for_client:
        yield Risk(2, "It no longer says that it is posted for a client.")


def _text(texts_before: JobTexts, texts: JobTexts) -> Iterator[Risk]:
    share = share_changed(plain_text(texts_before.html), plain_text(texts.html))
    if share > MAX_SHARE_CHANGED:
        yield Risk(2, f"{share:.0%} of the words in the description are new or gone.")
    for script in sorted(_scripts(texts.text) - _scripts(texts_before.text)):
        yield Risk(2, f"The text now has words in another script: {script.capitalize()}.")


def _short_texts(
    before: ListingContent, after: ListingContent, texts_before: JobTexts, texts: JobTexts
) -> Iterator[Risk]:
    """A share says nothing of texts this short: any word can be an instruction. Who the client is
    has a risk of its own.
    """
    countries = {place.country for place in (*before.places, *after.places)}
    without_client = (text for text in texts.others if text != after.client_name)
    phrases = new_words(texts_before.others, without_client, countries)
    for phrase in islice(phrases, MAX_NEW_WORDS_NAMED):
        yield Risk(2, f"The location or a note now says “{phrase[:100]}”.")


def _scripts(text: str) -> set[str]:
    """Return the scripts in which the text has words; a Greek letter of a formula is none."""
    counts = Counter(get_scripts(re.sub("[\x00-\x7f]+", "", text)))
    counts.pop("LATIN", None)
    return {script for script, count in counts.items() if count >= MIN_LETTERS_OF_A_SCRIPT}


def _contacts(texts_before: JobTexts, texts: JobTexts, employer: Employer) -> Iterator[Risk]:
    new = contacts_in(_all_html(texts)) - contacts_in(_all_html(texts_before))
    for contact in sorted(new):
        host = contact.rpartition("@")[2]
        if not (employer.is_proven and is_under(host, employer.domain)):
            yield Risk(2, f"The text now names {contact}.")


def _money(before: ListingContent, texts_before: JobTexts, texts: JobTexts) -> Iterator[Risk]:
    """Amounts that neither the text nor the stated pay had, to get or to give."""
    stated: set[str] = set()
    for statement in before.pay:
        ends = filter(None, [statement.lowest, statement.highest])
        stated.update(str(int(end)) for end in ends)
    approved = _amounts(texts_before.text)
    for digits, spelling in _amounts(texts.text).items():
        if digits not in stated and digits not in approved:
            yield Risk(2, f"The text now names {spelling}.")


def _amounts(text: str) -> dict[str, str]:
    """Digits, or the words for them → as it is written."""
    amounts = {}
    for match in MONEY.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        amounts[digits] = match[0].strip()
    for match in MONEY_IN_WORDS.finditer(text):
        phrase = " ".join(match[0].split())
        amounts[phrase.lower()] = phrase
    return amounts


def _all_html(texts: JobTexts) -> str:
    return "\n".join([texts.title, texts.html, *texts.others])


def _pay(
    before: ListingContent,
    after: ListingContent,
    texts_before: JobTexts,
    texts: JobTexts,
    rates: Rates,
) -> Iterator[Risk]:
    if _numbers(after.pay_note) - _numbers(before.pay_note):
        yield Risk(2, f"The pay note names other amounts: {after.pay_note}")
    yield from risks_of_pay(get_pay(before, texts_before), get_pay(after, texts), rates)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*", text))


def _where(before: ListingContent, after: ListingContent) -> Iterator[Risk]:
    """Another city of the same country is no risk; its other words are looked at with those of all
    short texts. A job that can suddenly be done from anywhere is for other people.
    """
    countries = {place.country for place in before.places}
    cities = {place.city for place in before.places}
    for place in after.places:
        if _is_elsewhere(place, before, countries):
            yield Risk(2, f"The location “{place.text}” is new.")
        elif place.city not in cities and not _is_a_city(place):
            yield Risk(2, f"The city “{place.city}” is new, and not one that we know.")
    if _is_remote(after) and not _is_remote(before):
        yield Risk(2, "It can be done remotely now.")
    anywhere = Eligibility.ANYWHERE
    if after.eligibility == anywhere and before.eligibility != anywhere:
        yield Risk(2, "People can work from anywhere now.")
    if new := set(after.named_countries) - {*before.named_countries, *countries}:
        yield Risk(2, f"People can work from other countries now: {', '.join(sorted(new))}.")


def _is_elsewhere(place: PlaceText, before: ListingContent, countries: set[str]) -> bool:
    """Whether it is in none of ``countries``, and no place of the job was written like it."""
    if place.country and place.country in countries:
        return False
    return not any(is_same_wording(old.text, place.text) for old in before.places)


def _is_a_city(place: PlaceText) -> bool:
    """Whether the place names a known city, or none at all."""
    if not place.city:
        return True
    return any(city.country == place.country for city in cities_called(place.city))


def _is_remote(content: ListingContent) -> bool:
    return any(place.workplace == Workplace.REMOTE for place in content.places)


def _visa(before: ListingContent, after: ListingContent) -> Iterator[Risk]:
    if after.visa == Visa.YES and before.visa != Visa.YES:
        yield Risk(2, "It offers visa sponsorship now.")


def _applying(texts_before: JobTexts, texts: JobTexts, employer: Employer) -> Iterator[Risk]:
    old = texts_before.apply_email or texts_before.apply_url
    new = texts.apply_email or texts.apply_url
    if not _is_same_way(texts_before, texts, employer):
        yield Risk(2, f"People applied at {old} before, and would at {new}.")


def _is_same_way(texts_before: JobTexts, texts: JobTexts, employer: Employer) -> bool:
    if texts.apply_email.lower() != texts_before.apply_email.lower():
        return False
    if _is_encrypted(texts_before.apply_url) and not _is_encrypted(texts.apply_url):
        return False
    if _address(texts.apply_url) == _address(texts_before.apply_url):
        return True
    before = find_board(texts_before.apply_url)
    after = find_board(texts.apply_url)
    if before is None or after is None or not after.board:
        return False
    return get_key(before) == get_key(after) and is_own_board(after, employer, texts.feed_address)


def _is_encrypted(url: str) -> bool:
    return url.lower().startswith("https://")


def _address(url: str) -> str:
    """Strip the scheme, the slash at the end, and what only counts clicks or names a part of the
    page. Some sites show another page by what follows “#”.
    """
    rest, _, fragment = url.split("://", 1)[-1].partition("#")
    path, _, query = rest.partition("?")
    parameters = [value for value in query.split("&") if value and not _only_counts(value)]
    host, slash, tail = path.partition("/")
    page = f"{host.lower()}{slash}{tail}".rstrip("/") + "?" + "&".join(parameters)
    if ANCHOR.fullmatch(fragment) or _only_counts(fragment):
        return page
    return f"{page}#{fragment}"


def _only_counts(parameter: str) -> bool:
    return bool(TRACKING.fullmatch(unquote(parameter)))

"""Chips for what is asked for, one by one: in words, with the address of the search without it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobboard.common.text.words import full_amount
from jobboard.search.criteria import Criteria
from jobboard.search.facets.table import FIXED, NAMED
from jobboard.search.language import ANY_SKILL, FLAGS, NOT, is_not, label_left_out
from jobboard.search.names import Named
from jobboard.search.regions import NAMES, as_written
from jobboard.search.understanding.read import ANY_SKILL as ANY_OF_SKILLS
from jobboard.search.understanding.read import Meaning

if TYPE_CHECKING:
    from .page import ListingSearch

ONE_VALUE = {"salary_from", "posted"}
NOT_FILTERS = {"q", "where", "words", "page", "sort"}


@dataclass(frozen=True)
class Chip:
    """``typed``: the words that it was read from."""

    label: str
    url: str
    typed: str = ""


def posted_label(days: int) -> str:
    if days == 1:
        return "Posted since yesterday"
    return f"Posted in the last {days} days"


def chosen_chips(search: "ListingSearch") -> list[Chip]:
    """Chips for what the address chooses."""
    data = search.form.cleaned_data
    chips = [*_words_as_they_are(search), *_chosen_values(search)]
    for city in data.get("city") or ():
        chips.append(Chip(_name_of_city(city), search.url(drop=("city", city))))
    if data.get("skills") and len(search.criteria.skill) > 1:
        chips.append(Chip(ANY_SKILL[1], search.url(skills=None)))
    if data.get("within") and search.criteria.city:
        chips.append(Chip(f"Within {data['within']} km", search.url(within=None)))
    if data.get("posted"):
        chips.append(Chip(posted_label(int(data["posted"])), search.url(posted=None)))
    if data.get("salary_from") is not None and "currency" in data:
        label = pay_label(data["salary_from"], data["currency"])
        chips.append(Chip(label, search.url(salary_from=None, currency=None, salary=None)))
    elif data.get("salary"):
        chips.append(Chip("Pay filter", search.url(salary=None)))
    return chips


def pay_label(amount, currency: str) -> str:
    return f"{currency or 'USD'} {full_amount(amount)}+ a year"


def _words_as_they_are(search: "ListingSearch") -> list[Chip]:
    """The words, where nothing of them is understood."""
    if not search.words or search.criteria.understanding.meanings:
        return []
    return [Chip(f"“{search.words}”", search.url(q=None, words=None))]


def _chosen_values(search: "ListingSearch") -> Iterator[Chip]:
    """Chips of facets that values are chosen from."""
    for name, names in get_value_labels(search).items():
        if name in search.form.errors:
            continue
        for value in dict.fromkeys(search.query.getlist(name)):
            label = names.get(value) or _label_of(value.strip(), names)
            if label:
                yield Chip(label, search.url(drop=(name, value)))


def _label_of(value: str, names: Mapping[str, str]) -> str:
    """The label of a code, or of one behind a minus; '' for none."""
    code = value.removeprefix(NOT)
    label = names.get(code) or names.get(as_written(code), "")
    if label and is_not(value):
        return label_left_out(label)
    return label


def called(value: str, names: Mapping[str, str]) -> str:
    """A city has no other name."""
    return _label_of(value, names) or _name_of_city(value)


def _name_of_city(city: str) -> str:
    if is_not(city):
        return label_left_out(city.removeprefix(NOT))
    return city


def get_value_labels(search: "ListingSearch") -> dict[str, dict[str, str]]:
    """Parameter → value → label."""
    labels = _fixed_labels()
    for name, (value, label) in FLAGS.items():
        labels[name] = {value: label}
    for name in NAMED:
        rows = search.form.cleaned_data.get(name) or []
        values = dict.fromkeys(filter(str.strip, search.query.getlist(name)))
        pairs = zip(values, rows, strict=False)
        labels[name] = {value: row.name for value, row in pairs}
    return labels


def _fixed_labels() -> dict[str, dict[str, str]]:
    labels = {name: dict(options) for name, options in FIXED.items()}
    labels["country"] = NAMES
    labels["from"] = {code: f"Work from {name}" for code, name in NAMES.items()}
    return labels


# --- What was understood --------------------------------------------------------------------------


@dataclass(frozen=True)
class UnderstoodValue:
    """A filter that was read from ``words``, by its parameter’s ``name``."""

    name: str
    value: str
    label: str
    words: str


def understood_values(search: "ListingSearch") -> list[UnderstoodValue]:
    read = search.criteria.understanding
    values = []
    for meaning in read.meanings:
        label = get_label(meaning, search.currency)
        words = read.typed(meaning)
        values.append(UnderstoodValue(meaning.field, meaning.value, label, words))
    return values


def understood_chips(search: "ListingSearch") -> list[Chip]:
    """Each with the address of the search without the words that say it; the words that are left
    come last.
    """
    read = search.criteria.understanding
    chips = []
    for meaning in sorted(read.meanings, key=lambda meaning: meaning == ANY_OF_SKILLS):
        url = search.url(q=read.without(meaning) or None)
        chips.append(Chip(get_label(meaning, search.currency), url, read.typed(meaning)))
    if read.meanings and read.words:
        url = search.url(q=read.without(has_words=False))
        chips.append(Chip(f"“{read.words}”", url, read.words))
    return [*chips, *_located_chips(search)]


def _located_chips(search: "ListingSearch") -> Iterator[Chip]:
    read = search.criteria.located
    for meaning in read.meanings:
        url = search.url(where=read.without(meaning) or None)
        yield Chip(get_label(meaning, ""), url, read.typed(meaning))
    if read.words:
        url = search.url(where=read.without(has_words=False) or None)
        yield Chip(f"“{read.words}”", url, read.words)


def get_label(meaning: Meaning, currency: str) -> str:
    """``currency``: that of an amount without one."""
    if meaning.named:
        return _label_of_named(meaning.named, meaning.value)
    if meaning.field == "skills":
        return ANY_SKILL[1]
    if meaning.field == "posted":
        return posted_label(int(meaning.value))
    if meaning.field == "visa":
        return FLAGS["visa"][1]
    if meaning.field == "salary_from":
        return pay_label(int(meaning.value), meaning.currency or currency)
    return called(meaning.value, _fixed_labels().get(meaning.field, {}))


def _label_of_named(named: Named, value: str) -> str:
    if is_not(value):
        return label_left_out(named.name)
    return named.name


def filter_pairs(search: "ListingSearch") -> list[tuple[str, str]]:
    """Parameters and values of all it asks for: what was understood as filters, the words that are
    left as words.
    """
    criteria = search.criteria
    understood = []
    for meaning in (*_meanings_that_count(criteria), *criteria.located.meanings):
        understood.append((meaning.field, meaning.value))
        if meaning.currency:
            understood.append(("currency", meaning.currency))
    replaced = {*ONE_VALUE, "currency"}.intersection(name for name, _ in understood)
    pairs = []
    for name, values in search.query.lists():
        if name in search.form.fields and name not in NOT_FILTERS | replaced:
            pairs += [(name, value) for value in values if value]
    pairs += understood
    if criteria.words:
        pairs += [("q", criteria.words), ("words", "1")]
    return list(dict.fromkeys(pairs))  # each once


def _meanings_that_count(criteria: Criteria) -> Iterator[Meaning]:
    """The meanings without an amount or time that asks for less than what was chosen beside it."""
    chosen = criteria.chosen or criteria
    for meaning in criteria.understanding.meanings:
        wins = getattr(criteria, meaning.field, None) != getattr(chosen, meaning.field, None)
        if meaning.field not in ONE_VALUE or wins:
            yield meaning

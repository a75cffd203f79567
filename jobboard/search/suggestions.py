"""What somebody may look for who has typed the beginning of a word."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from django.db.models import Q
from django.utils import timezone

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import country_name, fold
from jobboard.listings.geo.gazetteer import cities_called, find_country, states_called
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .criteria import Criteria
from .index.queries import Snapshot
from .regions import REGIONS
from .spelling.spellings import other_spellings
from .understanding.table import table

MIN_LENGTH = 2  # letters
MIN_LENGTH_OF_OTHERS = 5  # letters, of words in other languages
OURS = "en"
MAX_PER_KIND = 4
MAX_WORDS_OF_AN_END = 3
MAX_AMONG_OTHERS = 2  # of places and values, among words of other kinds
MAX_PLACES = 8
OF_VALUES = ("level", "workplace", "type")


@dataclass(frozen=True)
class Suggestion:
    """``kind`` is role, skill, company or title; of places country, region, state or city; of
    values level, workplace or type. ``jobs``: how many there are of it.
    """

    kind: str
    label: str
    jobs: int = 0


def suggestions(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Roles and skills with a word that starts like ``typed``, then places, levels and the like,
    and companies, the most jobs first; then titles. Where nothing does, of its last words.

    Without an index those of the vocabulary only, by name.
    """
    typed = clean_text(typed)[:80]
    if len(typed) < MIN_LENGTH:
        return []
    found = _suggested(typed, index)
    for way in [] if found else other_spellings(typed):
        found += _suggested(way, index)
    return found or _of_an_end(typed, lambda end: _suggested(end, index))


def _of_an_end(typed: str, suggest: Callable[[str], list[Suggestion]]) -> list[Suggestion]:
    """What the longest end of ``typed`` begins, behind the words before it: how many jobs that
    whole search has is not counted.
    """
    words = typed.split()
    for start in range(max(1, len(words) - MAX_WORDS_OF_AN_END), len(words)):
        end = " ".join(words[start:])
        found = suggest(end) if len(end) >= MIN_LENGTH else []
        named = [one for one in found if one.kind != "title"]
        if named:
            before = " ".join(words[:start])
            return [replace(one, label=f"{before} {one.label}", jobs=0) for one in named]
    return []


def _suggested(typed: str, index: Snapshot | None) -> list[Suggestion]:
    found = _named(typed, index)
    if not index:
        return found
    titles, companies = index.suggested(typed, timezone.now())
    others = [*_values(typed, index), *_places(typed, index, MAX_AMONG_OTHERS)]
    others += _companies(companies[:MAX_PER_KIND], index)
    found += sorted(others, key=attrgetter("jobs"), reverse=True)
    labels = {fold(suggestion.label) for suggestion in found}
    new = [title for title in titles if fold(title) not in labels]
    return found + [Suggestion("title", title) for title in new[:MAX_PER_KIND]]


def _named(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Roles and skills; those whose own name starts so first."""
    starts = (
        Q(name__istartswith=typed)
        | Q(name__icontains=f" {typed}")
        | Q(aliases__folded__startswith=fold(typed))
    )
    roles, skills = Role.objects.published(), Skill.objects.current()
    named = {
        "role": roles.filter(starts).distinct().values_list("pk", "name"),
        "skill": skills.filter(starts).distinct().values_list("pk", "name"),
    }
    found: list[Suggestion] = []
    for kind, rows in named.items():
        of_kind = [Suggestion(kind, name) for _, name in rows]
        if index:
            jobs = index.counts(Criteria(), timezone.now())[kind]
            of_kind = [Suggestion(kind, name, jobs[pk]) for pk, name in rows if pk in jobs]
            of_kind.sort(key=lambda one: (not fold(one.label).startswith(fold(typed)), -one.jobs))
        found += of_kind[:MAX_PER_KIND]
    return found


def _companies(ids: list[int], index: Snapshot) -> Iterable[Suggestion]:
    known = Company.objects.public().in_bulk(ids) if ids else {}
    jobs = index.counts(Criteria(), timezone.now())["company"]
    return [Suggestion("company", known[pk].name, jobs.get(pk, 1)) for pk in ids if pk in known]


def _values(typed: str, index: Snapshot) -> Iterable[Suggestion]:
    """Levels, workplace types and employment types, by the shortest phrase that begins so; of other
    languages than ours, where so much was typed that it is surely one.
    """
    counts, begun = index.counts(Criteria(), timezone.now()), fold(typed)
    is_long = len(begun) >= MIN_LENGTH_OF_OTHERS or not begun.isascii()
    shortest: dict[tuple[str, str], str] = {}
    for phrase in sorted(table(), key=len):
        if phrase.startswith(begun):
            for row in table()[phrase]:
                if row.field in OF_VALUES and not row.when and (is_long or row.language == OURS):
                    shortest.setdefault((row.field, row.value), phrase)
    found = [
        Suggestion(field, phrase.capitalize(), counts[field].get(value, 0))
        for (field, value), phrase in shortest.items()
    ]
    return [one for one in found if one.jobs]


def places_suggested(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Remote work and regions, then places with the most jobs. Without an index regions alone."""
    typed = clean_text(typed)[:80]
    if len(typed) < MIN_LENGTH:
        return []
    if not index:
        return _regions(typed, {})
    found = _places_and_remote(typed, index)
    found = found or _of_an_end(typed, lambda end: _places(end, index, MAX_PER_KIND))
    return found[:MAX_PLACES]


def _places_and_remote(typed: str, index: Snapshot) -> list[Suggestion]:
    of_values = [one for one in _values(typed, index) if one.kind == "workplace"]
    return [*of_values, *_places(typed, index, MAX_PER_KIND)]


def _places(typed: str, index: Snapshot, most: int) -> list[Suggestion]:
    """Regions, then at most so many countries, states and cities."""
    counts = index.counts(Criteria(), timezone.now())
    found = _regions(typed, counts["region"])
    found += _largest(_countries(typed, counts["country"]), most)
    found += _largest(_states(typed, index), most)
    return found + _cities(fold(typed), index, most)


def _largest(found: Iterable[Suggestion], most: int) -> list[Suggestion]:
    with_jobs = [one for one in found if one.jobs]
    return sorted(with_jobs, key=lambda one: (-one.jobs, one.label))[:most]


def _regions(typed: str, counts: Mapping) -> list[Suggestion]:
    begun = [
        (code, name) for code, (name, _) in REGIONS.items() if fold(name).startswith(fold(typed))
    ]
    return [Suggestion("region", name, counts.get(code, 0)) for code, name in begun]


def _countries(typed: str, counts: Mapping) -> Iterable[Suggestion]:
    """By their names, and by what else they are called, such as UK."""
    meant = find_country(typed)
    begun = [code for code in counts if fold(country_name(code)).startswith(fold(typed))]
    codes = {*begun, *([meant] if meant in counts else [])}
    return [Suggestion("country", country_name(code), counts[code]) for code in codes]


def _states(typed: str, index: Snapshot) -> Iterable[Suggestion]:
    now = timezone.now()
    for state in states_called(typed)[:MAX_PER_KIND]:
        yield Suggestion("state", state, index.count(Criteria(city=(state,)), now))


def _cities(begun: str, index: Snapshot, most: int) -> list[Suggestion]:
    """As the gazetteer writes them."""
    found: dict[str, int] = {}
    for folded, jobs in index.cities_with_prefix(begun, timezone.now(), MAX_PLACES):
        called = cities_called(folded)
        found.setdefault(called[0].name if called else folded.title(), jobs)
    return [Suggestion("city", name, jobs) for name, jobs in found.items()][:most]

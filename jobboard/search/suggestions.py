"""Suggests searches to somebody who has typed the beginning of a word."""

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
from .understanding.table import find_rows, table

MIN_LENGTH = 2  # letters
MIN_LENGTH_OF_OTHERS = 5  # letters, of words in other languages
OUR_LANGUAGE = "en"
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
    result = _suggest(typed, index)
    if result:
        return result
    for spelling in other_spellings(typed):
        result += _suggest(spelling, index)
    return result or _of_an_end(typed, lambda end: _suggest(end, index))


def _of_an_end(typed: str, suggest: Callable[[str], list[Suggestion]]) -> list[Suggestion]:
    """Suggestions for the longest end of ``typed`` that begins something, behind the words before
    it: how many jobs that whole search has is not counted.
    """
    words = typed.split()
    for start in range(max(1, len(words) - MAX_WORDS_OF_AN_END), len(words)):
        end = " ".join(words[start:])
        if len(end) < MIN_LENGTH:
            continue
        before = " ".join(words[:start])
        longer = []
        for suggestion in suggest(end):
            if suggestion.kind != "title":
                longer.append(replace(suggestion, label=f"{before} {suggestion.label}", jobs=0))
        if longer:
            return longer
    return []


def _suggest(typed: str, index: Snapshot | None) -> list[Suggestion]:
    result = _roles_and_skills(typed, index)
    if not index:
        return result
    titles, companies = index.suggest(typed, timezone.now())
    others = [*_values(typed, index), *_places(typed, index, MAX_AMONG_OTHERS)]
    others += _companies(companies[:MAX_PER_KIND], index)
    result += sorted(others, key=attrgetter("jobs"), reverse=True)
    labels = {fold(suggestion.label) for suggestion in result}
    new = [title for title in titles if fold(title) not in labels]
    return result + [Suggestion("title", title) for title in new[:MAX_PER_KIND]]


def _roles_and_skills(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Roles and skills, those whose own name starts so first."""
    starts = (
        Q(name__istartswith=typed)
        | Q(name__icontains=f" {typed}")
        | Q(aliases__folded__startswith=fold(typed))
    )
    result: list[Suggestion] = []
    for kind, rows in (("role", Role.objects.published()), ("skill", Skill.objects.current())):
        names = rows.filter(starts).distinct().values_list("pk", "name")
        if index:
            of_kind = _with_jobs(kind, names, index)
            of_kind.sort(key=lambda row: (not fold(row.label).startswith(fold(typed)), -row.jobs))
        else:
            of_kind = [Suggestion(kind, name) for _, name in names]
        result += of_kind[:MAX_PER_KIND]
    return result


def _with_jobs(kind: str, names: Iterable[tuple[int, str]], index: Snapshot) -> list[Suggestion]:
    """The ones of the ``names`` (id and name) that there are jobs of."""
    jobs = index.counts(Criteria(), timezone.now())[kind]
    return [Suggestion(kind, name, jobs[pk]) for pk, name in names if pk in jobs]


def _companies(ids: list[int], index: Snapshot) -> Iterable[Suggestion]:
    if not ids:
        return
    companies = Company.objects.public().in_bulk(ids)
    jobs = index.counts(Criteria(), timezone.now())["company"]
    for pk in ids:
        if pk in companies:
            yield Suggestion("company", companies[pk].name, jobs.get(pk, 1))


def _values(typed: str, index: Snapshot) -> Iterable[Suggestion]:
    """Levels, workplace types and employment types, by the shortest phrase that begins so; of other
    languages than ours, where so much was typed that it is surely one.
    """
    start = fold(typed)
    is_any_language = len(start) >= MIN_LENGTH_OF_OTHERS or not start.isascii()
    shortest: dict[tuple[str, str], str] = {}
    for phrase in sorted(table(), key=len):
        if phrase.startswith(start):
            for row in find_rows(phrase, *OF_VALUES):
                if not row.when and (is_any_language or row.language == OUR_LANGUAGE):
                    shortest.setdefault((row.field, row.value), phrase)
    counts = index.counts(Criteria(), timezone.now())
    for (field, value), phrase in shortest.items():
        jobs = counts[field].get(value, 0)
        if jobs:
            yield Suggestion(field, phrase.capitalize(), jobs)


def places_suggested(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Remote work and regions, then places with the most jobs. Without an index regions alone."""
    typed = clean_text(typed)[:80]
    if len(typed) < MIN_LENGTH:
        return []
    if not index:
        return _regions(typed, {})
    places = _places_and_remote(typed, index)
    places = places or _of_an_end(typed, lambda end: _places(end, index, MAX_PER_KIND))
    return places[:MAX_PLACES]


def _places_and_remote(typed: str, index: Snapshot) -> list[Suggestion]:
    workplaces = [value for value in _values(typed, index) if value.kind == "workplace"]
    return [*workplaces, *_places(typed, index, MAX_PER_KIND)]


def _places(typed: str, index: Snapshot, limit: int) -> list[Suggestion]:
    """Regions, then at most so many countries, states and cities."""
    counts = index.counts(Criteria(), timezone.now())
    places = _regions(typed, counts["region"])
    places += _largest(_countries(typed, counts["country"]), limit)
    places += _largest(_states(typed, index), limit)
    return places + _cities(fold(typed), index, limit)


def _largest(places: Iterable[Suggestion], limit: int) -> list[Suggestion]:
    with_jobs = [place for place in places if place.jobs]
    return sorted(with_jobs, key=lambda place: (-place.jobs, place.label))[:limit]


def _regions(typed: str, counts: Mapping) -> list[Suggestion]:
    regions = []
    for code, (name, _) in REGIONS.items():
        if fold(name).startswith(fold(typed)):
            regions.append(Suggestion("region", name, counts.get(code, 0)))
    return regions


def _countries(typed: str, counts: Mapping) -> Iterable[Suggestion]:
    """Countries by their names, and by what else they are called, such as UK."""
    country = find_country(typed)
    for code, jobs in counts.items():
        name = country_name(code)
        if code == country or fold(name).startswith(fold(typed)):
            yield Suggestion("country", name, jobs)


def _states(typed: str, index: Snapshot) -> Iterable[Suggestion]:
    now = timezone.now()
    for state in states_called(typed)[:MAX_PER_KIND]:
        yield Suggestion("state", state, index.count(Criteria(city=(state,)), now))


def _cities(start: str, index: Snapshot, limit: int) -> list[Suggestion]:
    """Cities as the gazetteer writes them."""
    jobs_by_name: dict[str, int] = {}
    for folded, jobs in index.cities_with_prefix(start, timezone.now(), MAX_PLACES):
        name = folded.title()
        cities = cities_called(folded)
        if cities:
            name = cities[0].name
        jobs_by_name.setdefault(name, jobs)
    return [Suggestion("city", name, jobs) for name, jobs in jobs_by_name.items()][:limit]

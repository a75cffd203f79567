"""What somebody may look for who has typed the beginning of a word."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import country_name, fold
from jobboard.listings.geo.gazetteer import cities_called
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .criteria import Criteria
from .index.queries import Snapshot
from .regions import REGIONS

SHORTEST = 2  # letters
MOST_OF_A_KIND = 4
MOST_COUNTRIES = 2  # among words of other kinds
MOST_PLACES = 8


@dataclass(frozen=True)
class Suggestion:
    """``kind`` is role, skill, company or title; of places country, region or city."""

    kind: str
    label: str


def suggestions(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Roles, skills, companies and titles with a word that starts like ``typed``; most jobs first.

    Without an index those of the vocabulary only, by name.
    """
    typed, now = clean_text(typed)[:80], timezone.now()
    if len(typed) < SHORTEST:
        return []
    found = []
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
    for kind, rows_of_kind in named.items():
        rows = list(rows_of_kind)
        if index:
            frequency = index.counts(Criteria(), now)[kind]
            there = [row for row in rows if row[0] in frequency]
            rows = sorted(
                there,
                key=lambda row: (not fold(row[1]).startswith(fold(typed)), -frequency[row[0]]),
            )
        found += [Suggestion(kind, name) for _, name in rows[:MOST_OF_A_KIND]]
    titles, companies = index.suggested(typed, now) if index else ([], [])
    wanted = companies[:MOST_OF_A_KIND]
    known = Company.objects.public().in_bulk(wanted) if wanted else {}
    found += [Suggestion("company", known[pk].name) for pk in wanted if pk in known]
    if index:
        found += _countries(typed, index, MOST_COUNTRIES)
    labels = {fold(suggestion.label) for suggestion in found}
    new = [title for title in titles if fold(title) not in labels]
    return found + [Suggestion("title", title) for title in new[:MOST_OF_A_KIND]]


def places_suggested(typed: str, index: Snapshot | None) -> list[Suggestion]:
    """Regions, then countries and cities with the most jobs. Without an index regions alone."""
    typed = clean_text(typed)[:80]
    if len(typed) < SHORTEST:
        return []
    begun = fold(typed)
    names = [name for name, _ in REGIONS.values() if fold(name).startswith(begun)]
    found = [Suggestion("region", name) for name in names]
    if index:
        found += _countries(typed, index, MOST_OF_A_KIND)
        found += [Suggestion("city", name) for name in _cities(begun, index)]
    return found[:MOST_PLACES]


def _countries(typed: str, index: Snapshot, most: int) -> list[Suggestion]:
    counts = index.counts(Criteria(), timezone.now())["country"]
    begun = [code for code in counts if fold(country_name(code)).startswith(fold(typed))]
    largest = sorted(begun, key=lambda code: (-counts[code], code))
    return [Suggestion("country", country_name(code)) for code in largest[:most]]


def _cities(begun: str, index: Snapshot) -> list[str]:
    """As the gazetteer writes them."""
    found: dict[str, None] = {}
    for folded in index.cities_with_prefix(begun, timezone.now(), MOST_PLACES):
        called = cities_called(folded)
        found[called[0].name if called else folded.title()] = None
    return list(found)

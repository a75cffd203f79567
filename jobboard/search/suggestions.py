"""What somebody may look for who has typed the beginning of a word."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from jobboard.common.text.html import clean_text
from jobboard.common.text.words import fold
from jobboard.listings.models import Company
from roles.models import Role, Skill

from .criteria import Criteria
from .index.queries import Snapshot

SHORTEST = 2  # letters
MOST_OF_A_KIND = 4


@dataclass(frozen=True)
class Suggestion:
    """``kind`` is role, skill, company or title."""

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
    labels = {fold(suggestion.label) for suggestion in found}
    new = [title for title in titles if fold(title) not in labels]
    return found + [Suggestion("title", title) for title in new[:MOST_OF_A_KIND]]

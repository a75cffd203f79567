"""Whom a job title names, and whether they do other work than ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobboard.feeds.parsing.vocabulary import Match, Row, word_at

from .parts import JOINTS, TitleParts, disciplines, occupations, other_work

# Languages in which what somebody is comes first: “Responsable commercial Data”.
PERSON_FIRST = frozenset(["fr", "es", "pt", "it"])
# Occupations that are read apart from others of their kind.
KINDS_APART = {
    "project manager": "project",
    "delivery manager": "delivery",
    "engineering manager": "chief builder",
    "member of technical staff": "staff",
}
LEADING = ("manager", "neutral")


@dataclass(frozen=True)
class TitleHead:
    """The kind of person a title names: a kind of occupation, ``function`` and ``engineering`` for
    other work.
    """

    kind: str = ""
    words: str = ""
    segment: int = 0


def find_head(parts: TitleParts) -> TitleHead:
    """The last person that the first segment with one names; the first in languages that begin
    with it. A trainee is one of what else is named.
    """
    for at, segment in enumerate(parts.segments):
        people = [*_other_people(segment), *occupations().find(segment)]
        for person in people:
            if _serves(person, segment):
                return TitleHead("function", person.words_in(segment), at)
        trained = [person for person in people if person.meaning.get("english") != "trainee"]
        if trained:
            last = max(trained, key=_rank_person)
            person = _whose_work(trained, last)
            return TitleHead(_get_kind(person.meaning), person.words_in(segment), at)
        if people:
            return TitleHead("trainee", " ".join(segment), at)
    return TitleHead()


def _whose_work(people: Sequence[Match[Row]], person: Match[Row]) -> Match[Row]:
    """Other work that stands right before: “Nurse Leader”, “Offensive Security Engineer”."""
    for other in people:
        stands_before = other.end == person.start
        is_led = other.meaning["kind"] == "function" and person.meaning["kind"] in LEADING
        if stands_before and (is_led or other.meaning["kind"] == "engineering"):
            return other
    return person


def _other_people(segment: Sequence[str]) -> Iterator[Match[Row]]:
    """Other work, but not where it only says whose data it is (“Sales Data Science”) or shares a
    word with ours (“Data Quality Engineer”).
    """
    topics = [match for match in disciplines().find(segment) if _is_craft(match)]
    occupation_by_start = occupations().find_by_start(segment)
    for person in other_work().find(segment):
        occupation = occupation_by_start.get(person.start)
        if occupation and occupation.end > person.end:
            continue  # “chef de projet”
        if _serves(person, segment) or not _gives_way(person, topics, segment):
            yield person


def _is_craft(topic: Match[Row]) -> bool:
    return topic.meaning["strength"] == "craft"


def _gives_way(person: Match[Row], topics: Sequence[Match[Row]], segment: Sequence[str]) -> bool:
    is_domain = tuple(segment[person.start : person.end]) in other_work("domain", "business")
    for topic in topics:
        if is_domain and topic.start >= person.end:
            return True
        if topic.start < person.start < topic.end:
            return True
    return False


def _serves(person: Match[Row], segment: Sequence[str]) -> bool:
    """“Professor of Statistics”, “Assistant to the VP of AI”."""
    behind = word_at(segment, person.end)
    return behind == "to" or (person.meaning["kind"] == "function" and behind in JOINTS)


def _rank_person(person: Match[Row]) -> tuple[int, int]:
    """A sort key: of two that end alike the longer wins."""
    if person.meaning["language"] in PERSON_FIRST:
        return (1_000 - person.start, person.end)
    return (person.end, -person.start)


def _get_kind(meaning: Row) -> str:
    return KINDS_APART.get(meaning.get("english", ""), meaning["kind"])

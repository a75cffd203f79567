"""Finding listings: criteria in, ids with exact counts out. Callers import from here, whatever
answers underneath.
"""

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import Error
from django.db.models import Q, QuerySet
from django.utils import timezone

from jobboard.common.web.tracing import make_for_one
from jobboard.listings.models import Listing

from . import change_log, database
from .criteria import Criteria
from .database import matching
from .facets.counted import Option, SearchAnswer, SearchResult, build_facets
from .index.documents import convert_tantivy_panics
from .index.queries import MAX_RESULTS, Snapshot
from .index.reading import IndexMissingError, discard_if_broken, snapshot
from .models import LoggedChange
from .spelling.correcting import is_understood, nearest_word
from .suggestions import Suggestion, places_suggested, suggestions
from .understanding.from_words import read_where, read_words

__all__ = [
    "MAX_RESULTS",
    "Criteria",
    "NewJobSearch",
    "Option",
    "SearchResult",
    "count",
    "matching",
    "search",
    "similar",
    "suggest",
    "suggest_places",
]

MAX_CORRECTED = 3  # words of one search
T = TypeVar("T")
State = TypeVar("State")
logger = logging.getLogger("jobboard.search")


class ResultPage(NamedTuple):
    """Which of the listings found, and whether with counts of each facet."""

    offset: int
    limit: int
    with_facets: bool


def search(
    criteria: Criteria, *, offset: int = 0, limit: int = 25, with_facets: bool = True
) -> SearchResult:
    """The listings live at this moment that meet ``criteria``. Without facets, which cost more than
    the rest, it does not look for featured ones either.

    Words that stand in none, and only if that is why there is nothing to find, are taken for the
    ones probably meant.
    """
    now = timezone.now()
    page = ResultPage(offset, limit, with_facets)

    def by_index(index: Snapshot) -> tuple[SearchAnswer, Criteria, dict[str, str]]:
        return _search_or_correct(index, criteria, now, page)

    def by_database() -> tuple[SearchAnswer, Criteria, dict[str, str]]:
        return database.search(criteria, now, **page._asdict()), criteria, {}

    answer, searched, corrections = with_fallback(by_index, by_database)
    facets = {}
    if with_facets:
        facets = build_facets(answer.counts, searched)
    return SearchResult(
        ids=answer.ids,
        total=answer.total,
        featured=answer.featured,
        facets=facets,
        corrected=corrections,
        criteria=searched,
        groups=answer.groups,
    )


def _search_or_correct(
    index: Snapshot, criteria: Criteria, now: datetime, page: ResultPage
) -> tuple[SearchAnswer, Criteria, dict[str, str]]:
    """The answer, its criteria, and the words that were corrected for it."""
    answer = index.search(criteria, now, **page._asdict())
    if answer.total:
        return answer, criteria, {}
    corrections = _find_corrections(criteria, index, now)
    if corrections:
        corrected = _with_words(criteria, corrections)
        second = index.search(corrected, now, **page._asdict())
        if second.total or _says_more(corrected, criteria):
            return second, corrected, corrections
    return answer, criteria, {}


def count(criteria: Criteria) -> int:
    """How many live listings meet ``criteria``."""
    now = timezone.now()
    return with_fallback(
        lambda index: index.count(criteria, now), lambda: database.count(criteria, now)
    )


def similar(listing: Listing, *, limit: int) -> list[int]:
    """Ids of live listings most like this one, which may be over; by the database the newest of its
    role.
    """
    now = timezone.now()

    def by_database() -> list[int]:
        others = Listing.objects.live(now).filter(role=listing.role).exclude(pk=listing.pk)
        if listing.public_role:
            return list(others.values_list("pk", flat=True)[:limit])
        return []

    return with_fallback(lambda index: index.similar(listing, now, limit=limit), by_database)


def suggest(typed: str) -> list[Suggestion]:
    """Searches that somebody who has typed so much may want: roles, skills, companies and titles of
    open jobs.
    """
    return with_fallback(lambda index: suggestions(typed, index), lambda: suggestions(typed, None))


def suggest_places(typed: str) -> list[Suggestion]:
    """Countries, regions and cities of open jobs that begin so."""
    return with_fallback(
        lambda index: places_suggested(typed, index), lambda: places_suggested(typed, None)
    )


class NewJobSearch:
    """Finds what is new for one search after another, all as of one moment.

    The index answers, and the database for those jobs alone that changed since the index was
    written: which they are is asked once. So nothing is missed that is committed.
    """

    def __init__(self) -> None:
        self.now = timezone.now()
        self._index: Snapshot | None
        self._unseen: set[int]
        self._index, self._unseen = with_fallback(
            lambda index: (index, set(_unseen(index))), lambda: (None, set())
        )

    def find(
        self, criteria: Criteria, *, since: datetime, without: Collection[int], limit: int
    ) -> tuple[list[int], int]:
        """Ids of live jobs that meet ``criteria`` and were published after ``since``, and how many
        there are. The ``limit`` newest of them are among the ids; ``without`` some.
        """

        def by_index(index: Snapshot) -> tuple[list[int], int]:
            ids, total = index.published_since(
                criteria, self.now, since, without={*without, *self._unseen}, limit=limit
            )
            if not self._unseen:
                return ids, total
            changed = in_database().filter(pk__in=_unseen(index))
            unseen = [pk for pk in changed if pk in self._unseen]
            return ids + unseen, total + len(unseen)

        def by_database() -> tuple[list[int], int]:
            return list(in_database()[:limit]), in_database().count()

        def in_database() -> QuerySet[Any]:
            is_new = Q(published_at__gt=since) | Q(widened_at__gt=since)
            new = database.matching(criteria, self.now).filter(is_new)
            newest = new.exclude(pk__in=list(without)).order_by("-posted_at", "-pk")
            return newest.values_list("pk", flat=True)

        return ask(self._snapshot, by_index, by_database)

    def _snapshot(self) -> Snapshot:
        if self._index is None:
            raise IndexMissingError
        return self._index


def _unseen(index: Snapshot) -> QuerySet[Any]:
    """Ids of listings whose last change the index does not hold. Raises IndexMissingError if that
    cannot be told.
    """
    if change_log.is_lost(index.position):
        raise IndexMissingError
    changes = LoggedChange.objects.filter(change_log.unseen(index.position))
    return changes.values_list("listing_id", flat=True).distinct()


def with_fallback(by_index: Callable[[Snapshot], T], by_database: Callable[[], T]) -> T:
    """Ask the index as it is, because its writer takes in a change within a second; else the
    database.
    """
    # Looked up at each call: tests put another function in its place.
    return ask(lambda: snapshot(), by_index, by_database)


def ask(
    open_state: Callable[[], State], by_index: Callable[[State], T], by_database: Callable[[], T]
) -> T:
    """The answer of ``by_index`` for the state that ``open_state`` returns; that of ``by_database``
    where there is none, or the index fails.
    """
    try:
        with convert_tantivy_panics():
            return by_index(open_state())
    except IndexMissingError:
        return by_database()
    except Error:
        raise  # that was the database
    except Exception:
        logger.exception("The search index failed, so search is using the database")
        discard_if_broken(is_doubtful=True)
        make_for_one()
        return by_database()


def _find_corrections(criteria: Criteria, index: Snapshot, now: datetime) -> dict[str, str]:
    """Words as typed that no listing holds → the ones probably meant. What we know a name of is
    typed as it is meant, and so is what we understand: “not interested” is not “not interest”.
    """
    unknown = []
    for piece in criteria.pieces:
        if piece.is_excluded or piece.is_name:
            continue
        for word in piece.words:
            if not is_understood(word.text) and index.is_unknown(word, now):
                unknown.append(word)
    if len(unknown) > MAX_CORRECTED:  # that is no typing error
        return {}
    corrections = {}
    for word in unknown:
        nearest = nearest_word(index, word, now)
        if nearest:
            corrections[word.text] = nearest
    return corrections


def _with_words(criteria: Criteria, corrections: dict[str, str]) -> Criteria:
    """Understood anew, if it was."""
    if criteria.chosen is None:
        return replace(criteria, words=_corrected(criteria.words, corrections), names=None)
    words = _corrected(criteria.chosen.words, corrections)
    anew = read_words(replace(criteria.chosen, words=words))
    if criteria.located.text:
        return read_where(anew, criteria.located.text)
    return anew


def _corrected(text: str, corrections: dict[str, str]) -> str:
    for typed, word in corrections.items():
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", word, text)
    return text


def _says_more(criteria: Criteria, before: Criteria) -> bool:
    return len(criteria.understanding.meanings) > len(before.understanding.meanings)

"""Finds the same job in several places or from several sources, by company, title and text.

What is equal in all it says but its places is one job: the others are its copies. What is nearly
equal is linked, and stays a job of its own.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils import timezone

from jobboard.common.locks import one_of_many
from jobboard.common.text.html import plain_text
from jobboard.common.text.words import fold
from jobboard.listings import lifecycle
from jobboard.listings.choices import PayStatement
from jobboard.listings.models import Feed, Listing, ListingPlace

MIN_SHARE_SHARED = 0.8
"""Of all runs of SHINGLE_SIZE words that two texts have, the share both have (Jaccard): from here
on they are nearly the same text.
"""
SHINGLE_SIZE = 5
MIN_WORDS = 12  # of a text that says enough to be one job with another
COMPANIES_READ = 200  # at a time
PLACES_READ = 1000  # jobs whose places are read at once
LATELY = timedelta(hours=1)
MAX_TEXTS_COMPARED = 100  # different texts of one company under one title

_NOT_THE_TITLE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\W")


@dataclass(frozen=True)
class Job:
    """A job as people see it, ``first``, and ``copies`` that say the same elsewhere and are not
    part of it yet.
    """

    first: Listing
    copies: list[Listing]


@dataclass(frozen=True)
class _Row:
    """An open listing, or one on the way there, with its own places alone."""

    pk: int
    company: int
    title: str
    part_of: int | None
    is_decided: bool  # by an editor
    places: tuple[str, ...]

    @property
    def title_key(self) -> tuple[int, str]:
        return self.company, strip_title(self.title, " ".join(self.places))


def link_same_jobs(feed: Feed, after: datetime | None) -> None:
    """Join and link what ``feed`` brought or changed ``after`` a moment (None: ever) with what
    its companies offer. An editor's choice stays.
    """
    changed = feed.listings.all()
    if after:
        changed = changed.filter(Q(first_seen_at__gt=after) | Q(changed_at__gt=after))
    new = feed.listings.all()
    if after:
        new = new.filter(first_seen_at__gt=after)
    companies = sorted(set(changed.values_list("company", flat=True)))
    for some in _chunks(companies, COMPANIES_READ):
        rows = _rows(some)
        _join(rows)
        _link(rows, set(new.filter(company__in=some).values_list("pk", flat=True)))


def join_same_jobs(companies: Iterable[int]) -> int:
    """Join what is one job, and split what is no more; returns how many became copies."""
    return sum(_join(_rows(some)) for some in _chunks(companies, COMPANIES_READ))


def join_lately_changed() -> None:
    """Join what people published or edited lately, then what ended; feeds join theirs
    themselves.
    """
    changed = Listing.objects.filter(changed_at__gt=timezone.now() - LATELY).order_by()
    join_same_jobs(changed.values_list("company", flat=True).distinct())
    lifecycle.settle_ended()


def find_same_jobs(companies: Iterable[int]) -> Iterator[Job]:
    """Find what ``join_same_jobs`` would join."""
    for some in _chunks(companies, COMPANIES_READ):
        for rows in _by_title(_rows(some)):
            yield from _jobs(_undecided(rows))


def _chunks(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _rows(companies: list[int]) -> list[_Row]:
    """Read the rows to compare, oldest first."""
    listings = Listing.objects.filter(company__in=companies).not_over()
    columns = ("pk", "company", "title", "folded_into", "same_as_from")
    values = list(listings.order_by("first_seen_at", "id").values_list(*columns))
    places = _own_places([pk for pk, *_ in values])
    rows = []
    for pk, company, title, job, chosen_by in values:
        is_decided = chosen_by == Listing.SameAsFrom.EDITOR
        rows.append(_Row(pk, company, title, job, is_decided, tuple(places[pk])))
    return rows


def _own_places(pks: list[int]) -> dict[int, list[str]]:
    """Read places by the ids of jobs, some at a time: PostgreSQL walks the table for a condition on
    the jobs instead.
    """
    texts: dict[int, list[str]] = defaultdict(list)
    for some in _chunks(pks, PLACES_READ):
        places = ListingPlace.objects.filter(listing__in=some, from_copy=None)
        for pk, text in places.order_by("position").values_list("listing", "text"):
            texts[pk].append(text)
    return texts


def _by_title(rows: Iterable[_Row]) -> list[list[_Row]]:
    """Group jobs with the same title at the same company; a title used once is left out."""
    by_title: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    for row in rows:
        by_title[row.title_key].append(row)
    return [same_title for same_title in by_title.values() if len(same_title) > 1]


# --- One job --------------------------------------------------------------------------------------


def _join(rows: list[_Row]) -> int:
    _split(Listing.objects.filter(pk__in=_with_another_title(rows)))
    count = 0
    for same_title in _by_title(rows):
        listings = _undecided(same_title)
        _split(_with_another_text(listings))
        for job in _jobs(listings):
            with suppress(lifecycle.InvalidStatusError), one_of_many():  # somebody was faster
                count += len(lifecycle.join_listings(job=job.first, copies=job.copies))
    return count


def _split(copies: Iterable[Listing]) -> None:
    for copy in copies:
        with suppress(lifecycle.InvalidStatusError), one_of_many():
            lifecycle.split_listing(copy=copy)
        copy.folded_into = None


def _with_another_title(rows: list[_Row]) -> list[int]:
    """Find copies whose job has another title by now."""
    by_pk = {row.pk: row for row in rows}
    copies = []
    for row in rows:
        job = by_pk.get(row.part_of or 0)
        if job and not row.is_decided and job.title_key != row.title_key:
            copies.append(row.pk)
    return copies


def _with_another_text(listings: list[Listing]) -> list[Listing]:
    """Find copies whose text differs from that of their job by now."""
    contents = {listing.pk: sameness(listing) for listing in listings}
    copies = []
    for listing in listings:
        job = listing.folded_into_id
        if job in contents and contents[listing.pk] != contents[job]:
            copies.append(listing)
    return copies


def _undecided(rows: list[_Row]) -> list[Listing]:
    """Return public jobs and their copies, oldest first, except those an editor decided."""
    pks = [row.pk for row in rows if not row.is_decided]
    listings = Listing.objects.filter(pk__in=pks).open().select_related("company")
    return list(listings.prefetch_related("pay", "countries").order_by("first_seen_at", "id"))


def _jobs(listings: list[Listing]) -> Iterator[Job]:
    by_sameness: dict[tuple[Any, ...], list[Listing]] = defaultdict(list)
    for listing in listings:
        key = sameness(listing)
        if key is not None and listing.folded_into_id is None:
            by_sameness[key].append(listing)
    for first, *copies in by_sameness.values():
        if copies:
            yield Job(first, copies)


def sameness(listing: Listing) -> tuple[Any, ...] | None:
    """Return a key that is equal for listings of one title that differ only in their places, their
    source and the way to apply. None if the text is too short to tell.
    """
    words = _words(listing)
    if len(words) < MIN_WORDS:
        return None
    return (
        sha256(" ".join(words).encode()).digest(),
        listing.level,
        listing.level_max,
        listing.employment_types,
        listing.visa,
        listing.closes_on,
        _eligible(listing),
        _pay(listing),
    )


def differences(job: Listing, copy: Listing) -> list[str]:
    """Name the facts that differ in ``copy`` and are shown of ``job`` alone."""
    facts: dict[str, Callable[[Listing], Any]] = {"title": _title, "text": _words, "pay": _pay}
    return [name for name, fact in facts.items() if fact(job) != fact(copy)]


def _title(listing: Listing) -> str:
    return strip_title(listing.title, listing.place_line)


def _words(listing: Listing) -> list[str]:
    return re.findall(r"\w+", fold(plain_text(listing.description_html)))


def _pay(listing: Listing) -> tuple[PayStatement, ...]:
    return tuple(replace(stated, quote="", origin="") for stated in listing.statements)


def _eligible(listing: Listing) -> tuple[Any, ...]:
    if listing.eligibility != Listing.Eligibility.LISTED:
        return (listing.eligibility, listing.eligibility_text)
    countries = sorted(row.country for row in listing.countries.all() if not row.is_of_copy)
    return (listing.eligibility, listing.eligibility_text, *countries)


# --- Nearly the same ------------------------------------------------------------------------------


def _link(rows: list[_Row], new: Collection[int]) -> None:
    for same_title in _by_title(rows):
        if any(row.pk in new for row in same_title):
            _link_like_texts(same_title, new)


def _link_like_texts(rows: list[_Row], new: Collection[int]) -> None:
    """Link each new one to the first that says nearly the same in another place, or in the same
    place by another feed.
    """
    alone = Listing.objects.filter(pk__in=[row.pk for row in rows], folded_into=None, same_as=None)
    runs = {}
    feeds = {}
    for pk, html, feed in alone.values_list("pk", "description_html", "feed"):
        runs[pk] = get_runs(plain_text(html))
        feeds[pk] = feed

    def is_nearly(row: _Row, first: _Row) -> bool:
        if (first.places, feeds[first.pk]) == (row.places, feeds[row.pk]):
            return False
        return is_similar_text(runs[first.pk], runs[row.pk])

    firsts: list[_Row] = []
    for row in rows:
        if row.pk not in runs:
            continue
        same = next((first for first in firsts if is_nearly(row, first)), None)
        if same is None:
            firsts.append(row)
        elif row.pk in new:
            _link_to(same.pk, row.pk)
        if len(firsts) > MAX_TEXTS_COMPARED:
            return  # the title says too little


def _link_to(first: int, pk: int) -> None:
    matched = Listing.objects.filter(pk=pk).exclude(same_as_from=Listing.SameAsFrom.EDITOR)
    matched.update(same_as=first, changed_at=timezone.now())


def strip_title(title: str, places: str) -> str:
    """Remove what stands in brackets and the words of its places from ``title``, so that near-same
    titles are equal.
    """
    of_places = {*re.findall(r"\w+", fold(places)), "remote", "hybrid"}
    words = _NOT_THE_TITLE.sub(" ", fold(title)).split()
    return " ".join(word for word in words if word not in of_places)


def get_runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", fold(text))
    return set(zip(*(words[start:] for start in range(SHINGLE_SIZE)), strict=False))


def is_similar_to_runs(runs: set, text: str) -> bool:
    """Whether ``text`` is similar to the text of ``runs``. Of another text, the beginning alone
    mostly has more other runs than a similar text has in all.
    """
    max_others = len(runs) * (1 / MIN_SHARE_SHARED - 1)
    words = int(max_others) + 1 + SHINGLE_SIZE
    beginning = " ".join(text.split(None, words)[:words])
    return len(get_runs(beginning) - runs) <= max_others and is_similar_text(runs, get_runs(text))


def is_similar_text(runs: set, other: set) -> bool:
    shared = len(runs & other)
    return shared > 0 and shared >= MIN_SHARE_SHARED * (len(runs) + len(other) - shared)

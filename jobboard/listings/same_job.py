"""The same job in several places: found by company, title and text, linked, and never merged."""

import re
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from jobboard.common.html import plain_text
from jobboard.common.words import fold

from .models import Feed, Listing

LEAST_SHARED = 0.8
"""Of all runs of RUN words that two texts have, the share both have (Jaccard): from here on they
are the same text.
"""
RUN = 5
COMPANIES_READ = 200  # at a time
MOST_COMPARED = 20  # texts of one company under one title; a title used more often says too little

_NOT_THE_TITLE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\W")


def link_same_jobs(feed: Feed, after: datetime | None) -> None:
    """Link the listings of ``feed`` first seen ``after`` a moment to the first open one of their
    company that says the same elsewhere. An editor's choice stays.
    """
    new = feed.listings.filter(**({"first_seen_at__gt": after} if after else {}))
    company_of = dict(new.values_list("pk", "company"))
    companies = sorted(set(company_of.values()))
    for start in range(0, len(companies), COMPANIES_READ):
        _link(companies[start : start + COMPANIES_READ], company_of.keys())


def _link(companies: list[int], new: Collection[int]) -> None:
    of_title: dict[tuple, list[list]] = defaultdict(list)
    open_here = (
        Listing.objects.filter(company__in=companies, same_as=None)
        .not_over()
        .order_by("first_seen_at", "id")
    )
    rows = open_here.values_list("company", "pk", "title", "place_line", "feed")
    for company, pk, title, place_line, feed in rows:
        of_title[company, bare_title(title, place_line)].append([pk, title, place_line, feed])
    for alike in of_title.values():
        if 1 < len(alike) <= MOST_COMPARED and any(pk in new for pk, *_ in alike):
            _link_like_texts(alike, new)


def _link_like_texts(rows: list[list], new: Collection[int]) -> None:
    texts = dict(
        Listing.objects.filter(pk__in=[pk for pk, *_ in rows]).values_list("pk", "description_html")
    )
    runs = {pk: runs_of(plain_text(html)) for pk, html in texts.items()}
    firsts: list[list] = []
    for row in rows:
        pk, _, place, feed = row
        same = next(
            (
                first
                for first, _, there, its in firsts
                if (there, its) != (place, feed) and alike(runs[first], runs[pk])
            ),
            None,
        )
        if same is None:
            firsts.append(row)
        elif pk in new:
            editor = Listing.SameAsFrom.EDITOR
            Listing.objects.filter(pk=pk).exclude(same_as_from=editor).update(
                same_as=same, changed_at=timezone.now()
            )


def bare_title(title: str, place_line: str) -> str:
    """``title`` without what stands in brackets, and without the words of its places: near-same
    titles are equal.
    """
    words = {*re.findall(r"\w+", fold(place_line)), "remote", "hybrid"}
    return " ".join(
        word for word in _NOT_THE_TITLE.sub(" ", fold(title)).split() if word not in words
    )


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", fold(text))
    return set(zip(*(words[start:] for start in range(RUN)), strict=False))


def alike(one: set, other: set) -> bool:
    shared = len(one & other)
    return shared > 0 and shared >= LEAST_SHARED * (len(one) + len(other) - shared)

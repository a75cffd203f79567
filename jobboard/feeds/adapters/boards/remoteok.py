"""Remote OK's newest jobs: GET remoteok.com/api. The first row of the answer is its terms."""

import re
from html import unescape
from typing import Any

from jobboard.feeds.adapters.dates import moment
from jobboard.feeds.adapters.fields import (
    Fields,
    always,
    html,
    identity,
    link,
    pay,
    remote_in,
    text_at,
)
from jobboard.feeds.adapters.source import Source, Terms
from jobboard.listings.choices import PlaceText

# It asks readers for a word, with the address of our machine in it.
FOR_READERS = re.compile(r"(?:<br\s*/?>|\s)*Please mention the word .*", re.DOTALL)


def rows_of(answer: Any) -> list[Any] | None:
    if not isinstance(answer, list):
        return None
    return [row for row in answer if not (isinstance(row, dict) and "legal" in row)]


def mended(words: str) -> str:
    """UTF-8 that was taken for Latin-1 on its way: “Itâ\\x80\\x99s”."""
    try:
        return words.encode("latin-1").decode()
    except UnicodeError:
        return words


def read_description(job: dict[str, Any]) -> str:
    return FOR_READERS.sub("", mended_parts(html("description")(job)))


def mended_parts(words: str) -> str:
    """Line by line and piece by piece: one sign of another alphabet is in the way of the rest."""
    return re.sub(r"[\x80-\xff]+", lambda piece: mended(piece[0]), words)


def read_places(job: dict[str, Any]) -> tuple[PlaceText, ...]:
    return remote_in("place")({"place": text_at(job, "location").strip(" ,")})


SOURCE = Source(
    name="Remote OK",
    rows=rows_of,
    lists_all=False,
    fields=Fields(
        external_id=identity("id"),
        title=lambda job: unescape(mended_parts(text_at(job, "position"))),
        company=lambda job: unescape(mended_parts(text_at(job, "company"))),
        description=read_description,
        places=read_places,
        # It never says a currency; all its readers take it for US dollars.
        pay=pay("salary_min", "salary_max", currency=always("USD"), period=always("year")),
        apply_url=link("url"),
        posted_at=moment("date"),
    ),
    # It is to be named, with a link that search engines may follow.
    terms=Terms(credit="Remote OK", is_link_followed=True, allows_markup=False),
)

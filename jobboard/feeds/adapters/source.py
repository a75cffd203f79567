"""A source of jobs as a description: how it is asked, where its rows and their fields stand, and
what its terms ask of us. Each kind has its own in a file of this folder.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from io import BytesIO
from typing import Any, BinaryIO

from .base import (
    FeedItem,
    InvalidFeedError,
    InvalidItemError,
    Result,
    Shortfall,
    each_item,
    read_bytes,
    read_json,
)
from .fields import Field, Fields, always, value_at
from .paging import Get, Paging
from .xml import read_xml

# Jobs come and go while the pages are asked for.
MIN_SHARE_LISTED = 0.99
# The pages at an address, asked for with ``get``; ``count`` says how many rows one has.
Pages = Callable[[Get, str, Callable[[bytes], int]], Iterator[bytes]]


@dataclass(frozen=True)
class Terms:
    """What a source asks of who reads it; the pages of a job and the fetching keep it."""

    credit: str = ""
    """The board that is named and linked beside its jobs; '' for an employer's own system."""
    is_link_followed: bool = False
    """The link to the board may not say “nofollow”."""
    allows_markup: bool = True
    """Whether search engines may read the job from our page as a JobPosting."""
    seconds_apart: float = 0
    """The pause between two requests to the same host."""
    hours_apart: float = 0
    """So long after one fetch of a feed the next may come, whatever failed."""
    personal: tuple[str, ...] = ()
    """Paths of what is about people: taken out before anything is read."""

    @property
    def link_rel(self) -> str:
        if self.is_link_followed:
            return "noopener"
        return "nofollow noopener"


@dataclass(frozen=True)
class Details:
    """How to ask for details where lists leave out the texts: each job's own answer, asked for once
    it is new.
    """

    address: Callable[[FeedItem, str], str]
    """Of an item, and the address of its list. Raises InvalidFeedError."""
    fields: Fields
    sign: str
    """A path that only such an answer has."""
    root: str = ""
    """The path of the job within its answer."""

    def row_in(self, answer: Any, terms: Terms) -> dict | None:
        """The row of one job; None if ``answer`` is not one job's."""
        job = answer
        if self.root:
            job = value_at(answer, self.root)
        if not isinstance(job, dict) or value_at(answer, self.sign) is None:
            return None
        return without(job, terms.personal) | {"@answer": answer}


NO_FIELDS = Fields(external_id=always(""), title=always(""), apply_url=always(""))


@dataclass(kw_only=True)
class Source:
    """Reads the answers of one kind of feed."""

    name: str
    """As sentences call it: “a Greenhouse job board”."""
    fields: Fields = NO_FIELDS
    parser: Callable[[BinaryIO, str], Iterator[FeedItem | InvalidItemError]] | None = None
    """Reads the whole answer, where no table of fields can."""
    rows: str | Callable[[Any], list | None] = ""
    """The path of the list of rows; '' where the answer is that list."""
    root: str = ""
    """Of XML: the name of its root. Without it the answer is JSON."""
    answer: Callable[[BinaryIO], Any] | None = None
    """Reads an answer that is neither."""
    in_json: "Source | None" = None
    """Reads answers in JSON where others are XML."""
    shared: dict[str, Field] = field(default_factory=dict)
    """What stands above the rows and holds for all: each row has it under these names."""
    terms: Terms = Terms()
    paging: Paging | Pages | None = None
    more: Callable[[Get, str, bytes], Iterator[bytes]] | None = None
    """Further answers, asked for after the first: what that leaves out of a job is taken from them.
    """
    max_in_first: int = 0
    """More jobs come in further answers, of which an unchanged first one says nothing."""
    promised: Field[int] | None = None
    """How many jobs an answer says there are in all."""
    details: Details | None = None
    is_row_per_place: bool = False
    """Several rows have the same id: one job in several places."""
    lists_all: bool = True
    """Not of a board that lists its newest jobs: what it leaves out may be open."""

    def parse(self, file: BinaryIO, address: str = "") -> Iterator[FeedItem | InvalidItemError]:
        """One result for each job of an answer, in order. Raises InvalidFeedError before the first.

        ``address`` is where the answer came from, for links and names that it leaves out.
        """
        if self.parser:
            return self.parser(file, address)
        if self.in_json:
            data = read_bytes(file)
            file = BytesIO(data)
            if data.startswith(b"{"):
                return self.in_json.parse(file, address)
        answer = self._answer(file)
        row = self.details.row_in(answer, self.terms) if self.details else None
        if self.details and row:
            return each_item([row], self.details.fields.read, self.details.fields.external_id)
        results = self.read_rows(answer, address)
        if self.is_row_per_place:
            return self._merge_rows(results)
        return results

    def read_rows(self, answer: Any, address: str) -> Iterator[FeedItem | InvalidItemError]:
        rows = [self._prepare_row(row, answer, address) for row in self.rows_of(answer)]
        return each_item(rows, self.fields.read, self.fields.external_id)

    def rows_of(self, answer: Any) -> list:
        """Raises InvalidFeedError where ``answer`` is not of this kind."""
        if callable(self.rows):
            rows = self.rows(answer)
            lacks = "it has no jobs where they should be"
        else:
            rows = self._rows_at(answer, self.rows)
            lacks = f"it has no “{self.rows}” list"
        if rows is not None:
            return rows
        language = "XML" if self.root or self.answer is read_xml else "JSON"
        if not self.rows:
            lacks = "it is not a list of postings"
        raise InvalidFeedError(f"The file is {language} but is not from {self.name}: {lacks}.")

    def _rows_at(self, answer: Any, path: str) -> list | None:
        """XML without any row is a board without jobs, if its root is the right one."""
        if not self.root:
            rows = value_at(answer, path) if path else answer
            if isinstance(rows, list):
                return rows
            return None
        if self.root not in answer:
            return None
        rows = value_at(answer[self.root], path)
        if rows is None or rows == "":
            return []
        if isinstance(rows, list):
            return rows
        return [rows]

    def _answer(self, file: BinaryIO) -> Any:
        if self.answer:
            return self.answer(file)
        if self.root:
            return read_xml(file)
        return read_json(file)

    def _prepare_row(self, row: Any, answer: Any, address: str) -> Any:
        if not isinstance(row, dict):
            return row
        above = answer.get(self.root) if self.root and isinstance(answer, dict) else answer
        shared = {name: read(above) for name, read in self.shared.items()}
        return without(row, self.terms.personal) | shared | {"@feed": address}

    # Asking

    def pages(self, get: Get, address: str) -> Iterator[bytes]:
        """All answers. Raises InvalidFeedError, and what ``get`` raises."""
        if self.paging:
            pages = self.paging.pages if isinstance(self.paging, Paging) else self.paging
            yield from pages(get, address, self.count)
            return
        first = get(address)
        yield first
        yield from self.after(get, address, first)

    def results(self, pages: Iterator[bytes], address: str) -> Iterator[Result]:
        """Items of all pages, with a Shortfall at the end if they list less than they promise."""
        results = self._each_result(pages, address)
        if self.is_row_per_place or self.more:
            return self._merge_rows(results)
        return results

    def _merge_rows(self, results: Iterable[Result]) -> Iterator[Any]:
        return iter(merge_rows(results, in_all_places=self.is_row_per_place))

    def _each_result(self, pages: Iterator[bytes], address: str) -> Iterator[Result]:
        """The results of all pages; one that several pages repeat comes once."""
        promised = nameless = 0
        by_id: dict[str, Result] = {}
        for page in pages:
            promised = max(promised, self.promise(page))
            for result in self.parse(BytesIO(page), address):
                if by_id.get(result.external_id) == result:
                    continue
                if result.external_id:
                    by_id[result.external_id] = result
                else:
                    nameless += 1
                yield result
        listed = len(by_id) + nameless
        if listed < promised * MIN_SHARE_LISTED and self.lists_all:
            yield Shortfall(
                f"The feed says that it has {promised:,} jobs but listed {listed:,}. "
                "We closed none of the others."
            )

    def count(self, page: bytes) -> int:
        """How many rows it has. Raises InvalidFeedError."""
        return len(self.rows_of(self._answer(BytesIO(page))))

    def after(self, get: Get, address: str, first: bytes) -> Iterator[bytes]:
        if self.more:
            return self.more(get, address, first)
        return iter(())

    def promise(self, page: bytes) -> int:
        """0 where it says nothing."""
        if not self.promised:
            return 0
        number = self.promised(self._answer(BytesIO(page)))
        if type(number) is int:
            return number
        return 0

    @property
    def _own_answers(self) -> Details:
        if self.details is None:
            raise TypeError(f"Jobs of {self.name} have no answers of their own.")
        return self.details

    def details_address(self, item: FeedItem, address: str) -> str:
        """The address at which an item of the list at ``address`` answers for itself. Raises
        InvalidFeedError.
        """
        return self._own_answers.address(item, address)

    def with_details(self, item: FeedItem, answer: bytes) -> FeedItem:
        """``item`` as its own answer states it, and as the list did where that says nothing; id and
        link stay. Raises InvalidFeedError or InvalidItemError.
        """
        row = self._own_answers.row_in(read_json(BytesIO(answer)), self.terms)
        if row is None:
            raise InvalidFeedError(f"The file is JSON but is not one job from {self.name}.")
        (result,) = each_item([row], lambda row: self._fill_from_details(item, row))
        if isinstance(result, InvalidItemError):
            raise result
        return result

    def _fill_from_details(self, item: FeedItem, row: dict) -> FeedItem:
        details = self._own_answers.fields.read(row)
        if not details.is_listed:
            raise InvalidItemError("id", "is no longer listed by the employer")
        detailed = replace(details, external_id=item.external_id, apply_url=item.apply_url)
        return fill_gaps(detailed, item)


def without(row: dict, paths: tuple[str, ...]) -> dict:
    """A copy of ``row`` without what stands at ``paths``."""
    row = dict(row)
    for path in paths:
        name, _, rest = path.partition(".")
        if not rest:
            row.pop(name, None)
        elif isinstance(row.get(name), dict):
            row[name] = without(row[name], (rest,))
    return row


def fill_gaps(item: FeedItem, other: FeedItem) -> FeedItem:
    """``item``, with what ``other`` states where it says nothing itself."""
    gaps = {}
    for name, default in DEFAULTS.items():
        if name not in ("faults", "whole") and getattr(item, name) == default:
            gaps[name] = getattr(other, name)
    return replace(item, **gaps, whole=None)


DEFAULTS = {field.name: field.default for field in fields(FeedItem)}


def merge_rows(results: Iterable[Result], *, in_all_places: bool) -> list[Result]:
    """Results with one id become one job: the first one, with the values of the next where it has
    none. If each row is one place, it has the places of all.
    """
    items: dict[str, FeedItem] = {}
    indexes: dict[str, int] = {}
    merged: list[Result] = []
    for result in results:
        if not isinstance(result, FeedItem):
            merged.append(result)
            continue
        item_id = result.external_id
        first = items.get(item_id)
        if first is None:
            items[item_id] = result
            indexes[item_id] = len(merged)
            merged.append(result)
            continue
        joined = fill_gaps(first, result)
        if in_all_places:
            places = dict.fromkeys([*first.places, *result.places])
            joined = replace(joined, places=tuple(places))
        items[item_id] = joined
        merged[indexes[item_id]] = joined
    return merged

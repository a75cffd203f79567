"""Traps of the search library (tantivy-py 0.27.0), and that our code does not fall into them.

The first test shows that each trap is still there. Where one is gone after an upgrade, so can be
the code around it.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import tantivy
from django.utils import timezone
from tantivy import Document, Query

from jobboard.listings.models import Listing
from jobboard.listings.pay.yearly import MAX_YEARLY_USD
from jobboard.search.change_log import Position
from jobboard.search.find import Criteria, search, similar, suggest
from jobboard.search.index import reading, writing
from jobboard.search.index.documents import (
    NUMBERS,
    documents,
    position_document,
    sort_key,
    to_microseconds,
)
from tests.factories import ListingFactory, in_days
from tests.search.search_worker import Worker, found

# The index alone answers; the tests of search run on both databases.
pytestmark = pytest.mark.sqlite_alone

HUGE = 10**15


class Raw:
    """The library alone: two documents in a folder, numbered 7 and 8."""

    def __init__(self, folder):
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", fast=True, indexed=True)
        builder.add_text_field("text", tokenizer_name="words", index_option="position")
        self.folder = folder
        self.index = tantivy.Index(builder.build(), path=str(folder))
        self.schema = self.index.schema
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("words", words)
        self.write(add=[self.document(id=number, text="python") for number in (7, 8)])

    def write(self, index=None, add=(), *, term=None, query=None) -> int:
        """How many documents there are after deleting by a term or a query, and adding."""
        index = index or self.index
        writer = index.writer(15_000_000, 1)
        if term is not None:
            writer.delete_documents_by_term("id", term)
        if query is not None:
            writer.delete_documents_by_query(query)
        for document in add:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index.searcher().num_docs

    def document(self, **values):
        return Document.from_dict(values, self.schema)

    def search(self, query, limit=1):
        return self.index.searcher().search(query, limit).count

    def is_id(self, number):
        return Query.term_query(self.schema, "id", number)


def commit_after_a_killed_one(raw):
    meta = raw.folder / "meta.json"
    before = meta.read_bytes()
    for _ in range(2):
        # The first commit wrote its files, and was killed before it said so.
        meta.write_bytes(before)
        raw.write(query=raw.is_id(7))


def go_far(raw):
    code = "import tantivy; index = tantivy.Index(tantivy.SchemaBuilder().build()); "
    code += f"index.searcher().search(tantivy.Query.all_query(), 1, offset={HUGE})"
    return subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL).returncode


TRAPS = {
    "deleting by a term of a number deletes nothing": (2, lambda raw: raw.write(term=7)),
    "a commit meets the files of a killed one": ("ValueError", commit_after_a_killed_one),
    "a huge offset aborts the process": (-6, go_far),
    "a limit of 0 panics": ("PanicException", lambda raw: raw.search(Query.all_query(), limit=0)),
    "a phrase of a word panics": (
        "PanicException",
        lambda raw: Query.phrase_query(raw.schema, "text", ["python"]),
    ),
    "half a sign": ("ValueError", lambda raw: raw.document(text="\ud800")),
    "a negative number": ("ValueError", lambda raw: raw.document(id=-1)),
    "a number of more than 64 bits": ("ValueError", lambda raw: raw.document(id=2**64)),
    "a text for a number": ("ValueError", lambda raw: raw.document(id="8")),
    "a query for a negative number": ("ValueError", lambda raw: raw.is_id(-1)),
    "three typing errors": (
        "ValueError",
        lambda raw: raw.search(Query.fuzzy_term_query(raw.schema, "text", "p", 3)),
    ),
    "an index that is opened anew forgets how words are split": (
        "ValueError",
        lambda raw: raw.write(tantivy.Index.open(str(raw.folder)), [raw.document(text="python")]),
    ),
    "a number given by keyword has the wrong type": (
        "ValueError",
        lambda raw: raw.write(add=[Document(id=9)]),
    ),
}


@pytest.mark.pure
@pytest.mark.parametrize(("what_happens", "trap"), TRAPS.values(), ids=TRAPS.keys())
def test_the_trap_is_still_there(tmp_path, what_happens, trap):
    raw = Raw(tmp_path)
    try:
        result = trap(raw)
    except BaseException as error:
        result = type(error).__name__

    assert result == what_happens


# --- Our code -------------------------------------------------------------------------------------


@pytest.fixture
def answers(index, caplog):
    """The index itself answers: had it failed, the database would, and the log would say so."""
    yield
    assert [
        record.message for record in caplog.get_records("call") if record.name == "jobboard.search"
    ] == []


def number_of_documents() -> int:
    return reading.snapshot().listing_count


def test_a_listing_that_changes_again_and_again_is_found_once(answers):
    listing, other = ListingFactory(live=True), ListingFactory(live=True)
    for title in ["Data engineer", "ML engineer", "Engineer"]:
        listing.title = title
        listing.save()
        assert found("engineer") == [listing.pk]

    assert found() == [listing.pk, other.pk]
    assert number_of_documents() == 2


def test_a_commit_after_a_killed_one_finds_what_that_one_left_and_takes_in_the_change(
    committed_index, caplog
):
    listing, _ = ListingFactory(live=True), ListingFactory(live=True)
    writing.update()
    meta = reading.link() / "meta.json"
    before = meta.read_bytes()
    listing.title = "Engineer"
    listing.save()
    writing.update()
    meta.write_bytes(before)  # it wrote its files, and was killed before it said so
    assert found("engineer") == []

    writing.update()
    assert found("engineer") == [listing.pk]
    assert number_of_documents() == 2
    assert caplog.records == []


@pytest.mark.slow
def test_asking_for_more_than_there_can_be_does_not_abort_the_process(answers):
    ListingFactory.create_batch(2, live=True)
    found()

    with Worker("go_deep", os.environ) as worker:
        assert [worker.read(), worker.read()] == ["2", "2"]
        assert worker.wait() == 0


def test_asking_for_nothing_is_answered(answers):
    ListingFactory.create_batch(2, live=True)

    assert search(Criteria(), limit=0).total == 2
    assert search(Criteria(), offset=-1, limit=-1).total == 2
    assert similar(ListingFactory(live=True, title="?!", role=None), limit=6) == []


def test_a_phrase_of_one_word_or_none_is_looked_for_like_a_word(answers):
    ListingFactory(live=True, title="Engineer", description_source="You write Python and C++.")
    finds = ['"python"', '"Python', '"python" "python"', '"!!" python', '"c++"', '"python."']
    finds_nothing = ['-"python"', '"python engineer"', '""', '"', '-""']

    assert [words for words in finds + finds_nothing if found(words)] == finds


def test_half_a_sign_in_a_text_is_no_error(answers):
    listing = ListingFactory(live=True, title="Engineer", description_source="You write Python.")

    for text in ["\ud800", "pyth\udfffon", '"\ud800 python"', "-\ud800"]:
        assert found(text) in ([], [listing.pk])
        assert suggest(f"pyth{text}") == []
        assert similar(Listing(pk=0, title=f"Engineer {text}"), limit=6) == [listing.pk]


@pytest.mark.slow
def test_a_number_that_is_none_or_too_large_is_no_error(answers, client):
    ListingFactory(live=True, paid=True)
    names = [
        "salary_from",
        "posted",
        "level",
        "type",
        "workplace",
        "role",
        "company",
        "skill",
        "country",
        "from",
    ]

    for value in ["-1", str(2**64), "1e30", "ten", "1" * 400, "\ud800", "%"]:
        sent = value.encode("utf-8", "surrogatepass")
        assert client.get("/jobs/", dict.fromkeys(names, sent)).status_code == 200
        assert client.get("/jobs/", {"page": sent, "salary": ["surely", "maybe"]}).status_code in (
            200,
            404,
        )


def test_dates_and_pay_of_any_size_are_kept_and_sorted(answers):
    past = datetime(1950, 1, 1, tzinfo=UTC)
    ancient = ListingFactory(live=True, posted_at=past, featured_until=past, expires_at=in_days(9))
    far = ListingFactory(
        live=True, posted_at=datetime(2300, 1, 1, tzinfo=UTC), expires_at=in_days(10**6)
    )
    rich = ListingFactory(
        live=True, pay_year_min_usd=0, pay_year_max_usd=MAX_YEARLY_USD, expires_at=in_days(10**5)
    )

    assert search(Criteria(sort="newest")).ids == [far.pk, rich.pk, ancient.pk]
    assert search(Criteria(sort="salary")).ids[0] == rich.pk
    assert search(Criteria(sort="closing")).ids[0] == ancient.pk
    assert search(Criteria(salary_from=MAX_YEARLY_USD, salary=("surely", "maybe"))).ids == [rich.pk]
    assert search(Criteria(salary_from=10**18, salary=("surely", "maybe"))).ids == []


def test_words_with_signs_are_told_apart_after_the_index_is_opened_anew(answers):
    old = ListingFactory(live=True, title="C++ developer")
    found()
    reading._opened = None  # as for a process that starts now
    new = ListingFactory(live=True, title="C++ engineer")
    ListingFactory(live=True, title="C# engineer")

    assert found("c++") == [old.pk, new.pk]
    assert found("c") == []


def test_every_number_stands_in_every_document(db):
    bare = ListingFactory(live=True, role=None)

    for document in [
        *documents([bare.pk], timezone.now()),
        position_document(Position("")),
    ]:
        numbers = {name: value for name, value in document.to_dict().items() if name in NUMBERS}
        assert set(numbers) == set(NUMBERS)
        assert all(isinstance(number, int) for values in numbers.values() for number in values)


def test_numbers_are_kept_as_they_are(answers):
    listing = ListingFactory(live=True, paid=True)
    found()

    searcher = reading.snapshot().searcher
    is_it = reading.snapshot().conditions.any_of("id", [listing.pk])
    address = searcher.search(is_it, 1).hits[0][1]

    kept = {
        name: searcher.fast_field_values(name, [address])[0]
        for name in ("id", "changed", "expires", "salary")
    }
    assert kept == {
        "id": listing.pk,
        "changed": to_microseconds(listing.changed_at),
        "expires": to_microseconds(listing.expires_at),
        "salary": sort_key(130_001, listing.pk),
    }


@pytest.mark.slow
def test_a_process_that_was_forked_after_the_index_was_opened_sees_what_is_committed_later(
    committed_index,
):
    ListingFactory(live=True)
    writing.update()

    with Worker("fork", os.environ) as worker:
        assert worker.read() == "1"
        for count in ("2", "3"):
            ListingFactory(live=True)
            writing.update()
            assert worker.ask("How many listings?") == count

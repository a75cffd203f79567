"""Builds the documents of the index: numbers to filter, count and sort by, and texts to find words
in.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import chain

import tantivy

from jobboard.common.text.html import plain_text
from jobboard.common.text.words import fold
from jobboard.listings.choices import Level, Workplace
from jobboard.listings.models import Listing, ListingSkill
from jobboard.search.change_log import Position
from jobboard.search.regions import regions_of
from jobboard.search.words import clean, compounds, new_analyzer

from .place_terms import PlaceFacts, place_terms
from .stated_places import group_by_listing, read_places

VERSION = 10  # to be raised whenever a document is made in another way
BATCH = 500
# Every number stands in every document: one gap makes a column optional, and counting it several
# times slower.
NUMBERS = [
    "id",
    "changed",
    "expires",
    "featured",
    "role",
    "level",
    "type",
    "workplace",
    "country",
    "region",
    "eligible",
    "open_unclear",
    "skill",
    "company",
    "group",
    "pay_low",
    "pay_high",
    "pay_state",
    "visa",
    "verified",
    "published",
    "newest",
    "salary",
    "closing",
    "sample",
    "currency",
    "states_pay",
    "range_low",
    "range_high",
    "required",
    "required_count",
    "week",
    "stated",
]
# For each field its tokenizer, and what is kept of each word.
TEXTS = {
    "text": ("words", "position"),  # everything that is searched
    "title": ("words", "freq"),  # lifts the score
    "city": ("raw", "basic"),
    "place": ("raw", "basic"),  # what holds for one of its places: see places.py
    "suggested": ("raw", "basic"),
}
POSITION_ID = 0  # no listing's: the document that says up to where changes were taken in
_TANTIVY = tantivy.__version__  # type: ignore[attr-defined]  # its stubs leave it out
FINGERPRINT = f"v{VERSION}-" + sha256(repr((_TANTIVY, NUMBERS, TEXTS)).encode()).hexdigest()[:8]

UNLIMITED = 2**53  # the highest pay of a job that states only its lowest
ID_BITS = 32  # a key to sort by is a number of 32 bits with the id behind it, so no two are equal
MAX_ID = 2**ID_BITS - 1
SEPARATOR = "\x1f"
SUGGESTED_WORDS = 5  # of a title or a company's name; typing may start at each
LEVELS = ["", *Level.values]
WORKPLACES = ["", *Workplace.values]
COMPARABLE_PAY, NO_PAY, OTHER_PAY = range(3)  # how pay stands to yearly amounts
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEVEL_WORDS = re.compile(
    r"^(?:(?:senior|sr|junior|jr|lead|staff|principal|head of)\b\.?\s+)+", re.IGNORECASE
)
_DETAILS = re.compile(r"\s+[-–—|@]\s|[,:/(\[]")
_COLUMNS = [
    "id",
    "changed_at",
    "expires_at",
    "posted_at",
    "published_at",
    "widened_at",
    "featured_until",
    "title",
    "description_html",
    "place_line",
    "role_id",
    "level",
    "level_max",
    "employment_types",
    "workplaces",
    "eligibility",
    "said_countries",
    "said_otherwise",
    "company_id",
    "same_as_id",
    "company__name",
    "company__verified_by",
    "visa",
    "pay_year_min_usd",
    "pay_year_max_usd",
    "states_pay",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "company__is_demo",
]


def new_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in NUMBERS:
        builder.add_unsigned_field(name, fast=True, indexed=True)
    for name, (tokenizer, kept) in TEXTS.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=kept)
    builder.add_text_field("position", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def open_index(path: str) -> tantivy.Index:
    """The index in the folder ``path``, made new if that is empty. Raises ValueError for what is no
    index.
    """
    index = tantivy.Index(new_schema(), path=path)
    index.register_tokenizer("words", new_analyzer())  # the folder does not keep it
    index.config_reader("manual")  # a thread that watches would not survive the server's fork
    return index


@contextmanager
def convert_tantivy_panics() -> Iterator[None]:
    """A panic of the index's own language is no ``Exception``, and nothing that expects errors
    would stop it.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(str(error)) from error
        raise


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exactly; the index holds no earlier moment."""
    return max(0, (moment - _EPOCH) // timedelta(microseconds=1))


def from_microseconds(microseconds: float) -> datetime:
    """The moment that ``to_microseconds`` was given."""
    return _EPOCH + timedelta(microseconds=microseconds)


def week_of(moment: datetime) -> int:
    """The week of ``moment``, in weeks since 1970."""
    return max(0, (moment - _EPOCH) // timedelta(weeks=1))


def country_number(code: str) -> int:
    return _number_of(code)


def country_code(number: int) -> str:
    return number.to_bytes(2).decode()


def currency_number(code: str) -> int:
    """0 where none is stated."""
    return _number_of(code)


def currency_code(number: int) -> str:
    return number.to_bytes(3).decode()


def _number_of(code: str) -> int:
    return int.from_bytes(code.encode())


def sort_key(number: int, pk: int) -> int:
    return min(max(number, 0), MAX_ID) << ID_BITS | pk


def id_in(key: int) -> int:
    return key & MAX_ID


def documents(ids: Iterable[int], now: datetime) -> Iterator[tantivy.Document]:
    """One for each of at most BATCH listings that is live, as it is in the database now."""
    schema = new_schema()
    listings = Listing.objects.live(now).filter(pk__in=list(ids)).order_by()
    rows = {row["id"]: row for row in listings.values(*_COLUMNS)}
    places = read_places(rows)
    skills = group_by_listing(ListingSkill.objects.all(), rows, "skill_id", "need")
    for pk, row in rows.items():
        yield tantivy.Document.from_dict(_document(row, places[pk], skills[pk]), schema)


def position_document(position: Position) -> tantivy.Document:
    """Committed with the documents that it covers, so both or none are there."""
    blank = dict.fromkeys(NUMBERS, 0)
    return tantivy.Document.from_dict(
        {**blank, "id": POSITION_ID, "position": position.as_text()}, new_schema()
    )


def _document(row: dict, places: list[PlaceFacts], skills: list[tuple]) -> dict:
    workplaces = Workplace.of_mask(row["workplaces"])
    return {
        "id": row["id"],
        "changed": to_microseconds(row["changed_at"]),
        "expires": to_microseconds(row["expires_at"]),
        "featured": _micros_or_0(row["featured_until"]),
        "role": row["role_id"] or 0,
        "level": list(map(LEVELS.index, _levels(row))) or [0],
        "type": row["employment_types"],
        "workplace": list(map(WORKPLACES.index, workplaces)) or [0],
        "skill": [skill for skill, _ in skills] or [0],
        "company": row["company_id"],
        "group": row["same_as_id"] or row["id"],
        "visa": int(row["visa"] == Listing.Visa.YES),
        "verified": int(bool(row["company__verified_by"])),
        "published": to_microseconds(_new_since(row)),
        "week": week_of(row["posted_at"]),
        "stated": _stated(row, places, skills),
        "text": _texts(row, workplaces),
        "title": clean(" ".join([row["title"], *compounds(row["title"])])),
        "suggested": [*_title_suggested(row), *_company_suggested(row)],
        **_of_places(places),
        **_compared_pay(row),
        **_added_up(row, skills),
        **_sort_keys(row),
    }


def _of_places(places: list[PlaceFacts]) -> dict:
    countries: set[str] = set()
    open_to: set[str] = set()
    cities: list[str] = []
    terms: set[str] = set()
    is_unclear = not places
    for place in places:
        countries.add(place.country)
        open_to |= place.open_to
        cities += place.city_terms
        terms.update(place_terms(place))
        is_unclear = is_unclear or place.is_unclear
    countries.discard("")
    return {
        "country": list(map(country_number, countries)) or [0],
        "region": regions_of(countries) or [0],
        "eligible": list(map(country_number, open_to)) or [0],
        "open_unclear": int(is_unclear),
        "city": cities,
        "place": sorted(terms),
    }


def _sort_keys(row: dict) -> dict:
    pk = row["id"]
    pay = row["pay_year_max_usd"]
    if pay is None:
        pay = row["pay_year_min_usd"]
    return {
        "newest": sort_key(int(row["posted_at"].timestamp()), pk),
        "salary": sort_key(_one_more_or_0(pay), pk),
        "closing": sort_key(MAX_ID - int(row["expires_at"].timestamp()), pk),
    }


def _micros_or_0(moment: datetime | None) -> int:
    if moment is None:
        return 0
    return to_microseconds(moment)


def _one_more_or_0(amount: int | None) -> int:
    """0 stands for none."""
    if amount is None:
        return 0
    return amount + 1


def _texts(row: dict, workplaces: list[Workplace]) -> list[str]:
    """All that words are looked for in; compound words also taken apart."""
    texts = [row[name] for name in ("title", "company__name", "place_line")]
    texts += [" ".join(workplaces), plain_text(row["description_html"])]
    texts.append(" ".join(chain.from_iterable(map(compounds, texts))))
    return [clean(text) for text in texts]


def _stated(row: dict, places: list[PlaceFacts], skills: list[tuple]) -> int:
    """How many of MAX_FACTS things it states: see ranking."""
    things = (row["states_pay"], row["level"], row["employment_types"], places, skills)
    return sum(map(bool, things))


def _added_up(row: dict, skills: list[tuple]) -> dict:
    """Fields that only ``tallying`` and ``within_reach`` ask for."""
    required = [skill for skill, need in skills if need == ListingSkill.Need.REQUIRED]
    range_low, range_high = _yearly_range(row)
    return {
        "sample": int(row["company__is_demo"]),
        "currency": currency_number(row["salary_currency"]),
        "states_pay": int(row["states_pay"]),
        "range_low": range_low,
        "range_high": range_high,
        "required": required or [0],
        "required_count": len(required),
    }


def _new_since(row: dict) -> datetime:
    """The moment when the job last came to people who had not seen it there."""
    return max(row["published_at"], row["widened_at"] or row["published_at"])


def _levels(row: dict) -> list[Level]:
    return Level.between(row["level"], row["level_max"])


def _yearly_range(row: dict) -> tuple[int, int]:
    """Both ends of pay stated per year, as ``encode_amount``; 0 where it is stated otherwise."""
    lowest = row["salary_min"]
    highest = row["salary_max"]
    if row["salary_period"] != "year" or lowest is None or highest is None:
        return 0, 0
    return encode_amount(lowest), encode_amount(highest)


def encode_amount(amount: Decimal) -> int:
    """The amount as the index keeps it: in hundredths and one more, since 0 stands for none."""
    return int(amount * 100) + 1


def decode_amount(number: int) -> Decimal:
    return Decimal(number - 1) / 100


def _compared_pay(row: dict) -> dict:
    lowest = row["pay_year_min_usd"]
    highest = row["pay_year_max_usd"]
    return {
        "pay_low": _one_more_or_0(lowest),
        "pay_high": _pay_high(lowest, highest),
        "pay_state": _pay_state(row),
    }


def _pay_high(lowest: int | None, highest: int | None) -> int:
    if highest is None and lowest is not None:
        return UNLIMITED
    return _one_more_or_0(highest)


def _pay_state(row: dict) -> int:
    if row["pay_year_min_usd"] is not None or row["pay_year_max_usd"] is not None:
        return COMPARABLE_PAY
    if row["states_pay"]:
        return OTHER_PAY
    return NO_PAY


def _title_suggested(row: dict) -> Iterator[str]:
    """The title before its details: few titles would be suggested of many that differ in nothing
    else.
    """
    title = _LEVEL_WORDS.sub("", row["title"])
    title = _DETAILS.split(title, maxsplit=1)[0]
    words = _suggested_words(title)
    return _from_each_word(words, " ".join(words))


def _company_suggested(row: dict) -> Iterator[str]:
    words = _suggested_words(row["company__name"])
    return _from_each_word(words, f"{SEPARATOR}{row['company_id']}")


def _suggested_words(name: str) -> list[str]:
    return " ".join(name.split())[:80].split(" ")


def _from_each_word(words: list[str], suggestion: str) -> Iterator[str]:
    """The ``words`` from each of the first on, folded, and what to suggest to who types so."""
    for start in range(min(len(words), SUGGESTED_WORDS)):
        yield clean(fold(" ".join(words[start:]))) + SEPARATOR + suggestion

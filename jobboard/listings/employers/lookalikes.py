"""Names that could be taken for another employer's, in sentences for whoever reviews."""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from confusable_homoglyphs.utils import load
from django.db.models import Exists, OuterRef, Q
from rapidfuzz import process
from rapidfuzz.distance import OSA

from jobboard.common.hosts.domains import is_under
from jobboard.common.text.unicode import get_scripts, normalized
from jobboard.listings.models import Company, Listing

from .querysets import CompanyQuerySet

# Letters whose names are typed from memory: as many may differ from so many letters on.
NEAR = ((9, 2), (5, 1))
MAX_SHOWN = 3
MIN_LETTERS = 4  # shorter names are part of too many others
# What people add to a name they borrow.
ADDED = {
    "ag", "careers", "career", "co", "company", "corp", "corporation", "gmbh", "group", "hiring",
    "hr", "inc", "international", "jobs", "limited", "llc", "ltd", "official", "plc", "recruiting",
    "recruitment", "sa", "talent", "team", "the", "vacancies",
}  # fmt: skip
# One letter for those that look alike in most typefaces, whatever Unicode's table says.
_SAME_SHAPE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "3": "e", "$": "s"})
_ADDED = {word.translate(_SAME_SHAPE).replace("rn", "m") for word in ADDED}


@dataclass(frozen=True)
class KnownName:
    """An employer that others may pretend to be. ``where``: how it is known, for a sentence."""

    name: str
    domain: str
    where: str
    pk: int | None = None  # of a company on this site


def well_known() -> Iterator[KnownName]:
    """Employers whose names are borrowed most, and who need not be on any board that we follow."""
    with Path(__file__).with_name("well_known.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield KnownName(row["name"], row["domain"], "a well-known employer")


# Each app that knows employers adds a function that lists them.
KNOWN_NAMES: list[Callable[[], Iterable[KnownName]]] = [well_known]


@cache
def _latin() -> dict[int, str]:
    """Every letter of another script, or form of a letter, to the Latin one that it looks like.

    The table is read when it is asked for: the package would keep 6 MB of it in every process.
    """
    letters: dict[int, str] = {}
    for letter, alike in load("confusables.json").items():
        if len(letter) > 1 or letter.isascii():
            continue
        for row in alike:
            if row["c"].isascii() and row["c"].isalnum():
                letters.setdefault(ord(letter), row["c"])
    return letters


def as_latin(name: str) -> str:
    """Replace letters by the Latin letters they look like, and remove accents."""
    latin = normalized("NFKD", name).translate(_latin())
    return "".join(sign for sign in latin if not unicodedata.combining(sign))


@lru_cache(maxsize=50_000)
def get_words(name: str) -> tuple[str, ...]:
    """The words of ``name`` as an eye takes them in: letters that look alike are one."""
    shape = as_latin(name).casefold().translate(_SAME_SHAPE).replace("rn", "m").replace("vv", "w")
    return tuple(re.findall(r"\w+", shape))


@lru_cache(maxsize=50_000)
def skeleton(name: str) -> str:
    """Return what is left of ``name`` without gaps and what people add to names."""
    words = get_words(name)
    return "".join(word for word in words if word not in _ADDED) or "".join(words)


def same_letters(name: str, other: str) -> bool:
    """Whether two names differ in case, accents, gaps and signs alone: no letter is another, not
    even one that looks the same.
    """
    return _letters(name) == _letters(other)


def _letters(name: str) -> str:
    plain = normalized("NFKD", name).casefold()
    return "".join(filter(str.isalnum, plain))


def mixes_scripts(name: str) -> bool:
    """Whether a word of ``name`` has letters of two alphabets that look alike."""
    for word in name.split():
        scripts = set(get_scripts(word))
        if "LATIN" in scripts and not _LOOK_ALIKE.isdisjoint(scripts):
            return True
    return False


_LOOK_ALIKE = {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}


@dataclass(frozen=True)
class Likeness:
    """A name that another one could be taken for; ``weight`` is as of a risk."""

    weight: int
    words: str


class Lookalikes:
    """Knows all names as of now, for any number of questions."""

    def __init__(self) -> None:
        employers: list[KnownName] = []
        for names in KNOWN_NAMES:
            employers += names()
        employers += companies_as_known(on_the_board())
        self.by_skeleton: dict[str, list[KnownName]] = defaultdict(list)
        self.by_words: dict[tuple[str, ...], list[KnownName]] = defaultdict(list)
        for employer in employers:
            self.by_skeleton[skeleton(employer.name)].append(employer)
            self.by_words[get_words(employer.name)].append(employer)
        self.skeletons = list(self.by_skeleton)

    def of(self, name: str, company: Company) -> list[Likeness]:
        """Find what ``company`` could be taken for by ``name``, the closest first; nothing of the
        employer whose domain is proven to be the company's.
        """
        likenesses = []
        if mixes_scripts(name):
            sentence = f"“{name}” mixes alphabets: some letters only look like Latin ones."
            likenesses.append(Likeness(3, sentence))
        for employer, likeness in self._alike(name):
            if not _is_itself(employer, company) and likeness not in likenesses:
                likenesses.append(likeness)
        likenesses.sort(key=lambda likeness: (-likeness.weight, likeness.words))
        return likenesses[:MAX_SHOWN]

    def _alike(self, name: str) -> Iterator[tuple[KnownName, Likeness]]:
        letters = skeleton(name)
        for employer in self.by_skeleton.get(letters, []):
            yield employer, _same(name, employer)
        for similar in self._near(letters):
            for employer in self.by_skeleton[similar]:
                sentence = f"“{name}” is spelled almost like {_who(employer)}."
                yield employer, Likeness(2, sentence)
        for part in _parts(get_words(name)):
            for employer in self.by_words.get(part, []):
                if skeleton(employer.name) != letters:
                    sentence = f"“{name}” contains the name of {_who(employer)}."
                    yield employer, Likeness(2, sentence)

    def _near(self, letters: str) -> Iterator[str]:
        """The skeletons that differ from ``letters`` in as few as typing errors would."""
        max_distance = max(distance for _, distance in NEAR)
        rows = process.extract(
            letters, self.skeletons, scorer=OSA.distance, score_cutoff=max_distance, limit=None
        )
        for similar, distance, _ in rows:
            if 0 < distance <= _max_distance(similar):
                yield similar


def _max_distance(skeleton: str) -> int:
    for length, distance in NEAR:
        if len(skeleton) >= length:
            return distance
    return 0


def _is_itself(employer: KnownName, company: Company) -> bool:
    if employer.pk is not None and employer.pk == company.pk:
        return True
    proven = company.verified_domain
    return bool(proven and employer.domain) and is_under(employer.domain, proven)


def _who(employer: KnownName) -> str:
    if employer.domain:
        return f"{employer.name} ({employer.domain}), {employer.where}"
    return f"{employer.name}, {employer.where}"


def _same(name: str, employer: KnownName) -> Likeness:
    who = _who(employer)
    if name == employer.name:
        return Likeness(2, f"{who}, has this name, and that it is this one is not proven.")
    return Likeness(3, f"“{name}” looks like {who}.")


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Runs of words that are long enough to be a name."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            part = words[start:end]
            if sum(map(len, part)) >= MIN_LETTERS:
                yield part


def on_the_board() -> CompanyQuerySet:
    """Verified companies, and those with a page."""
    companies = Company.objects.public().filter(is_demo=False)
    published = Listing.objects.filter(company=OuterRef("pk"), published_at__isnull=False)
    return companies.filter(~Q(verified_by="") | Exists(published)).order_by()


def companies_as_known(companies: CompanyQuerySet) -> Iterator[KnownName]:
    for pk, name, domain in companies.values_list("pk", "name", "domain"):
        yield KnownName(name, domain, "a company on this site", pk)

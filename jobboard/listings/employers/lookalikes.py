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
from jobboard.common.text.unicode import normalized, scripts_of
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
    found = {}
    for letter, alike in load("confusables.json").items():
        plain = [row["c"] for row in alike if row["c"].isascii() and row["c"].isalnum()]
        if len(letter) == 1 and not letter.isascii() and plain:
            found[ord(letter)] = plain[0]
    return found


def as_latin(name: str) -> str:
    """With the Latin letters that its letters look like, without accents."""
    seen = normalized("NFKD", name).translate(_latin())
    return "".join(sign for sign in seen if not unicodedata.combining(sign))


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of ``name`` as an eye takes them in: letters that look alike are one."""
    seen = as_latin(name).casefold().translate(_SAME_SHAPE).replace("rn", "m").replace("vv", "w")
    return tuple(re.findall(r"\w+", seen))


@lru_cache(maxsize=50_000)
def skeleton(name: str) -> str:
    """What is left of ``name`` without gaps and what people add to names."""
    words = words_of(name)
    return "".join(word for word in words if word not in _ADDED) or "".join(words)


def same_letters(one: str, other: str) -> bool:
    """Whether two names differ in case, accents, gaps and signs alone: no letter is another, not
    even one that looks the same.
    """
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    plain = normalized("NFKD", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def mixes_scripts(name: str) -> bool:
    """Whether a word of ``name`` has letters of two alphabets that look alike."""
    scripts = (set(scripts_of(word)) for word in name.split())
    return any("LATIN" in of_word and of_word & _LOOK_ALIKE for of_word in scripts)


_LOOK_ALIKE = {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}


@dataclass(frozen=True)
class Likeness:
    """``weight`` as of a risk."""

    weight: int
    words: str


class Lookalikes:
    """What is known of names now, for any number of questions."""

    def __init__(self) -> None:
        known: list[KnownName] = []
        for names in KNOWN_NAMES:
            known += names()
        known += _companies()
        self.by_skeleton: dict[str, list[KnownName]] = defaultdict(list)
        self.by_words: dict[tuple[str, ...], list[KnownName]] = defaultdict(list)
        for one in known:
            self.by_skeleton[skeleton(one.name)].append(one)
            self.by_words[words_of(one.name)].append(one)
        self.skeletons = list(self.by_skeleton)

    def of(self, name: str, company: Company) -> list[Likeness]:
        """What ``company`` could be taken for by ``name``, the closest first; nothing of the
        employer whose domain is proven to be the company's.
        """
        found = []
        if mixes_scripts(name):
            found.append(
                Likeness(3, f"“{name}” mixes alphabets: some letters only look like Latin ones.")
            )
        for known, likeness in self._alike(name):
            if not _is_itself(known, company) and likeness not in found:
                found.append(likeness)
        return sorted(found, key=lambda one: (-one.weight, one.words))[:MAX_SHOWN]

    def _alike(self, name: str) -> Iterator[tuple[KnownName, Likeness]]:
        ours = skeleton(name)
        for known in self.by_skeleton.get(ours, []):
            yield known, _same(name, known)
        for theirs in self._near(ours):
            for known in self.by_skeleton[theirs]:
                words = f"“{name}” is spelled almost like {_who(known)}."
                yield known, Likeness(2, words)
        for part in _parts(words_of(name)):
            for known in self.by_words.get(part, []):
                if skeleton(known.name) != ours:
                    yield known, Likeness(2, f"“{name}” contains the name of {_who(known)}.")

    def _near(self, ours: str) -> list[str]:
        furthest = max(most for _, most in NEAR)
        rows = process.extract(
            ours, self.skeletons, scorer=OSA.distance, score_cutoff=furthest, limit=None
        )
        return [theirs for theirs, distance, _ in rows if 0 < distance <= _may_differ(theirs)]


def _may_differ(skeleton: str) -> int:
    return next((most for letters, most in NEAR if len(skeleton) >= letters), 0)


def _is_itself(known: KnownName, company: Company) -> bool:
    if known.pk is not None and known.pk == company.pk:
        return True
    proven = company.verified_domain
    return bool(proven and known.domain) and is_under(known.domain, proven)


def _who(known: KnownName) -> str:
    return f"{known.name}{f' ({known.domain})' if known.domain else ''}, {known.where}"


def _same(name: str, known: KnownName) -> Likeness:
    who = _who(known)
    if name == known.name:
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
    seen = Company.objects.public().filter(is_demo=False)
    published = Listing.objects.filter(company=OuterRef("pk"), published_at__isnull=False)
    return seen.filter(~Q(verified_by="") | Exists(published)).order_by()


def _companies() -> list[KnownName]:
    return [
        KnownName(name, domain, "a company on this site", pk)
        for pk, name, domain in on_the_board().values_list("pk", "name", "domain")
    ]

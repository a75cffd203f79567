"""Reads which role a job title names. The rest stays unsaid."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product, takewhile
from typing import Generic, TypeVar

from jobboard.feeds.parsing.vocabulary import tokens

from .parts import SEPARATORS, disciplines, other_work, shorten, split_title

RoleKey = TypeVar("RoleKey")
# Who manages, finds or teaches people of a role does not hold it.
ABOUT_A_ROLE = re.compile(
    r"\b(?:manager|recruiter|sourcer|instructor|teacher|trainer|tutor|lecturer|mentor|coach)s?\b"
    r"|\b(?:recruit(?:ing|ment)|professor|dozent|formateur|profesor)\b"
    r"|\b(?:assistant|secretary|aide|reports?|reporting) to\b"
)
LEVEL_WORDS = re.compile(
    r"\b(?:senior|sr|snr|staff|principal|distinguished|lead|junior|jr|associate|graduate"
    r"|mid|middle|intermediate|entry|level|i{1,3}|iv|v|\d)\b|\W"
)

# Work of another kind whose titles contain a role's name.
OTHER_WORK = [
    "people research engineer",
    "people research scientist",
    "security research engineer",
    "security research scientist",
    "user research engineer",
    "user research scientist",
    "ux research engineer",
    "ux research scientist",
    "vulnerability research engineer",
    "vulnerability research scientist",
]
# Who is called so works on what another segment names: “Software Engineer, Machine Learning”.
# Each with what a name of a role may call them.
OPEN_PEOPLE = {
    ("engineer",): ["engineer"],
    ("software", "engineer"): ["software engineer", "engineer"],
    ("developer",): ["developer", "engineer"],
    ("software", "developer"): ["software developer", "developer", "engineer"],
    ("scientist",): ["scientist"],
    ("analyst",): ["analyst"],
    ("architect",): ["architect"],
    ("product", "manager"): ["product manager"],
}
COMMON_WORDS = {"genai": "ai"}
LISTED = frozenset({"/", "&", "and", "+"})


class TitleReader(Generic[RoleKey]):
    """Reads which role a title names. Made once for many; ``names`` has folded aliases too, each
    with what its role is known by, such as its id.
    """

    def __init__(self, names: Mapping[str, RoleKey]) -> None:
        self._roles: dict[tuple[str, ...], RoleKey | None] = dict.fromkeys(map(_words, OTHER_WORK))
        for name, role in names.items():
            self._roles[_words(name)] = role
        self._max_length = max(map(len, self._roles))
        self._general = set(filter(self._is_general, self._roles))

    def role(self, title: str) -> RoleKey | None:
        """The role of the longest name that stands in ``title`` as whole words; hyphens and
        SHORT_FORMS are the same, and so are other languages' words.

        Of two equally long ones the first in the title counts. A single word that ends longer names
        of other roles, as "engineer" does, is too general to be found inside a title: it must be
        the whole of it, levels aside. A title of somebody who manages, hires or teaches people of
        the role, or whose first words name other work, has none.
        """
        parts = split_title(title)
        for words in (parts.words, parts.english):
            name = self._longest_name(words)
            if name:
                return self._role_unless_about_it(name, words)
        words = _in_common_words(parts.segments)
        name = self._longest_name(words)
        if name and words[slice(*name)] not in self._general:
            return self._role_unless_about_it(name, words)
        for words in _turned_round(parts.segments):
            if words in self._roles:
                return self._roles[words]
        return None

    def _longest_name(self, words: tuple[str, ...]) -> tuple[int, int] | None:
        return max(
            self._find_names(words),
            key=lambda span: len(" ".join(words[slice(*span)])),
            default=None,
        )

    def _find_names(self, words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        for start, end in self._spans(len(words)):
            name = words[start:end]
            if name in self._roles and self._may_name_role(name, words):
                yield start, end

    def _spans(self, count: int) -> Iterator[tuple[int, int]]:
        """The starts and ends that a name may have among ``count`` words."""
        for start in range(count):
            for end in range(start + 1, min(start + self._max_length, count) + 1):
                yield start, end

    def _role_unless_about_it(
        self, name: tuple[int, int], words: tuple[str, ...]
    ) -> RoleKey | None:
        start, end = name
        before = words[:start]
        behind = words[end:]
        if ABOUT_A_ROLE.search(" ".join(before + behind)):
            return None
        same_segment = tuple(takewhile(lambda word: word not in SEPARATORS, behind))
        if _names_other_work(before) or _names_other_work(same_segment):
            return None
        return self._roles[words[start:end]]

    def _may_name_role(self, name: tuple[str, ...], words: tuple[str, ...]) -> bool:
        return name not in self._general or LEVEL_WORDS.sub("", " ".join(words)) == name[0]

    def _is_general(self, name: tuple[str, ...]) -> bool:
        """Whether it is a single word that ends longer names of other roles."""
        if len(name) != 1:
            return False
        longer_names = (longer for longer in self._roles if longer[-1:] == name)
        return any(self._roles[longer] != self._roles[name] for longer in longer_names)


def _names_other_work(words: tuple[str, ...]) -> bool:
    """“Ingénieur commercial”, but not the “sales” that a data analyst works for."""
    domains = other_work("domain", "business")
    functions = other_work("function").find(words)
    return any(words[match.start : match.end] not in domains for match in functions)


def _in_common_words(segments: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """“genai developer” as “ai engineer”: employers use one for the other."""
    common_words: list[str] = []
    for segment in segments:
        words = [COMMON_WORDS.get(word, word) for word in segment]
        if words[-1] == "developer":
            words[-1] = "engineer"
        common_words += [*words, ","]
    return tuple(common_words)


def _turned_round(segments: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """“Engineer, Data” as “data engineer”, “Software Engineer (ML)” as “ml engineer” too."""
    plain = list(filter(None, map(_without_levels, segments)))
    for person, topic in pairwise(plain):
        for name, words in product(OPEN_PEOPLE.get(person, ()), _listed(topic)):
            yield (*words, *name.split())


def _without_levels(segment: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in segment if LEVEL_WORDS.sub("", word))


def _listed(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """“ai / ml” as it is, and as each of the two."""
    if len(words) != 3 or words[1] not in LISTED:
        return [words]
    first = words[:1]
    last = words[2:]
    if first in disciplines() and last in disciplines():
        return [words, last, first]
    return [words]


def _words(name: str) -> tuple[str, ...]:
    return shorten(tokens(name))

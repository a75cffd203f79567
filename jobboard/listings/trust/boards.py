"""Tells whether an employer's board on a hiring system is a company's own."""

import re
from collections.abc import Iterator

from jobboard.common.text.words import fold

MIN_BEGINNING_LENGTH = 4  # letters by which one name begins the other
# What names of boards and companies have beside the name.
BESIDE = frozenset(
    [
        "ag",
        "ai",
        "bv",
        "careers",
        "career",
        "co",
        "com",
        "company",
        "corp",
        "corporation",
        "eu",
        "external",
        "global",
        "gmbh",
        "group",
        "hiring",
        "holding",
        "hq",
        "inc",
        "io",
        "jobs",
        "join",
        "kg",
        "labs",
        "limited",
        "llc",
        "ltd",
        "plc",
        "recruiting",
        "sa",
        "se",
        "srl",
        "team",
        "technologies",
        "technology",
        "uk",
        "us",
        "work",
    ]
)


def is_board_of(board: str, *, name: str, domain: str) -> bool:
    """Compare a board with the company's name and domain. One name may begin the other, or be its
    initials.
    """
    core = _core(board)
    return bool(core) and any(_is_alike(core, other) for other in _names(name, domain))


def _names(name: str, domain: str) -> Iterator[str]:
    yield _core(name)
    words = _without_additions(re.findall(r"\w+", fold(name)))
    if len(words) > 1:
        yield "".join(word[0] for word in words)
        yield "".join(words)
    yield from map(_core, domain.split(".")[:-1])


def _without_additions(words: list[str]) -> list[str]:
    return [word for word in words if word not in BESIDE]


def _is_alike(core: str, other: str) -> bool:
    if core == other:
        return bool(core)
    shorter, longer = sorted((core, other), key=len)
    return len(shorter) >= MIN_BEGINNING_LENGTH and longer.startswith(shorter)


def _core(name: str) -> str:
    """Remove what is added to names, if anything is left then."""
    words = re.findall(r"[^\W_]+", fold(name))
    joined = "".join(_without_additions(words) or words)
    for ending in sorted(BESIDE, key=len, reverse=True):
        if len(ending) > 2 and joined.endswith(ending) and len(joined) > len(ending) + 2:
            return joined.removesuffix(ending)
    return joined

"""At which level a job is, by its title: a range, for “Mid/Senior” is two levels.

Only the words of the job itself count. What another segment says of its team does not, unless that
segment says nothing but the level: “Engineer - Senior Platform Group” and “Engineer (Senior)”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.vocabulary import Found, Phrases, Row, table, tokens
from jobboard.listings.choices import Level

from .parts import JOINTS, SEPARATORS, occupations, segments_of, shortened, without_genders

# A title that serves somebody names that person's level, not its own.
SERVES = re.compile(
    r"\b(?:executive|personal|administrative) (?:assistant|asst)\b.*"
    r"|\b(?:assistant|asst|advisor|adviser|aide|partner|secretary|support|reports?|reporting)"
    r" to\b.*"
    r"|\boffice of\b.*"
)
CHIEF_OF_STAFF = re.compile(r"\bchief of staff\b")
ORDER = [Level.ENTRY, Level.MID, Level.SENIOR, Level.EXECUTIVE]
INTERN, BANK, NONE, ALL = "intern", "bank", "none", "all"
NUMERAL = "numeral "
# Who holds a level; managers of any kind are not called staff or II.
HOLDERS = ("builder", "architect", "researcher", "analyst", "consultant", "product", "fielder")
FURTHER_HOLDERS = frozenset(
    ["designer", "technician", "administrator", "specialist", "advocate", "manager", "writer"]
)
INDIVIDUALS = ("builder", "architect", "researcher", "analyst", "product")
EITHER = frozenset(
    {"/", "or", "to", "and", "&", "+", "bis", "ou", "o", "a", "oder", "und", "et", "y"}
)
FILLERS = EITHER | frozenset(
    ["level", "levels", "role", "position", "niveau", "nivel", "profile", "profil", "only", "."]
)
# Who looks after interns is none: “Intern Supervisor”, “Head of Internships”.
CARERS = frozenset(
    [
        *("supervisor", "supervisora", "manager", "coordinator", "mentor", "coach", "tutor"),
        *("head", "director", "lead", "leader", "tutora", "responsable", "coordinador"),
        *("coordinadora", "coordenador", "coordenadora", "orientador", "orientadora", "gerente"),
        *("coordinateur", "coordinatrice", "tuteur", "tutrice", "betreuer", "betreuerin"),
        *("betreuung", "mentorin", "leiter", "leiterin", "leitung", "begeleider", "coordinatoren"),
    ]
)
REACH = 5  # words between a level and who holds it
# What is offered beside a level that need not be: “(Senior) Analyst”, “Analyst / Senior Analyst”.
WITH_BARE = {
    str(Level.SENIOR): (str(Level.MID), str(Level.SENIOR)),
    str(Level.ENTRY): (str(Level.ENTRY), str(Level.MID)),
}
OPTIONAL = re.compile(r"\W*\(([^()]+?)\.?\)\s*\w")


@dataclass(frozen=True)
class LevelRange:
    """Values of Level, '' where the title states none. ``highest`` only where it states two;
    ``quote`` are its words, folded.
    """

    level: str = ""
    highest: str = ""
    quote: str = ""


@dataclass(frozen=True)
class _Stated:
    """A level word of a segment, at ``start`` up to ``end``."""

    level: str
    start: int
    end: int
    words: str


def read_level(title: str) -> LevelRange:
    """What ``title`` states; an intern is an intern, whatever else is said."""
    segments = _own_words(title)
    found = [list(_level_words().find(segment)) for segment in segments]
    if any(hit.meaning["level"] == ALL for hit in chain.from_iterable(found)):
        return LevelRange()
    if quote := intern_word(title):
        return LevelRange(str(Level.ENTRY), quote=quote)
    if CHIEF_OF_STAFF.search(fold(title)):  # of any rank
        return LevelRange()
    read = _of_segments(segments, found)
    optional = OPTIONAL.match(fold(title))
    if optional and optional[1].strip() == read.quote and read.level in WITH_BARE:
        return LevelRange(*WITH_BARE[read.level], read.quote)
    return read


def intern_word(title: str) -> str:
    """The word by which ``title`` says that somebody learns there, folded; '' if none does."""
    for segment in _own_words(title):
        quote = _intern_word(segment, list(_level_words().find(segment)))
        if quote:
            return quote
    return ""


def _own_words(title: str) -> list[tuple[str, ...]]:
    """The segments of a title, without what it says of somebody else."""
    text = SERVES.sub("", fold(without_genders(title)).replace("_", " "))
    return list(segments_of(_without_inner_brackets(shortened(tokens(text)))))


def _intern_word(segment: Sequence[str], hits: list[Found[Row]]) -> str:
    for hit in hits:
        is_meant = hit.meaning["when"] != "start" or hit.start == 0
        if hit.meaning["level"] == INTERN and is_meant and not _is_looked_after(hit, segment):
            return " ".join(segment[hit.start : hit.end])
    return ""


def _is_looked_after(hit: Found[Row], segment: Sequence[str]) -> bool:
    """A trainee manager learns to be one; of several interns somebody may speak at a distance."""
    words = " ".join(segment[hit.start : hit.end])
    behind = segment[hit.end] if hit.end < len(segment) else ""
    if behind in CARERS and not words.startswith("trainee"):
        return True
    reach = REACH if words.endswith("s") else 1
    before = segment[max(0, hit.start - reach - 1) : hit.start]
    return any(one in CARERS and joint in JOINTS | {"von"} for one, joint in pairwise(before))


def _of_segments(segments: list[tuple[str, ...]], found: list[list[Found[Row]]]) -> LevelRange:
    own = _own_segment(segments)
    has_individual = any(_people(segment, INDIVIDUALS) for segment in segments)
    stated: list[LevelRange] = []
    for at, (segment, hits) in enumerate(zip(segments, found, strict=True)):
        if at == own or _says_only_level(segment, hits):
            is_grade = has_individual or (at != own and len(segments) > 1)
            read = _of_segment(segment, hits, is_grade)
            stated += [read] if read.level else []
    words = [level for level in stated if not level.level.startswith(NUMERAL)]
    if words:
        return words[0]
    if stated:
        return LevelRange(stated[0].level.removeprefix(NUMERAL), quote=stated[0].quote)
    return LevelRange()


def _own_segment(segments: list[tuple[str, ...]]) -> int:
    """The first that says what somebody is, rather than the grade of many at a company."""
    for at, segment in enumerate(segments):
        named = {found.meaning["english"] for found in _all(segment)}
        if named - {"member of technical staff"}:
            return at
    return 0


def _all(segment: Sequence[str]) -> list[Found[Row]]:
    return list(occupations().find(segment))


def _people(segment: Sequence[str], kinds: Sequence[str]) -> list[Found[Row]]:
    return [found for found in _all(segment) if found.meaning["kind"] in kinds]


def _says_only_level(segment: Sequence[str], hits: list[Found[Row]]) -> bool:
    covered: set[int] = set()
    for hit in hits:
        if hit.meaning["level"] != NONE:
            covered.update(range(hit.start, hit.end))
    others = [word for at, word in enumerate(segment) if at not in covered]
    return bool(covered) and all(word in FILLERS or word.isdigit() for word in others)


# --- Within one segment ---------------------------------------------------------------------------


def _of_segment(segment: Sequence[str], hits: list[Found[Row]], is_grade: bool) -> LevelRange:
    words = [
        _Stated(hit.meaning["level"], hit.start, hit.end, " ".join(segment[hit.start : hit.end]))
        for hit in hits
        if _is_meant(hit, segment, is_grade)
    ]
    numerals = [word for word in words if word.level.startswith(NUMERAL)]
    plain = [word for word in words if not word.level.startswith(NUMERAL)]
    executive = [word for word in plain if word.level == Level.EXECUTIVE]
    if executive:
        return LevelRange(str(Level.EXECUTIVE), quote=executive[0].words)
    certain = [word for word in plain if "-" not in word.level]
    if certain:
        return _of_words(segment, certain)
    if numerals:
        return LevelRange(numerals[0].level, quote=numerals[0].words)
    if plain:  # “Associate Data Scientist”: below the full title, and not always a beginner
        lowest, _, highest = plain[0].level.partition("-")
        return LevelRange(lowest, highest, plain[0].words)
    return LevelRange()


def _of_words(segment: Sequence[str], words: list[_Stated]) -> LevelRange:
    """One level, or a range where several are offered: “Mid/Senior”, “Analyst/Sr Analyst”."""
    first = words[0]
    joined = [first]
    for word in words[1:]:
        between = segment[joined[-1].end : word.start]
        if all(other in EITHER or other in FILLERS for other in between) or _repeats(
            segment, joined[-1], word
        ):
            joined.append(word)
    ranks = sorted({ORDER.index(Level(word.level)) for word in joined})
    quote = " ".join(segment[joined[0].start : joined[-1].end])
    if len(ranks) == 1:
        return _with_bare_twin(segment, joined[0], quote)
    if ranks[0] == 0 and ranks[-1] > 1:  # from the first to the last says nothing
        return LevelRange()
    return LevelRange(str(ORDER[ranks[0]]), str(ORDER[ranks[-1]]), quote)


def _repeats(segment: Sequence[str], one: _Stated, other: _Stated) -> bool:
    """“Junior Data Analyst / Senior Data Analyst”."""
    between = list(segment[one.end : other.start])
    return bool(between) and between[-1] in EITHER


def _with_bare_twin(segment: Sequence[str], word: _Stated, quote: str) -> LevelRange:
    """“Analyst / Sr Analyst” offers the level between too: of two twins, one states none."""
    before, behind = list(segment[: word.start]), list(segment[word.end :])
    twin = before[:-1] if before and before[-1] in EITHER else []
    if not (twin and behind[: len(twin)] == twin and _people(twin, HOLDERS)):
        return LevelRange(word.level, quote=quote)
    return LevelRange(*WITH_BARE.get(word.level, (word.level, "")), " ".join(segment))


def _is_meant(hit: Found[Row], segment: Sequence[str], is_grade: bool) -> bool:
    level, when = hit.meaning["level"], hit.meaning["when"]
    if level in (NONE, INTERN, ALL):
        return False
    is_alone = _is_alone(hit, segment)
    conditions = {
        BANK: not is_grade,
        "alone": is_alone,
        "after": _follows_holder(hit, segment),
        "start": hit.start == 0 and not is_alone and _holder_within_reach(hit, segment),
        "person": (is_alone or _is_alternative(hit, segment) or _holder_within_reach(hit, segment)),
    }
    return conditions.get(when, True)


def _is_alone(hit: Found[Row], segment: Sequence[str]) -> bool:
    """Whether the segment says nothing but levels."""
    others = [*segment[: hit.start], *segment[hit.end :]]
    return all(word in FILLERS or (word,) in _level_words() for word in others)


def _is_alternative(hit: Found[Row], segment: Sequence[str]) -> bool:
    """“senior / staff”, “staff +”."""
    before = segment[hit.start - 1] if hit.start else ""
    behind = segment[hit.end] if hit.end < len(segment) else ""
    return before in ("/", "or") or behind in ("/", "+")


def _holder_within_reach(hit: Found[Row], segment: Sequence[str]) -> bool:
    behind = segment[hit.end : hit.end + REACH]
    return bool(_people(behind, HOLDERS)) or not FURTHER_HOLDERS.isdisjoint(behind)


def _follows_holder(hit: Found[Row], segment: Sequence[str]) -> bool:
    before = segment[: hit.start]
    ends = {found.end for found in _people(before, (*HOLDERS, "neutral"))}
    return len(before) in ends or (bool(before) and before[-1] in FURTHER_HOLDERS - {"manager"})


def _without_inner_brackets(words: Sequence[str]) -> tuple[str, ...]:
    """“associate ( ai ) consultant ( dach )” as “associate consultant ( dach )”."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        end = _inner_bracket_end(words, at)
        if end:
            at = end
            continue
        kept.append(words[at])
        at += 1
    return tuple(kept)


def _inner_bracket_end(words: Sequence[str], at: int) -> int:
    """Behind a bracket at ``at`` that stands between words of one phrase; 0 if none does."""
    if at == 0 or words[at] != "(" or ")" not in words[at:] or words[at - 1] in SEPARATORS:
        return 0
    end = words.index(")", at) + 1
    follows = end < len(words) and words[end] not in SEPARATORS | JOINTS
    if follows and not _says_level(words[at + 1 : end - 1]):
        return end
    return 0


def _says_level(words: Sequence[str]) -> bool:
    return any(hit.meaning["level"] != NONE for hit in _level_words().find(words))


@cache
def _level_words() -> Phrases[Row]:
    return Phrases.of_rows(table("levels"))

"""Reads from a title at which level a job is: a range, for “Mid/Senior” is two levels.

Only the words of the job itself count. What another segment says of its team does not, unless that
segment says nothing but the level: “Engineer - Senior Platform Group” and “Engineer (Senior)”.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from jobboard.common.text.words import fold
from jobboard.feeds.parsing.vocabulary import Match, Phrases, Row, table, tokens, word_at
from jobboard.listings.choices import Level

from .parts import JOINTS, SEPARATORS, occupations, shorten, split_segments, without_genders

# A title that serves somebody names that person's level, not its own.
SUPPORT_ROLE_PATTERN = re.compile(
    r"\b(?:executive|personal|administrative) (?:assistant|asst)\b.*"
    r"|\b(?:assistant|asst|advisor|adviser|aide|partner|secretary|support|reports?|reporting)"
    r" to\b.*"
    r"|\boffice of\b.*"
)
CHIEF_OF_STAFF = re.compile(r"\bchief of staff\b")
ORDER = [Level.ENTRY, Level.MID, Level.SENIOR, Level.EXECUTIVE]
INTERN = "intern"
BANK = "bank"
NONE = "none"
ALL = "all"
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
    """The level that ``title`` states; an intern is an intern, whatever else is said."""
    segments = _own_segments(title)
    if any(map(_is_for_all_levels, segments)):
        return LevelRange()
    if quote := intern_word(title):
        return LevelRange(str(Level.ENTRY), quote=quote)
    if CHIEF_OF_STAFF.search(fold(title)):  # of any rank
        return LevelRange()
    stated = _read_segments(segments)
    optional = OPTIONAL.match(fold(title))
    if optional and optional[1].strip() == stated.quote and stated.level in WITH_BARE:
        return LevelRange(*WITH_BARE[stated.level], stated.quote)
    return stated


def _is_for_all_levels(segment: Sequence[str]) -> bool:
    return any(hit.meaning["level"] == ALL for hit in _level_words().find(segment))


def intern_word(title: str) -> str:
    """The word by which ``title`` says that somebody learns there, folded; '' if none does."""
    for segment in _own_segments(title):
        quote = _intern_word(segment)
        if quote:
            return quote
    return ""


def _own_segments(title: str) -> list[tuple[str, ...]]:
    """The segments of a title, without what it says of somebody else."""
    text = SUPPORT_ROLE_PATTERN.sub("", fold(without_genders(title)).replace("_", " "))
    return list(split_segments(_without_inner_brackets(shorten(tokens(text)))))


def _intern_word(segment: Sequence[str]) -> str:
    for hit in _level_words().find(segment):
        is_in_place = hit.meaning["when"] != "start" or hit.start == 0
        if hit.meaning["level"] == INTERN and is_in_place and not _is_looked_after(hit, segment):
            return hit.words_in(segment)
    return ""


def _is_looked_after(hit: Match[Row], segment: Sequence[str]) -> bool:
    """A trainee manager learns to be one; of several interns somebody may speak at a distance."""
    interns = hit.words_in(segment)
    if word_at(segment, hit.end) in CARERS and not interns.startswith("trainee"):
        return True
    reach = REACH if interns.endswith("s") else 1
    before = segment[max(0, hit.start - reach - 1) : hit.start]
    return any(carer in CARERS and joint in JOINTS | {"von"} for carer, joint in pairwise(before))


def _read_segments(segments: list[tuple[str, ...]]) -> LevelRange:
    own = _own_segment(segments)
    has_individual = any(_names_people(segment, INDIVIDUALS) for segment in segments)
    numeral = LevelRange()
    for at, segment in enumerate(segments):
        hits = list(_level_words().find(segment))
        if at != own and not _says_only_level(segment, hits):
            continue
        is_grade = has_individual or (at != own and len(segments) > 1)
        stated = _read_segment(segment, hits, is_grade)
        if stated.level and not stated.level.startswith(NUMERAL):
            return stated
        if not numeral.level:
            numeral = LevelRange(stated.level.removeprefix(NUMERAL), quote=stated.quote)
    return numeral


def _own_segment(segments: list[tuple[str, ...]]) -> int:
    """The first that says what somebody is, rather than the grade of many at a company."""
    for at, segment in enumerate(segments):
        for person in occupations().find(segment):
            if person.meaning["english"] != "member of technical staff":
                return at
    return 0


def _find_people(segment: Sequence[str], kinds: Sequence[str]) -> Iterator[Match[Row]]:
    for person in occupations().find(segment):
        if person.meaning["kind"] in kinds:
            yield person


def _names_people(segment: Sequence[str], kinds: Sequence[str]) -> bool:
    return any(True for _ in _find_people(segment, kinds))


def _says_only_level(segment: Sequence[str], hits: list[Match[Row]]) -> bool:
    covered: set[int] = set()
    for hit in hits:
        if hit.meaning["level"] != NONE:
            covered.update(range(hit.start, hit.end))
    others = [word for at, word in enumerate(segment) if at not in covered]
    return bool(covered) and all(map(_is_filler, others))


def _is_filler(word: str) -> bool:
    return word in FILLERS or word.isdigit()


# --- Within one segment ---------------------------------------------------------------------------


def _read_segment(segment: Sequence[str], hits: list[Match[Row]], is_grade: bool) -> LevelRange:
    """Words for a level count before words that may mean several, and those behind numerals."""
    certain: list[_Stated] = []
    numerals: list[_Stated] = []
    unsure: list[_Stated] = []
    for hit in hits:
        if not _counts(hit, segment, is_grade):
            continue
        stated = _Stated(hit.meaning["level"], hit.start, hit.end, hit.words_in(segment))
        if stated.level == Level.EXECUTIVE:
            return LevelRange(str(Level.EXECUTIVE), quote=stated.words)
        if stated.level.startswith(NUMERAL):
            numerals.append(stated)
        elif "-" in stated.level:
            unsure.append(stated)
        else:
            certain.append(stated)
    if certain:
        return _join_levels(segment, certain)
    if numerals:
        return LevelRange(numerals[0].level, quote=numerals[0].words)
    if unsure:  # “Associate Data Scientist”: below the full title, and not always a beginner
        lowest, _, highest = unsure[0].level.partition("-")
        return LevelRange(lowest, highest, unsure[0].words)
    return LevelRange()


def _join_levels(segment: Sequence[str], words: list[_Stated]) -> LevelRange:
    """One level, or a range where several are offered: “Mid/Senior”, “Analyst/Sr Analyst”."""
    joined = words[:1]
    for word in words[1:]:
        if _are_joined(segment[joined[-1].end : word.start]):
            joined.append(word)
    ranks = sorted({ORDER.index(Level(word.level)) for word in joined})
    quote = " ".join(segment[joined[0].start : joined[-1].end])
    if len(ranks) == 1:
        return _with_bare_twin(segment, joined[0], quote)
    if ranks[0] == 0 and ranks[-1] > 1:  # from the first to the last says nothing
        return LevelRange()
    return LevelRange(str(ORDER[ranks[0]]), str(ORDER[ranks[-1]]), quote)


def _are_joined(between: Sequence[str]) -> bool:
    """“Mid or Senior Analyst”, “Junior Data Analyst / Senior Data Analyst”."""
    return FILLERS.issuperset(between) or between[-1] in EITHER


def _with_bare_twin(segment: Sequence[str], word: _Stated, quote: str) -> LevelRange:
    """“Analyst / Sr Analyst” offers the level between too: of two twins, one states none."""
    before = list(segment[: word.start])
    behind = list(segment[word.end :])
    is_listed = bool(before) and before[-1] in EITHER
    twin = before[:-1]
    if not (is_listed and twin and behind[: len(twin)] == twin and _names_people(twin, HOLDERS)):
        return LevelRange(word.level, quote=quote)
    return LevelRange(*WITH_BARE.get(word.level, (word.level, "")), " ".join(segment))


def _counts(hit: Match[Row], segment: Sequence[str], is_grade: bool) -> bool:
    level = hit.meaning["level"]
    when = hit.meaning["when"]
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


def _is_alone(hit: Match[Row], segment: Sequence[str]) -> bool:
    """Whether the segment says nothing but levels."""
    others = [*segment[: hit.start], *segment[hit.end :]]
    return all(word in FILLERS or (word,) in _level_words() for word in others)


def _is_alternative(hit: Match[Row], segment: Sequence[str]) -> bool:
    """“senior / staff”, “staff +”."""
    before = word_at(segment, hit.start - 1)
    behind = word_at(segment, hit.end)
    return before in ("/", "or") or behind in ("/", "+")


def _holder_within_reach(hit: Match[Row], segment: Sequence[str]) -> bool:
    behind = segment[hit.end : hit.end + REACH]
    return _names_people(behind, HOLDERS) or not FURTHER_HOLDERS.isdisjoint(behind)


def _follows_holder(hit: Match[Row], segment: Sequence[str]) -> bool:
    before = segment[: hit.start]
    if word_at(segment, hit.start - 1) in FURTHER_HOLDERS - {"manager"}:
        return True
    holders = _find_people(before, (*HOLDERS, "neutral"))
    return any(holder.end == len(before) for holder in holders)


def _without_inner_brackets(words: Sequence[str]) -> tuple[str, ...]:
    """“associate ( ai ) consultant ( dach )” as “associate consultant ( dach )”."""
    outside: list[str] = []
    at = 0
    while at < len(words):
        end = _inner_bracket_end(words, at)
        if end:
            at = end
            continue
        outside.append(words[at])
        at += 1
    return tuple(outside)


def _inner_bracket_end(words: Sequence[str], at: int) -> int:
    """The position behind a bracket at ``at`` that stands between words of one phrase; 0 if none
    does.
    """
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

"""Undoes what was understood and cannot be asked for as it is said: it stays words. “Not in Berlin”
is not Berlin, and as filters “Berlin or remote” would ask for both.
"""

from collections.abc import Iterable

from .parts import Part, iterate_meanings
from .table import find_rows, is_cue

PLACES = {"country", "city", "from"}
LEFT_OUT = [[{"level"}], [{"type"}], [{"country"}], [{"city"}], [{"city"}, {"country"}]]
SAID_OF_PEOPLE = {"level", "type", "workplace"}
WORDS_WITHIN_A_NAME = 2
WORDS_BEFORE_A_LEVEL = 3  # “lead a team of juniors”
WORDS_OF_A_VERB = 2  # “isn’t built on Spark”
NO_PEOPLE = ("ics", "ings", "ions", "models", "sales", "ss", "systems")
ENDS_A_CLAUSE = (".", "!", "?", ":")


def undo(parts: list[Part], positions: Iterable[int]) -> None:
    for at in positions:
        parts[at] = parts[at].as_words()


def undo_what_is_not_meant(parts: list[Part]) -> None:
    """Undo what stands behind “not” and a filler, as in “not in Berlin, Germany”; behind “not
    only”; before “not required”; and places that are no place of work: “relocating from India”,
    “Munich Re”.
    """
    for at, part in enumerate(parts):
        if not part.meanings:
            undo(parts, _undone_before(parts, at))
            undo(parts, _undone_behind(parts, at))
            undo(parts, _not_used(parts, at))


def _undone_before(parts: list[Part], at: int) -> list[int]:
    word = parts[at].plain
    if is_cue(word, "not needed"):
        return _next_to(parts, at, -1)
    is_name = is_cue(word, "of a name") and parts[at].tokens[0].text[:1].isupper()
    if is_name or is_cue(word, "of a place"):
        return _place_before(parts, at)
    is_of_before = at > 0 and is_joined(parts, at - 1) and _is_said_of(parts, at - 1, word)
    if is_of_before:
        return [at - 1]
    return []


def _undone_behind(parts: list[Part], at: int) -> list[int]:
    word = parts[at].plain
    behind = _next_to(parts, at, 1)
    is_place = bool(behind) and _is_place(parts, behind[0])
    if is_cue(word, "left open") or (is_place and is_cue(word, "no place")):
        return behind
    if is_cue(word, "not"):
        return _not_refused(parts, at, behind)
    if is_cue(word, "toward") and is_place and _is_place(parts, at - 1):
        return [at - 1, *behind]
    return _undone_beside(parts, at)


def _not_refused(parts: list[Part], at: int, behind: list[int]) -> list[int]:
    """The positions that a refusal there is said of and no filter leaves out."""
    if is_said_before(parts, at):
        return _next_to(parts, at, -1)
    if _is_softened(parts, behind):
        return behind
    if _can_be_left_out(parts, at, behind):
        return []
    is_apart = behind[:1] != [at + 1] or _is_place(parts, behind[0])
    if is_apart:
        return behind
    return _refused_beside(parts, behind)


def _can_be_left_out(parts: list[Part], at: int, named: list[int]) -> bool:
    """A level, a type, or one place: of “not in Berlin, Germany” the city."""
    fields = [set(parts[position].fields) for position in named]
    return fields in LEFT_OUT and is_joined(parts, at)


def _undone_beside(parts: list[Part], at: int) -> list[int]:
    """“Bone china”, “mentor junior colleagues”."""
    word = parts[at].plain
    behind = parts[at + 1 : at + 2]
    if is_cue(word, "leads"):
        return _level_of_people(parts, at)
    is_thing = is_cue(word, "of a thing") and bool(behind) and _is_called_like_a_thing(behind[0])
    if is_thing and is_joined(parts, at):
        return [at + 1]
    return []


def _is_called_like_a_thing(part: Part) -> bool:
    """China, Turkey, Java."""
    return bool(find_rows(part.plain, "thing"))


def is_said_before(parts: list[Part], at: int) -> bool:
    """Whether a refusal there ends the clause of what it refuses: “wir nutzen Spark nicht”."""
    is_last = at + 1 == len(parts) or is_parted(parts[at], parts[at + 1])
    return is_last and at > 0 and is_joined(parts, at - 1)


def _not_used(parts: list[Part], at: int) -> list[int]:
    """The skill of which a verb says so: “does not involve Java”, “Spark is not used”."""
    is_refusal = is_cue(parts[at].plain, "not done")
    if not is_refusal or at + 1 >= len(parts) or parts[at + 1].is_filler:
        return []
    for behind in range(at + 1, min(at + 2 + WORDS_OF_A_VERB, len(parts))):
        if not is_joined(parts, behind - 1):
            break
        if parts[behind].meanings:
            if behind > at + 1 and get_fields(parts, [behind]) == {"skill"}:
                return [behind]
            return []
    before = _next_to(parts, at, -1)
    is_before = bool(before) and is_joined(parts, at - 1)
    if is_before and get_fields(parts, before) == {"skill"}:
        return before
    return []


def _level_of_people(parts: list[Part], at: int) -> list[int]:
    """Whom one would lead: “mentor junior colleagues”."""
    for level in range(at + 1, min(at + 2 + WORDS_BEFORE_A_LEVEL, len(parts))):
        if not is_joined(parts, level - 1):
            return []
        if "level" in parts[level].fields:
            beside = [level - 1, level + 1, level + 2]
            if any(_are_people(parts, person) for person in beside):
                return [level]
            return []
    return []


def _are_people(parts: list[Part], at: int) -> bool:
    """“Colleagues”, “data scientists”."""
    if not 0 <= at < len(parts) or is_cue(parts[at].plain, "leads"):
        return False
    word = parts[at].plain
    return is_cue(word, "people") or (word.endswith("s") and not word.endswith(NO_PEOPLE))


def _is_softened(parts: list[Part], named: list[int]) -> bool:
    """“Not excel only”, “no French required”; but not “no remote, only hybrid”."""
    at = max(named, default=len(parts))
    if at + 1 >= len(parts) or not is_joined(parts, at):
        return False
    return is_cue(parts[at + 1].plain, "only", "needed")


def _refused_beside(parts: list[Part], behind: list[int]) -> list[int]:
    """The positions refused with a word that means nothing here: “no unpaid internships”, “avoid
    PHP or Java”.
    """
    if not behind:
        return []
    at = behind[0]
    if at + 1 >= len(parts) or parts[at].meanings or not is_joined(parts, at):
        return []
    if get_fields(parts, [at + 1]) == {"type"}:
        return [at + 1]
    if is_cue(parts[at + 1].plain, "and", "or"):
        return _next_to(parts, at + 1, 1)
    return []


def _place_before(parts: list[Part], at: int) -> list[int]:
    """The positions of the place in the name which ends there: “Munich Re”, “Hamburg Port
    Authority”.
    """
    for before in range(at - 1, max(-1, at - 2 - WORDS_WITHIN_A_NAME), -1):
        if not is_joined(parts, before):
            return []
        if parts[before].meanings:
            if _is_place(parts, before):
                return [before]
            return []
        if parts[before].is_filler:
            return []
    return []


def _is_said_of(parts: list[Part], at: int, word: str) -> bool:
    """Whether what was understood there is said of the ``word`` behind it: “full-time parent”,
    “part-time masters”, “turkey farming”.
    """
    fields = get_fields(parts, [at])
    if is_cue(word, "of a thing"):
        return bool(fields) and _is_called_like_a_thing(parts[at])
    is_of_somebody = is_cue(word, "person") and fields & SAID_OF_PEOPLE
    return bool(is_of_somebody) or (is_cue(word, "study") and fields == {"type"})


def is_joined(parts: list[Part], at: int) -> bool:
    """Whether nothing but a blank stands before the next part."""
    return parts[at + 1].tokens[0].start - parts[at].tokens[-1].end <= 1


def is_parted(before: Part, part: Part) -> bool:
    """Whether a clause ends between the two."""
    last = before.tokens[-1]
    is_apart = part.tokens[0].start - last.end > 1
    return is_apart or last.text.endswith(ENDS_A_CLAUSE) or part.tokens[0].text in ("-", "–")


def undo_mixed_choices(parts: list[Part]) -> None:
    """Undo what “or” joins, where no one filter takes all of it."""
    cues = [at for at, part in enumerate(parts) if is_cue(part.plain, "or")]
    for at in [*cues, *reversed(cues)]:  # and back: one that is undone undoes all of its line
        before = _next_to(parts, at, -1)
        behind = _next_to(parts, at, 1)
        is_mixed = get_fields(parts, before) != get_fields(parts, behind)
        if before and behind and is_mixed and not _are_refused(parts, [*before, *behind]):
            undo(parts, [*before, *behind])


def _are_refused(parts: list[Part], positions: Iterable[int]) -> bool:
    """“Not junior or internship”."""
    meanings = iterate_meanings(parts[at] for at in positions)
    return all(meaning.is_unwanted for meaning in meanings)


def _next_to(parts: list[Part], at: int, step: int) -> list[int]:
    """The first part from there on that is no filler; of a place, all that is said of it."""
    at += step
    while 0 <= at < len(parts) and parts[at].is_filler:
        at += step
    if not 0 <= at < len(parts):
        return []
    positions = [at]
    while _is_place(parts, at) and _is_place(parts, at + step):
        at += step
        positions.append(at)
    return positions


def _is_place(parts: list[Part], at: int) -> bool:
    return 0 <= at < len(parts) and bool(parts[at].meanings) and get_fields(parts, [at]) <= PLACES


def get_fields(parts: list[Part], positions: Iterable[int]) -> set[str]:
    fields: set[str] = set()
    for at in positions:
        fields.update(parts[at].fields)
    return fields

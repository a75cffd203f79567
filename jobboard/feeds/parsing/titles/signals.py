"""What work a job title names: ours, another, or something that leaves it open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain

from jobboard.feeds.parsing.vocabulary import Found, Row, phrases
from jobboard.listings.choices import Family

from .parts import JOINTS, TitleParts, disciplines, occupations, other_work, parts_of

MIN_WORD_LENGTH = 4  # letters of what is no acronym
SHORT_WORDS = JOINTS | {"and", "big", "the"}
OTHER_WORK = "The title names another kind of work: {}."
# Languages in which what somebody is comes first: “Responsable commercial Data”.
PERSON_FIRST = frozenset(["fr", "es", "pt", "it"])
# Names of this work that other sciences use too.
OWN_NAMES = ("applied scientist", "applied scientists", "applied research scientist")


class Signal(StrEnum):
    """How much a title says, strongest first."""

    NAMES_IT = "names it"
    IS_OTHER = "names other work"
    IS_OPEN = "leaves it open"
    HINTS = "hints at it"
    SAYS_NOTHING = "says nothing of it"


@dataclass(frozen=True)
class TitleSignal:
    signal: Signal
    why: str
    family: str = ""
    is_read_further: bool = False
    """Whether a text can make more of a title that says nothing."""


NOTHING = "The title does not name AI, machine learning or data."
ONLY_LOOKS_LIKE_IT = "The title names {}, which is no AI, machine learning or data work."
NOT_WORKED_ON = "The title names {}, but does not say that the work is on it."
OTHER_WORK_BESIDE = "The title names {}, but the work is {}."
NAMES = ("craft", "ai", "data")
NAMES_DATA = ("data", "daten", "gegevens")  # as the first half of a word
BUILDERS = ("builder", "architect", "researcher", "staff", "chief builder")
# Occupations that are read apart from others of their kind.
KINDS_APART = {
    "project manager": "project",
    "delivery manager": "delivery",
    "engineering manager": "chief builder",
    "member of technical staff": "staff",
}
LEADING = ("manager", "neutral")
FAMILY_OF_KIND = {
    "manager": Family.MANAGEMENT,
    "project": Family.MANAGEMENT,
    "delivery": Family.MANAGEMENT,
    "analyst": Family.ANALYSIS,
    "architect": Family.ARCHITECTURE,
    "product": Family.PRODUCT,
    "consultant": Family.CONSULTING,
    "researcher": Family.RESEARCH,
    "builder": Family.ENGINEERING,
    "staff": Family.ENGINEERING,
}
# What a topic of a strength says beside a person of a kind; what is not listed says nothing.
SIGNALS = {
    "craft": {
        "engineering": Signal.HINTS,
        "fielder": Signal.HINTS,
        "delivery": Signal.HINTS,
        **dict.fromkeys(
            [*BUILDERS, "analyst", "manager", "project", "product", "consultant", "neutral"],
            Signal.NAMES_IT,
        ),
        **dict.fromkeys(["trainee", ""], Signal.NAMES_IT),
    },
    "ai": {
        **dict.fromkeys(
            [*BUILDERS, "manager", "project", "product", "consultant", "trainee", "neutral"],
            Signal.NAMES_IT,
        ),
        **dict.fromkeys(["analyst", "fielder", "delivery", ""], Signal.HINTS),
    },
    "data": {
        **dict.fromkeys(
            [*BUILDERS, "analyst", "manager", "product", "consultant", "trainee"], Signal.NAMES_IT
        ),
        **dict.fromkeys(["fielder", "project", "delivery", "neutral", ""], Signal.HINTS),
    },
    "agents": {
        **dict.fromkeys(BUILDERS, Signal.NAMES_IT),
        **dict.fromkeys(["manager", "product", "consultant"], Signal.HINTS),
    },
    "deployment": {
        "engineering": Signal.HINTS,
        **dict.fromkeys(
            [*BUILDERS, "manager", "project", "delivery", "product", "fielder", "neutral"],
            Signal.NAMES_IT,
        ),
        **dict.fromkeys(
            ["trainee", ""],
            Signal.NAMES_IT,
        ),
    },
    "hint": dict.fromkeys(
        [*BUILDERS, "analyst", "manager", "consultant", "fielder", "neutral", ""], Signal.HINTS
    ),
}
STRONGEST = [Signal.NAMES_IT, Signal.IS_OPEN, Signal.HINTS]


@dataclass(frozen=True)
class _Head:
    """Who a title names: a kind of occupation, ``function`` and ``engineering`` for other work."""

    kind: str = ""
    words: str = ""
    segment: int = 0


@dataclass(frozen=True)
class _Topic:
    """What a title names as worked on."""

    words: str
    strength: str
    family: str
    segment: int


def signal_of(title: str) -> TitleSignal:
    parts = parts_of(title)
    head = _head_of(parts)
    if head.kind == "function":
        return TitleSignal(Signal.IS_OTHER, OTHER_WORK.format(head.words))
    read = [_of_topic(parts, head, topic) for topic in _topics_of(parts)]
    for signal in STRONGEST:
        if said := [one for one in read if one.signal == signal]:
            return said[0]
    if head.kind == "engineering":
        return TitleSignal(Signal.IS_OTHER, OTHER_WORK.format(head.words))
    return _without_topic(parts, head)


def _head_of(parts: TitleParts) -> _Head:
    """The last person that the first segment with one names; the first in languages that begin
    with it. A trainee is one of what else is named.
    """
    for at, segment in enumerate(parts.segments):
        people = [*_other_people(segment), *occupations().find(segment)]
        serving = [one for one in people if _serves(one, segment)]
        if serving:
            return _Head("function", " ".join(segment[serving[0].start : serving[0].end]), at)
        trained = [found for found in people if found.meaning.get("english") != "trainee"]
        if trained:
            chosen = max(trained, key=_rank_of_person)
            chosen = _whose_work(trained, chosen)
            words = " ".join(segment[chosen.start : chosen.end])
            return _Head(_kind_of(chosen.meaning), words, at)
        if people:
            return _Head("trainee", " ".join(segment), at)
    return _Head()


def _whose_work(people: Sequence[Found[Row]], chosen: Found[Row]) -> Found[Row]:
    """Other work that stands right before: “Nurse Leader”, “Offensive Security Engineer”."""
    for one in people:
        stands_before = one.end == chosen.start
        is_led = one.meaning["kind"] == "function" and chosen.meaning["kind"] in LEADING
        if stands_before and (is_led or one.meaning["kind"] == "engineering"):
            return one
    return chosen


def _other_people(segment: Sequence[str]) -> list[Found[Row]]:
    """Other work, but not where it only says whose data it is (“Sales Data Science”) or shares a
    word with ours (“Data Quality Engineer”).
    """
    craft = [hit for hit in disciplines().find(segment) if hit.meaning["strength"] == "craft"]
    longest = {one.start: one.end for one in occupations().find(segment)}  # “chef de projet”
    found = [one for one in other_work().find(segment) if longest.get(one.start, 0) <= one.end]
    return [one for one in found if _serves(one, segment) or not _gives_way(one, craft, segment)]


def _gives_way(one: Found[Row], craft: Sequence[Found[Row]], segment: Sequence[str]) -> bool:
    is_domain = tuple(segment[one.start : one.end]) in other_work("domain", "business")
    return any(
        (is_domain and topic.start >= one.end) or topic.start < one.start < topic.end
        for topic in craft
    )


def _serves(one: Found[Row], segment: Sequence[str]) -> bool:
    """“Professor of Statistics”, “Assistant to the VP of AI”."""
    behind = segment[one.end] if one.end < len(segment) else ""
    return behind == "to" or (one.meaning["kind"] == "function" and behind in JOINTS)


def _rank_of_person(found: Found[Row]) -> tuple[int, int]:
    """Of two that end alike the longer."""
    if found.meaning["language"] in PERSON_FIRST:
        return (1_000 - found.start, found.end)
    return (found.end, -found.start)


def _kind_of(meaning: Row) -> str:
    return KINDS_APART.get(meaning.get("english", ""), meaning["kind"])


def _topics_of(parts: TitleParts) -> Iterator[_Topic]:
    is_foreign = parts.words != parts.english
    for at, segment in enumerate(parts.segments):
        for found in disciplines().find(segment):
            is_state = segment == ("ia",) and not is_foreign  # Iowa
            if found.meaning["strength"] != "none" and not is_state:
                words = " ".join(segment[found.start : found.end])
                yield _Topic(words, found.meaning["strength"], found.meaning["family"], at)


def _of_topic(parts: TitleParts, head: _Head, topic: _Topic) -> TitleSignal:
    signal = SIGNALS[topic.strength].get(head.kind, Signal.SAYS_NOTHING)
    why = f"The title names {shown(topic.words)}."
    if topic.strength == "hint":
        why = f"The title names {shown(topic.words)}, which can also be other work."
        signal = _of_hint(parts, head, topic)
    elif topic.words in OWN_NAMES and _names_science(parts):
        signal = Signal.SAYS_NOTHING
    elif signal == Signal.NAMES_IT:
        signal = _checked(parts, head, topic)
    if topic.strength in NAMES and signal == Signal.HINTS:
        why = NOT_WORKED_ON.format(shown(topic.words))
    return TitleSignal(signal, why, _family_of(head, topic))


def _of_hint(parts: TitleParts, head: _Head, topic: _Topic) -> Signal:
    """Who researches “alignment” researches ours; of who has no clear occupation only what is said
    in several words hints at all.
    """
    if head.kind in ("researcher", "staff") and topic.family == Family.RESEARCH:
        if _names_science(parts):
            return Signal.SAYS_NOTHING
        return Signal.NAMES_IT
    if head.kind == "researcher" or (head.kind in ("neutral", "") and " " not in topic.words):
        return Signal.SAYS_NOTHING
    return SIGNALS["hint"].get(head.kind, Signal.SAYS_NOTHING)


def _checked(parts: TitleParts, head: _Head, topic: _Topic) -> Signal:
    """What naming it is worth where the same words speak of selling, using or explaining it, or
    where it may be somebody's code: “(ML-DEU)”.
    """
    is_alone = parts.segments[topic.segment] == (topic.words,)
    may_be_code = len(topic.words) < MIN_WORD_LENGTH and topic.words not in parts.in_full
    if not head.kind and may_be_code and not is_alone:
        return Signal.SAYS_NOTHING
    is_builder = head.kind in (*BUILDERS, "consultant")
    if topic.strength == "craft":
        before = [at for at in range(topic.segment) if at >= head.segment]
        is_sold = not is_builder and any(_names(parts, at, "domain") for at in before)
        is_sold |= not head.kind and _ends_in_domain(parts.segments[topic.segment])
        return Signal.SAYS_NOTHING if is_sold else Signal.NAMES_IT
    if is_builder:
        is_used = _names(parts, head.segment, "domain", "use")
        return Signal.HINTS if is_used else Signal.NAMES_IT
    near = {topic.segment, head.segment}
    is_sold = any(_names(parts, at, "domain") for at in near)
    if is_sold or any(_names(parts, at, "function") for at in range(topic.segment)):
        return Signal.SAYS_NOTHING
    if any(_names(parts, at, "use", "business") for at in near):
        return Signal.HINTS
    says_no_more = _says_no_more(parts.segments[topic.segment], topic)
    if head.kind == "neutral":
        says_no_more = says_no_more and len(parts.segments) == 1
    elif head.kind != "manager":
        says_no_more = True
    return Signal.NAMES_IT if says_no_more else Signal.HINTS


def _ends_in_domain(segment: Sequence[str]) -> bool:
    """“Machine Learning Partnerships”."""
    return any(found.end == len(segment) for found in other_work("domain").find(segment))


def _says_no_more(segment: Sequence[str], topic: _Topic) -> bool:
    people = occupations().find(segment)
    named = set(chain.from_iterable(segment[one.start : one.end] for one in people))
    return set(segment) <= _plain_words() | JOINTS | named | set(topic.words.split())


@cache
def _plain_words() -> frozenset[str]:
    """Words beside “Head of AI” that do not change what is led."""
    return frozenset(chain.from_iterable(words for words, _ in phrases("other_work", kind="plain")))


def _names(parts: TitleParts, segment: int, *kinds: str) -> bool:
    return any(True for _ in other_work(*kinds).find(parts.segments[segment]))


def _names_science(parts: TitleParts) -> bool:
    return any(_names(parts, at, "field") for at in range(len(parts.segments)))


def _family_of(head: _Head, topic: _Topic) -> str:
    handles_data = head.kind == "neutral" and topic.strength == "data"  # “Data Specialist”
    own = Family.ANALYSIS if handles_data else topic.family
    if head.kind in ("manager", "chief builder"):
        return Family.MANAGEMENT
    if own in (Family.ANNOTATION, Family.DEPLOYMENT, Family.GOVERNANCE):
        return own
    if head.kind == "analyst":
        return Family.BI if own == Family.BI else Family.ANALYSIS
    if head.kind == "researcher":
        return own if own == Family.ANALYSIS else Family.RESEARCH
    if head.kind in ("architect", "product", "consultant", "project", "delivery"):
        return FAMILY_OF_KIND[head.kind]
    is_unknown = not head.kind and topic.strength in ("ai", "data")  # “AI Philosopher”
    return "" if is_unknown else own


def _without_topic(parts: TitleParts, head: _Head) -> TitleSignal:
    family = FAMILY_OF_KIND.get(head.kind, "")
    if head.kind == "researcher":
        if _names_science(parts):
            return TitleSignal(
                Signal.IS_OTHER, "The title names research in another field.", family
            )
        return TitleSignal(Signal.IS_OPEN, "The title leaves open what is researched.", family)
    if head.kind == "staff" and len(parts.segments) == 1:
        return TitleSignal(Signal.IS_OPEN, "The title leaves open what the work is.", family)
    is_read_further = head.kind in (*BUILDERS, "analyst", "product", "consultant", "")
    return TitleSignal(Signal.SAYS_NOTHING, _why_nothing(parts), family, is_read_further)


def _why_nothing(parts: TitleParts) -> str:
    """Why a title says nothing of our work, though its words may be in it."""
    named = [topic for topic in _topics_of(parts) if topic.strength in NAMES]
    for topic in named:
        near = parts.segments[topic.segment]
        beside = [" ".join(near[one.start : one.end]) for one in other_work("domain").find(near)]
        if beside:
            return OTHER_WORK_BESIDE.format(shown(topic.words), beside[0])
    if named:
        return NOT_WORKED_ON.format(shown(named[0].words))
    alike = next(_only_alike(parts), "")
    if alike:
        return ONLY_LOOKS_LIKE_IT.format(shown(alike))
    return NOTHING


def _only_alike(parts: TitleParts) -> Iterator[str]:
    """“Data protection”, but not the “insurance agent”, who has no word of ours."""
    for segment in parts.segments:
        for found in disciplines().find(segment):
            words = segment[found.start : found.end]
            if found.meaning["strength"] == "none" and any(map(_is_of_ours, words)):
                yield " ".join(words)


def _is_of_ours(word: str) -> bool:
    meaning = disciplines().get((word,))
    is_known = meaning is not None and meaning["strength"] in ("ai", "data")
    return is_known or word == "ml" or word.startswith(NAMES_DATA)


def shown(words: str) -> str:
    """“ml platform” as “ML platform”."""
    return " ".join(_as_acronym(word) for word in words.split())


def _as_acronym(word: str) -> str:
    is_acronym = len(word) < MIN_WORD_LENGTH and word not in SHORT_WORDS
    if is_acronym:
        return word.upper()
    return word

"""Reads what work a job title names: ours, another, or something that leaves it open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jobboard.feeds.parsing.vocabulary import phrases
from jobboard.listings.choices import Family

from .parts import JOINTS, TitleParts, disciplines, occupations, other_work, split_title
from .people import LEADING, TitleHead, find_head

MIN_WORD_LENGTH = 4  # letters of what is no acronym
SHORT_WORDS = JOINTS | {"and", "big", "the"}
OTHER_WORK = "The title names another kind of work: {}."
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


NAMES_NOTHING = "The title does not name AI, machine learning or data."
ONLY_LOOKS_LIKE_IT = "The title names {}, which is no AI, machine learning or data work."
NOT_WORKED_ON = "The title names {}, but does not say that the work is on it."
OTHER_WORK_BESIDE = "The title names {}, but the work is {}."
NAMES = ("craft", "ai", "data")
NAMES_DATA = ("data", "daten", "gegevens")  # as the first half of a word
BUILDERS = ("builder", "architect", "researcher", "staff", "chief builder")
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
# Of these a topic does not say the family, but for a few.
DECIDING_KINDS = (
    "analyst",
    "researcher",
    "architect",
    "product",
    "consultant",
    "project",
    "delivery",
)
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
class _Topic:
    """The topic that a title names as worked on."""

    words: str
    strength: str
    family: str
    segment: int


def read_signal(title: str) -> TitleSignal:
    parts = split_title(title)
    head = find_head(parts)
    if head.kind == "function":
        return TitleSignal(Signal.IS_OTHER, OTHER_WORK.format(head.words))
    signals = [_read_topic(parts, head, topic) for topic in _find_topics(parts)]
    for strength in STRONGEST:
        for signal in signals:
            if signal.signal == strength:
                return signal
    if head.kind == "engineering":
        return TitleSignal(Signal.IS_OTHER, OTHER_WORK.format(head.words))
    return _read_without_topic(parts, head)


def _find_topics(parts: TitleParts) -> Iterator[_Topic]:
    is_foreign = parts.words != parts.english
    for at, segment in enumerate(parts.segments):
        if segment == ("ia",) and not is_foreign:  # Iowa
            continue
        for match in disciplines().find(segment):
            row = match.meaning
            if row["strength"] != "none":
                yield _Topic(match.words_in(segment), row["strength"], row["family"], at)


def _read_topic(parts: TitleParts, head: TitleHead, topic: _Topic) -> TitleSignal:
    signal = SIGNALS[topic.strength].get(head.kind, Signal.SAYS_NOTHING)
    why = f"The title names {in_capitals(topic.words)}."
    if topic.strength == "hint":
        why = f"The title names {in_capitals(topic.words)}, which can also be other work."
        signal = _weigh_hint(parts, head, topic)
    elif topic.words in OWN_NAMES and _names_science(parts):
        signal = Signal.SAYS_NOTHING
    elif signal == Signal.NAMES_IT:
        signal = _weigh_name(parts, head, topic)
    if topic.strength in NAMES and signal == Signal.HINTS:
        why = NOT_WORKED_ON.format(in_capitals(topic.words))
    return TitleSignal(signal, why, _get_family(head, topic))


def _weigh_hint(parts: TitleParts, head: TitleHead, topic: _Topic) -> Signal:
    """The signal of a hint: who researches “alignment” researches ours; of who has no clear
    occupation only what is said in several words hints at all.
    """
    if head.kind in ("researcher", "staff") and topic.family == Family.RESEARCH:
        if _names_science(parts):
            return Signal.SAYS_NOTHING
        return Signal.NAMES_IT
    if head.kind == "researcher" or (head.kind in ("neutral", "") and " " not in topic.words):
        return Signal.SAYS_NOTHING
    return SIGNALS["hint"].get(head.kind, Signal.SAYS_NOTHING)


def _weigh_name(parts: TitleParts, head: TitleHead, topic: _Topic) -> Signal:
    """The worth of naming it where the same words speak of selling, using or explaining it, or
    where it may be somebody's code: “(ML-DEU)”.
    """
    segment = parts.segments[topic.segment]
    may_be_code = len(topic.words) < MIN_WORD_LENGTH and topic.words not in parts.in_full
    if not head.kind and may_be_code and segment != (topic.words,):
        return Signal.SAYS_NOTHING
    is_builder = head.kind in (*BUILDERS, "consultant")
    if topic.strength == "craft":
        if not is_builder and _is_craft_sold(parts, head, topic):
            return Signal.SAYS_NOTHING
        return Signal.NAMES_IT
    if not is_builder:
        return _weigh_without_builder(parts, head, topic)
    if _names(parts, [head.segment], "domain", "use"):
        return Signal.HINTS
    return Signal.NAMES_IT


def _is_craft_sold(parts: TitleParts, head: TitleHead, topic: _Topic) -> bool:
    if _names(parts, range(head.segment, topic.segment), "domain"):
        return True
    return not head.kind and _ends_in_domain(parts.segments[topic.segment])


def _weigh_without_builder(parts: TitleParts, head: TitleHead, topic: _Topic) -> Signal:
    near = {topic.segment, head.segment}
    if _names(parts, near, "domain") or _names(parts, range(topic.segment), "function"):
        return Signal.SAYS_NOTHING
    if _names(parts, near, "use", "business"):
        return Signal.HINTS
    if head.kind not in LEADING:
        return Signal.NAMES_IT
    says_no_more = _says_no_more(parts.segments[topic.segment], topic)
    if head.kind == "neutral":
        says_no_more = says_no_more and len(parts.segments) == 1
    if says_no_more:
        return Signal.NAMES_IT
    return Signal.HINTS


def _ends_in_domain(segment: Sequence[str]) -> bool:
    """“Machine Learning Partnerships”."""
    return any(match.end == len(segment) for match in other_work("domain").find(segment))


def _says_no_more(segment: Sequence[str], topic: _Topic) -> bool:
    others = set(segment) - _plain_words() - JOINTS - set(topic.words.split())
    for person in occupations().find(segment):
        others.difference_update(segment[person.start : person.end])
    return not others


@cache
def _plain_words() -> frozenset[str]:
    """Words beside “Head of AI” that do not change what is led."""
    plain: set[str] = set()
    for phrase, _ in phrases("other_work", kind="plain"):
        plain.update(phrase)
    return frozenset(plain)


def _names(parts: TitleParts, numbers: Iterable[int], *kinds: str) -> bool:
    """Whether any of the segments with these ``numbers`` names such work."""
    work = other_work(*kinds)
    return any(work.is_in(parts.segments[number]) for number in numbers)


def _names_science(parts: TitleParts) -> bool:
    return _names(parts, range(len(parts.segments)), "field")


def _get_family(head: TitleHead, topic: _Topic) -> str:
    handles_data = head.kind == "neutral" and topic.strength == "data"  # “Data Specialist”
    family = Family.ANALYSIS if handles_data else topic.family
    if head.kind in ("manager", "chief builder"):
        return Family.MANAGEMENT
    if family in (Family.ANNOTATION, Family.DEPLOYMENT, Family.GOVERNANCE):
        return family
    if head.kind == "analyst" and family == Family.BI:
        return Family.BI
    if head.kind == "researcher" and family == Family.ANALYSIS:
        return family
    if head.kind in DECIDING_KINDS:
        return FAMILY_OF_KIND[head.kind]
    is_unknown = not head.kind and topic.strength in ("ai", "data")  # “AI Philosopher”
    return "" if is_unknown else family


def _read_without_topic(parts: TitleParts, head: TitleHead) -> TitleSignal:
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
    topics = [topic for topic in _find_topics(parts) if topic.strength in NAMES]
    for topic in topics:
        segment = parts.segments[topic.segment]
        for match in other_work("domain").find(segment):
            return OTHER_WORK_BESIDE.format(in_capitals(topic.words), match.words_in(segment))
    if topics:
        return NOT_WORKED_ON.format(in_capitals(topics[0].words))
    alike = next(_only_alike(parts), "")
    if alike:
        return ONLY_LOOKS_LIKE_IT.format(in_capitals(alike))
    return NAMES_NOTHING


def _only_alike(parts: TitleParts) -> Iterator[str]:
    """“Data protection”, but not the “insurance agent”, who has no word of ours."""
    for segment in parts.segments:
        for match in disciplines().find(segment):
            words = segment[match.start : match.end]
            if match.meaning["strength"] == "none" and any(map(_is_of_ours, words)):
                yield " ".join(words)


def _is_of_ours(word: str) -> bool:
    meaning = disciplines().get((word,))
    is_known = meaning is not None and meaning["strength"] in ("ai", "data")
    return is_known or word == "ml" or word.startswith(NAMES_DATA)


def in_capitals(text: str) -> str:
    """“ml platform” as “ML platform”."""
    return " ".join(map(_as_acronym, text.split()))


def _as_acronym(word: str) -> str:
    is_acronym = len(word) < MIN_WORD_LENGTH and word not in SHORT_WORDS
    if is_acronym:
        return word.upper()
    return word

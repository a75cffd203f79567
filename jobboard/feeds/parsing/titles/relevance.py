"""Is this AI, machine learning or data work? Asked apart from which role it is.

The title decides where it names the work. Where it leaves that open (“Research Scientist”,
“Software Engineer, Search”), what the text asks for and has people do decides. What a company says
of itself decides nothing: at a maker of AI, accountants are accountants.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from jobboard.feeds.parsing.texts import sections
from jobboard.feeds.parsing.vocabulary import Phrases, Row, table, tokens
from jobboard.listings.choices import Family, Relevance

from .signals import Signal, TitleSignal, in_capitals, read_signal

MIN_TEXT_LENGTH = 400  # characters of a text that would name the work if it were ours
# So many terms of a text speak for a title that leaves it open, that hints, that says nothing.
OPEN_TERMS = 2
HINT_TERMS = 4
SILENT_TERMS = 6
NAMES_ROLE = "The title names the role {}."
DOUBTFUL_TERMS = 3  # so many make a title that says nothing doubtful
TEXT_NAMES_NOTHING = "The text asks for no methods or tools of AI, machine learning or data."
READ_FURTHER = (Family.ENGINEERING, Family.RESEARCH, Family.ANALYSIS, Family.ARCHITECTURE)
NOT_ASKED = (sections.COMPANY, sections.BENEFITS, sections.INTERVIEW)


@dataclass(frozen=True)
class Reading:
    """``why`` is a sentence for editors; ``family`` is a value of Family where ``answer`` is yes or
    doubtful.
    """

    answer: str
    why: str
    family: str = ""


def read_relevance(
    title: str, *, skills: Iterable[str] = (), text: str = "", role: str = ""
) -> Reading:
    """``skills`` are names of those the text asks for, ``role`` the name of the role that the title
    was found to name, if any.
    """
    signal = read_signal(title)
    if role and not is_general(role):
        return Reading(Relevance.YES, NAMES_ROLE.format(role), signal.family)
    terms = terms_in(text, skills)
    has_text = len(text) >= MIN_TEXT_LENGTH
    if signal.signal == Signal.NAMES_IT:
        return _read_naming_title(signal, terms, has_text)
    if signal.signal == Signal.IS_OTHER:
        return _read_other_title(signal, terms)
    if signal.signal == Signal.SAYS_NOTHING:
        return _read_silent_title(signal, terms)
    return _read_open_title(signal, terms, has_text)


def is_general(role: str) -> bool:
    """“Engineer” and “Research Scientist” are held in many fields."""
    signal = read_signal(role)
    says_who = signal.signal == Signal.SAYS_NOTHING and signal.family
    return signal.signal == Signal.IS_OPEN or bool(says_who)


def _read_other_title(signal: TitleSignal, terms: Sequence[str]) -> Reading:
    """Research in another field may be done with our means."""
    if signal.family and len(terms) >= HINT_TERMS:
        return Reading(Relevance.DOUBTFUL, f"{signal.why} {_asks_for(terms)}", signal.family)
    return Reading(Relevance.NO, signal.why)


def _read_naming_title(signal: TitleSignal, terms: Sequence[str], has_text: bool) -> Reading:
    if signal.family == Family.DEPLOYMENT and has_text and not terms:
        return Reading(Relevance.DOUBTFUL, f"{signal.why} {TEXT_NAMES_NOTHING}", signal.family)
    return Reading(Relevance.YES, signal.why, signal.family)


def _read_silent_title(signal: TitleSignal, terms: Sequence[str]) -> Reading:
    """A title such as “Software Engineer”: only a text full of it lets the job in. Of who does
    something that we have no word for, it makes the job doubtful.
    """
    strong = [term for term in terms if not _is_weak(term)]
    if signal.family in READ_FURTHER and len(strong) >= SILENT_TERMS:
        return Reading(Relevance.YES, _asks_for(strong), signal.family)
    min_terms = DOUBTFUL_TERMS if signal.family else SILENT_TERMS
    if signal.is_read_further and len(strong) >= min_terms:
        return Reading(Relevance.DOUBTFUL, f"{signal.why} {_asks_for(strong)}", signal.family)
    return Reading(Relevance.NO, signal.why)


def _read_open_title(signal: TitleSignal, terms: Sequence[str], has_text: bool) -> Reading:
    min_terms = OPEN_TERMS if signal.signal == Signal.IS_OPEN else HINT_TERMS
    if len(terms) >= min_terms:
        return Reading(Relevance.YES, _asks_for(terms), signal.family)
    if has_text and not terms:
        return Reading(Relevance.NO, f"{signal.why} {TEXT_NAMES_NOTHING}")
    return Reading(Relevance.DOUBTFUL, signal.why, signal.family)


def _asks_for(terms: Sequence[str]) -> str:
    return f"The text asks for {', '.join(map(in_capitals, terms[:3]))}."


# --- The text -------------------------------------------------------------------------------------


def terms_in(text: str, skills: Iterable[str] = ()) -> list[str]:
    """The terms of the field that duties and requirements name, each once; ``skills`` count where
    they are such terms.
    """
    terms: dict[str, None] = {}
    for sentence in sections.sentences(text):
        if sentence.section in NOT_ASKED:
            continue
        words = tokens(sentence.text)
        for hit in _terms().find(words):
            terms[hit.words_in(words)] = None
    for skill in skills:
        if tokens(skill) in _terms():
            terms[" ".join(tokens(skill))] = None
    return list(terms)


def _is_weak(term: str) -> bool:
    """Asked for in much other work too, as SQL is."""
    meaning = _terms().get(tokens(term))
    return meaning is not None and meaning["area"] == "weak"


@cache
def _terms() -> Phrases[Row]:
    return Phrases.of_rows(table("field_terms"))

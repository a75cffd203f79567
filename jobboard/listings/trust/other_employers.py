"""Sentences in which a job speaks for an employer that is known, and that is not its company: “we
are the hiring team of OpenAI”. That a text names OpenAI is none: jobs name what people work with.
"""

import re
from collections.abc import Iterator, Mapping

from jobboard.common.hosts.domains import is_under
from jobboard.listings.employers.lookalikes import KnownName, words_of

from .said import Employer, Risk, Said

# In the languages that we read, before a name.
_SPEAKS_FOR = re.compile(
    r"\b(?:on behalf of|in the name of|(?:hiring|recruiting|recruitment|talent) "
    r"(?:team|partner|agency|office) (?:of|for|at)|(?:hire|hires|hiring|recruit|recruits|recruiting"
    r"|recruiters|interviewing) (?:for|at)|"
    r"(?:we are|we’re|we're)(?: an?| the)?"
    r"(?: hiring| recruiting)? (?:part|team|partner|subsidiary|branch|division) of|"
    r"(?P<are>we are|we’re|we're|wir sind)|"
    r"(?:subsidiary|branch|division) of|"
    r"im auftrag von|im namen von|für unseren kunden|wir sind (?:teil|partner) von|"
    r"pour le compte de|au nom de|de parte de|en nombre de|em nome de|namens|per conto di)\s{1,3}"
    r"(?:(?:the|der|die|das|our|client|customer)\s{1,3}){0,3}(?P<name>[^\n.!?;:,()]{2,60})",
    re.IGNORECASE,
)
Known = Mapping[str, KnownName]  # by what names_spoken_for() found


def names_spoken_for(said: Said) -> list[str]:
    """What may begin with the name of an employer, for employers_named()."""
    found = [found["name"] for found in _SPEAKS_FOR.finditer(said.text) if _is_name(found)]
    return list(dict.fromkeys(found))


def risks_of_other_employers(said: Said, employer: Employer, known: Known) -> Iterator[Risk]:
    for name in names_spoken_for(said):
        other = known.get(name)
        if other and not _is_itself(other, employer):
            yield Risk(2, f"The text speaks for {other.name}, {other.where}.")


def _is_name(found: re.Match[str]) -> bool:
    """“We are OpenAI”; “we are looking” is most texts."""
    return not found["are"] or found["name"][0].isupper()


def _is_itself(other: KnownName, employer: Employer) -> bool:
    is_same_name = words_of(other.name) == words_of(employer.name)
    at_domain = bool(other.domain and employer.domain) and is_under(other.domain, employer.domain)
    return is_same_name or at_domain

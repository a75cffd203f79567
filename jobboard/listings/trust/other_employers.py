"""Sentences in which a job speaks for an employer that is known, and that is not its company: “we
are the hiring team of OpenAI”. That a text names OpenAI is none: jobs name what people work with.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobboard.common.hosts.domains import is_under
from jobboard.listings.employers.lookalikes import KnownName, words_of

from .said import HEAVY, Employer, Risk, Said

# In the languages that we read, before a name.
_ARTICLES = r"\s{1,3}(?:(?:the|a|an|der|die|das|our|la|le|il|client|customer)\s{1,3}){0,3}"
_NAME = r"(?=(?P<name>[^\n.!?;:,()]{2,60}))"  # what follows may speak for somebody, too
_SPEAKS_FOR = re.compile(
    r"\b(?:(?P<hires>on behalf of|in the name of|(?:hiring|recruiting|recruitment|talent) "
    r"(?:team|partner|agency|office|arm) (?:of|for|at)|(?:hire|hires|hiring|recruit|recruits"
    r"|recruiting|recruiters|interviewing) (?:for|at)|"
    r"im auftrag von|im namen von|für unseren kunden|"
    r"pour le compte de|au nom de|de parte de|en nombre de|em nome de|namens|per conto di|"
    r"w imieniu)|"
    r"(?P<are>we are|we’re|we're|wir sind|nous sommes|somos|siamo|join)|"
    r"(?:we are|we’re|we're)(?: an?| the)?"
    r"(?: hiring| recruiting)? (?:part|team|partner|subsidiary|branch|division) of|"
    r"(?:subsidiary|branch|division|arm|brand|offices?|labs?|campus|headquarters|research|maker"
    r"|employee|locaux|bureaux|oficinas|uffici|büros?|räume|kantoor) (?:of|at|de|von|di|van)|"
    r"owned by|(?:konzernmutter|mutterkonzern|parent company|société mère|matriz)|"
    r"(?:our|the|your) (?:mission|employer|team|role|desk|office|contract|colleagues|parent company"
    r"|parent) (?:is|at|with|are)|(?:employed|hired|paid|contracted)(?: directly)? by|"
    r"wir sind (?:teil|partner) von|"
    r"(?:arbeitgeber|arbeitgeberin|muttergesellschaft) ist|angestellt bei|arbeitsvertrag mit|"
    r"tochter(?:firma|gesellschaft|unternehmen)? (?:der|von)|"
    r"salariée? (?:de|chez)|employeur est|contrat avec|filiale de|maison mère est|"
    r"empleador es|contrato (?:con|lo firma(?: directamente)?)|filial de|"
    r"contrato com|empregador é|in dienst bij|werkgever is|"
    r"contratto con|dipendente di|datore di lavoro è|pracodawcą jest)"
    rf"{_ARTICLES}{_NAME}",
    re.IGNORECASE,
)
# “Meta has asked us to hire”.
_ASKS_US = re.compile(
    r"\b(?P<name>[^\W\d_a-zà-ÿ][\w.&-]{1,30}(?:\s[^\W\d_a-zà-ÿ][\w.&-]{1,30}){0,2})\s{1,3}"
    r"(?:has asked us|have asked us|asked us|hires you|employs you|pays you|is hiring|are hiring"
    r"|stellt (?:sie|dich)|bezahlt (?:sie|dich)|hat uns beauftragt"
    r"|vous (?:emploie|embauche|recrute)|(?:te|le) contrata)\b"
)
# “You get an OpenAI badge”.
_OF_ANOTHER = re.compile(
    r"\b(?:an?|your|the|ein|einen|votre|un|su|tu)\s{1,3}(?P<name>[^\W\d_][\w .&-]{2,40}?)\s{1,3}"
    r"(?:badge|contract|offer letter|payroll|employee|email address|vertrag|ausweis)\b",
    re.IGNORECASE,
)


Known = Mapping[str, KnownName]  # by what names_spoken_for() found


@dataclass(frozen=True)
class _SpokenFor:
    """``name``: what may begin with that of an employer. ``hires``: whether it hires for it."""

    name: str
    hires: bool


def names_spoken_for(said: Said) -> list[str]:
    """What may begin with the name of an employer, for employers_named()."""
    return list(dict.fromkeys(found.name for found in _spoken_for(said)))


def risks_of_other_employers(said: Said, employer: Employer, known: Known) -> Iterator[Risk]:
    """To hire for somebody is what clients are for, which the page names and calls unverified."""
    for found in _spoken_for(said):
        other = known.get(found.name)
        if other and not _is_itself(other, employer) and other.name not in said.others:
            weight = HEAVY if found.hires else 2
            yield Risk(weight, f"The text speaks for {other.name}, {other.where}.")


def _spoken_for(said: Said) -> Iterator[_SpokenFor]:
    for found in _SPEAKS_FOR.finditer(said.text):
        # “We are OpenAI”; “we are looking” is most texts.
        if not (found["are"] and found["name"][0].islower()):
            yield _SpokenFor(found["name"], bool(found["hires"]))
    for pattern in (_ASKS_US, _OF_ANOTHER):
        for found in pattern.finditer(said.text):
            yield _SpokenFor(found["name"], hires=False)


def _is_itself(other: KnownName, employer: Employer) -> bool:
    is_same_name = words_of(other.name) == words_of(employer.name)
    at_domain = bool(other.domain and employer.domain) and is_under(other.domain, employer.domain)
    return is_same_name or at_domain

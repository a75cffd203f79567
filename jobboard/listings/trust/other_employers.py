"""Sentences in which a job speaks for an employer that is known, and that is not its company: “we
are the hiring team of OpenAI”. That a text names OpenAI is none: jobs name what people work with.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from jobboard.common.hosts.domains import is_under
from jobboard.listings.employers.lookalikes import KnownName, get_words, skeleton, well_known
from jobboard.listings.employers.named import without_possessive

from .text_risks import HEAVY, Employer, JobTexts, Risk

# In the languages that we read, before a name.
_ARTICLES = r":?\s{1,3}(?:(?:the|a|an|der|die|das|our|la|le|il|client|customer)\s{1,3}){0,3}"
_NAME = r"(?=(?P<name>[^\n.!?;:,()]{2,60}))"  # what follows may speak for somebody, too
# “Was hired by” is of the past.
_NOW = r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bwas an )(?<!\bformer )"
_SPEAKS_FOR = re.compile(
    r"\b(?:(?P<hires>on behalf of|in the name of|(?:hiring|recruiting|recruitment|talent) "
    r"(?:team|partner|agency|office|arm) (?:of|for|at)|(?:hire|hires|hiring|recruit|recruits"
    r"|recruiting|recruiters|interviewing) (?:for|at)|"
    r"im auftrag von|im namen von|für unseren kunden|"
    r"pour le compte de|au nom de|de parte de|en nombre de|em nome de|namens|per conto di|"
    r"w imieniu)|"
    r"(?:we are|we’re|we're)(?: an?| the)? (?:part|team|partner|subsidiary|branch|division) of|"
    rf"{_NOW}(?:subsidiary|branch|division|arm|brand|offices?|(?:the|our) labs?|campus|headquarters"
    r"|(?:our|head of) research|maker|employee|locaux|bureaux|oficinas|uffici|büros?|räume|kantoor)"
    r" (?:of|at|de|von|di|van)|"
    r"owned by|(?:konzernmutter|mutterkonzern|parent company|société mère|matriz)|"
    r"(?:our|the|your) (?:mission|employer|team|role|desk|office|contract|colleagues|parent company"
    r"|parent|client) (?:is|at|with|are)|"
    rf"{_NOW}(?:employed|hired|paid|contracted)(?: directly)? by|"
    r"wir sind (?:teil|partner) von|"
    r"(?:arbeitgeber|arbeitgeberin|muttergesellschaft) ist|angestellt bei|arbeitsvertrag mit|"
    r"tochter(?:firma|gesellschaft|unternehmen)? (?:der|von)|"
    r"salariée? (?:de|chez)|employeur est|contrat avec|filiale de|maison mère est|"
    r"empleador es|contrato (?:con|lo firma(?: directamente)?)|filial de|"
    r"contrato com|empregador é|in dienst bij|werkgever is|"
    r"contratto con|dipendente di|datore di lavoro è|pracodawcą jest|"
    r"(?P<are>we are|we’re|we're|wir sind|nous sommes|somos|siamo|(?P<join>join)))"
    rf"{_ARTICLES}{_NAME}",
    re.IGNORECASE,
)
_CALLED = (
    r"(?P<name>[^\W_a-zà-ÿ][\w&-]{1,30}(?:[ \t][^\W_a-zà-ÿ][\w&-]{1,30}){0,2})"  # with capitals
)
_LOOK_FOR = (
    r"(?:(?:is|are|ist|sind|est|está) )?(?:looking|look for|looks for|needs?|seeks?|seeking|wants?|"
    r"hires?|hiring|recruits?|recruiting|suchen|sucht|braucht|stellt|recherchons|recherche|cherchons"
    r"|cherche|recrutons|recrute|embauche|buscamos|busca|necesita|contrata|procuramos|procura|"
    r"precisa|zoeken|zoekt|cerchiamo|cerca|assume|szukamy|szuka|zatrudnia)\b"
)
# “Our client OpenAI needs you”, “on OpenAI’s behalf”, “for OpenAI we look for an engineer”,
# “OpenAI recruits through us”.
_HIRES_BY_US = [
    re.compile(rf"\b{before}{_CALLED}{after}")
    for before, after in (
        (
            r"(?i:our client|unsere? kundin|unser kunde|notre client|nuestro cliente|(?:o )?nosso"
            r" cliente|onze klant|il nostro cliente|nasz klient)[,:]?\s{1,3}",
            rf",?\s{{1,3}}{_LOOK_FOR}",
        ),
        (r"(?i:on|in)\s{1,3}", r"[’']s?\s{1,3}(?:behalf|name)\b"),
        (
            r"(?i:for|für|pour|para|voor|per|dla)\s{1,3}",
            rf",?\s{{1,3}}(?:(?:we|wir|nous|wij)\s{{1,3}}(?!need))?{_LOOK_FOR}",
        ),
        (
            "",
            r"\s{1,3}(?:is |are )?(?:hires?|hiring|recruits?|recruiting|looks? for \w{1,20})"
            r"\s{1,3}(?:through|via|with) us\b",
        ),
    )
]
# “Meta has asked us to hire”. “Is hiring less” is about the market.
_ASKS_US = re.compile(
    rf"\b(?={_CALLED}\s{{1,3}}"
    r"(?:has asked us|have asked us|asked us|hires you|employs you|pays you"
    r"|(?:is|are) hiring(?!\s{1,3}(?:less|fewer|more|slow|again|too))"
    r"|stellt (?:sie|dich)|bezahlt (?:sie|dich)|hat uns beauftragt"
    r"|vous (?:emploie|embauche|recrute)|(?:te|le) contrata)\b)"
)
# “You get an OpenAI badge”. A contract with Adobe can be one for its software.
_OF_ANOTHER = re.compile(
    r"\b(?:(?:an?|your|the|ein|einen|votre|un|su|tu)\s{1,3}(?P<name>[^\W\d_][\w .&-]{2,40}?)\s{1,3}"
    r"(?:badge|offer letter|payroll|email address|ausweis)"
    r"|(?:your|you (?:get|sign|receive) an?|(?:as|become) an?|dein|deinen|ihren?|votre|su|tu)"
    r"\s{1,3}(?P<other>[^\W\d_][\w.&-]{2,40}(?: [\w.&-]{2,40}){0,2}?)\s{1,3}"
    r"(?:contract|employee|vertrag))\b",
    re.IGNORECASE,
)
# What follows a name that ends there. “Visa cardholders” and “Google Ads customers” speak for
# nobody.
_WORDS_AFTER = """
and or to we you i in at for on with as from by who that which is are was has have needs wants via
through here now today directly near only until when where while if but of careers recruiting
recruitment hiring hr talent team staff group people
und oder zu wir sie du in im bei für als mit von aus um sucht suchen direkt
et ou à nous vous en pour comme avec chez dans qui recherche
y e o a para como con com em no na por que busca buscamos procura procuramos
en of wij we je u voor als met bij zoekt zoeken
per come con di cerca cerchiamo i w dla jako z szuka szukamy
"""
_NOUNS_AFTER = """
partner partners partnerin kunde kunden client clients customers users certified zertifiziert ads
alumni community
"""
_GOES_ON = frozenset(_WORDS_AFTER.split())
_OF_NOBODY = frozenset(_NOUNS_AFTER.split())
_AND = frozenset(("and", "or", "und", "oder", "et", "ou", "y", "e", "en", "i", "&", "/", "+"))
_OF_AN_EMPLOYER = re.compile(
    r"(?:hir|recruit|talent|staff|subsidiar|branch|division|labs?\b|offices?\b|team|tochter|filial)",
    re.IGNORECASE,
)
# People join them to talk.
_TALKED_IN = frozenset(map(get_words, ("Discord", "Slack", "Reddit", "LinkedIn", "GitHub")))


EmployersByName = Mapping[str, KnownName]  # by what names_spoken_for() found


@dataclass(frozen=True)
class _SpokenFor:
    """A text that may begin with the name of an employer, ``name``; ``hires`` says whether the job
    hires for it.
    """

    name: str
    hires: bool
    joins: bool = False


def names_spoken_for(texts: JobTexts) -> list[str]:
    """List texts that may begin with the name of an employer, for employers_named()."""
    return list(dict.fromkeys(mention.name for mention in _spoken_for(texts)))


def risks_of_other_employers(
    texts: JobTexts, employer: Employer, known_employers: EmployersByName
) -> Iterator[Risk]:
    """Find employers that a job speaks for. To hire for somebody is what clients are for, which the
    page names and calls unverified.
    """
    clients = set(map(skeleton, texts.others))
    for mention in _spoken_for(texts):
        other = known_employers.get(mention.name)
        if other is None or _is_itself(other, employer) or skeleton(other.name) in clients:
            continue
        if _is_meant(mention, other):
            weight = 2
            if mention.hires:
                weight = HEAVY
            yield Risk(weight, f"The text speaks for {other.name}, {other.where}.")


def _spoken_for(texts: JobTexts) -> Iterator[_SpokenFor]:
    for match in _SPEAKS_FOR.finditer(texts.text):
        # “We are OpenAI”; “we are looking” is most texts.
        if not (match["are"] and match["name"][0].islower()):
            yield _SpokenFor(match["name"], bool(match["hires"]), bool(match["join"]))
    for pattern in _HIRES_BY_US:
        for match in pattern.finditer(texts.text):
            yield _SpokenFor(match["name"], hires=True)
    for match in _ASKS_US.finditer(texts.text):
        yield _SpokenFor(match["name"], hires=False)
    for match in _OF_ANOTHER.finditer(texts.text):
        yield _SpokenFor(match["name"] or match["other"], hires=False)


def _is_meant(mention: _SpokenFor, other: KnownName) -> bool:
    """Whether the employer is, and not a word that is its name too or a product of it."""
    name, rest = _split_at_name(mention.name.split(), other)
    if not _is_written_as_a_name(name, other):
        return False
    if mention.joins and get_words(other.name) in _TALKED_IN:
        return False
    if name.endswith(("’s", "'s")):
        return any(map(_OF_AN_EMPLOYER.match, rest[:4]))
    return _ends(rest, is_hiring=mention.hires)


def _split_at_name(words: list[str], other: KnownName) -> tuple[str, list[str]]:
    """The name, and the words after it."""
    for count in range(1, len(words) + 1):
        name = " ".join(words[:count])
        if get_words(without_possessive(name)) == get_words(other.name):
            return name, words[count:]
    return " ".join(words), []


def _is_written_as_a_name(name: str, other: KnownName) -> bool:
    """“We hire for character” is not about Character. Nobody writes openai or google for a word."""
    is_a_word = other.name == other.name.capitalize() and get_words(other.name) not in _well_known()
    return not (is_a_word and name[:1].islower())


@cache
def _well_known() -> frozenset[tuple[str, ...]]:
    return frozenset(get_words(employer.name) for employer in well_known())


def _ends(rest: list[str], *, is_hiring: bool) -> bool:
    """Whether a name ends before ``rest``: with “and Meta”, “Research” or “Munich” it goes on. Who
    hires for “OpenAI immediately” hires for OpenAI, for “Visa cardholders” for nobody.
    """
    for number, word in enumerate(rest):
        if word.lower() in _OF_NOBODY:
            return False
        if word in _AND:
            following = rest[number + 1 : number + 2]
            if not following or following[0][0].islower():
                return True
        elif word.lower() in _GOES_ON:
            return True
        elif word[0].islower():
            return is_hiring and not word.rstrip(".,;:!").endswith("s")
    return True


def _is_itself(other: KnownName, employer: Employer) -> bool:
    is_same_name = get_words(other.name) == get_words(employer.name)
    at_domain = bool(other.domain and employer.domain) and is_under(other.domain, employer.domain)
    return is_same_name or at_domain

"""Skills that a job's text names, and how much it asks for them. When unsure, nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

from jobboard.common.words import fold
from jobboard.listings.choices import Need

MOST = 30
RANK = {need: rank for rank, need in enumerate([Need.REQUIRED, Need.NICE, Need.MENTIONED])}
# "scikit-learn" and "scikit learn" are one name.
WORD = re.compile(r"[^\W_]+(?:\+\+|#)?|[^\w\s\-‐‑]")


def _words(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(WORD.findall(text.lower()))
    return tuple([fold(word) for word in WORD.findall(text)])


# Names that mean something else unless they are written like this.
SPELLED = [
    *[
        "Airflow",
        "Alteryx",
        "Amplitude",
        "Ansible",
        "Bedrock",
        "Confluence",
        "Dask",
        "dbt",
        "ELT",
        "Flask",
        "GNN",
        "IaC",
    ],
    *[
        "Iceberg",
        "JAX",
        "Kinesis",
        "Looker",
        "MCP",
        "ML",
        "Pinecone",
        "Prefect",
        "Prometheus",
        "RAG",
        "S3",
        "SAS",
    ],
    *["Scala", "SFT", "Tableau"],
]
# Even so they may be an employer, an animal or a word: told in passing, they count only beside
# another skill.
ASKED_FOR = [
    "ClickHouse",
    "Databricks",
    "Datadog",
    "Fivetran",
    "Flink",
    "MongoDB",
    "pandas",
    "Snowflake",
    "Spark",
]
# These count only beside another skill, in a list.
ACCOMPANIED = [
    *[
        "Beam",
        "C",
        "DL",
        "Excel",
        "Go",
        "Hive",
        "Julia",
        "Oracle",
        "R",
        "Ray",
        "React",
        "Rust",
        "Triton",
        "algorithms",
    ],
    *[
        "data privacy",
        "embeddings",
        "evals",
        "experimentation",
        "fine tuning",
        "forecasting",
        "pruning",
        "statistics",
    ],
    *["transformers"],
]
SPELLINGS = {_words(name): name for name in [*SPELLED, *ASKED_FOR, *ACCOMPANIED]}
IN_DOUBT = {_words(name): name in ACCOMPANIED for name in [*ASKED_FOR, *ACCOMPANIED]}
BETWEEN = {",", "/", "|", "&", "+", "(", ")", "·", "•", "and", "or"}
GLUE = {*"-‐‑&'’@#$"}

ADDRESS = re.compile(r"(?<!\S)\S*?(?:://|@|\.(?:com|org|gov|edu)\b)\S*", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.;!?])(?<!e\.g\.)(?<!i\.e\.)\s+")
# What somebody studied is not what the job asks for.
STUDIES = re.compile(
    r"\b(?:degree|bachelor\S*|master['’]?s|ph\.?d"
    r"|[bm]\.?sc?)\b[^.;:]{0,99}?\b(?:in|of)\b[^.;:]{0,199}?"
    r"(?=$|[.;:)]|\b(?:with|plus|experience|knowledge|(?<!a )field|discipline|(?:and|or) \d)\b)",
    re.IGNORECASE,
)
MARKS = [
    (re.compile(r"<li\b[^<>]*>(?:\s*<p\b[^<>]*>)?"), "\n- "),
    (re.compile(r"<h[1-6]\b[^<>]*>"), "\n# "),
    (re.compile(r"</?(?:p|br|hr|ul|ol|li|h[1-6]|div|pre|blockquote)\b[^<>]*>"), "\n"),
    # A line in bold is a heading.
    (
        re.compile(r"^[ \t]*(?:<\w+>)+([^<>\n]+)(?:</\w+>)+:?\s*$", re.MULTILINE),
        r"# \1",
    ),
    (re.compile(r"<[^<>]*>"), ""),
]
# How a heading begins, and what it says of the lines under it. The first that fits counts.
HEADINGS = {
    Need.NICE: re.compile(
        r"(?:strongly |highly )?(?:nice|good to|great to have|prefer|bonus"
        r"|plus(?:es)?\b|desir|ideally|extra|it helps|even better|optional|welcome"
        r"|useful|additional (?:skills|qualifications)|(?:you )?(?:may|might) also)"
        r"|(?:it['’]s|it is|(?:it )?would be) an? "
        r"|what (?:\w+ ){1,3}stand out|(?:\w+ ){1,3}(?:may also have|also has)"
    ),
    Need.REQUIRED: re.compile(
        r"(?:[\w/&-]+ ){0,3}(?:requirements?|qualifications?|must[- ]haves?)\b"
        r"|required\b|minimum\b|essential|(?:your |key |core |technical )*"
        r"(?:skills|experience|knowledge|background|profile)(?: (?:and|&) \w+)*$"
        r"|what (?:you|we)(?:['’]ll|['’]re| will| are)? "
        r"(?:need|bring|have|expect|value|look(?:ing)? for)|who you are|skills we|about you"
        r"|you(?: should| must| may| might|['’]ll)? (?:have|bring|know|be a (?:good|great) fit)"
        r"|(?:who )?we(?:['’]re| are)? look(?:ing)? for"
    ),
    Need.MENTIONED: re.compile(
        r"about|our\b|why\b|benefits|perks|compensation|salary|pay\b|what|how|summary|location"
        r"|equal|we offer|you will|(?:the|your) (?:role|team|opportunity|job|impact|mission|tasks)"
        r"|in this|(?:\w+ )?(?:responsibilities|dut)"
    ),
}
# What a sentence says of the skills in it, whatever its section.
NICE = re.compile(
    r"\bnice[- ]to[- ]have|\ban? (?:\w+ )?(?:plus|bonus|asset|advantage)\b|\bbonus points?\b"
    r"|\bpreferabl[ey]\b|\b(?:is|are|strongly|highly|experience|knowledge) preferred\b"
    r"|\bpreferred(?=$|[:,.;)])|\bdesirable\b|\bideally\b|\badvantageous\b"
    r"|\bit (?:helps|would help)\b|\bgood to (?:have|see)\b|\bwould be (?:great|useful|welcome)\b"
)
NOT_NEEDED = re.compile(
    r"\b(?:no|not|never|without|\w+n['’]t)\b.{0,60}?\b(?:need(?:ed)?|requir\w+"
    r"|necessary|expected|pre-?requisite)\b|\bneed not\b|\bdon['’]t (?:have|know)\b"
)
MUST = re.compile(r"\bmust have\b|\b(?:is|are) (?:required|mandatory|a must)\b")


class SkillReader:
    """Finds skills in texts. Made once for many; ``names`` are names and aliases, folded."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self._skills = {_words(name): skill for name, skill in names.items()}
        self._beginning: dict[str, list[tuple[str, ...]]] = {}
        for name in sorted(filter(None, self._skills), key=len, reverse=True):
            self._beginning.setdefault(name[0], []).append(name)

    def known(self, names: Iterable[str]) -> list[int]:
        """The skills that are called exactly so, each once, in the order given."""
        return list(
            dict.fromkeys(
                self._skills[words] for words in map(_words, names) if words in self._skills
            )
        )

    def read(self, html: str, company: str = "") -> list[tuple[int, Need]]:
        """The skills named in clean HTML or in lines of text, with their Need, at most MOST.

        Required ones first, then nice ones, each in the order of the text. What is named twice has
        the greater need. A skill that ``company`` is called after is left out: its texts speak of
        the employer.
        """
        firm = _words(company)
        own = {self._skills.get(firm[:length]) for length in range(1, len(firm) + 1)}
        needs: dict[int, Need] = {}
        for sentence, section in _sentences(html):
            named = [skill for skill in self._named(sentence, section) if skill not in own]
            need = _need(sentence, section) if named else section
            for skill in named:
                needs[skill] = min(need, needs.get(skill, need), key=RANK.__getitem__)
        return sorted(needs.items(), key=lambda item: RANK[item[1]])[:MOST]

    def _named(self, sentence: str, section: str) -> Iterator[int]:
        """In their order. Of neighbours in a list, a certain one vouches for the others."""
        words = _words(sentence)
        if self._beginning.keys().isdisjoint(words):
            return
        sentence, before = STUDIES.sub("", ADDRESS.sub(" ", sentence)), sentence
        words = words if sentence == before else _words(sentence)
        found = list(WORD.finditer(sentence))
        row: list[tuple[int, bool]] = []
        end = 0
        for at, word in enumerate(words):
            if at < end or word not in self._beginning:
                continue
            names = (name for name in self._beginning[word] if words[at : at + len(name)] == name)
            name = next(
                (name for name in names if _is_meant(name, found[at : at + len(name)])), None
            )
            if name is None:
                continue
            if end == at or not BETWEEN.issuperset(words[end:at]):
                yield from _vouched(row)
                row = []
            row.append(
                (
                    self._skills[name],
                    name in IN_DOUBT and (IN_DOUBT[name] or section == Need.MENTIONED),
                )
            )
            end = at + len(name)
        yield from _vouched(row)


def _is_meant(name: tuple[str, ...], found: list[re.Match]) -> bool:
    text, start, end = found[0].string, found[0].start(), found[-1].end()
    before, after, spelling = (
        text[max(start - 2, 0) : start],
        text[end : end + 1],
        SPELLINGS.get(name),
    )
    # Capitals in brackets are short for the words before them.
    in_brackets = before[-1:] == "(" and after == ")" and text[start:end].isupper()
    if (
        in_brackets
        or re.search(r"\w[-‐‑]?$", before)
        or (name in IN_DOUBT and (before[-1:] in GLUE or after in GLUE))
    ):
        return False
    written = " ".join(word[0] for word in found)
    return spelling is None or written in (
        spelling,
        spelling.capitalize() if spelling.islower() else spelling,
    )


def _vouched(row: list[tuple[int, bool]]) -> list[int]:
    return [] if all(in_doubt for _, in_doubt in row) else [skill for skill, _ in row]


def _sentences(html: str) -> Iterator[tuple[str, Need]]:
    """Each with the need that its section states."""
    for pattern, mark in MARKS:
        html = pattern.sub(mark, html)
    section = Need.MENTIONED
    for line in unescape(html).splitlines():
        title, colon, rest = line.strip("#-–*•· \t").partition(":")
        is_heading = line.startswith("#") or (colon and not rest.strip() and len(title.split()) < 5)
        stated = None
        if len(title) < 60 and (colon or not re.match(r"\s*[-–*•·]|.*[.;]\s*$", line)):
            stated = next(
                (need for need, heading in HEADINGS.items() if heading.match(title.lower())), None
            )
        if is_heading or (stated and not rest.strip()):
            section = stated or Need.MENTIONED
        for sentence in SENTENCE_END.split(line):
            yield sentence, stated or section


def _need(sentence: str, section: Need) -> Need:
    sentence = sentence.lower()
    if NICE.search(sentence):
        return Need.NICE
    if NOT_NEEDED.search(sentence):
        return Need.MENTIONED
    return Need.REQUIRED if MUST.search(sentence) else section

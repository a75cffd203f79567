"""How well postings are read: right, WRONG and missing of each field, on real postings.

    python benchmarks/parse_report.py

The postings lie in JOBBOARD_SHARED_DATA (../shared/data where it is not set) and are no part of the
project; labels/README.md says how they were labelled. It fails where more is WRONG than
labels/wrong.csv allows, or more of our work is kept back or of other work let in than the bars.
"""

import csv
import gzip
import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("JOBBOARD_SHARED_DATA", ROOT.parent / "shared" / "data"))
LABELS = ROOT / "benchmarks" / "labels"
RIGHT, WRONG, MISSING = "right", "WRONG", "missing"
VERDICTS = (RIGHT, WRONG, MISSING)
KEPT_BACK, LET_IN = "AI and data work kept back", "other work let in"
BARS = {KEPT_BACK: 5, LET_IN: 2}  # percent at most
IN_TEXTS = ("visa", "closes_on", "types", "hybrid_days")
# What the gold titles call levels; the managers among them are all senior ones.
GOLD_LEVELS = {"none": "", "junior": "entry", "mid": "mid", "head": "executive"}

Answer = dict[str, Any]
Labels = dict[str, dict[str, str]]  # by key_of
Read = Callable[[dict[str, Any]], Answer]  # what read_posting makes of a posting


@dataclass(frozen=True)
class Posting:
    title: str
    text: str = ""
    company: str = ""

    @property
    def title_key(self) -> str:
        return key_of(self.title)

    @property
    def text_key(self) -> str:
        return key_of(f"{self.title} {self.text}")


@dataclass(frozen=True)
class Case:
    """``right``: what may be read, each a set of values; one is stated unless all are empty."""

    corpus: str
    field: str
    right: tuple[frozenset[str], ...]
    read: frozenset[str]

    @property
    def is_stated(self) -> bool:
        return all(self.right)

    @property
    def verdict(self) -> str:
        if self.read in self.right:
            return RIGHT
        return MISSING if any(self.read < right for right in self.right) else WRONG


def key_of(text: str) -> str:
    """Labels name a text by this: the text itself belongs to others."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def alternatives(label: str) -> tuple[frozenset[str], ...]:
    """“a b|c” is a and b, or c."""
    return tuple(frozenset(one.split()) for one in label.split("|"))


def values(answer: Answer, field: str) -> frozenset[str]:
    """What was read; a doubt is nothing."""
    value = answer[field]
    if value is None or value in ("unknown", "doubtful"):
        return frozenset()
    return frozenset(str(one) for one in (value if isinstance(value, list) else [value]))


# --- Postings -------------------------------------------------------------------------------------


def titles() -> Iterator[Posting]:
    """Titles without texts, each once."""
    found: dict[str, Posting] = {}
    for name in ("listings/midat_open.csv.gz", "gold/title_strings_open.csv.gz"):
        with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault(key_of(row["title"]), Posting(row["title"]))
    yield from found.values()


def security() -> Iterator[Posting]:
    with gzip.open(DATA / "listings/security_ai_open.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield Posting(row["title"], row["description"], row["company"])


def usajobs() -> Iterator[Posting]:
    from jobboard.feeds.adapters.base import BadItem
    from jobboard.feeds.adapters.registry import ADAPTERS

    with gzip.open(DATA / "listings/usajobs_open.jsonl.gz", "rb") as file:
        for item in ADAPTERS["usajobs"].parse(file):
            if not isinstance(item, BadItem):
                yield Posting(item.title, item.description, item.company)


def gold(name: str) -> list[Answer]:
    rows = json.loads((DATA / f"gold/{name}_gold_open.json").read_text(encoding="utf-8"))
    return next(value for key, value in rows.items() if key != "note")


# --- Labels ---------------------------------------------------------------------------------------


def labels(name: str) -> Labels:
    with (LABELS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[name.removesuffix("s")]: row for row in csv.DictReader(file)}


def cases(read: Read) -> Iterator[Case]:
    of_titles, of_texts = labels("titles"), labels("texts")
    for posting in titles():
        if posting.title_key in of_titles:
            yield from of_title("titles", posting, read({"title": posting.title}), of_titles)
    for corpus, postings in (("security", security()), ("usajobs", usajobs())):
        for posting in postings:
            answer = read({**vars(posting), "html": posting.text})
            yield from of_title(corpus, posting, answer, of_titles)
            yield from of_quotes(corpus, posting, answer)
            if corpus == "security":
                yield from of_text(corpus, posting, answer, of_texts)
    yield from chain(gold_titles(read), gold_pay(read), gold_places(read))


def of_title(corpus: str, posting: Posting, answer: Answer, of_titles: Labels) -> Iterator[Case]:
    """A doubtful one is no case of relevance."""
    label = of_titles[posting.title_key]
    for field in ("relevance", "role", "level", "level_max"):
        if label[field] != "doubtful":
            yield Case(corpus, field, alternatives(label[field]), values(answer, field))


def of_text(corpus: str, posting: Posting, answer: Answer, of_texts: Labels) -> Iterator[Case]:
    """A text without a label states none of it."""
    label = of_texts.get(posting.text_key, dict.fromkeys(IN_TEXTS, ""))
    for field in IN_TEXTS:
        yield Case(corpus, field, alternatives(label[field]), values(answer, field))


def of_quotes(corpus: str, posting: Posting, answer: Answer) -> Iterator[Case]:
    """Each quote must stand in the title or the text."""
    said = squeezed(f"{posting.title} {plain(posting.text)}")
    for quote in quotes_of(answer):
        is_there = squeezed(quote.strip("…")) in said
        yield Case(corpus, "quotes", (frozenset({RIGHT}),), frozenset({RIGHT if is_there else ""}))


def quotes_of(answer: Answer) -> Iterator[str]:
    parts = [one["quote"] for one in (*answer["skills"], *answer["pay"])]
    for name, quoted in answer["quotes"].items():
        if name != "level":  # words of the title, folded
            parts += quoted if isinstance(quoted, list) else [quoted]
    return (part for part in parts if part)


def plain(text: str) -> str:
    from jobboard.common.text.html import clean_html, plain_text
    from jobboard.feeds.adapters.values import as_html

    return plain_text(clean_html(as_html(text)))


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- Gold sets ------------------------------------------------------------------------------------


def gold_titles(read: Read) -> Iterator[Case]:
    for row in gold("title"):
        answer = read({"title": row["title"]})
        role = (row["role"] or "").lower().replace(" ", "-")
        level = GOLD_LEVELS.get(row["level"], "senior")
        for field, label in (("role", role), ("level", level)):
            yield Case("gold", field, alternatives(label), values(answer, field))


def gold_pay(read: Read) -> Iterator[Case]:
    for row in gold("salary"):
        if "text" in row:
            right = frozenset(map(pay, row["expected_ranges"]))
            found = frozenset(map(pay, read({"html": row["text"]})["pay"]))
            yield Case("gold", "pay", (right,), found)


def pay(stated: Answer) -> str:
    ends = "-".join("" if end is None else f"{end:g}" for end in (stated["min"], stated["max"]))
    return f"{ends} {stated['currency']} {stated['period']}"


def gold_places(read: Read) -> Iterator[Case]:
    for row in gold("location"):
        places = read({"location": row["text"]})["places"]
        ways = {place["workplace"] for place in places}
        way = "mixed" if "remote" in ways and len(ways) > 1 else " ".join(ways)
        stated = "" if row["workplace"] == "unspecified" else row["workplace"]
        yield Case("gold", "workplace", alternatives(stated), frozenset(way.split()))
        for field, name in (("country", "countries"), ("city", "cities")):
            found = frozenset(place[field] for place in places) - {""}
            yield Case("gold", name, (frozenset(row[name]),), found)


# --- The report -----------------------------------------------------------------------------------


def interval(hits: int, count: int) -> tuple[float, float]:
    """Wilson’s, 95 %, in percent."""
    z = 1.96
    share, rest = hits / count, z * z / count
    centre = share + rest / 2
    spread = z * sqrt(share * (1 - share) / count + rest / (4 * count))
    return (
        max(0.0, 100 * (centre - spread) / (1 + rest)),
        min(100.0, 100 * (centre + spread) / (1 + rest)),
    )


def percent(hits: int, count: int) -> str:
    lowest, highest = interval(hits, count)
    return f"{100 * hits / count:5.1f} % ({lowest:.1f} to {highest:.1f})"


def allowed() -> dict[tuple[str, str], int]:
    with (LABELS / "wrong.csv").open(encoding="utf-8", newline="") as file:
        return {(row["corpus"], row["field"]): int(row["wrong"]) for row in csv.DictReader(file)}


def report(found: Iterable[Case], limits: dict[tuple[str, str], int]) -> tuple[list[str], bool]:
    """The lines of the table, and whether it may stand."""
    rows: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in found:
        rows[case.corpus, case.field].append(case)
    lines = [
        f"{'corpus':14}{'field':12}{'n':>6}{'stated':>8}{RIGHT:>7}{WRONG:>7}{MISSING:>9}  "
        f"{'right (95 %)':24}WRONG (95 %)"
    ]
    is_good = True
    for (corpus, field), judged in rows.items():
        line, is_within = row_of(corpus, field, judged, limits.get((corpus, field), 0))
        lines.append(line)
        is_good &= is_within
    for line, is_within in shares(rows):
        lines.append(line)
        is_good &= is_within
    return lines, is_good


def row_of(corpus: str, field: str, judged: list[Case], limit: int) -> tuple[str, bool]:
    count = len(judged)
    right, wrong, missing = (sum(case.verdict == one for case in judged) for one in VERDICTS)
    stated = sum(case.is_stated for case in judged)
    line = (
        f"{corpus:14}{field:12}{count:6}{stated:8}{right:7}{wrong:7}{missing:9}  "
        f"{percent(right, count):24}{percent(wrong, count)}"
    )
    if wrong > limit:
        line += f"  MORE THAN {limit}"
    elif wrong < limit:
        line += f"  fewer than {limit}: lower it in wrong.csv"
    return line, wrong <= limit


def shares(rows: dict[tuple[str, str], list[Case]]) -> Iterator[tuple[str, bool]]:
    """What the bars are about, of all corpora."""
    judged = [case for (_, field), some in rows.items() if field == "relevance" for case in some]
    ours = [case for case in judged if frozenset({"yes"}) in case.right]
    others = [case for case in judged if frozenset({"no"}) in case.right]
    kept_back = sum("yes" not in case.read for case in ours)
    let_in = sum("yes" in case.read for case in others)
    for name, hits, count in (
        (KEPT_BACK, kept_back, len(ours)),
        (LET_IN, let_in, len(others)),
    ):
        if count:
            is_within = 100 * hits <= BARS[name] * count
            mark = "" if is_within else "  MORE THAN THE BAR"
            bar = f"at most {BARS[name]} %"
            yield f"{name}: {hits} of {count}, {percent(hits, count)}, {bar}{mark}", is_within


def main() -> int:
    import django

    django.setup()
    from jobboard.feeds.posting import new_reader, read_posting

    if not DATA.is_dir():
        print(f"No report: the postings are absent from {DATA}. JOBBOARD_SHARED_DATA names them.")
        return 0
    reader = new_reader()
    lines, is_good = report(cases(lambda posting: read_posting(posting, reader)), allowed())
    print("\n".join(lines))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "jobboard.settings",
        "DATABASE_URL": "sqlite://:memory:",  # empty, so the shipped roles and skills are known
        "SECRET_KEY": "benchmark",
    }
    sys.exit(main())

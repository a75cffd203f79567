"""How well postings are read: right, WRONG and missing of each field, on real postings.

    python -m benchmarks.parse_report

The postings lie in JOBBOARD_SHARED_DATA (../shared/data where it is not set) and are no part of the
project; labels/README.md says how they were labelled. It fails where more is WRONG than
labels/wrong.csv allows, or a share is above its bar.
"""

import csv
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import sqrt
from typing import TYPE_CHECKING, Any

from benchmarks import parse_corpora as corpora
from benchmarks.parse_corpora import ROOT, Posting, key_of, key_of_place

if TYPE_CHECKING:
    from jobboard.listings.choices import PlaceText

LABELS = ROOT / "benchmarks" / "labels"
RIGHT, WRONG, MISSING = "right", "WRONG", "missing"
VERDICTS = (RIGHT, WRONG, MISSING)
KEPT_BACK, LET_IN = "AI and data work kept back", "other work let in"
WRONG_PAY, WRONG_PLACES = "wrong pay where pay is stated", "wrong places"
BARS = {KEPT_BACK: 5, LET_IN: 2, WRONG_PAY: 0.3, WRONG_PLACES: 0.2}  # percent at most
OF_PLACES = ("workplace", "countries", "regions", "cities")
IN_TEXTS = ("visa", "closes_on", "types", "hybrid_days")
# What the gold titles call levels; the managers among them are all senior ones.
GOLD_LEVELS = {"none": "", "junior": "entry", "mid": "mid", "head": "executive"}

Answer = dict[str, Any]
Labels = dict[str, dict[str, str]]  # by key_of
Read = Callable[[dict[str, Any]], Answer]  # what read_posting makes of a posting


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


def alternatives(label: str) -> tuple[frozenset[str], ...]:
    """“a b|c” is a and b, or c."""
    return tuple(frozenset(one.split()) for one in label.split("|"))


def values(answer: Answer, field: str) -> frozenset[str]:
    """What was read; a doubt is nothing."""
    value = answer[field]
    if value is None or value in ("unknown", "doubtful"):
        return frozenset()
    return frozenset(str(one) for one in (value if isinstance(value, list) else [value]))


# --- Labels ---------------------------------------------------------------------------------------


def labels(name: str) -> Labels:
    with (LABELS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        first = (reader.fieldnames or [""])[0]
        return {row[first]: row for row in reader}


def cases(read: Read) -> Iterator[Case]:
    of_titles, of_texts, of_pay = labels("titles"), labels("texts"), labels("pay")
    for posting in corpora.titles():
        if posting.title_key in of_titles:
            yield from of_title("titles", posting, read({"title": posting.title}), of_titles)
    for corpus, postings in (("security", corpora.security()), ("usajobs", corpora.usajobs())):
        for posting in postings:
            answer = read({**vars(posting), "html": posting.text})
            yield from of_title(corpus, posting, answer, of_titles)
            yield from of_quotes(corpus, posting, answer)
            yield pay_case(corpus, of_pay.get(posting.text_key), answer["pay"])
            if corpus == "security":
                yield from of_text(corpus, posting, answer, of_texts)
    yield from of_snippets(read, of_pay)
    yield from of_pay_fields(of_pay)
    yield from of_places(labels("places"))
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


# --- Pay and places -------------------------------------------------------------------------------


def of_snippets(read: Read, of_pay: Labels) -> Iterator[Case]:
    for snippet in corpora.snippets():
        answer = read({"html": snippet["snippet"], "location": snippet["location"]})
        key = key_of(f"{snippet['location']} {snippet['snippet']}")
        yield pay_case("snippets", of_pay.get(key), answer["pay"])


def of_pay_fields(of_pay: Labels) -> Iterator[Case]:
    from jobboard.feeds.parsing.pay.period import pay_period
    from jobboard.feeds.parsing.pay.values import pay_statement
    from jobboard.feeds.posting import statement_values

    for field in corpora.pay_fields():
        period = pay_period(field.period)
        read = pay_statement(field.lowest, field.highest, field.currency, period)
        yield pay_case(
            "pay fields", of_pay.get(field.key), [statement_values(read)] if read else []
        )


def pay_case(corpus: str, label: dict[str, str] | None, stated: Iterable[Answer]) -> Case:
    """A posting without a label states no pay."""
    right = alternatives(label["statements"] if label else "")
    return Case(corpus, "pay", right, frozenset(map(pay_in_full, stated)))


def pay_in_full(stated: Answer) -> str:
    """“base:120000-150000:USD:year”; what is for other places than the job’s is named so."""
    parts = [stated["kind"] or "base", *pay(stated).split(), stated["gross"]]
    if stated["is_elsewhere"]:
        parts.append("elsewhere")
    return ":".join(filter(None, parts))


def of_places(of_text: Labels) -> Iterator[Case]:
    from jobboard.feeds.parsing.places.reader import read_place

    for place in corpora.places():
        label = of_text.get(key_of_place(place))
        if label is None:
            continue
        found = read_place(place)
        for field, read in zip(OF_PLACES, fields_of(found), strict=True):
            yield Case("places", field, alternatives(label[field]), frozenset(read))


def fields_of(places: Iterable["PlaceText"]) -> tuple[set[str], ...]:
    """How one works there, and where: “remote@US remote”. Regions are those that have codes."""
    ways: set[str] = set()
    countries, regions, cities = set[str](), set[str](), set[str]()
    for place in places:
        city = in_one_word(place.city)
        countries |= {place.country} - {""}
        cities |= {city} - {""}
        if place.country in ("US", "CA"):
            regions |= {in_one_word(place.admin1)} - {""}
        if place.workplace:
            where = filter(None, (place.country, city))
            ways |= {place.workplace, *(f"{place.workplace}@{name}" for name in where)}
    return ways, countries, regions, cities


def in_one_word(name: str) -> str:
    return name.replace(" ", "_")


# --- Gold sets ------------------------------------------------------------------------------------


def gold_titles(read: Read) -> Iterator[Case]:
    for row in corpora.gold("title"):
        answer = read({"title": row["title"]})
        role = (row["role"] or "").lower().replace(" ", "-")
        level = GOLD_LEVELS.get(row["level"], "senior")
        for field, label in (("role", role), ("level", level)):
            yield Case("gold", field, alternatives(label), values(answer, field))


def gold_pay(read: Read) -> Iterator[Case]:
    for row in corpora.gold("salary"):
        if "text" in row:
            right = frozenset(map(pay, row["expected_ranges"]))
            found = frozenset(map(pay, read({"html": row["text"]})["pay"]))
            yield Case("gold", "pay", (right,), found)


def pay(stated: Answer) -> str:
    ends = "-".join("" if end is None else f"{end:g}" for end in (stated["min"], stated["max"]))
    return f"{ends} {stated['currency']} {stated['period']}"


def gold_places(read: Read) -> Iterator[Case]:
    for row in corpora.gold("location"):
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
    pay = [case for (_, field), some in rows.items() if field == "pay" for case in some]
    strings = len(rows.get(("places", "countries"), []))
    of_strings = [case for field in OF_PLACES for case in rows.get(("places", field), [])]
    for name, hits, count in (
        (KEPT_BACK, kept_back, len(ours)),
        (LET_IN, let_in, len(others)),
        (WRONG_PAY, wrong_of(pay), sum(case.is_stated for case in pay)),
        (WRONG_PLACES, wrong_of(of_strings), strings),
    ):
        if count:
            is_within = 100 * hits <= BARS[name] * count
            mark = "" if is_within else "  MORE THAN THE BAR"
            bar = f"at most {BARS[name]} %"
            yield f"{name}: {hits} of {count}, {percent(hits, count)}, {bar}{mark}", is_within


def wrong_of(judged: Iterable[Case]) -> int:
    return sum(case.verdict == WRONG for case in judged)


def main() -> int:
    import django

    django.setup()
    from jobboard.feeds.posting import new_reader, read_posting

    if not corpora.DATA.is_dir():
        folder = corpora.DATA
        print(f"No report: the postings are absent from {folder}. JOBBOARD_SHARED_DATA names it.")
        return 0
    reader = new_reader()
    lines, is_good = report(cases(lambda posting: read_posting(posting, reader)), allowed())
    print("\n".join(lines))
    return 0 if is_good else 1


if __name__ == "__main__":
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "jobboard.settings",
        "DATABASE_URL": "sqlite://:memory:",  # empty, so the shipped roles and skills are known
        "SECRET_KEY": "benchmark",
    }
    sys.exit(main())

"""Clean a gathered list of employers' boards into the directory that the site ships.

    python -m scripts.make_employers EMPLOYERS_CSV

EMPLOYERS_CSV has the columns name, website, kind, board, ai_jobs_seen and listed_in (the sources
that name the board, joined by “+”). It is not part of the project.
jobboard/feeds/boards/employers.md says what is kept.
"""

import argparse
import csv
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

from jobboard.common.text.words import fold
from jobboard.feeds.boards.employers import COLUMNS, TABLE
from jobboard.feeds.detection.addresses import detect_address

Row = dict[str, str]

# The page that people see of a board, by kind: only systems that publish an interface for reading
# jobs and say how it is read.
PAGES = {
    "ashby": "https://jobs.ashbyhq.com/{}",
    "greenhouse": "https://job-boards.greenhouse.io/{}",
    "lever": "https://jobs.lever.co/{}",
    "personio": "https://{}.jobs.personio.de",
    "pinpoint": "https://{}.pinpointhq.com",
    "recruitee": "https://{}.recruitee.com",
    "smartrecruiters": "https://careers.smartrecruiters.com/{}",
    "workable": "https://apply.workable.com/{}",
}
# Boards for an employer's own people.
NOT_FOR_ALL = {"zind-erprogram"}
AFTER_A_NAME = re.compile(r"\s+\([^)]*\)$|\s+- .*$|: .*$")
IN_MANY_NAMES = {"and", "the", "inc", "labs", "lab", "robotics", "systems", "data", "health"}


def main(source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        gathered = list(csv.DictReader(file, strict=True))
    rows = one_of_each_name(row for row in map(cleaned, gathered) if is_usable(row))
    websites = [row["website"] for row in rows]
    for row in rows:
        if websites.count(row["website"]) > 1 and spelled(row["name"]) != domain_of(row["website"]):
            row["website"] = ""
    rows.sort(key=lambda row: (fold(row["name"]), row["address"]))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} of {len(gathered)} rows: {TABLE.stat().st_size:,} bytes")


def cleaned(row: Row) -> Row:
    name = AFTER_A_NAME.sub("", " ".join(row["name"].split()))
    domain = domain_of(row["website"])
    website = f"https://{urlsplit(row['website']).hostname}" if resembles(name, domain) else ""
    page = PAGES.get(row["kind"], "")
    address = page.format(quote(row["board"])) if page else ""
    return row | {"name": name, "website": website, "address": address}


def is_usable(row: Row) -> bool:
    """Whether detection turns its address into the kind and board that the row names."""
    if not row["address"] or row["board"] in NOT_FOR_ALL:
        return False
    source = detect_address(row["address"])
    return source.kind == row["kind"] and row["board"].lower() in source.board.lower()


def one_of_each_name(rows: Iterable[Row]) -> list[Row]:
    """Of several boards of one employer, that with the most AI jobs, then the most sources."""
    best: dict[str, Row] = {}
    for row in rows:
        known = best.setdefault(fold(row["name"]), row)
        if weight(row) > weight(known):
            best[fold(row["name"])] = row
    return list(best.values())


def weight(row: Row) -> tuple[int, int]:
    return int(row["ai_jobs_seen"]), row["listed_in"].count("+")


def domain_of(website: str) -> str:
    return (urlsplit(website).hostname or "").removeprefix("www.")


def spelled(name: str) -> str:
    return name.lower().replace(" ", "")


def resembles(name: str, domain: str) -> bool:
    """Whether the domain has a word of the name in it, or is made of its first letters."""
    words = re.findall("[a-z0-9]+", fold(name))
    letters = re.sub("[^a-z0-9]", "", domain)
    if not letters:
        return False
    telling = [word for word in words if len(word) > 2 and word not in IN_MANY_NAMES]
    initials = "".join(word[0] for word in words)
    return (
        any(word in letters for word in telling)
        or letters == "".join(words)
        or (len(initials) > 2 and domain.partition(".")[0] == initials)
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    main(parser.parse_args().source)

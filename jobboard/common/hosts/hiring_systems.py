"""The hosts of hiring systems and job boards, in hiring_systems.csv: who reads jobs from there and
who judges links that lead there go by the same rows, from the top.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .domains import registrable

ANY_LABELS = "*."  # at the start of a host: any number of labels, or none
TLDS = ("com", "de")  # what ``{tld}`` may be


@dataclass(frozen=True)
class HostRow:
    """Addresses on ``host`` whose path begins with ``path``, both with names in braces for what
    stands there; a star is any one part. ``{id}``, ``{tenant}`` and ``{name}`` are the employer's
    board. ``parameter`` is the one of the query that names the board, ``value`` its pattern.

    ``kind`` is “system”, “board” for job boards of many employers, or '' where nobody applies.
    ``feed`` is the system of feeds/detection that reads the jobs there. ``no_feed`` says why nobody
    reads any from its whole domain, ``sentence`` why none are read from this address.
    """

    name: str
    kind: str
    host: str
    path: str
    parameter: str
    value: str
    feed: str
    no_feed: str
    sentence: str

    @property
    def domains(self) -> list[str]:
        """The domains of its hosts: ``greenhouse.io`` of ``*.greenhouse.io``."""
        host = self.host.removeprefix(ANY_LABELS)
        tlds = TLDS if "{tld}" in host else TLDS[:1]
        return [registrable(host.replace("{tld}", tld)) for tld in tlds]


@cache
def host_rows() -> tuple[HostRow, ...]:
    file = Path(__file__).with_name("hiring_systems.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(_rows(csv.DictReader(lines, strict=True)))


def _rows(table: csv.DictReader) -> Iterator[HostRow]:
    for row in table:
        path, _, query = row["path"].partition("?")
        parameter, _, value = query.partition("=")
        for host in row["hosts"].split():
            yield HostRow(
                name=row["name"],
                kind=row["kind"],
                host=host,
                path=path,
                parameter=parameter,
                value=value,
                feed=row["feed"],
                no_feed=row["no_feed"],
                sentence=row["sentence"],
            )

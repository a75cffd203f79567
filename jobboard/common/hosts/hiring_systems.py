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
    """A row of the table: addresses on one host that begin alike.

    Host and path have names in braces for what stands there; ``{id}``, ``{tenant}`` and ``{name}``
    are the employer's board. A star is any one part.
    """

    name: str
    kind: str  # “system”, “board” for job boards of many employers, or '' if nobody applies there
    host: str
    path: str  # what the path begins with
    parameter: str  # the parameter of the query that names the board
    value: str  # the pattern of that parameter's value
    feed: str  # the system of feeds/detection that reads the jobs there
    no_feed: str  # why nobody reads jobs from its whole domain
    sentence: str  # why no jobs are read from this address

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

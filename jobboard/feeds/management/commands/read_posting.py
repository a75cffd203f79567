import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.feeds.posting import PostingError, new_reader, read_posting


class Command(BaseCommand):
    help = (
        "Show what we read of postings: JSON lines in, JSON lines out. A line may have title, "
        "company, location, pay, html, tags and country; any may be missing. Writes nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", metavar="FILE", help="standard input if left out"
        )

    def handle(self, *, file: str, **options: Any) -> None:
        reader = new_reader()
        bad = 0
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            try:
                answer = read_posting(_object(line), reader)
            except PostingError as error:
                bad += 1
                answer = {"error": f"Line {number}: {error}"}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if bad:
            raise CommandError(f"{bad} of the lines could not be read: see “error” in their place.")


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8-sig") as lines:
            yield from lines
    except OSError as error:
        raise CommandError(f"The file could not be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError("The file is not encoded as UTF-8.") from None


def _object(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise PostingError("it is not JSON.") from None

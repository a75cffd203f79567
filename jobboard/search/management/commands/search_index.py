from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobboard.search.index import reading, writing


class Command(BaseCommand):
    help = (
        "Show the state of this machine's search index, keep it up to date until stopped, rebuild "
        "it, or apply pending updates once."
    )

    # They import all views and what these need, which "follow" would keep in memory.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("do", choices=["status", "follow", "rebuild", "update"])

    def handle(self, *, do: str, **options: Any) -> None:
        try:
            self.write_index(do)
        except reading.IndexMissingError:
            raise CommandError("This site searches the database. It has no index.") from None
        self.stdout.write(reading.report())

    def write_index(self, do: str) -> None:
        if do == "follow":
            with suppress(KeyboardInterrupt):
                writing.follow()
        elif do == "rebuild":
            if not writing.rebuild():
                raise CommandError(
                    "Another process is building the index. Try again when it finishes."
                )
        elif do == "update":
            writing.update()

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobboard.feeds.detection.sources import NotASourceError
from jobboard.feeds.pasted import detect_source, why_not_importable


class Command(BaseCommand):
    help = (
        "Say which board and interface a careers address leads to: a JSON line for each, with "
        "address, kind, board, api and error. Looks at the addresses alone, unless --read-pages."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("addresses", nargs="+", metavar="ADDRESS")
        parser.add_argument(
            "--read-pages",
            action="store_true",
            help="fetch pages that name no board, and find the boards, feeds and jobs in them",
        )

    def handle(self, *, addresses: list[str], read_pages: bool, **options: Any) -> None:
        for address in addresses:
            answer = {"address": address} | _detected(address, reads_pages=read_pages)
            self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _detected(address: str, *, reads_pages: bool) -> dict[str, str]:
    try:
        source = detect_source(address, reads_pages=reads_pages)
    except NotASourceError as error:
        return {"kind": "refused", "board": "", "api": "", "error": str(error)}
    return {
        "kind": source.kind,
        "board": source.board,
        "api": source.api,
        "error": why_not_importable(source),
    }

from argparse import ArgumentTypeError
from itertools import accumulate

from django.core.management.base import BaseCommand

from jobboard.feeds.boards.employers import Employer, employers, kinds
from jobboard.feeds.following import follow_employers, summarize, try_following


class Command(BaseCommand):
    help = (
        "Follow boards of the shipped directory of employers, those with the most AI jobs first. "
        "Skips what is followed already or left out. Safe to repeat."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--kind", choices=kinds(), help="only boards of this system")
        parser.add_argument("--most", type=_count, metavar="N", help="follow at most N new ones")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be followed, and write nothing"
        )

    def handle(self, *, kind: str | None, most: int | None, dry_run: bool, **options) -> None:
        chosen = [one for one in employers() if kind in (None, one.source.kind)]
        if most is not None:
            chosen = _with_most(most, chosen)
        outcomes = try_following(chosen) if dry_run else follow_employers(chosen)
        for outcome in outcomes:
            self.stdout.write(str(outcome))
        self.stdout.write(summarize(outcomes, is_dry_run=dry_run))
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError("needs a whole number, such as 50")
    return int(text)


def _with_most(most: int, chosen: list[Employer]) -> list[Employer]:
    """The first of them with at most so many that are new."""
    new = accumulate(outcome.is_followed for outcome in try_following(chosen))
    return [employer for employer, count in zip(chosen, new, strict=True) if count <= most]

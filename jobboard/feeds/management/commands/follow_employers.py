from argparse import ArgumentTypeError

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
        parser.add_argument(
            "--most", dest="max_new", type=_count, metavar="N", help="follow at most N new ones"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be followed, and write nothing"
        )

    def handle(self, *, kind: str | None, max_new: int | None, dry_run: bool, **options) -> None:
        selected = [employer for employer in employers() if kind in (None, employer.source.kind)]
        if max_new is not None:
            selected = _limit_new(selected, max_new)
        follow = follow_employers
        if dry_run:
            follow = try_following
        outcomes = follow(selected)
        for outcome in outcomes:
            self.stdout.write(str(outcome))
        self.stdout.write(summarize(outcomes, is_dry_run=dry_run))
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError("needs a whole number, such as 50")
    return int(text)


def _limit_new(selected: list[Employer], max_new: int) -> list[Employer]:
    """The first of them, up to ``max_new`` that would be followed anew."""
    limited = []
    count = 0
    for outcome in try_following(selected):
        count += outcome.is_followed
        if count > max_new:
            break
        limited.append(outcome.employer)
    return limited

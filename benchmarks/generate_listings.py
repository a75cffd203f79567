"""Add made-up jobs at new sample companies, to measure with.

    python -m benchmarks.generate_listings N

Best used with a DATA_DIR of its own. Running it again adds N more. ``manage.py load_starter
--remove-demo`` deletes them along with all samples.
"""

import argparse
import os
import sys

import django
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobboard.settings")
django.setup()  # before the models below can be imported

from benchmarks.generated import MissingStarterContentError, generate  # noqa: E402
from jobboard.common.text.words import plural  # noqa: E402
from jobboard.listings.models import Listing  # noqa: E402


def main(count: int, *, force: bool = False) -> None:
    if count < 1:
        sys.exit("N must be 1 or more.")
    if not force and Listing.objects.filter(company__is_demo=False).exists():
        sys.exit("This site has jobs from real companies. Use --force to add made-up jobs anyway.")
    try:
        generate(count, now=timezone.now(), progress=lambda stored: draw(stored, count))
    except MissingStarterContentError:
        sys.exit("There are no roles or skills yet. Run load_starter first.")
    except KeyboardInterrupt:
        sys.exit("Interrupted. The jobs added so far were kept.")
    finally:
        draw(0, 0)
    print(f"Added {plural(count, 'made-up job')}.")


def draw(stored: int, count: int) -> None:
    """A bar on a terminal; a ``count`` of 0 wipes it away."""
    if sys.stderr.isatty():
        share = stored / count if count else 0
        bar = (
            f"{'█' * round(30 * share):░<30} {share:4.0%} {stored:,} jobs"
            if count
            else " " * 60 + "\r"
        )
        print(f"\r{bar}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", metavar="N", type=int)
    parser.add_argument(
        "--force", action="store_true", help="run even if the site has jobs from real companies"
    )
    arguments = parser.parse_args()
    main(arguments.count, force=arguments.force)

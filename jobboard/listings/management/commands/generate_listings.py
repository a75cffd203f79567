from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobboard.common.words import plural
from jobboard.listings.generated import NoStarterContent, generate
from jobboard.listings.models import Listing


class Command(BaseCommand):
    help = (
        "Add N made-up jobs at new sample companies for load testing. Best used with a separate DATA_DIR. "
        "Running it again adds N more. load_starter --remove-demo deletes them along with all samples."
    )

    def add_arguments(self, parser):
        parser.add_argument("count", metavar="N", type=int)
        parser.add_argument("--force", action="store_true", help="run even if the site has jobs from real companies")

    def handle(self, count, force, **options):
        if count < 1:
            raise CommandError("N must be 1 or more.")
        if not force and Listing.objects.filter(company__is_demo=False).exists():
            raise CommandError("This site has jobs from real companies. Use --force to add made-up jobs anyway.")
        try:
            generate(count, now=timezone.now(), progress=lambda stored: self._draw(stored, count))
        except NoStarterContent:
            raise CommandError("There are no roles or skills yet. Run load_starter first.") from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. The jobs added so far were kept.") from None
        finally:
            self._draw(0, 0)
        self.stdout.write(f"Added {plural(count, 'made-up job')}.")

    def _draw(self, stored, count):
        """A bar on a terminal; a ``count`` of 0 wipes it away."""
        if self.stderr.isatty():
            share = stored / count if count else 0
            bar = f"{'█' * round(30 * share):░<30} {share:4.0%} {stored:,} jobs" if count else " " * 60 + "\r"
            self.stderr.write(f"\r{bar}", style_func=str, ending="")
            self.stderr.flush()

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobboard.common.words import plural
from jobboard.listings.generated import NoStarterContent, generate
from jobboard.listings.models import Listing


class Command(BaseCommand):
    help = (
        "Add N invented jobs of new sample companies, to measure the site under load: best in a DATA_DIR of its own. "
        "Run again, it adds N others; load_starter --remove-demo deletes them with all samples."
    )

    def add_arguments(self, parser):
        parser.add_argument("count", metavar="N", type=int)
        parser.add_argument("--force", action="store_true", help="even where there are jobs of real companies")

    def handle(self, count, force, **options):
        if count < 1:
            raise CommandError("N is 1 or more.")
        if not force and Listing.objects.filter(company__is_demo=False).exists():
            raise CommandError("Here are jobs of real companies: invented ones join them with --force only.")
        try:
            generate(count, now=timezone.now(), progress=lambda stored: self._draw(stored, count))
        except NoStarterContent:
            raise CommandError("There are no roles or skills yet: run load_starter first.") from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. What was stored until now stays.") from None
        finally:
            self._draw(0, 0)
        self.stdout.write(f"Added {plural(count, 'invented job')}.")

    def _draw(self, stored, count):
        """A bar on a terminal; a ``count`` of 0 wipes it away."""
        if self.stderr.isatty():
            share = stored / count if count else 0
            bar = f"{'█' * round(30 * share):░<30} {share:4.0%} {stored:,} jobs" if count else " " * 60 + "\r"
            self.stderr.write(f"\r{bar}", style_func=str, ending="")
            self.stderr.flush()

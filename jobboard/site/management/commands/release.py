from typing import Any

from django.core.management.base import BaseCommand

from jobboard.site.running.release import make_ready


class Command(BaseCommand):
    help = (
        "Prepare database, starter content and static files for this version of the code. "
        "Run it before web servers and workers are started; several machines may run it at once."
    )

    def handle(self, **options: Any) -> None:
        make_ready(self.stdout)

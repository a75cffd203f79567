import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from jobboard.site import metrics
from jobboard.site.running import web_server


class Command(BaseCommand):
    help = (
        "Run the web server alone, after “manage.py release”. "
        "With SIGHUP it starts new processes and ends the old ones, without losing a request."
    )

    def handle(self, **options) -> None:
        if not web_server.has_sockets_of_systemd():
            web_server.check_port_available(settings.BIND, settings.PORT)
        metrics.begin_anew()
        # The same process, so that signals and the sockets of systemd reach gunicorn itself.
        os.execv(sys.executable, [sys.executable, *web_server.command()])  # noqa: S606

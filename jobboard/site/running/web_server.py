"""Starts gunicorn, for ``manage.py web``, which becomes it, and for ``manage.py serve``."""

import os
import socket

from django.conf import settings
from django.core.management.base import CommandError

SECONDS_TO_FINISH = 10  # for the requests that are being answered when a web process is stopped


def command() -> list[str]:
    """The arguments of a Python that is to be the web server."""
    return [
        *["-m", "gunicorn", "jobboard.wsgi:application", f"--pythonpath={settings.BASE_DIR}"],
        f"--bind={settings.BIND}:{settings.PORT}",  # unless systemd hands over its sockets
        f"--workers={settings.WEB_CONCURRENCY}",
        "--worker-class=gthread",
        f"--threads={settings.WEB_THREADS}",
        f"--graceful-timeout={SECONDS_TO_FINISH}",
        "--no-control-socket",
        "--log-level=warning",
        "--forwarder-headers=",  # nobody says by a header where the site begins
    ]


def has_sockets_of_systemd() -> bool:
    return os.environ.get("LISTEN_PID") == str(os.getpid())


def check_port_available(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} is not available ({getattr(error, 'strerror', error)}). "
                "Stop the program using it or choose another port, for example: make run PORT=8001"
            ) from None

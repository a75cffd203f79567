"""The site as it is deployed: programs of their own, with a folder of their own."""

import itertools
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FROM_THE_TESTS = {"EMAIL_URL", "JOBBOARD_PROCESS", "SECRET_KEY"}


# Below what systems give to outgoing connections: a program that is stopped and started again finds
# its port free, however many connections other tests open meanwhile.
PORTS = range(10_000, 30_000)
ports_to_try = itertools.cycle(PORTS)
next(itertools.islice(ports_to_try, os.getpid() * 97 % len(PORTS), None))  # each process elsewhere


def free_port() -> int:
    return next(port for port in ports_to_try if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class RealSite:
    """``folder`` is its DATA_DIR; what its programs say is in ``folder``/output."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if name not in FROM_THE_TESTS
        }
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "jobboard.settings",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            **variables,
        }

    def run(self, *command: str) -> str:
        """Run a command of manage.py to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def start(self, *command: str, **options) -> subprocess.Popen:
        return self.start_program([sys.executable, "manage.py", *command], **options)

    def start_program(self, program: list[str], **options) -> subprocess.Popen:
        with (self.folder / "output").open("a") as output:
            return subprocess.Popen(
                program,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
                **options,
            )

    def start_behind(self, listener: socket.socket, program: list[str]) -> subprocess.Popen:
        """As systemd does: the socket is file 3, and LISTEN_PID says for whom."""
        return self.start_program(
            ["sh", "-c", f"LISTEN_PID=$$ LISTEN_FDS=1 exec {shlex.join(program)}"],
            preexec_fn=lambda: os.dup2(listener.fileno(), 3),
            pass_fds=[3],
        )

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

import ctypes
import signal
import socket
import subprocess
import sys
import threading

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from jobboard.accounts.models import User
from jobboard.site.background import NO_EMAIL_SERVER
from jobboard.site.backups import safety_copy
from jobboard.site.first_accounts import ADMIN, RECRUITER, make_first_accounts

SECONDS_TO_FINISH = 10  # for the requests that are being answered when the site is stopped


class Command(BaseCommand):
    help = "Migrate the database and run the web server and a worker until you press Ctrl-C."

    def handle(self, **options) -> None:
        host = "127.0.0.1" if settings.SITE_IS_LOCAL else "0.0.0.0"  # noqa: S104 (others are meant to reach it)
        refuse_taken_port(host, settings.PORT)
        self.prepare()
        self.greet(make_first_accounts())
        connections.close_all()
        run_until_stopped({"web server": web_server(host), "worker": worker()})

    def prepare(self) -> None:
        """Database, starter content and static files, as this version of the code needs them."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(
                "Could not connect to the database. "
                f"Check DATABASE_URL ({str(error).splitlines()[0]})."
            ) from None
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            if copy := safety_copy("before-migrating"):
                self.stdout.write(f"Backed up to {copy} before migrating the database.")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_starter")
        call_command("collectstatic", interactive=False, verbosity=0)

    def greet(self, passwords: dict[str, str]) -> None:
        lines = [
            "",
            f"{settings.SITE_NAME} is running at {settings.SITE_URL}/ (press Ctrl-C to stop)",
        ]
        for email, does in [
            (ADMIN, "admin, at /admin/"),
            (RECRUITER, "recruiter of a sample company, at /recruit/"),
        ]:
            if User.objects.filter(email=email).exists():
                password = f"  password: {passwords[email]}" if email in passwords else ""
                lines.append(f"  {does}: {email}{password}")
        if passwords:
            lines.append("These passwords will not be shown again.")
        lines += [f"To set a new password: make password EMAIL={ADMIN}", ""]
        if settings.SITE_IS_HTTPS and settings.EMAIL_GOES_TO_FILES:
            lines += [f"Warning: nobody can sign in: {NO_EMAIL_SERVER}.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} is not available ({getattr(error, 'strerror', error)}). "
                "Stop the program using it or choose another port, for example: make run PORT=8001"
            ) from None


def web_server(host: str) -> list[str]:
    return [
        *["-m", "gunicorn", "jobboard.wsgi:application", f"--pythonpath={settings.BASE_DIR}"],
        *[f"--bind={host}:{settings.PORT}", "--worker-class=gthread", "--workers=2", "--threads=4"],
        *["--no-control-socket", f"--graceful-timeout={SECONDS_TO_FINISH}", "--log-level=warning"],
    ]


def worker() -> list[str]:
    return [str(settings.BASE_DIR / "manage.py"), "worker"]


def end_with_parent() -> None:
    """On Linux, let the kernel send SIGTERM to this child when its parent is gone, however that
    ended.
    """
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG in linux/prctl.h
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def run_until_stopped(commands: dict[str, list[str]]) -> None:
    """Run each ``python …`` until a signal stops this process, or one of them ends: then none goes
    on.

    They get sessions of their own, so that Ctrl-C and a closed terminal reach this process alone.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    children = {}
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, *command], start_new_session=True, preexec_fn=end_with_parent
            )
        while not stop.wait(0.3) and all(child.poll() is None for child in children.values()):
            pass
        ended = [
            f"the {name} (exit code {child.returncode})"
            for name, child in children.items()
            if child.poll() is not None
        ]
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            try:
                child.wait(SECONDS_TO_FINISH + 5)
            except subprocess.TimeoutExpired:
                child.kill()
    if ended and not stop.is_set():
        raise CommandError(f"The site stopped because {' and '.join(ended)} exited unexpectedly.")

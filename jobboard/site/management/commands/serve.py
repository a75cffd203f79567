import socket

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from jobboard.accounts.models import User
from jobboard.site.background import NO_EMAIL_SERVER
from jobboard.site.backups import safety_copy
from jobboard.site.first_accounts import ADMIN, RECRUITER, make_first_accounts
from jobboard.site.processes import SECONDS_TO_FINISH, Child, ChildEndedError, run_until_stopped

# In each web process. Enough for more than eight who ask for something dear at once, so that
# readers need not wait for one of them (benchmarks/neighbours.py), and for more than all lines of
# common/web/turns.py hold.
THREADS = 16


class Command(BaseCommand):
    help = (
        "Migrate the database and run the site (web server, worker and index writer) until you "
        "press Ctrl-C."
    )

    def handle(self, **options) -> None:
        refuse_taken_port(settings.BIND, settings.PORT)
        self.prepare()
        self.greet(make_first_accounts())
        connections.close_all()
        children = [
            Child("web server", web_server(settings.BIND)),
            Child("worker", worker(), is_restarted=True),
            Child("index writer", index_writer(), is_restarted=True),
        ]
        try:
            run_until_stopped(children)
        except ChildEndedError as error:
            raise CommandError(str(error)) from None

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
        lines += [
            f"To set a new password: make password EMAIL={ADMIN}",
            "To fill the site with jobs: Find employers, at /admin/listings/feed/find-employers/",
            "",
        ]
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
        *[
            f"--bind={host}:{settings.PORT}",
            "--worker-class=gthread",
            "--workers=2",
            f"--threads={THREADS}",
        ],
        *["--no-control-socket", f"--graceful-timeout={SECONDS_TO_FINISH}", "--log-level=warning"],
        "--forwarder-headers=",  # nobody says by a header where the site begins
    ]


def worker() -> list[str]:
    return [str(settings.BASE_DIR / "manage.py"), "worker"]


def index_writer() -> list[str]:
    return [str(settings.BASE_DIR / "manage.py"), "search_index", "follow"]

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from jobboard.accounts.models import User
from jobboard.site import metrics
from jobboard.site.background import NO_EMAIL_SERVER
from jobboard.site.first_accounts import ADMIN, RECRUITER, make_first_accounts
from jobboard.site.running import web_server
from jobboard.site.running.processes import Child, ChildEndedError, run_until_stopped
from jobboard.site.running.release import make_ready


class Command(BaseCommand):
    help = (
        "Migrate the database and run the site (web server, worker and index writer) until you "
        "press Ctrl-C."
    )

    def handle(self, **options) -> None:
        web_server.check_port_available(settings.BIND, settings.PORT)
        make_ready(self.stdout)
        self.greet(make_first_accounts())
        metrics.begin_anew()
        connections.close_all()
        children = [
            Child("web server", web_server.command()),
            Child("worker", worker(), is_restarted=True),
            Child("index writer", index_writer(), is_restarted=True),
        ]
        try:
            run_until_stopped(children)
        except ChildEndedError as error:
            raise CommandError(str(error)) from None

    def greet(self, passwords: dict[str, str]) -> None:
        lines = [
            "",
            f"{settings.SITE_NAME} is running at {settings.SITE_URL}/ (press Ctrl-C to stop)",
        ]
        accounts = {
            ADMIN: "admin, at /admin/",
            RECRUITER: "recruiter of a sample company, at /recruit/",
        }
        for email, label in accounts.items():
            if User.objects.filter(email=email).exists():
                password = f"  password: {passwords[email]}" if email in passwords else ""
                lines.append(f"  {label}: {email}{password}")
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


def worker() -> list[str]:
    return [str(settings.BASE_DIR / "manage.py"), "worker"]


def index_writer() -> list[str]:
    return [str(settings.BASE_DIR / "manage.py"), "search_index", "follow"]

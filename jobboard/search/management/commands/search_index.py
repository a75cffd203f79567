from django.core.management.base import BaseCommand, CommandError

from jobboard.search.index import following


class Command(BaseCommand):
    help = "Show the state of this machine's search index, rebuild it, or apply pending updates."

    def add_arguments(self, parser) -> None:
        parser.add_argument("do", choices=["status", "rebuild", "update"])

    def handle(self, *, do, **options) -> None:
        if do == "rebuild" and not following.rebuild():
            raise CommandError("Another process is updating the index. Try again when it finishes.")
        if do == "update":
            following.update()
        self.stdout.write(following.report())

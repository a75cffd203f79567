from django.core.management.base import BaseCommand, CommandError

from jobboard.listings.search import follow


class Command(BaseCommand):
    help = "The search index of this machine: how it is, build it anew, or do what is needed now."

    def add_arguments(self, parser):
        parser.add_argument("do", choices=["status", "rebuild", "update"])

    def handle(self, *, do, **options):
        if do == "rebuild" and not follow.rebuild():
            raise CommandError("Another process is writing the index; try again when it is done.")
        if do == "update":
            follow.update()
        self.stdout.write(follow.report())

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roles.checks import get_profile_problems
from roles.models import Role


class Command(BaseCommand):
    help = "Check that every published role has a complete profile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="include drafts")

    def handle(self, **options: Any) -> None:
        roles = Role.objects.published()
        if options["all"]:
            roles = Role.objects.all()
        incomplete = 0
        for role in roles.select_related("broader"):
            faults = get_profile_problems(role)
            incomplete += bool(faults)
            self.stdout.write(f"{role.name}: {'; '.join(faults) or 'complete'}")
        if incomplete:
            raise CommandError(f"{incomplete} of {roles.count()} roles are incomplete.")
        self.stdout.write(f"All {roles.count()} roles are complete.")

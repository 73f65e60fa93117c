from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from academy.people.services import signing


class Command(BaseCommand):
    help = "Makes a new key that signs answers to machines. What the former key signed stays provable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--compromised",
            action="store_true",
            help="another person may know the former key: no longer publish it; all that it signed proves no more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        former, new = signing.change_key(at=timezone.now(), compromised=options["compromised"])
        self.stdout.write(f"The key {new} signs from now on.")
        if former and options["compromised"]:
            self.stdout.write(f"The key {former} is not published any more. Tell those who keep signed answers.")
        elif former:
            self.stdout.write(f"The key {former} signs no more, and stays published.")

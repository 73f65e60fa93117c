from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms import set_up_key


class Command(BaseCommand):
    help = "Print the address that opens the first set-up of an empty installation, with its key."

    def handle(self, *args: Any, **options: Any) -> None:
        row = set_up_key.current()
        if row is None:
            raise CommandError(
                "This installation is not empty, or a demonstration: manage.py set_up_community founds a community."
            )
        self.stdout.write(set_up_key.address_of(row))

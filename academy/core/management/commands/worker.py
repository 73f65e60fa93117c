from typing import Any

from django.core.management.base import BaseCommand

from academy.core import workers


class Command(BaseCommand):
    help = "Runs the tasks that pages leave for later, until it is stopped. Several may run. It outlives the database."

    def handle(self, *args: Any, **options: Any) -> None:
        workers.work()

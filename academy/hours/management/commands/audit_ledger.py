from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from academy.hours import ledger
from academy.hours.models import LedgerEntry


class Command(BaseCommand):
    help = (
        "Checks every ledger: the chain, its head, the stored totals, and each settled record against its scans or "
        "its imported line."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            differences = list(ledger.audit())
            entries = LedgerEntry.objects.count()
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(f"{len(differences)} differences in {entries} entries", returncode=1)
        self.stdout.write(f"{entries} entries, no difference")

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from academy.checkin.models import Scan
from academy.core.sql import batched
from academy.hours.days import Facts
from academy.hours.services import records, storing

BATCH = 200


class Command(BaseCommand):
    help = "Counts service records again from the stored scans. Settled records stay; differences are printed."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="all scans (the default)")
        which.add_argument("--since", type=dt.date.fromisoformat, metavar="DATE", help="days from DATE (YYYY-MM-DD) on")
        parser.add_argument("--dry-run", action="store_true", help="print the result without storing it")

    def handle(self, *args: Any, since: dt.date | None, dry_run: bool, **options: Any) -> None:
        at = timezone.now()
        scans = Scan.objects.accepted()
        if since is not None:
            midnight = dt.datetime.combine(since, dt.time(), timezone.get_default_timezone())
            # A shift over midnight belongs to both days, also if all its scans are of the first.
            scans = scans.filter(happened_at__gte=midnight) | scans.filter(shift__ends_at__gt=midnight)
        volunteers = list(scans.with_person().order_by("person").values_list("person", flat=True).distinct())
        facts = Facts()
        counts = dict.fromkeys(("created", "changed", "unchanged", "withdrawn"), 0)
        differing: list[storing.Difference] = []
        for batch in batched(volunteers, BATCH):
            with transaction.atomic():
                outcome = records.compute_many(volunteers=batch, since=since, at=at, facts=facts)
                if dry_run:
                    transaction.set_rollback(True)
            for name in counts:
                counts[name] += len(getattr(outcome, name))
            differing += outcome.differing
        for difference in differing:
            self.stdout.write(str(difference))
        summary = ", ".join(f"{name} {count}" for name, count in counts.items())
        self.stdout.write(f"{summary}, settled that would differ {len(differing)}")

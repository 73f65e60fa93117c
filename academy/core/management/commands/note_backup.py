import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from academy.core import upkeep

_BEGINNINGS = (b"PGDMP", b"SQLite format 3\0", b"--\n-- PostgreSQL database dump")
_PIECE = 1 << 20  # bytes


class Command(BaseCommand):
    help = (
        "Reads a finished backup of the database from its input, and stores its date and its size for the page of the "
        "system in the back office: note_backup < academy.dump. A file that is no backup is refused."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Any = sys.stdin.buffer
        first = source.read(_PIECE)
        if not first.startswith(_BEGINNINGS):
            raise CommandError("This is no backup of a database: pg_dump or SQLite did not write it.", returncode=2)
        size = len(first)
        while piece := source.read(_PIECE):
            size += len(piece)
        upkeep.finish(upkeep.BACKUP, failed=False, at=timezone.now(), bytes=size)
        self.stdout.write(f"A backup of {size} bytes is noted.")

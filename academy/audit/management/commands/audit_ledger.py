from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from academy.audit import anchors, services
from academy.hours.anchors import anchors as present_anchors


class Command(BaseCommand):
    help = (
        "Checks all that settled hours rest on: the chains of entries and seals, their heads, the stored totals, each "
        "settled record, each certificate. A line for each difference, and status 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            "--head",
            dest="anchor",
            action="append",
            default=[],
            metavar="ANCHOR",
            help="an anchor that was kept, as on a notice or a certificate (community:number:hash), or a file with "
            "one on each line, or the file /ledger/head.json",
        )
        parser.add_argument("--heads", action="store_true", help="print the anchors of today instead, for safe keeping")

    def handle(self, *args: Any, anchor: list[str], heads: bool, **options: Any) -> None:
        if heads:
            for one in present_anchors():
                self.stdout.write(str(one))
            return
        kept = [line for text in anchor for line in _read(text)]
        proof = services.prove(kept)
        for line in (*proof.differences, *proof.notes):
            self.stdout.write(line)
        if proof.differences:
            raise CommandError(f"{len(proof.differences)} differences in {proof.entries} entries", returncode=1)
        self.stdout.write(f"{proof.entries} entries, no difference")


def _read(anchor: str) -> list[str]:
    """Return the anchors of a file, or the one anchor that was typed."""
    if ":" in anchor and not Path(anchor).is_file():
        return [anchor.strip()]
    try:
        return anchors.read(Path(anchor).read_text())
    except OSError as error:
        raise CommandError(f"{anchor}: {error.strerror}", returncode=2) from error
    except ValueError as error:
        raise CommandError(f"{anchor}: this is no file of anchors", returncode=2) from error

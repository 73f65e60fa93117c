import datetime as dt
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from academy.core import clock_jumps, memo
from academy.core.signals import tick

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Does everything that is due. Run it every minute. A second run repeats nothing. If the clock jumped by more "
        "than an hour, it does nothing, and status 1 (docs/operations.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after-pause", action="store_true", help="go on after a jump of the clock: a person looked at the clock"
        )

    def handle(self, *args: Any, after_pause: bool, **options: Any) -> None:
        at = timezone.now()
        if ahead := clock_jumps.accept(at, told=after_pause):
            raise CommandError(_jumped(at, ahead))
        failed = []
        with memo.keeping():
            answers = tick.send_robust(sender=Command, at=at)
        for receiver, answer in answers:
            if isinstance(answer, Exception):
                name = f"{receiver.__module__}.{receiver.__qualname__}"
                logger.error("tick: %s failed", name, exc_info=answer)
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; the next tick tries again.")


def _jumped(at: dt.datetime, ahead: dt.timedelta) -> str:
    way = "ahead of" if ahead > dt.timedelta() else "behind"
    return (
        f"This machine's clock says {timezone.localtime(at):%Y-%m-%d %H:%M}. That is {str(abs(ahead)).split('.')[0]} "
        f"{way} the time that the last tick lets expect, and no time server keeps the clock. Nothing was done. If the "
        "clock is right, run once: manage.py tick --after-pause"
    )

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from academy.core import memo
from academy.core.signals import tick

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does everything that is due. Run it every minute. A second run repeats nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        with memo.keeping():
            answers = tick.send_robust(sender=Command, at=timezone.now())
        for receiver, answer in answers:
            if isinstance(answer, Exception):
                name = f"{receiver.__module__}.{receiver.__qualname__}"
                logger.error("tick: %s failed", name, exc_info=answer)
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log says why; the next tick tries again.")

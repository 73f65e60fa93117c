import logging
import signal
import threading
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection

logger = logging.getLogger(__name__)

INTERVAL = 60


class Command(BaseCommand):
    help = "Runs `tick` at every full minute until it is stopped. Logs a tick that fails, and tries again."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        logger.info("clock: ticking every %d seconds", INTERVAL)
        while not stop.is_set():
            close_old_connections()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                call_command("tick")
                logger.debug("clock: ticked")
            except OperationalError as error:
                # Without a database each part of a tick would log the same traceback, every minute.
                logger.error("clock: the database failed, this tick is left out: %s", str(error).strip())
            except Exception:
                logger.exception("clock: this tick failed")
            stop.wait(INTERVAL - time.time() % INTERVAL)

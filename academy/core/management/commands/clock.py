import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections, connection

logger = logging.getLogger(__name__)

INTERVAL = 60
RETRY = 10  # seconds until a tick is tried again that found no database


class Command(BaseCommand):
    help = "Runs `tick` at every full minute until it is stopped. Logs a tick that fails, and tries again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after-pause", action="store_true", help="pass this on to the first tick")

    def handle(self, *args: Any, after_pause: bool, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        logger.info("clock: ticking every %d seconds", INTERVAL)
        is_checked = False
        while not stop.is_set():
            close_old_connections()
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                if not is_checked:
                    _log_warnings()
                    is_checked = True
                call_command("tick", after_pause=after_pause)
                after_pause = False
                logger.debug("clock: ticked")
            except CommandError as error:
                logger.error("clock: %s", error)
            except OperationalError as error:
                # Without a database each part of a tick would log the same traceback, every minute.
                logger.error("clock: the database failed; next attempt in %d s: %s", RETRY, str(error).strip())
                stop.wait(RETRY)
                continue
            except Exception:
                logger.exception("clock: this tick failed")
            stop.wait(INTERVAL - time.time() % INTERVAL)


def _log_warnings() -> None:
    """Log what is wrong with the database, and with the rights of our role in it."""
    for message in run_checks(tags=["database"], databases=["default"], include_deployment_checks=True):
        logger.warning("clock: %s", message)

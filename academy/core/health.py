"""The parts of a running academy that can stop alone, while its pages go on."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from academy.core import clock_jumps
from academy.core.models import WorkerBeat

PATIENCE = dt.timedelta(minutes=5)  # an upgrade or a restart of the machine takes less
_PAGE = 4096  # bytes


def failed_parts(at: dt.datetime) -> list[str]:
    """Return which parts failed: `files`, `worker`, `clock`. Two statements.

    `files`: the disk of uploads takes no upload of the largest size. `worker`, `clock`: no worker gave a sign of life,
    or no tick was done, for five minutes. Raises `DatabaseError` if the database cannot be read.
    """
    ticked = clock_jumps.last_tick()
    alive = {
        "files": files_have_room(),
        "worker": worker_is_alive(),
        "clock": ticked is not None and at - ticked <= PATIENCE,
    }
    return [name for name, is_alive in alive.items() if not is_alive]


def worker_is_alive() -> bool:
    """Return whether a worker gave a sign of life in the last five minutes of the database's clock.

    Also where no task waits for one, since the pages run them all, as in development.
    """
    if settings.TASKS["default"]["BACKEND"] != "django_tasks_db.DatabaseBackend":
        return True
    return WorkerBeat.objects.filter(at__gte=Now() - PATIENCE).exists()


def files_have_room() -> bool:
    """Return whether both directories of uploads can be written, and the largest upload fits."""
    return all(_has_room(Path(directory)) for directory in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT))


def _has_room(directory: Path) -> bool:
    nearest = next(one for one in (directory, *directory.parents) if one.exists())  # it is made at the first upload
    try:
        with tempfile.TemporaryFile(dir=nearest, buffering=0) as file:
            file.write(bytes(_PAGE))
        return shutil.disk_usage(nearest).free >= settings.UPLOAD_MOST_BYTES
    except OSError:
        return False

"""A task that the first worker does not outlive."""

import time
from pathlib import Path

from django_tasks import task


@task()
def hang_at_first(directory: str) -> None:
    """Run for hours at the first time; at the next time store that it was done."""
    began, done = Path(directory) / "began", Path(directory) / "done"
    if began.exists():
        done.touch()
        return
    began.touch()
    time.sleep(60 * 60)  # hangs until its worker is killed: that is the test

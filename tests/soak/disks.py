"""Disks that tests can fill: a small one if we may mount it, else a limit for a server's files."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

SIZE = 64  # megabytes
PIECE = bytes(4096)


class Disk(Protocol):
    def fill(self, pid: int) -> None:
        """Fill the disk: writes by this process and its children fail from now on."""

    def free(self, pid: int) -> None: ...


class SmallDisk:
    def __init__(self, directory: Path) -> None:
        self._ballast = directory / "ballast"

    def fill(self, pid: int) -> None:
        with open(self._ballast, "wb", buffering=0) as ballast:
            try:
                while ballast.write(PIECE):
                    pass
            except OSError:
                return

    def free(self, pid: int) -> None:
        self._ballast.unlink()


class Limit:
    """A limit under which no file grows: SQLite sees a failing disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def fill(self, pid: int) -> None:
        self._set(pid, next(self._directory.glob("*-wal")).stat().st_size)

    def free(self, pid: int) -> None:
        self._set(pid, None)

    def _set(self, pid: int, size: int | None) -> None:
        """Limit the files of the server and its workers to `size` bytes; None removes the limit."""
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, workers)):
            _, most = resource.prlimit(each, resource.RLIMIT_FSIZE)
            resource.prlimit(each, resource.RLIMIT_FSIZE, (most if size is None else size, most))


class ReadOnly:
    """A directory that cannot be written, for a user who may not mount a disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def fill(self, pid: int) -> None:
        for each in (self._directory, *self._directory.rglob("*/")):
            each.chmod(0o500)

    def free(self, pid: int) -> None:
        for each in (self._directory, *self._directory.rglob("*/")):
            each.chmod(0o700)


@contextmanager
def disk_to_fill(directory: Path, otherwise: Callable[[Path], Disk] = Limit) -> Iterator[Disk]:
    """Mount a small file system at `directory`; if we may not, yield `otherwise`."""
    if os.geteuid() == 0:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(directory)]
        if subprocess.run(mount, capture_output=True).returncode == 0:
            try:
                yield SmallDisk(directory)
            finally:
                subprocess.run(["umount", str(directory)], check=True)
            return
    yield otherwise(directory)

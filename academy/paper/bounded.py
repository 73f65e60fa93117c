"""A starter of a program that reads strangers' files, with limits and few folders.

`python -I bounded.py` reads a `Plan` as JSON from its input, runs its program and ends with the program's status. It
leads the group of the processes that the program starts. If its parent dies, it kills that group and empties the
folder. The kernel's Landlock keeps the program from all other files, and a newer one from the network too. The script
imports no other module of ours.
"""

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, TypedDict

UNGUARDED: Final = 97  # the status where the kernel has no Landlock
_LOOK: Final = 0.5  # seconds between two looks at the parent

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # numbers of the system calls, on every processor
_NO_NEW_PRIVILEGES: Final = 38
_READ: Final = 0b1101  # execute, read files, read folders
_OF_FILES: Final = 0b100000000000111  # of the rights, those that a single file can have
_MAKE_SOCKET, _REMOVE_FILE = 1 << 9, 1 << 5


class Plan(TypedDict):
    """A program, and what it may use."""

    parent: int  # the process that waits for us
    folder: str  # the only one where the program writes
    read: list[str]  # files and folders that it reads
    memory: int  # bytes of address space
    seconds: int  # of a processor
    size: int  # bytes of a file
    command: list[str]


def landlock() -> int:
    """Return the version of the kernel's Landlock; 0 or less without it."""
    return int(_call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1)))


def _call(number: int, *arguments: Any) -> int:
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *arguments))


def _confine(version: int, folder: str, read: Iterable[str]) -> None:
    """Take the right to all files but these from this process and those that it starts. Raises `OSError`."""
    known = (1 << (13 if version == 1 else 14 if version == 2 else 15)) - 1
    network = 0b11 if version >= 4 else 0  # bind and connect
    handled = (ctypes.c_uint64 * 2)(known, network)
    size = ctypes.sizeof(handled) if version >= 4 else 8
    rules = _call(_CREATE, ctypes.byref(handled), ctypes.c_size_t(size), ctypes.c_uint(0))
    if rules < 0:
        raise OSError("no Landlock")
    # LibreOffice makes a socket in /tmp.
    allowed = [(folder, known), ("/tmp", _MAKE_SOCKET | _REMOVE_FILE), ("/dev/null", 0b110)]
    for path, rights in [*allowed, *((one, _READ) for one in read)]:
        with suppress(FileNotFoundError):
            _allow(rules, path, rights & known)
    if ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or _call(
        _RESTRICT, ctypes.c_int(rules), ctypes.c_uint(0)
    ):
        raise OSError("Landlock refused")
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        rights &= _OF_FILES
    rule = rights.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
    if _call(_ADD, ctypes.c_int(rules), ctypes.c_int(1), rule, ctypes.c_uint(0)):
        raise OSError(f"Landlock refused {path}")
    os.close(place)


def run(plan: Plan) -> int:
    """Run the command until it ends, or until the parent does. Return its status."""
    version = landlock()
    if version < 1:
        return UNGUARDED
    for which, most in (
        (resource.RLIMIT_AS, plan["memory"]),
        (resource.RLIMIT_CPU, plan["seconds"]),
        (resource.RLIMIT_FSIZE, plan["size"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
    os.nice(10)
    _confine(version, plan["folder"], plan["read"])
    program = subprocess.Popen(plan["command"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while True:
        try:
            return program.wait(_LOOK)
        except subprocess.TimeoutExpired:
            if os.getppid() != plan["parent"]:
                _end(plan["folder"])


def _end(folder: str) -> None:
    """Kill the group, this process among it. A process outside it empties the folder afterwards."""
    group = os.getpgrp()
    if os.fork() == 0:
        os.setsid()
        for _try in range(100):
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                break
            time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)
    signal.pause()


if __name__ == "__main__":
    sys.exit(run(json.load(sys.stdin)) & 0xFF)

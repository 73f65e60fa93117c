"""Strangers' files, read by a process of its own: without our environment, which holds the keys."""

import subprocess
import sys
from pathlib import Path


def read_apart(reader: Path, content: bytes, *, seconds: float) -> bytes | None:
    """Return what the program `reader` writes about this content; None if it fails, or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(reader)], input=content, capture_output=True, timeout=seconds, env={}
        )
    except subprocess.TimeoutExpired:
        return None
    return None if done.returncode else done.stdout

"""Seconds and memory of the largest workbooks that are read, and of hostile ones (ADR 46).

Each is read in a process of its own; the seconds are those of the processor.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tables.hostile import HOSTILE, LARGEST

MEASURE = """
import json, re, sys, time
from academy.tables import reading

content = open(sys.argv[1], "rb").read()
def peak():  # in kilobytes
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
before = peak()
began = time.process_time()
try:
    reading.read(content, "a.xlsx")
except reading.Unreadable:
    pass
print(json.dumps([time.process_time() - began, (peak() - before) / 1_024]))
"""


def run() -> Iterator[dict[str, Any]]:
    for id, workbooks in (("read", LARGEST), ("refused", HOSTILE)):
        costs = [_cost(make()) for make in workbooks.values()]
        seconds, megabytes = (max(cost) for cost in zip(*costs, strict=True))
        yield {"id": f"largest_{id}_s", "value": round(seconds, 2), "unit": "s", "budget": 2, "aim": 1}
        yield {"id": f"largest_{id}_mb", "value": round(megabytes), "unit": "MB", "budget": 150, "aim": 100}


def _cost(content: bytes) -> list[float]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(content)
        told = subprocess.run([sys.executable, "-c", MEASURE, file.name], capture_output=True, text=True, check=True)
    cost: list[float] = json.loads(told.stdout)
    return cost

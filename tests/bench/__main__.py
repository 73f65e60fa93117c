"""`make bench`: run every bench_*.py of this directory and write bench/results.json.

Each module has `run()`, which returns dictionaries with the keys id, value, unit, budget and aim. A missed budget is
printed and does not fail the run: figures drift with the machine.
"""

import importlib
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent.parent / "bench" / "results.json"
PACKAGES = ["django", "wagtail", "gunicorn", "psycopg", "weasyprint"]


def main(wanted: list[str]) -> None:
    print(f"{_machine()}\n{_versions()}\n")
    results: list[dict[str, Any]] = []
    for path in sorted(HERE.glob("bench_*.py")):
        if wanted and path.stem.removeprefix("bench_") not in wanted:
            continue
        for result in importlib.import_module(f"tests.bench.{path.stem}").run():
            results.append({key: result[key] for key in ("id", "value", "unit", "budget", "aim")})
            print(_line(result), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    print(f"\nWritten to {RESULTS.relative_to(Path.cwd())}")


def _machine() -> str:
    cpu = next(
        (line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return f"{os.cpu_count()} × {cpu}, {platform.platform()}"


def _versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, {packages}"


def _line(result: dict[str, Any]) -> str:
    return "{id:32} {value:>12,} {unit:12} budget {budget}, aim {aim}".format(**result)


if __name__ == "__main__":
    main(sys.argv[1:])

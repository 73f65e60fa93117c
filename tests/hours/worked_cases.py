"""Worked cases for counting hours: each file holds a case and its expected result."""

import json
from pathlib import Path
from typing import Any

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))


def expected_of(path: Path) -> dict[str, Any]:
    """Return the expected result without `steps`."""
    expected: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["expect"]
    return expected

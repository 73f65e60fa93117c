"""Worked cases as text, for tests."""

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command


def a_case(**changes: Any) -> dict[str, Any]:
    """Return a plain visit of three hours; `changes` replace fields of the case."""
    case = {
        "activities": [
            {
                "id": "守望",
                "kind": "service",
                "role": "volunteer",
                "starts_at": "2026-01-10T09:00:00+08:00",
                "ends_at": "2026-01-10T12:00:00+08:00",
            }
        ],
        "scans": [
            {"activity": "守望", "direction": "in", "at": "2026-01-10T09:00:00+08:00"},
            {"activity": "守望", "direction": "out", "at": "2026-01-10T12:00:00+08:00"},
        ],
        **changes,
    }
    return {"case": case}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the plain case with the field at `path` set."""
    whole = a_case()
    place: Any = whole["case"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return whole


def without(*path: str | int) -> dict[str, Any]:
    """Return the plain case without the field at `path`."""
    whole = a_case()
    place: Any = whole["case"]
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return whole


def explain(tmp_path: Path, content: Any, **options: Any) -> str:
    """Return the command's output for a file with this content (bytes as they are, anything else as JSON)."""
    file = tmp_path / "case.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    out = io.StringIO()
    call_command("explain_hours", str(file), stdout=out, **options)
    return out.getvalue()


def records(tmp_path: Path, content: Any) -> Any:
    return json.loads(explain(tmp_path, content))["records"]

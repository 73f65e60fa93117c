"""Tests wait for events and run everywhere; a pause or a skipped test says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
PAUSES = {"sleep", "wait_for_timeout", "skip", "skipif", "xfail", "importorskip"}


def calls_of(path: Path) -> Iterator[int]:
    """Yield the lines of calls that pause, skip, or expect a failure."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PAUSES:
            yield node.lineno


def test_each_pause_and_each_skipped_test_says_why() -> None:
    silent = [
        f"{path.relative_to(TESTS)}:{number}"
        for path in TESTS.rglob("*.py")
        for number in calls_of(path)
        if "  # " not in path.read_text().splitlines()[number - 1]
    ]
    assert silent == []

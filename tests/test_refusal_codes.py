"""The codes of refusals are stored and read by scanners and scripts: none is renamed by accident."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/refusal_codes.txt"


def codes() -> Iterator[str]:
    """Yield the code of each `Refusal("code", …)`, and each code that check-in words when it refuses."""
    for path in [*ROOT.glob("academy/**/*.py"), *ROOT.glob("cms/**/*.py"), *ROOT.glob("demo/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="Refusal"), args=[ast.Constant(value=str() as code), *_]):
                    yield code
                case ast.MatchValue(value=ast.Constant(value=str() as code)) if path.name == "refusals.py":
                    yield code


def test_no_code_is_renamed_by_accident() -> None:
    kept = LIST.read_text().split()
    assert kept == sorted(set(kept))
    assert sorted(set(codes())) == kept, "add a new code to tests/refusal_codes.txt; do not rename or drop one"

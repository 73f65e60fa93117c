"""`seats` gives a place by one statement; `signing_alike` gives many at once by the same rule."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GIVES = re.compile(
    r"\bSignUp\(|\bSignUp\.objects\.(?:bulk_)?create|\bSignUp\.objects\.(?:get|update)_or_create|INTO activities_signup"
)
GIVERS = {"academy/activities/seats.py", "academy/activities/signing_alike.py"}


def test_no_other_module_gives_a_place():
    files = [
        path for room in ("academy", "cms") for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
    ]
    giving = {
        str(path.relative_to(ROOT)) for path in files if GIVES.search(path.read_text().replace("class SignUp(", ""))
    }
    assert giving == GIVERS

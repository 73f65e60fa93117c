"""List definitions without a caller: `python -m scripts.dead_code`, part of `make lint`.

vulture finds definitions whose names occur nowhere else. Names in templates, in strings of the code (settings, columns
of a list) and in migrations count as used. Tests do not: code that only a test calls is dead.
"""

import re
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["academy", "cms", "demo", "scripts", "manage.py"]
KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}
# Django, Wagtail and allauth call these.
REGISTERED = ["@receiver*", "@register*", "@hooks.register*", "@*.register*"]
CALLED = [
    "*Config",
    "Command",
    "Media",
    "Meta",
    "Migration",
    "add_arguments",
    "handle",
    "as_postgresql",
    "ready",
    "post",
    "clean*",
    "to_url",
    "to_python",
    "prepare_value",
    "label_from_instance",
    "authenticate",
    "pre_authenticate",
    "is_reauthentication_required",
    "validate",
    "get_user",
    "chunks",
    "construct",
    "load",
    "fetch",
    "format_message",
    "process_exception",
    "process_response",
    "is_open_for_signup",
    "add_message",
    "_reject",
    "get_*",
    "is_shown",
    "prepare_action",
    "save_instance",
    "execute_action",
    "_update_meta",
    "check_perm",
    "header_buttons",
    "items_count_label",
    "permission_policy",
    "to_row_dict",
    "users_with_any_permission",
]
# Without a caller in the product, and kept on purpose.
KEPT = {
    "lift": "tests empty the database",
}


def names_in(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", text))


def used_outside_code() -> set[str]:
    """Return the names in tags of templates and in strings of Python files."""
    found: set[str] = set()
    for path in ROOT.glob("templates/**/*.*"):
        for tag in re.findall(r"\{[%{](.*?)[%}]\}", path.read_text(encoding="utf-8"), re.DOTALL):
            found |= names_in(tag)
    for package in PACKAGES[:3]:
        for path in ROOT.glob(f"{package}/**/*.py"):
            for words in re.findall(r"\"([\w.:]+)\"", path.read_text(encoding="utf-8")):
                found |= names_in(words)
    return found


def main() -> None:
    vulture = Vulture(ignore_names=CALLED, ignore_decorators=REGISTERED)
    vulture.scavenge([str(ROOT / package) for package in PACKAGES])
    vulture.used_names |= used_outside_code()
    dead = [item for item in vulture.get_unused_code() if item.typ in KINDS]
    complaints = [
        f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}: {item.typ} {item.name} has no caller"
        for item in dead
        if item.name not in KEPT
    ]
    has_gone = set(KEPT) - {item.name for item in dead}
    complaints += [f"{name} has a caller, or has gone: take it off KEPT in scripts/dead_code.py" for name in has_gone]
    print("\n".join(complaints), end="\n" if complaints else "")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()

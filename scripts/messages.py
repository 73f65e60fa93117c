"""`make messages`: brings locale/zh_Hans up to date with the code; what is new waits there for its translation.

English needs no catalogue: the code speaks it. locale/wagtail is written by hand and stays as it is: what it translates
stands in Wagtail's code.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--locale=zh_Hans", "--no-obsolete", "--no-wrap", "--add-location=file"]
OTHERS = [".venv", "var", "node_modules", "built", "tests", "scripts"]


def main() -> None:
    ignored = [f"--ignore={name}" for name in OTHERS]
    for domain in ("django", "djangojs"):
        command = [sys.executable, "-m", "django", "makemessages", f"--domain={domain}", *OPTIONS, *ignored]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

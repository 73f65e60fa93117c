"""`make messages`: update locale/zh_Hans from the code; new messages wait there for their translation.

English needs no catalogue: it is the language of the code. locale/wagtail is written by hand and is left unchanged: it
translates messages of Wagtail's code.
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

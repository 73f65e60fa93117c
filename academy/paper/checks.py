"""System checks for printing: a missing font shows at the start and not at the first certificate."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from academy.paper.fonts import built


def check_fonts(**_: Any) -> list[CheckMessage]:
    """Report `paper.E001` if the fonts have not been built."""
    absent = [path.name for path in built() if not path.exists()]
    if not absent:
        return []
    return [
        Error(
            f"The fonts for printing are missing: {', '.join(absent)}.",
            hint="Run `python -m academy.paper.build_fonts` once; `make setup` does it too.",
            id="paper.E001",
        )
    ]


def check_subsetter(**_: Any) -> list[CheckMessage]:
    """Report `paper.W001` if WeasyPrint has no HarfBuzz subsetter and cuts each page's fonts in Python."""
    # Imported here: at the top it would slow the start of every command by a third of a second.
    from weasyprint.text import ffi

    if ffi.harfbuzz_subset is not None:
        return []
    return [
        Warning(
            "Without libharfbuzz-subset every PDF takes 13 times as long.",
            hint="Install libharfbuzz-subset0 (its name on Debian and Ubuntu).",
            id="paper.W001",
        )
    ]

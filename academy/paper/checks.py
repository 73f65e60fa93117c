"""What printing needs of the machine, said at the start instead of at the first certificate."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from academy.paper.fonts import FONTS


def fonts_are_built(**_: Any) -> list[CheckMessage]:
    """`paper.E001`: the everyday fonts have not been cut."""
    absent = [font.everyday.name for font in FONTS if not font.everyday.exists()]
    if not absent:
        return []
    return [
        Error(
            f"The fonts for printing are not there: {', '.join(absent)}.",
            hint="Run `python -m academy.paper.build_fonts` once; `make setup` does it too.",
            id="paper.E001",
        )
    ]


def subsetting_is_quick(**_: Any) -> list[CheckMessage]:
    """`paper.W001`: WeasyPrint does without HarfBuzz's subsetter and cuts each page's fonts in Python."""
    # Here and not above: it would cost every command a third of a second at its start.
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

"""What printing needs of the machine, said at the start instead of at the first certificate."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from academy.paper.fonts import FONTS


@register
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


@register
def fonts_are_cut_quickly(**_: Any) -> list[CheckMessage]:
    """`paper.E002`, `paper.W001`: a library that WeasyPrint uses is not installed."""
    try:
        from weasyprint.text import ffi
    except OSError as error:
        return [
            Error(
                f"WeasyPrint lacks a system library: {error}",
                hint="Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0 (their names on Debian).",
                id="paper.E002",
            )
        ]
    if ffi.harfbuzz_subset is not None:
        return []
    return [
        Warning(
            "Without libharfbuzz-subset every PDF takes 13 times as long.",
            hint="Install libharfbuzz-subset0 (its name on Debian).",
            id="paper.W001",
        )
    ]

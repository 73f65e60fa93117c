"""One certificate on demand against plain WeasyPrint (`certificate_single_vs_plain`)."""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import django
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from academy.paper.fonts import FONTS
from academy.paper.pdf import render_pdf
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED

ROUNDS = 15
SHEET = certificate(rows=10)


def on_demand() -> bytes:
    return render_pdf(SHEET, created=CREATED)


def plain() -> bytes:
    """Print a page as WeasyPrint's documentation does: the whole font, its style sheet, no cache."""
    (song, _hei) = FONTS
    face = f'@font-face {{ font-family: "{song.family}"; src: url("{song.whole.as_uri()}") }}'
    css = "\n".join([face, *(render_to_string(name) for name in ("paper/sheet.css", SHEET.style))])
    configuration = FontConfiguration()
    html = render_to_string(SHEET.template, {"sheet": SHEET, "created": CREATED.isoformat()})
    return HTML(string=html).write_pdf(
        stylesheets=[CSS(string=css, font_config=configuration)], font_config=configuration
    )


def run() -> list[dict[str, Any]]:
    """Return the medians of seconds; the two sides take turns."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.test")
    django.setup()
    taken: dict[Callable[[], bytes], list[float]] = {on_demand: [], plain: []}
    for side in taken:
        side()
    for _ in range(ROUNDS):
        for side, seconds in taken.items():
            start = time.perf_counter()
            side()
            seconds.append(time.perf_counter() - start)
    single, reference = (statistics.median(taken[side]) for side in (on_demand, plain))
    return [
        {
            "id": "certificate_single_vs_plain",
            "value": round(single / reference, 3),
            "unit": "ratio",
            "budget": 0.5,
            "aim": 0.21,
        },
        {"id": "certificate_single_ms", "value": round(single * 1000, 1), "unit": "ms", "budget": None, "aim": None},
    ]

"""A batch of certificates against the same page drawn with reportlab, and its memory as it grows.

The batch prints a thousand certificates of ten rows, each with a code, in chunks and bound as one PDF as the
background work does; reading them from the database is not in it. The other side draws the same texts, lines and code
of one page with reportlab's canvas, with a font of the reader's program. Both write to memory. Memory is the peak of
a process of its own that prints 500, and of one that prints 5,000.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import django
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from academy.paper.binding import bound_in_order
from academy.paper.codes import dark_runs, qr_matrix
from academy.paper.pdf import print_many
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED

MANY, CHUNK, ROUNDS = 1_000, 100, 3  # a chunk is `SHARED` of certificates.works
FEW_OF_MEMORY, MANY_OF_MEMORY = 500, 5_000
FONT = "STSong-Light"
SHEET = certificate(rows=10)


def sheets(start: int, count: int) -> list[Any]:
    """Return certificates that differ in name, number and code."""
    return [
        replace(
            SHEET,
            name=f"王{chr(0x4E00 + number % 5000)}英",
            number=f"ZM01-2026-{number:06}",
            verify_url=f"HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA{number:08}/",
        )
        for number in range(start, start + count)
    ]


def ours(count: int) -> int:
    """Print so many certificates as one PDF, and return its bytes."""
    return sum(map(len, bound_in_order(_parts(count))))


def _parts(count: int) -> Iterator[tuple[list[int], bytes]]:
    for start in range(0, count, CHUNK):
        for made in print_many(sheets(start, min(CHUNK, count - start)), practice=False, created=CREATED):
            assert isinstance(made.content, bytes), made.content
            assert len(made.places) > 1, "this one was laid out alone"
            yield [start + place for place in made.places], made.content


def theirs(count: int) -> int:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    saved = BytesIO()
    canvas = Canvas(saved, pagesize=A4, pageCompression=1)
    for sheet in sheets(0, count):
        _draw(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return len(saved.getvalue())


def _draw(canvas: Canvas, sheet: Any) -> None:
    canvas.rect(15 * mm, 15 * mm, 180 * mm, 267 * mm)
    canvas.setFont(FONT, 24)
    canvas.drawCentredString(105 * mm, 260 * mm, "志愿服务记录证明")
    canvas.setFont(FONT, 11)
    for place, text in enumerate(
        [
            f"证明编号 {sheet.number}",
            f"志愿者姓名 {sheet.name}　志愿者编号 {sheet.volunteer_number}",
            f"服务时间 {sheet.hours} 小时　{sheet.period_from} 至 {sheet.period_to}",
        ]
    ):
        canvas.drawString(25 * mm, (245 - 9 * place) * mm, text)
    canvas.setFont(FONT, 9)
    for place, row in enumerate(sheet.rows):
        y = (205 - 8 * place) * mm
        canvas.rect(20 * mm, y - 2.5 * mm, 170 * mm, 8 * mm)
        for x, text in ((22, row.index), (30, row.date), (55, row.activity), (100, row.content), (180, row.hours)):
            canvas.line((x - 1) * mm, y - 2.5 * mm, (x - 1) * mm, y + 5.5 * mm)
            canvas.drawString(x * mm, y, text)
        canvas.drawString(100 * mm, y - 2 * mm, row.place)
    canvas.setFont(FONT, 11)
    closing = (
        sheet.issuer,
        f"负责人 {sheet.person_responsible}　经办人 {sheet.handler}",
        sheet.telephone,
        sheet.issued_on,
    )
    for place, text in enumerate((*closing, sheet.verify_address, sheet.verify_code)):
        canvas.drawString(70 * mm, (80 - 7 * place) * mm, text)
    canvas.circle(150 * mm, 60 * mm, 20 * mm)  # the place of the seal
    matrix = qr_matrix(sheet.verify_url, "Q")
    module = 30 * mm / len(matrix)
    for x, y, length in dark_runs(matrix):
        canvas.rect(22 * mm + x * module, 85 * mm - (y + 1) * module, length * module, module, stroke=0, fill=1)


def _peak_of(count: int) -> int:
    """Return the peak of memory of a process that prints so many, in kilobytes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_certificates", str(count)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def run() -> list[dict[str, Any]]:
    """Return the ratios; the two sides take turns, and the median counts."""
    _set_up()
    taken: dict[Callable[[int], int], list[float]] = {ours: [], theirs: []}
    for side in taken:
        side(CHUNK)
    for _round in range(ROUNDS):
        for side, seconds in taken.items():
            start = time.perf_counter()
            side(MANY)
            seconds.append(time.perf_counter() - start)
    own, other = (statistics.median(taken[side]) for side in (ours, theirs))
    growth = _peak_of(MANY_OF_MEMORY) / _peak_of(FEW_OF_MEMORY)
    ratio = {"unit": "ratio"}
    return [
        {"id": "certificates_vs_reportlab", "value": round(other / own, 3), **ratio, "budget": 0.1, "aim": 1},
        {"id": "certificates_memory_growth", "value": round(growth, 3), **ratio, "budget": 1.3, "aim": 1},
        {"id": "certificate_ms", "value": round(own / MANY * 1000, 2), "unit": "ms", "budget": None, "aim": None},
    ]


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.test")
    django.setup()


if __name__ == "__main__":
    _set_up()
    ours(int(sys.argv[1]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

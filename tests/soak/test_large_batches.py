"""The memory of a worker does not grow with the number of certificates (ADR 133)."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.soak

PROGRAM = """
import os, resource, sys, tempfile
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.test")
django.setup()
from academy.core import encryption
from academy.paper.binding import bound
from academy.paper.pdf import render_pdf
from academy.paper.press import Record
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED

def papers():
    for place in range(int(sys.argv[1])):
        sheet = certificate(rows=3, name=chr(0x4E00 + place), number=f"ZM01-2026-{place:06}")
        yield render_pdf(sheet, created=CREATED, record=Record("record.json", "{}", CREATED))

with tempfile.TemporaryFile() as file:
    for line in encryption.seal_pieces(bound(papers())):
        file.write(line)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file.tell())
"""


def peak_and_size(count: int) -> tuple[int, int]:
    """Return the peak of the memory in megabytes, and the bytes of the file."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(count)], capture_output=True, text=True, check=True)
    peak, size = map(int, done.stdout.split())
    return peak, size


def test_five_hundred_certificates_need_no_more_memory_than_fifty() -> None:
    few, many = peak_and_size(50), peak_and_size(500)

    assert many[1] > 8 * few[1]
    assert many[0] - few[0] < 25

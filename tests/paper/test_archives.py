"""Certificates of all kinds and looks keep the rules of PDF/A-3u (ADR 131, 136)."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from academy.designs.sheets import picture_address
from academy.designs.wording import Kind
from academy.paper.pdf import render_pdf
from academy.paper.press import Record
from academy.paper.sheets import Sheet
from tests.certificates.samples import certificate
from tests.certificates.test_designed_papers import sheet as designed
from tests.designs.test_services import picture as a_seal
from tests.paper.archives import faults_of
from tests.paper.printing import CREATED

pytestmark = pytest.mark.slow

RECORD = Record("record.json", '{"form": "volunteer-certificate/1"}', CREATED)
PAPERS: dict[str, Callable[[], Sheet]] = {
    "filled into the blank": certificate,
    "of several pages": lambda: certificate(rows=40),
    "with a rare name": lambda: certificate(name="龚䶮𬀩"),
    **{kind.value: lambda kind=kind: designed(kind) for kind in Kind},  # type: ignore[misc]
    **{
        border: lambda border=border: designed(  # type: ignore[misc]
            Kind.TIER, border=border, seal=picture_address(a_seal()), signature=picture_address(a_seal())
        )
        for border in ("double", "fret", "letter")
    },
}


def archived(sheet: Sheet) -> bytes:
    return render_pdf(sheet, created=CREATED, record=RECORD)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_certificate_keeps_the_rules(paper: str) -> None:
    assert faults_of(archived(PAPERS[paper]())) == []


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _no_file(document: pikepdf.Pdf) -> None:
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == pikepdf.Name.FontDescriptor:
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in one:
                    del one[key]


def _no_relationship(document: pikepdf.Pdf) -> None:
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary) and "/AFRelationship" in one:
            del one["/AFRelationship"]


def _no_characters(document: pikepdf.Pdf) -> None:
    for one in document.objects:
        if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
            one.ToUnicode.write(b"begincmap endcmap")


def _another_title(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "another"


def _no_intent(document: pikepdf.Pdf) -> None:
    del document.Root["/OutputIntents"]


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (_script, "6.5"),
        (_no_file, "6.2.11.4"),
        (_no_relationship, "6.8"),
        (_no_characters, "6.2.11.7.2"),
        (_another_title, "6.6.3"),
        (_no_intent, "6.2.3"),
    ],
)
def test_the_checker_finds_what_an_archive_would_refuse(change: Callable[[pikepdf.Pdf], None], clause: str) -> None:
    saved = BytesIO()
    with pikepdf.open(BytesIO(archived(certificate()))) as document:
        change(document)
        document.save(saved)
    assert any(fault.startswith(clause) for fault in faults_of(saved.getvalue()))

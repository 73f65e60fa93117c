"""The PDF of a certificate is PDF/A-3u, carries its record, and has the same bytes each time (P6).

No checker of PDF/A is installed. These tests read the requirements of ISO 19005-3 that a certificate could miss, from
the file itself.
"""

import json
import re
import zlib
from typing import Any

import pypdfium2
import pytest

from academy.certificates import printing, services
from academy.certificates.models import Certificate
from academy.paper import press
from academy.paper.pdf import print_sheet
from academy.people.services import personal_data
from academy.profiles.services import keeping_documents
from tests.certificates.issuing import issue, issued
from tests.certificates.samples import certificate as sample
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.printing import CREATED, printed
from tests.paper.reading import assert_look_alike, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def pdf_of(certificate: Certificate) -> bytes:
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    return made


def record_in(pdf: bytes) -> dict[str, Any]:
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.count_attachments() == 1
        attachment = document.get_attachment(0)
        assert attachment.get_name() == "record.json"
        record: dict[str, Any] = json.loads(bytes(attachment.get_data()))
    return record


def parts(pdf: bytes) -> bytes:
    """Return the file with all its streams inflated: its objects can be searched as text."""

    def inflated(found: re.Match[bytes]) -> bytes:
        try:
            return b"stream\n" + zlib.decompress(found[1]) + b"\nendstream"
        except zlib.error:
            return found[0]

    return re.sub(rb"stream\r?\n(.*?)\r?\nendstream", inflated, pdf, flags=re.DOTALL)


def test_it_says_that_it_is_for_archives_and_meets_what_that_asks(certificate: Certificate) -> None:
    pdf = pdf_of(certificate)
    inside = parts(pdf)
    assert pdf.startswith(b"%PDF-1.7\n%") and pdf[10:14] >= b"\x80" * 3  # 6.1.2
    assert b'pdfaid:part="3"' in inside and b'pdfaid:conformance="U"' in inside  # 6.6.4
    assert b"/GTS_PDFA1" in inside and b"/DestOutputProfile" in inside  # 6.2.3
    assert b"/ID [" in inside and b"/Encrypt" not in inside  # 6.1.3
    assert b"/AFRelationship /Data" in inside and b"/AF [" in inside  # 6.8
    assert b"application#2fjson" in inside
    for forbidden in (b"/JavaScript", b"/OpenAction", b"/AA ", b"/SMask /", b"/LZWDecode", b"/Launch", b"/XFA"):
        assert forbidden not in inside
    fonts = inside.count(b"/Type /Font\n") + len(re.findall(rb"/Type /Font[ />]", inside))
    assert fonts and inside.count(b"/FontFile") and inside.count(b"/ToUnicode")  # 6.2.11: embedded, with their texts


def test_its_information_is_the_same_in_both_places(certificate: Certificate) -> None:
    pdf = pdf_of(certificate)
    inside = parts(pdf).decode("utf-8", "replace")
    with pypdfium2.PdfDocument(pdf) as document:
        said = document.get_metadata_dict(skip_empty=True)
    assert said["Title"] in inside and said["Producer"] in inside
    assert "2026-02-02T" in inside and said["CreationDate"].startswith("D:20260202")


def test_it_carries_its_record(certificate: Certificate, scene: Scene) -> None:
    record = record_in(pdf_of(certificate))
    expected = {
        "form": "volunteer-certificate/1",
        "code": certificate.code,
        "number": certificate.number,
        "page": f"https://academy.test/verify/{certificate.code}/",
        "content_hash": certificate.content_hash,
        "volunteer": {"name": "王秀英", "number": certificate.volunteer.number},
        "issuer": scene.issuer.name,
        "hours": "5.0",
        "minutes": 300,
        "issued_on": "2026-02-02",
        "evidence": [{"kind": "scanned", "minutes": 300, "hours": "5.0"}],
    }
    assert {name: record[name] for name in expected} == expected
    assert [row["minutes"] for row in record["rows"]] == [180, 120]


def test_the_record_has_no_id_number_and_no_phone(scene: Scene, certificate: Certificate, monkeypatch: Any) -> None:
    document = {"document_type": "居民身份证", "document_number": "34052419800101001X"}
    monkeypatch.setattr(keeping_documents, "as_printed", lambda volunteer: document)
    with_number = issued(issue(scene, certificate.volunteer, remark="用于积分入户", with_document=True))
    pdf = pdf_of(with_number)
    assert "34052419800101001X" in pages(pdf)[0]  # the volunteer asked for it on this paper (V2)
    told = json.dumps(record_in(pdf), ensure_ascii=False)
    assert "34052419800101001X" not in told and "13800138000" not in told and "居民身份证" not in told


def test_the_same_certificate_is_the_same_bytes(certificate: Certificate) -> None:
    first = pdf_of(certificate)
    assert pdf_of(Certificate.objects.get()) == first
    laid_out = print_sheet(sample(rows=40), created=CREATED, practice=False)
    assert laid_out == print_sheet(sample(rows=40), created=CREATED, practice=False)


def test_for_archives_it_looks_as_without(certificate: Certificate) -> None:
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    assert_look_alike(
        pdf_of(certificate),
        _plain(printing.sheet_of(certificate, personal)),
    )


def _plain(sheet: Any) -> bytes:
    made = print_sheet(sheet, created=ISSUED_AT, practice=False)
    assert isinstance(made, bytes)
    return made


def test_a_certificate_of_an_earlier_release_stays_as_it_was(certificate: Certificate) -> None:
    del certificate.snapshot["file"]
    certificate.content_hash = services.integrity.content_hash(certificate)
    pdf = pdf_of(certificate)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.count_attachments() == 0
    assert b"pdfaid" not in parts(pdf)


def test_asking_again_gives_an_earlier_releases_certificate_and_no_second_one(
    scene: Scene, certificate: Certificate, monkeypatch: Any
) -> None:
    snapshot = services.snapshot_of
    monkeypatch.setattr(services, "snapshot_of", lambda *args: {**snapshot(*args), "file": "another form"})
    assert issue(scene, certificate.volunteer) == certificate


def test_nothing_claims_to_be_signed(certificate: Certificate) -> None:
    inside = parts(pdf_of(certificate))
    assert b"/Sig" not in inside and b"/ByteRange" not in inside


def test_without_a_record_a_sheet_is_no_archive() -> None:
    assert b"pdfaid" not in parts(printed(sample()))


def test_the_first_file_of_a_process_has_the_bytes_of_all_others(certificate: Certificate) -> None:
    press._colour_profile.cache_clear()
    assert pdf_of(certificate) == pdf_of(certificate)

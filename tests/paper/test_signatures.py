"""PDF files are signed behind their own bytes (PAdES), and a signature of ours is known again."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from asn1crypto import x509
from django.utils import translation
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from academy.core.refusals import Refusal
from academy.paper import signatures
from academy.paper.press import Record, html_to_pdf
from tests.answers import code_of
from tests.paper import p12

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    record = Record("record.json", '{"hours": "5.0"}', NOW)
    return html_to_pdf("<title>证明</title><p>服务时间 5.0 小时", "paper/sheet.css", record=record)


@pytest.fixture(scope="module")
def identity() -> signatures.Identity:
    opened = signatures.open_p12(p12.p12(), p12.PASSWORD, at=NOW)
    assert isinstance(opened, signatures.Identity)
    return opened


@pytest.fixture(scope="module")
def signed(pdf: bytes, identity: signatures.Identity) -> bytes:
    content, is_stamped = signatures.sign(pdf, identity, at=NOW)
    assert not is_stamped
    return content


def judged(content: bytes, identity: signatures.Identity, *, stamps: Any = None) -> Any:
    """Return what pyHanko's own validator says."""
    (embedded,) = PdfFileReader(BytesIO(content)).embedded_signatures
    roots = [x509.Certificate.load(identity.certificate)]
    context = ValidationContext(trust_roots=roots, moment=NOW)
    stamping = ValidationContext(trust_roots=[stamps], moment=NOW) if stamps is not None else None
    return validate_pdf_signature(embedded, context, ts_validation_context=stamping)


def test_a_signed_file_begins_with_the_file_and_is_valid(
    pdf: bytes, signed: bytes, identity: signatures.Identity
) -> None:
    assert signed.startswith(pdf)
    status = judged(signed, identity)
    assert status.intact and status.valid and status.trusted and status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE" and status.timestamp_validity is None
    assert b"/ETSI.CAdES.detached" in signed[len(pdf) :]


def test_it_stays_a_file_for_archives_with_its_record(pdf: bytes, signed: bytes) -> None:
    """PDF/A-3u: what says so is not written again, and the record is still there."""
    added = signed[len(pdf) :]
    assert b"/Metadata" in added and b"pdfaid" not in added  # the catalogue points at the metadata as before
    assert b"/OutputIntents" in added and b"/AF [" in added
    with pypdfium2.PdfDocument(signed) as document:
        attachment = document.get_attachment(0)
        assert attachment.get_name() == "record.json" and bytes(attachment.get_data()) == b'{"hours": "5.0"}'
        assert len(document) == 1


def test_it_has_a_time_stamp_of_the_server(pdf: bytes, identity: signatures.Identity) -> None:
    """PAdES B-T."""
    with p12.stamp_server(NOW) as address:
        content, is_stamped = signatures.sign(pdf, identity, at=NOW, stamp_url=address)
    assert is_stamped and content.startswith(pdf)
    status = judged(content, identity, stamps=p12.time_stamper(NOW).tsa_cert)
    assert status.bottom_line and status.timestamp_validity.valid and status.timestamp_validity.timestamp == NOW
    found = signatures.signature_on(content, original=pdf, certificates=[identity.certificate])
    assert found == signatures.Signature(identity.certificate, NOW)


@pytest.mark.parametrize("answer", [b"", b"no time stamp"])
def test_without_an_answer_of_the_server_it_has_none(pdf: bytes, identity: signatures.Identity, answer: bytes) -> None:
    with p12.stamp_server(NOW, answer=answer) as address:
        content, is_stamped = signatures.sign(pdf, identity, at=NOW, stamp_url=address)
    assert not is_stamped and judged(content, identity).bottom_line


def test_a_server_that_is_not_there_costs_no_signature(pdf: bytes, identity: signatures.Identity) -> None:
    content, is_stamped = signatures.sign(pdf, identity, at=NOW, stamp_url="http://127.0.0.1:9/")
    assert not is_stamped and judged(content, identity).bottom_line


def test_an_ec_key_signs_too(pdf: bytes) -> None:
    identity = signatures.open_p12(p12.p12(kind="ec", usage="content_commitment"), p12.PASSWORD, at=NOW)
    assert isinstance(identity, signatures.Identity)
    content, _is_stamped = signatures.sign(pdf, identity, at=NOW)
    assert judged(content, identity).bottom_line


def test_our_signature_is_known_again(pdf: bytes, signed: bytes, identity: signatures.Identity) -> None:
    other = p12.certificate_of(p12.key_of("ec")).public_bytes(p12.Encoding.DER)
    assert signatures.signature_on(signed, original=pdf, certificates=[other]) is None
    found = signatures.signature_on(signed, original=pdf, certificates=[other, identity.certificate])
    assert found == signatures.Signature(identity.certificate, NOW)
    facts = signatures.facts_of(identity.certificate)
    assert (facts.name, facts.authority, facts.valid_until) == (p12.NAME, p12.NAME, p12.UNTIL)


def test_the_key_of_another_kind_or_a_newer_one_hides_no_signature(pdf: bytes, identity: signatures.Identity) -> None:
    """Each certificate is asked by itself: the library trips over one that did not sign."""
    ec = signatures.open_p12(p12.p12(kind="ec"), p12.PASSWORD, at=NOW)
    assert isinstance(ec, signatures.Identity)
    content, _is_stamped = signatures.sign(pdf, ec, at=NOW)
    newer = p12.certificate_of(p12.key_of("rsa", 7)).public_bytes(p12.Encoding.DER)
    found = signatures.signature_on(content, original=pdf, certificates=[newer, identity.certificate, ec.certificate])
    assert found == signatures.Signature(ec.certificate, NOW)


def test_a_p12_file_of_too_many_rounds_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its MAC, its certificates or its key."""
    opened: list[bytes] = []
    read = signatures.read_apart
    monkeypatch.setattr(signatures, "read_apart", lambda *given, **named: opened.append(b"") or read(*given, **named))
    usual = p12.p12()
    for part in ("mac", "certificates", "key"):
        for rounds, count in ((signatures._MOST_ROUNDS + 1, 0), (2, 1)):
            answer = signatures.open_p12(p12.with_rounds(usual, part, rounds), p12.PASSWORD, at=NOW)
            assert (code_of(answer), len(opened)) == ("wrong_password" if count else "not_p12", count), (part, rounds)
        opened.clear()


def test_a_p12_file_whose_inner_parts_ask_for_endless_work_is_not_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A bag within an encrypted part names its rounds where nobody reads them before."""
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(signatures, "_P12_READER", endless)
    monkeypatch.setattr(signatures, "_P12_SECONDS", 0.3)
    assert code_of(signatures.open_p12(p12.p12(), p12.PASSWORD, at=NOW)) == "not_p12"


def test_the_days_of_a_key_are_those_of_here() -> None:
    """Midnight in China is 16:00 UTC."""
    until = dt.datetime(2026, 2, 27, 16, 0, tzinfo=dt.UTC)
    with translation.override("zh-hans"):
        answer = signatures.open_p12(p12.p12(valid=(p12.FROM, until)), p12.PASSWORD, at=NOW)
    assert isinstance(answer, Refusal)
    assert "2025年1月1日" in str(answer) and "2026年2月28日" in str(answer)


def test_a_file_that_was_touched_behind_its_bytes_has_no_signature_of_ours(
    pdf: bytes, signed: bytes, identity: signatures.Identity
) -> None:
    ours = {"original": pdf, "certificates": [identity.certificate]}
    longer = signed + b"\n1 0 obj << >> endobj\n"
    for content in (
        pdf,
        longer,
        signed + b" " * signatures._MOST_ADDED,
        b"%PDF-1.7" + signed,
        signed.replace(b"/ByteRange", b"/ByteRang_"),
        signed.replace(b"/ByteRange [0 ", b"/ByteRange [9 "),
        signed[:-20] + b"x" + signed[-19:],
        signed + signed[len(pdf) :],
    ):
        assert signatures.signature_on(content, **ours) is None
    begin = signed.index(b"<", signed.index(b"/Contents", len(pdf)))
    for wrong in (b"z" * 8, b"00000000", b"30820000"):
        broken = signed[: begin + 1] + wrong + signed[begin + 1 + len(wrong) :]
        assert signatures.signature_on(broken, **ours) is None


@pytest.mark.parametrize(
    ("file", "password", "code"),
    [
        (lambda: b"", p12.PASSWORD, "not_p12"),
        (lambda: b"%PDF-1.7", p12.PASSWORD, "not_p12"),
        (lambda: p12.p12() + b"0" * signatures.MOST_P12, p12.PASSWORD, "not_p12"),
        (lambda: p12.p12(), "falsch", "wrong_password"),
        (lambda: p12.p12(), "", "wrong_password"),
        (lambda: p12.p12(with_key=False), p12.PASSWORD, "no_key"),
        (lambda: p12.p12(kind="weak"), p12.PASSWORD, "not_for_signing"),
        (lambda: p12.p12(kind="ed25519"), p12.PASSWORD, "not_for_signing"),
        (lambda: p12.p12(usage="key_encipherment"), p12.PASSWORD, "not_for_signing"),
        (lambda: p12.p12(valid=(p12.FROM, NOW - dt.timedelta(seconds=1))), p12.PASSWORD, "not_valid_today"),
        (lambda: p12.p12(valid=(NOW + dt.timedelta(seconds=1), p12.UNTIL)), p12.PASSWORD, "not_valid_today"),
        (lambda: p12.p12(usage="digital_signature"), p12.PASSWORD, ""),
    ],
)
def test_a_file_that_cannot_sign_is_refused_with_the_reason(file: Any, password: str, code: str) -> None:
    assert code_of(signatures.open_p12(file(), password, at=NOW)) == code


def test_the_name_is_the_organisation_if_there_is_no_other(identity: signatures.Identity) -> None:
    key = p12.key_of()
    for attributes, name in (
        ([(p12.crypto_x509.NameOID.ORGANIZATION_NAME, "幸福里居委会")], "幸福里居委会"),
        ([(p12.crypto_x509.NameOID.COUNTRY_NAME, "CN")], "C=CN"),
    ):
        subject = p12.crypto_x509.Name([p12.crypto_x509.NameAttribute(*one) for one in attributes])
        made = (
            p12.crypto_x509.CertificateBuilder(subject, subject, key.public_key(), 1, p12.FROM, p12.UNTIL)
            .sign(key, p12.SHA256())
            .public_bytes(p12.Encoding.DER)
        )
        assert signatures.facts_of(made).name == name

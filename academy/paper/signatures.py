"""Electronic signatures of PDF files (PAdES), by pyHanko (ADR 138).

A signature stands behind the file, whose own bytes stay. A signed file of ours begins with the file that we print, and
one of our keys has signed all of it. An update that was added before signing is signed too, and a reader of PDF may
show it in place of ours: before a file is called the same, the content that it shows has to be compared as well.
"""

import asyncio
import datetime as dt
import hashlib
import json
import logging
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms, keys, pkcs12, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from cryptography.x509 import Certificate, ExtensionNotFound, KeyUsage, Name, NameOID, load_der_x509_certificate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from academy.core import formats
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.paper import p12_reader
from academy.paper.apart import read_apart

logger = logging.getLogger(__name__)

MOST_P12: Final = 100_000  # bytes
_P12_READER: Final = Path(p12_reader.__file__)
_P12_SECONDS: Final = 10  # for one file
_MOST_ROUNDS: Final = 1_000_000  # of the work that a password costs, in each part of a P12 file
STAMP_SECONDS: Final = 5  # for the whole answer of the time-stamp server
_LEAST_BITS: Final = 2048  # of an RSA key
_FIELD: Final = "Signature"
_DIGEST: Final = "sha256"
_RESERVED: Final = 48_000  # hexadecimal digits: the certificates of unit and time-stamp server
_MOST_ADDED: Final = 200_000  # bytes that a signature adds
_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0 (\d{1,9}) (\d{1,9}) (\d{1,9})\s*\]")
_MOMENT: Final = re.compile(rb"/M\s*\(([^()]{1,80})\)")
_DATE: Final = re.compile(r"D:(\d{14})(Z|[+-]\d\d'\d\d)")
_ESCAPED: Final = re.compile(rb"\\([0-7]{3})")
_FAULTS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, UnsupportedAlgorithm)

NOT_P12 = Refusal(
    "not_p12", gettext_lazy("This is no P12 file that can be opened here. Choose the .p12 or .pfx file of the unit.")
)
WRONG_PASSWORD = Refusal("wrong_password", gettext_lazy("The password does not open this file. Type it again."))
NO_KEY = Refusal(
    "no_key", gettext_lazy("This file holds no private key. Export the certificate again, together with its key.")
)
NOT_FOR_SIGNING = Refusal(
    "not_for_signing",
    gettext_lazy(
        "This key is not made for signing documents. It must be an RSA key of 2048 bits or more, or an EC key, and its "
        "certificate must allow signatures."
    ),
)


@dataclass(frozen=True)
class Identity:
    """A private key with its certificates, in DER."""

    key: bytes
    certificate: bytes
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class CertificateFacts:
    """The names and days in a certificate of a key."""

    name: str
    authority: str
    valid_from: dt.datetime
    valid_until: dt.datetime
    fingerprint: str  # SHA-256


@dataclass(frozen=True)
class Signature:
    """A signature on a file, by the key of `certificate`; `signed_at` is the signer's own clock."""

    certificate: bytes
    signed_at: dt.datetime | None


def open_p12(content: bytes, password: str, *, at: dt.datetime) -> Identity | Refusal:
    """Return the key and the certificates of a P12 file.

    Refuses with `not_p12`, `wrong_password`, `no_key`, `not_for_signing` and `not_valid_today`.
    """
    if len(content) > MOST_P12 or not _is_p12(content):
        return NOT_P12
    identity = _opened(content, password)
    if isinstance(identity, Refusal):
        return identity
    if not _may_sign(load_der_private_key(identity.key, None), load_der_x509_certificate(identity.certificate)):
        return NOT_FOR_SIGNING
    facts = facts_of(identity.certificate)
    if not facts.valid_from <= at <= facts.valid_until:
        days = {"first": _day(facts.valid_from), "last": _day(facts.valid_until)}
        return Refusal(
            "not_valid_today",
            _("This certificate is valid from %(first)s until %(last)s, not today. Ask its authority for a new one.")
            % days,
        )
    return identity


def _opened(content: bytes, password: str) -> Identity | Refusal:
    """Return what the file holds, read apart: parts within encrypted parts may ask for work without end."""
    answer = read_apart(_P12_READER, json.dumps(password).encode() + b"\n" + content, seconds=_P12_SECONDS)
    found: dict[str, Any] = json.loads(answer) if answer else {"fault": NOT_P12.code}
    if fault := found["fault"]:
        return {one.code: one for one in (NOT_P12, WRONG_PASSWORD, NO_KEY)}[fault]
    return Identity(
        b64decode(found["key"]), b64decode(found["certificate"]), tuple(b64decode(one) for one in found["chain"])
    )


def facts_of(certificate: bytes) -> CertificateFacts:
    """Return the names, the days and the fingerprint of a certificate in DER."""
    read = load_der_x509_certificate(certificate)
    return CertificateFacts(
        name=_name(read.subject),
        authority=_name(read.issuer),
        valid_from=read.not_valid_before_utc,
        valid_until=read.not_valid_after_utc,
        fingerprint=hashlib.sha256(certificate).hexdigest(),
    )


def sign(pdf: bytes, identity: Identity, *, at: dt.datetime, stamp_url: str = "") -> tuple[bytes, bool]:
    """Return the file with a signature behind it, and whether it has a time stamp (PAdES B-T, else B-B).

    Without an answer of the server within `STAMP_SECONDS`, it has none.
    """
    if stamp_url:
        try:
            return asyncio.run(_sign(pdf, identity, at, HTTPTimeStamper(stamp_url, timeout=STAMP_SECONDS))), True
        # A server may send anything, and the library trips over it in many ways.
        except Exception:
            logger.exception("The time-stamp server gave no usable answer")
    return asyncio.run(_sign(pdf, identity, at, None)), False


def signature_on(content: bytes, *, original: bytes, certificates: Iterable[bytes]) -> Signature | None:
    """Return the signature of one of these certificates on each byte of a file that begins with ours.

    Between the original and the signature anything may stand: compare the content that the file shows.
    """
    if not content.startswith(original) or not 0 < len(content) - len(original) <= _MOST_ADDED:
        return None
    ranges = _BYTE_RANGE.findall(content, len(original))
    if len(ranges) != 1:
        return None
    begin, end, rest = map(int, ranges[0])
    if not len(original) < begin < end <= len(content) == end + rest:
        return None
    signed = content[:begin] + content[end:]
    try:
        data = cms.ContentInfo.load(bytes.fromhex(content[begin + 1 : end - 1].decode("ascii")))["content"]
        (signer,) = data["signer_infos"]
    except _FAULTS:
        return None
    digest = hashlib.sha256(signed).digest()
    for one in certificates:
        if _is_signed_by(one, signer, digest):
            return Signature(one, _moment(signed[len(original) :]))
    return None


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the metadata as they are: the signature is all that it adds."""

    def _update_meta(self) -> None:
        pass


class _PdfSigner(PdfSigner):
    """A signer whose clock says `at`."""

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


async def _sign(pdf: bytes, identity: Identity, at: dt.datetime, stamper: TimeStamper | None) -> bytes:
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(map(x509.Certificate.load, identity.chain))
    signer = SimpleSigner(
        x509.Certificate.load(identity.certificate), keys.PrivateKeyInfo.load(identity.key), cert_registry=store
    )
    wanted = PdfSignatureMetadata(field_name=_FIELD, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES)
    signed = await _PdfSigner(wanted, signer, timestamper=stamper, at=at).async_sign_pdf(
        _Writer(BytesIO(pdf)), bytes_reserved=_RESERVED if stamper else None
    )
    content: bytes = signed.getvalue()
    return content


def _is_signed_by(certificate: bytes, signer: Any, digest: bytes) -> bool:
    """Return whether the key of this certificate made the signature. A key of another kind did not."""
    try:
        return all(validate_sig_integrity(signer, x509.Certificate.load(certificate), "data", digest))
    except _FAULTS:
        return False


def _is_p12(content: bytes) -> bool:
    """Return whether it is a P12 file that asks for no more rounds than `_MOST_ROUNDS` to be opened."""
    try:
        file = pkcs12.Pfx.load(content)
        return bool(file["version"].native == "v3") and all(1 <= one <= _MOST_ROUNDS for one in _rounds(file))
    except (AttributeError, LookupError, TypeError, ValueError):
        return False


def _rounds(file: Any) -> Iterator[int]:
    """Yield how often each encrypted part, and the MAC, repeat their work. Fails for what does not say it."""
    if file["mac_data"]:
        if "." in file["mac_data"]["mac"]["digest_algorithm"]["algorithm"].native:
            raise ValueError("A MAC of a kind that is not known here, with rounds of its own")
        yield file["mac_data"]["iterations"].native
    for part in file.authenticated_safe:
        if part["content_type"].native == "encrypted_data":
            yield part["content"]["encrypted_content_info"]["content_encryption_algorithm"].kdf_iterations
            continue
        for bag in pkcs12.SafeContents.load(part["content"].native):
            kind = bag["bag_id"].native
            if kind == "pkcs8_shrouded_key_bag":
                yield bag["bag_value"]["encryption_algorithm"].kdf_iterations
            elif kind == "safe_contents":
                raise ValueError("Parts within parts")


def _day(moment: dt.datetime) -> str:
    return formats.day(timezone.localdate(moment), current_language(), year=True)


def _may_sign(key: Any, certificate: Certificate) -> bool:
    if not isinstance(key, EllipticCurvePrivateKey) and not (
        isinstance(key, RSAPrivateKey) and key.key_size >= _LEAST_BITS
    ):
        return False
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        return False
    try:
        usage = certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _name(name: Name) -> str:
    """Return the usual name in a distinguished name, else the organisation, else all of it."""
    for part in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(part):
            return str(attribute.value)
    return name.rfc4514_string()


def _moment(signed: bytes) -> dt.datetime | None:
    """Return the moment of signing as the signature's dictionary has it; None without a date."""
    text = _MOMENT.search(signed)
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 255]), text[1]).decode("latin-1") if text else ""
    found = _DATE.match(plain)
    if found is None:
        return None
    zone = found[2].replace("Z", "+0000").replace("'", "")
    return dt.datetime.strptime(found[1] + zone, "%Y%m%d%H%M%S%z")

"""P12 files and time-stamp servers of our own making."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp, x509
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.sign.timestamps import DummyTimeStamper

NAME = "幸福里社区志愿服务站"
PASSWORD = "印章-2026"
FROM, UNTIL = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@cache
def key_of(kind: str = "rsa", number: int = 0) -> Any:
    """Return a key; another `number` makes another one of the kind."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 1024 if kind == "weak" else 2048)


def certificate_of(
    key: Any,
    *,
    name: str = NAME,
    valid: tuple[dt.datetime, dt.datetime] = (FROM, UNTIL),
    usage: str = "",
    stamps: bool = False,
) -> crypto_x509.Certificate:
    """Return a certificate that its own key signed."""
    subject = crypto_x509.Name([crypto_x509.NameAttribute(crypto_x509.NameOID.COMMON_NAME, name)])
    made = (
        crypto_x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1 + stamps)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )
    if usage:
        made = made.add_extension(crypto_x509.KeyUsage(**{one: one == usage for one in USAGES}), critical=True)
    if stamps:
        purpose = crypto_x509.ExtendedKeyUsage([crypto_x509.ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(purpose, critical=True)
    return made.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256())


def p12(
    *, kind: str = "rsa", password: str = PASSWORD, with_key: bool = True, certificate: Any = None, **about: Any
) -> bytes:
    """Return a P12 file."""
    key = key_of(kind)
    certificate = certificate or certificate_of(key, **about)
    if not with_key:
        return pkcs12.serialize_key_and_certificates(
            b"unit", None, None, [certificate], BestAvailableEncryption(password.encode())
        )
    return pkcs12.serialize_key_and_certificates(
        b"unit", key, certificate, None, BestAvailableEncryption(password.encode())
    )


def with_rounds(content: bytes, part: str, rounds: int) -> bytes:
    """Return the P12 file with other rounds in its MAC, certificates or key; it opens no more."""
    file = asn1_pkcs12.Pfx.load(content)
    if part == "mac":
        file["mac_data"]["iterations"] = rounds
        return bytes(file.dump(force=True))
    safe = file.authenticated_safe
    for one in safe:
        if part == "certificates" and one["content_type"].native == "encrypted_data":
            _set_rounds(one["content"]["encrypted_content_info"]["content_encryption_algorithm"], rounds)
        elif part == "key" and one["content_type"].native == "data":
            bags = asn1_pkcs12.SafeContents.load(one["content"].native)
            for bag in bags:
                _set_rounds(bag["bag_value"]["encryption_algorithm"], rounds)
            one["content"] = bags.dump(force=True)
    file["auth_safe"]["content"] = safe.dump(force=True)
    return bytes(file.dump(force=True))


def _set_rounds(algorithm: Any, rounds: int) -> None:
    if algorithm["algorithm"].native == "pbes2":
        algorithm["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = rounds
    else:
        algorithm["parameters"]["iterations"] = rounds


def time_stamper(moment: dt.datetime) -> DummyTimeStamper:
    """Return pyHanko's time-stamp authority for tests."""
    key = key_of("rsa", 1)
    certificate = certificate_of(key, name="测试时间戳", usage="digital_signature", stamps=True)
    return DummyTimeStamper(
        x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        fixed_dt=moment,
    )


@contextmanager
def stamp_server(moment: dt.datetime, *, answer: bytes | None = None) -> Iterator[str]:
    """Serve time stamps on this machine, or always `answer`; yield the address."""
    stamper = time_stamper(moment)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            content = answer
            if content is None:
                content = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()

"""A reader of P12 files: a process of its own with limits.

A file says itself how much work its password costs.
`python -I p12_reader.py` reads a line of JSON with the password and the file behind it, and writes JSON. It imports no
other module of ours.
"""

import json
import resource
import sys
from base64 import b64encode
from typing import Any, BinaryIO

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

_MEMORY = 1_000_000_000  # bytes of address space
_SECONDS = 8  # of a processor


def read(content: bytes, password: str) -> dict[str, Any]:
    """Return key, certificate and chain in DER as base64, or a `fault`."""
    try:
        opened = load_pkcs12(content, password.encode() or None)
    except UnsupportedAlgorithm:
        return {"fault": "not_p12"}
    except ValueError:
        return {"fault": "wrong_password"}
    if opened.key is None or opened.cert is None:
        return {"fault": "no_key"}
    key = opened.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificates = [opened.cert.certificate, *(one.certificate for one in opened.additional_certs)]
    first, *chain = (_text(one.public_bytes(Encoding.DER)) for one in certificates)
    return {"fault": "", "key": _text(key), "certificate": first, "chain": chain}


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read password and file from `source` within limits, and write what they open."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    password: str = json.loads(source.readline())
    sink.write(json.dumps(read(source.read(), password)).encode())


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

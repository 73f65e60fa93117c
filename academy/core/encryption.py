"""Encryption of personal data, with a key for each person.

Once a person's key is destroyed, every copy of their data is unreadable, also in frozen snapshots (V3). The master keys
`PERSONAL_DATA_KEYS` encrypt the personal keys: the first one encrypts, all of them decrypt.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PIECE: Final = 512 * 1024  # bytes of a large file that are sealed together
_FILE_ID: Final = 16
_MORE, _LAST = b"+", b"."


class DecryptionError(Exception):
    """The data was changed, or was encrypted with another personal key."""


class OtherMasterKeyError(DecryptionError):
    """No master key opens the personal key: it was encrypted with another master key, or was changed."""


def new_personal_key() -> bytes:
    """Return a new personal key, encrypted with the first master key for storage."""
    return _master().encrypt(Fernet.generate_key())


def encrypt(wrapped_key: bytes | memoryview, data: dict[str, Any]) -> str:
    """Return `data` as text that can only be read with this personal key. Raises `OtherMasterKeyError`."""
    return _personal(wrapped_key).encrypt(_plain(data)).decode()


def decrypt(wrapped_key: bytes | memoryview, text: str) -> dict[str, Any]:
    """Return the data.

    Raises `OtherMasterKeyError`, and `DecryptionError` if the personal key does not fit.
    """
    return _opened(_personal(wrapped_key), text)


def seal(data: dict[str, Any]) -> str:
    """Return `data` as text that a master key reads, for data that belongs to no single person."""
    return _master().encrypt(_plain(data)).decode()


def unseal(text: str) -> dict[str, Any]:
    """Return sealed data. Raises `DecryptionError`."""
    return _opened(_master(), text)


def seal_bytes(content: bytes) -> bytes:
    """Return a file's content as bytes that a master key reads."""
    return _master().encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """Return the sealed content. Raises `DecryptionError`."""
    try:
        return _master().decrypt(sealed)
    except InvalidToken as error:
        raise DecryptionError from error


def seal_pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a large file's content as lines that a master key reads, so that no one holds the whole of it.

    Each line names its file and its place, and the last one says so: a line that was taken out, moved or brought from
    another file is noticed.
    """
    master, file, waiting, place = _master(), secrets.token_bytes(_FILE_ID), bytearray(), 0

    def line(part: bytes, mark: bytes) -> bytes:
        return master.encrypt(file + place.to_bytes(4, "big") + mark + part) + b"\n"

    for some in content:
        waiting += some
        while len(waiting) > PIECE:
            yield line(bytes(waiting[:PIECE]), _MORE)
            del waiting[:PIECE]
            place += 1
    yield line(bytes(waiting), _LAST)


def unseal_pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of the lines of `seal_pieces`. Raises `DecryptionError`."""
    file, mark = b"", _MORE
    for place, line in enumerate(lines):
        plain = unseal_bytes(line.rstrip(b"\n"))
        file = file or plain[:_FILE_ID]
        head = file + place.to_bytes(4, "big")
        if mark == _LAST or not plain.startswith(head):
            raise DecryptionError
        mark = plain[len(head) : len(head) + 1]
        yield plain[len(head) + 1 :]
    if mark != _LAST:
        raise DecryptionError


def reseal(text: str) -> str:
    """Return sealed data, sealed with the first master key. Raises `DecryptionError`."""
    try:
        return _master().rotate(text.encode()).decode()
    except InvalidToken as error:
        raise DecryptionError from error


def rewrap(wrapped_key: bytes | memoryview) -> bytes | None:
    """Return the personal key encrypted with the first master key; None if it is already.

    Raises `OtherMasterKeyError`.
    """
    wrapped_key = bytes(wrapped_key)
    try:
        Fernet(settings.PERSONAL_DATA_KEYS[0]).decrypt(wrapped_key)
    except InvalidToken:
        try:
            return _master().rotate(wrapped_key)
        except InvalidToken as error:
            raise OtherMasterKeyError from error
    return None


def fingerprints() -> list[str]:
    """Return the fingerprint of each master key, the first one first. It does not help to guess the key."""
    return [
        hashlib.sha256(b"academy master key " + key.encode()).hexdigest()[:16] for key in settings.PERSONAL_DATA_KEYS
    ]


def _plain(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _opened(key: Fernet | MultiFernet, text: str) -> dict[str, Any]:
    try:
        plain = key.decrypt(text.encode())
    except InvalidToken as error:
        raise DecryptionError from error
    data: dict[str, Any] = json.loads(plain)
    return data


def _master() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.PERSONAL_DATA_KEYS])


def _personal(wrapped_key: bytes | memoryview) -> Fernet:
    try:
        return Fernet(_master().decrypt(bytes(wrapped_key)))
    except InvalidToken as error:
        raise OtherMasterKeyError from error

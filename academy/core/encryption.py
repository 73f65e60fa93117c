"""Encryption of personal data under a key of each person's own.

Destroying a person's key makes every copy of their data unreadable, in frozen snapshots too (V3).
"""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class DecryptionError(Exception):
    """The key is gone or is not the one that encrypted."""


def new_personal_key() -> bytes:
    """A fresh personal key, wrapped by the master key `PERSONAL_DATA_KEY`, ready to be stored."""
    return _master().encrypt(Fernet.generate_key())


def encrypt(wrapped_key: bytes, data: dict[str, Any]) -> str:
    """`data` as text that only the holder of this personal key can read."""
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    return _personal(wrapped_key).encrypt(plain).decode()


def decrypt(wrapped_key: bytes, text: str) -> dict[str, Any]:
    """The data again. Raises `DecryptionError` where the key does not fit."""
    try:
        plain = _personal(wrapped_key).decrypt(text.encode())
    except InvalidToken as error:
        raise DecryptionError from error
    data: dict[str, Any] = json.loads(plain)
    return data


def _master() -> Fernet:
    return Fernet(settings.PERSONAL_DATA_KEY)


def _personal(wrapped_key: bytes) -> Fernet:
    try:
        return Fernet(_master().decrypt(bytes(wrapped_key)))
    except InvalidToken as error:
        raise DecryptionError from error

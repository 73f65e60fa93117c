"""Encryption of personal data, with a key for each person.

Once a person's key is destroyed, every copy of their data is unreadable, also in frozen snapshots (V3).
"""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class DecryptionError(Exception):
    """The key is missing, or the data was encrypted with another key."""


def new_personal_key() -> bytes:
    """Return a new personal key, encrypted with the master key `PERSONAL_DATA_KEY` for storage."""
    return _master().encrypt(Fernet.generate_key())


def encrypt(wrapped_key: bytes, data: dict[str, Any]) -> str:
    """Return `data` as text that can only be read with this personal key."""
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    return _personal(wrapped_key).encrypt(plain).decode()


def decrypt(wrapped_key: bytes, text: str) -> dict[str, Any]:
    """Return the data. Raise `DecryptionError` if the key does not fit."""
    try:
        plain = _personal(wrapped_key).decrypt(text.encode())
    except InvalidToken as error:
        raise DecryptionError from error
    data: dict[str, Any] = json.loads(plain)
    return data


def seal(text: str) -> str:
    """Return a secret of a login, encrypted with the master key."""
    return _master().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the secret. Raise `DecryptionError` if the master key is another one."""
    try:
        return _master().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise DecryptionError from error


def _master() -> Fernet:
    return Fernet(settings.PERSONAL_DATA_KEY)


def _personal(wrapped_key: bytes) -> Fernet:
    try:
        return Fernet(_master().decrypt(bytes(wrapped_key)))
    except InvalidToken as error:
        raise DecryptionError from error

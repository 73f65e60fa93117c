"""Rotating codes of the leader's screen (C4), keys of roster rows, tokens and MACs of devices.

Standard library only: the secret, the checkpoint's key and the time are arguments.
"""

import hashlib
import hmac
from enum import StrEnum

STEP_SECONDS = 60  # C4: changes at least every 60 seconds
CODE_LENGTH = 8  # characters of 5 bits: 40 bits
ROW_CODE_LENGTH = 10  # 50 bits
ROW_ID_LENGTH = 12  # at most: 60 bits
TOKEN_LENGTH = 40  # hex digits: 160 bits

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_ACCEPTED_STEPS = 2  # its own step and the next
_REMEMBERED_STEPS = 60  # for an hour a former code is expired, after that it is wrong


class Verdict(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"  # was right within the last hour
    BAD = "bad"


def step_at(seconds: float) -> int:
    """Return the time step that contains `seconds` since the epoch."""
    return int(seconds // STEP_SECONDS)


def code_for(secret: bytes, checkpoint: str, step: int) -> str:
    """Return the code that `checkpoint` shows during `step`."""
    return _derive(secret, f"{checkpoint}:{step}", CODE_LENGTH)


def row_key(secret: bytes, activity_id: int, volunteer_id: int) -> str:
    """Return the key of a volunteer's row on an activity's roster: their id, then the row's code."""
    return _write_number(volunteer_id) + row_code(secret, activity_id, volunteer_id)


def row_code(secret: bytes, activity_id: int, volunteer_id: int) -> str:
    """Return the code that proves a row's key. It is valid as long as the secret, for this row alone."""
    return _derive(secret, f"row:{activity_id}:{volunteer_id}", ROW_CODE_LENGTH)


def volunteer_of_row(secret: bytes, activity_id: int, key: str) -> int | None:
    """Return the volunteer's id in a normalised row key; None unless we made it for this activity."""
    written = key[:-ROW_CODE_LENGTH]
    if not 1 <= len(written) <= ROW_ID_LENGTH or not set(written) <= set(_ALPHABET):
        return None
    volunteer_id = 0
    for character in written:
        volunteer_id = 32 * volunteer_id + _ALPHABET.index(character)
    return volunteer_id if is_same(row_key(secret, activity_id, volunteer_id), key) else None


def device_token(secret: bytes, device: str) -> str:
    """Return the token that a staff scanner sends with its scans: the device's key and a proof of it."""
    return f"{device}.{scan_mac(secret, 'token', device)[:TOKEN_LENGTH]}"


def device_of(secret: bytes, token: str) -> str | None:
    """Return the key of the token's device; None for a token that we did not make."""
    device = token.partition(".")[0]
    return device if is_same(device_token(secret, device), token) else None


def device_key(secret: bytes, device: str) -> bytes:
    """Return the 32 bytes with which a device authenticates each of its scans."""
    return bytes.fromhex(scan_mac(secret, "key", device))


def scan_mac(key: bytes, *parts: str) -> str:
    """Return the MAC of a scan over its parts in this order: 64 hex digits."""
    return hmac.new(key, "\n".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _derive(secret: bytes, message: str, length: int) -> str:
    """Return `length` characters of 5 bits each that cannot be made without the secret."""
    digest = hmac.digest(secret, message.encode(), hashlib.sha256)
    bits = 5 * length
    number = int.from_bytes(digest) >> (8 * len(digest) - bits)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(bits - 5, -1, -5))


def _write_number(number: int) -> str:
    """Write a number in the alphabet, without leading zeros."""
    text = ""
    while number:
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return text


def judge(secret: bytes, checkpoint: str, code: str, seconds: float) -> Verdict:
    """Return whether the normalised `code` is valid at `checkpoint` at `seconds` since the epoch.

    Compares in constant time. The code of a future step is bad: no screen has shown it yet.
    """
    given = code.encode()
    now = step_at(seconds)
    if _matches(secret, checkpoint, given, range(now - _ACCEPTED_STEPS + 1, now + 1)):
        return Verdict.VALID
    if _matches(secret, checkpoint, given, range(now - _REMEMBERED_STEPS, now - _ACCEPTED_STEPS + 1)):
        return Verdict.EXPIRED
    return Verdict.BAD


def _matches(secret: bytes, checkpoint: str, given: bytes, steps: range) -> bool:
    found = False
    for step in steps:
        found |= hmac.compare_digest(code_for(secret, checkpoint, step).encode(), given)
    return found

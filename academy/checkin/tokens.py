"""Rotating codes: what the leader's screen shows, and what a code that comes back proves (C4). Keys of roster rows.

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
_REMEMBERED_STEPS = 60  # within an hour a code is told to be expired, later it is merely wrong


class Verdict(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"  # was right within the last hour
    BAD = "bad"


def step_at(seconds: float) -> int:
    """The time step that `seconds` since the epoch lie in."""
    return int(seconds // STEP_SECONDS)


def code_for(secret: bytes, checkpoint: str, step: int) -> str:
    """The code that `checkpoint` shows during `step`."""
    return _derive(secret, f"{checkpoint}:{step}", CODE_LENGTH)


def row_key(secret: bytes, activity_id: int, volunteer_id: int) -> str:
    """Return the key of a person's row on an activity's roster: their id, then the row's code."""
    return _write_number(volunteer_id) + row_code(secret, activity_id, volunteer_id)


def row_code(secret: bytes, activity_id: int, volunteer_id: int) -> str:
    """Return what proves a row's key: valid as long as the secret, and of no other use."""
    return _derive(secret, f"row:{activity_id}:{volunteer_id}", ROW_CODE_LENGTH)


def volunteer_of_row(secret: bytes, activity_id: int, key: str) -> int | None:
    """Return the id in a row's key, in the alphabet's own spelling; None unless we made it for this activity."""
    written = key[:-ROW_CODE_LENGTH]
    if not 1 <= len(written) <= ROW_ID_LENGTH or not set(written) <= set(_ALPHABET):
        return None
    volunteer_id = 0
    for character in written:
        volunteer_id = 32 * volunteer_id + _ALPHABET.index(character)
    return volunteer_id if is_same(row_key(secret, activity_id, volunteer_id), key) else None


def device_token(secret: bytes, device: str) -> str:
    """What a staff scanner shows with what it sends: the device's key, and that it is one of ours."""
    return f"{device}.{scan_mac(secret, 'token', device)[:TOKEN_LENGTH]}"


def device_of(secret: bytes, token: str) -> str | None:
    """The device whose token this is; None for anything that we did not make."""
    device = token.partition(".")[0]
    return device if is_same(device_token(secret, device), token) else None


def device_key(secret: bytes, device: str) -> bytes:
    """The 32 bytes with which a device authenticates each of its scans."""
    return bytes.fromhex(scan_mac(secret, "key", device))


def scan_mac(key: bytes, *parts: str) -> str:
    """What a device writes under a scan, over its parts in their order: 64 hex digits."""
    return hmac.new(key, "\n".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _derive(secret: bytes, message: str, length: int) -> str:
    """`length` characters of 5 bits that nobody can make without the secret."""
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
    """What `code`, in the alphabet's own spelling, proves at `checkpoint` at `seconds` since the epoch.

    Compares in constant time. A code of a step to come is bad: nobody can have seen it yet.
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

"""Random keys that people read aloud, type and scan."""

import re
import secrets

from django.utils.crypto import salted_hmac

from academy.core.text import identifier

# Crockford's base 32: without I, L, O and U, so that no two characters look alike on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5
_SEPARATORS = re.compile(r"[\s\-·._]+")
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def random_key(bits: int) -> str:
    """Return a random key of at least `bits` bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(-(-bits // BITS_PER_CHARACTER)))


def normalise_key(text: str) -> str:
    """Return a typed or scanned key in the form of `random_key`.

    The key has capitals only, no blanks, dashes or dots, and 0, 1 and V instead of letters that look like them.
    """
    return _SEPARATORS.sub("", identifier(text)).upper().translate(_LOOK_ALIKES)


def hash_of(salt: str, code: str) -> str:
    """Return the hash of a typed or scanned code, which the database keeps in its place."""
    return salted_hmac(salt, normalise_key(code), algorithm="sha256").hexdigest()


def is_key(text: str) -> bool:
    """Return whether the text is made of the characters of `random_key` alone, and not empty."""
    return bool(text) and set(text) <= set(ALPHABET)


def normalise_number(text: str) -> str:
    """Return a typed volunteer number, or a part of one, as it is stored.

    A text without a digit is no number, and keeps its letters.
    """
    return normalise_key(text) if any(map(str.isdecimal, text)) else identifier(text).upper()


def split_key(key: str, size: int = 4) -> str:
    """Return the key in short groups, which are easier to read: ``ABCD-EFGH``."""
    return "-".join(key[i : i + size] for i in range(0, len(key), size))


def check_character(text: str) -> str:
    """Return the check character of `text`, which may not contain Z.

    It detects one mistyped character, and two swapped neighbours.
    """
    total = 0
    for place, character in enumerate(reversed(text), start=2):
        total += place * ALPHABET.index(character)
    return ALPHABET[-total % 31]

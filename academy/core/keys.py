"""Random keys that people read aloud, type and scan."""

import secrets

# Crockford's base 32: no I, L, O or U, so that nothing on paper looks like something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER = 5
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def random_key(bits: int) -> str:
    """An unguessable key of at least `bits` bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(-(-bits // BITS_PER_CHARACTER)))


def normalise_key(text: str) -> str:
    """What somebody typed or scanned, as `random_key` writes it: capitals, no blanks or dashes, look-alikes mended."""
    return "".join(text.split()).replace("-", "").upper().translate(_LOOK_ALIKES)


def grouped(key: str, size: int = 4) -> str:
    """The key in groups that the eye can hold: ``ABCD-EFGH``."""
    return "-".join(key[i : i + size] for i in range(0, len(key), size))


def check_character(text: str) -> str:
    """One character that betrays a single mistyped or two swapped neighbouring characters of `text`, which has no Z."""
    total = 0
    for place, character in enumerate(reversed(text), start=2):
        total += place * ALPHABET.index(character)
    return ALPHABET[-total % 31]
